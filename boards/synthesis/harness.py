"""The registered harness in which an operator is placed and timed."""

from dataclasses import dataclass
from math import ceil

from amaranth.hdl import Cat, ClockDomain, ClockSignal, Module, ResetSignal, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from pysoft.operator import Operator

from .targets import Target

__all__ = ["Harness", "HarnessCost", "harness_cost"]


class Harness(wiring.Component):
    """A design between registers, behind three pins: it fits every package, and all paths are register to register.

    All inputs come from one long shift register, and so does the reset if there is one; all outputs are registered,
    and then folded by XOR into one bit. There is a register behind every four-input XOR: the fold never limits the
    clock and costs the same on every device.

    Parameters
    ----------
    design : Component
        Its ports are plain vectors.
    has_reset : bool
        Whether it has a clock and a reset.

    Members
    -------
    clk : In(1)
    i : In(1)
        Shifted in.
    o : Out(1)
        Parity of the outputs.

    Latency
    -------
    That of the design, and one cycle each for inputs, outputs and every level of the fold.
    """

    def __init__(self, design: wiring.Component, *, has_reset: bool = False):
        self.design = design
        self.has_reset = has_reset
        super().__init__({"clk": In(1), "i": In(1), "o": Out(1)})

    def elaborate(self, platform):
        m = Module()
        m.domains.harness = ClockDomain(reset_less=True)
        m.domains.sync = ClockDomain(reset_less=not self.has_reset)
        m.d.comb += [ClockSignal("harness").eq(self.clk), ClockSignal().eq(self.clk)]

        m.submodules.design = self.design
        members = [(member.flow, getattr(self.design, name)) for name, member in self.design.signature.members.items()]
        inputs = Cat(port for flow, port in members if flow is In)
        if self.has_reset:
            inputs = Cat(inputs, ResetSignal())
        outputs = Cat(port for flow, port in members if flow is Out)
        shifted = Signal(len(inputs))
        word = Signal(len(outputs))
        m.d.harness += [shifted.eq(Cat(self.i, shifted)), word.eq(outputs)]
        m.d.comb += inputs.eq(shifted)

        while len(word) > 1:
            folded = Signal(ceil(len(word) / 4), name=f"fold_{len(word)}")
            m.d.harness += folded.eq(Cat(word[i : i + 4].xor() for i in range(0, len(word), 4)))
            word = folded
        m.d.comb += self.o.eq(word)
        return m


@dataclass(frozen=True)
class HarnessCost:
    """What a harness takes for itself, besides the design: registers, look-up tables and logic cells."""

    registers: int
    luts: int
    cells: int


def harness_cost(operator: Operator, target: Target, *, stages: int = 0) -> HarnessCost:
    """Cost of the harness around ``operator``, by formula.

    With i inputs, o outputs and a fold of n registers behind l gates: i + o + n registers and l look-up tables. The
    output registers share logic cells with the design's last look-up tables and the fold's registers with its gates.
    Where a register alone takes a cell, the shift register takes i cells and the fold n; else the fold takes l cells.
    The cells that nextpnr takes for constants are counted here too.
    """
    handshake = stages > 0
    inputs = len(operator.operands) * operator.format.width + 3 * handshake  # i_valid, o_ready, rst
    outputs = operator.result_format.width + 2 * handshake  # i_ready, o_valid
    luts = folds = 0
    word = outputs
    while word > 1:
        luts += word // 4 + (word % 4 > 1)
        word = ceil(word / 4)
        folds += word
    cells = inputs + folds if target.register_takes_cell else luts
    return HarnessCost(inputs + outputs + folds, luts, cells + target.constant_cells)
