"""The registered harness in which an operator is placed and timed."""

from dataclasses import dataclass
from math import ceil

from amaranth.hdl import Cat, ClockDomain, ClockSignal, Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from pysoft.operator import Operator

from .targets import Target

__all__ = ["Harness", "HarnessCost", "harness_cost"]


class Harness(wiring.Component):
    """A core between registers, behind three pins: it fits every package, and every path is from register to register.

    The operands come from one long shift register, the result is registered, and then folded by XOR into one bit. There
    is a register behind every four-input XOR: the fold never limits the clock and costs the same on every device.

    Parameters
    ----------
    core : Core
        Or any component with ``a``, ``b`` and ``o``, and perhaps ``enable``, which is held high.

    Members
    -------
    clk : In(1)
    i : In(1)
        Shifted in.
    o : Out(1)
        Parity of the result.

    Latency
    -------
    That of the core, and one cycle each for operands, result and every level of the fold.
    """

    def __init__(self, core: wiring.Component):
        self.core = core
        super().__init__({"clk": In(1), "i": In(1), "o": Out(1)})

    def elaborate(self, platform):
        m = Module()
        m.domains.sync = ClockDomain(reset_less=True)
        m.d.comb += ClockSignal().eq(self.clk)

        m.submodules.core = core = self.core
        operands = Signal(len(core.a) + len(core.b))
        result = Signal(len(core.o))
        m.d.sync += [operands.eq(Cat(self.i, operands)), result.eq(core.o)]
        m.d.comb += Cat(core.a, core.b).eq(operands)
        if "enable" in core.signature.members:
            m.d.comb += [enable.eq(1) for enable in core.enable]

        word = result
        while len(word) > 1:
            folded = Signal(ceil(len(word) / 4), name=f"fold_{len(word)}")
            m.d.sync += folded.eq(Cat(word[i : i + 4].xor() for i in range(0, len(word), 4)))
            word = folded
        m.d.comb += self.o.eq(word)
        return m


@dataclass(frozen=True)
class HarnessCost:
    """What a harness takes for itself, besides the core: registers, look-up tables and logic cells."""

    registers: int
    luts: int
    cells: int


def harness_cost(operator: Operator, target: Target) -> HarnessCost:
    """Cost of the harness around ``operator``, by formula.

    With operands of w bits, a result of r bits and a fold of n registers behind l gates: 2w + r + n registers and l
    look-up tables. The result registers share logic cells with the core's last look-up tables and the fold's registers
    with its gates. Where a register alone takes a cell, the shift register takes 2w cells and the fold n; else l cells.
    The cells that nextpnr takes for constants are counted here too.
    """
    shifted, result = 2 * operator.format.width, operator.result_format.width
    luts = folds = 0
    word = result
    while word > 1:
        luts += word // 4 + (word % 4 > 1)
        word = ceil(word / 4)
        folds += word
    cells = shifted + folds if target.register_takes_cell else luts
    return HarnessCost(shifted + result + folds, luts, cells + target.constant_cells)
