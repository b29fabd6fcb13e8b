"""Mitchell's antilogarithm as a circuit. Twin in software: ``pysoft/logarithm.py``."""

from amaranth.hdl import Cat, Module, Mux
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from .pipeline import Pipeline
from .shifter import LeftShifter

__all__ = ["Antilogarithm"]


class Antilogarithm(wiring.Component):
    """o = floor(significand 2^(K - drop)), or 0.

    A left shifter with a window on its output. The first half of its levels shifts by the short distances, shortest
    first, while the value is still narrow; the second half by the long ones, longest first: behind two long shifts few
    positions have more than two possible sources, so that a four-input table does both. At 16 bits this order takes 8 %
    fewer tables than the plain one. A zero comes in between the halves, where the result need not wait for it.

    Parameters
    ----------
    width : int
        Bits of the significand.
    K_width : int
        Bits of the unsigned characteristic K, at least 2. A signed one is biased first.
    drop : int
        Bits cut off at the right; negative to append zeros.
    out_width : int
        Bits of the result; higher ones are lost.
    pipeline : Pipeline
        Has the cut point ``antilog``, between the halves of the shifter.

    Raises
    ------
    ValueError
        If ``K_width`` is below 2.

    Members
    -------
    significand : In(width)
        2^F (1 + f) of a logarithm K + f of F fraction bits; a correction may lead beyond 2 or below 1.
    K : In(K_width)
    nonzero : In(1)
        If low, the result is 0.
    o : Out(out_width)

    Latency
    -------
    1 cycle if ``antilog`` is live, else combinational.

    References
    ----------
    Mitchell (1962), eqs. 22 and 23.
    """

    def __init__(self, width: int, K_width: int, drop: int, out_width: int, pipeline: Pipeline):
        if K_width < 2:
            raise ValueError(f"K_width must be at least 2 bits, not {K_width}")
        self.drop = drop
        self.pipeline = pipeline
        super().__init__({"significand": In(width), "K": In(K_width), "nonzero": In(1), "o": Out(out_width)})

    def elaborate(self, platform):
        m = Module()
        levels = range(len(self.K))
        half = len(self.K) // 2
        short, long = levels[:half], levels[: half - 1 : -1]

        # Between the halves are only bits that can still reach the window.
        top = min(len(self.significand) + (1 << half) - 1, self.drop + len(self.o))
        lowest = min(max(0, self.drop - sum(1 << j for j in long)), top - 1)
        m.submodules.short = first = LeftShifter(
            len(self.significand), top - lowest, tuple(1 << j for j in short), drop=lowest
        )
        m.d.comb += [first.i.eq(self.significand), first.by.eq(Cat(self.K[j] for j in short))]

        value = Mux(self.nonzero, first.o, 0)
        value, distance = self.pipeline.cut(m, "antilog", value, Cat(self.K[j] for j in long))

        m.submodules.long = second = LeftShifter(
            len(value), len(self.o), tuple(1 << j for j in long), drop=self.drop - lowest
        )
        m.d.comb += [second.i.eq(value), second.by.eq(distance), self.o.eq(second.o)]
        return m
