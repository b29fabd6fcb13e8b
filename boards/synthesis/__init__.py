"""Cells and clock of operators on FPGA devices: netlists by Yosys, placements by nextpnr, and a store of both."""
