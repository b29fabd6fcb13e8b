"""Barrel shifter: a chain of two-way multiplexers."""

from amaranth.hdl import C, Cat, Module, Mux
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

__all__ = ["LeftShifter"]


class LeftShifter(wiring.Component):
    """o = ((i << sum of by[j] weights[j]) >> drop) mod 2^out_width, without a gate for a bit that cannot reach ``o``.

    Parameters
    ----------
    width, out_width : int
        Bits of ``i`` and ``o``.
    weights : tuple of int
        Distance that each bit of ``by`` stands for, in the order of the levels from input to output. The order does not
        change the result but the cost: short distances first keep the early levels narrow.
    drop : int
        Bits cut off at the right; negative to append zeros.

    Raises
    ------
    ValueError
        If a width or a distance is below 1.

    Members
    -------
    i : In(width)
    by : In(len(weights))
        ``by[j]`` shifts by ``weights[j]``.
    o : Out(out_width)

    Latency
    -------
    None: combinational, one multiplexer level for each weight.
    """

    def __init__(self, width: int, out_width: int, weights: tuple[int, ...], *, drop: int = 0):
        if min(width, out_width, *weights) < 1:
            raise ValueError(f"widths and weights must be at least 1, not {width}, {out_width}, {weights}")
        self.weights = weights
        self.drop = drop
        super().__init__({"i": In(width), "by": In(len(weights)), "o": Out(out_width)})

    def elaborate(self, platform):
        m = Module()
        value, bottom = self.i, 0  # bit 0 of value has weight 2^bottom
        top = self.drop + len(self.o)
        remaining = sum(self.weights)
        for select, weight in zip(self.by, self.weights, strict=True):
            remaining -= weight
            lowest = max(0, self.drop - remaining - bottom)  # what can still be shifted into the window
            window = slice(lowest, max(top - bottom, lowest))
            value = Mux(select, Cat(C(0, weight), value)[window], Cat(value, C(0, weight))[window])
            bottom += lowest
        m.d.comb += self.o.eq(Cat(C(0, bottom - self.drop), value))
        return m
