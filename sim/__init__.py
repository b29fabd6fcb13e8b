"""Simulation of generated Verilog in cocotb, under Verilator and Icarus. This room imports ``pysoft`` and ``rtl``."""
