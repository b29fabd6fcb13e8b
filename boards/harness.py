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
    """A core between registers, behind three pins, so that it fits every package and every path is from register to register.

    The operands come from one long shift register, the result is registered, and folded by XOR into one register.

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
    That of the core and three cycles.
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
        m.d.sync += [operands.eq(Cat(self.i, operands)), result.eq(core.o), self.o.eq(result.xor())]
        m.d.comb += Cat(core.a, core.b).eq(operands)
        if "enable" in core.signature.members:
            m.d.comb += [enable.eq(1) for enable in core.enable]
        return m


@dataclass(frozen=True)
class HarnessCost:
    """What a harness takes for itself, besides the core: registers, look-up tables and logic cells."""

    registers: int
    luts: int
    cells: int


def harness_cost(operator: Operator, target: Target) -> HarnessCost:
    """Cost of the harness around ``operator``, by formula.

    With operands of w bits, a result of r bits and look-up tables of K inputs: 2w + r + 1 registers, and ceil((r - 1) / (K - 1))
    look-up tables that fold the result. The result registers share logic cells with the core's last look-up tables and the
    parity register with the fold's; where a register alone takes a cell, the shift register takes 2w.
    """
    shifted, result = 2 * operator.format.width, operator.result_format.width
    luts = ceil((result - 1) / (target.lut_inputs - 1))
    return HarnessCost(shifted + result + 1, luts, luts + shifted * target.register_takes_cell)
