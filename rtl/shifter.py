"""Barrel shifter: a chain of two-way multiplexers."""

from amaranth.hdl import Module, Mux
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

__all__ = ["LeftShifter"]


class LeftShifter(wiring.Component):
    """o = (i << sum of by[j] weights[j]) mod 2^out_width.

    Parameters
    ----------
    width, out_width : int
        Bits of ``i`` and ``o``.
    weights : tuple of int
        Distance that each bit of ``by`` stands for, in the order of the levels from input to output. The order does not change
        the result but the cost: short distances first keep the early levels narrow.

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

    def __init__(self, width: int, out_width: int, weights: tuple[int, ...]):
        if min(width, out_width, *weights) < 1:
            raise ValueError(f"widths and weights must be at least 1, not {width}, {out_width}, {weights}")
        self.weights = weights
        super().__init__({"i": In(width), "by": In(len(weights)), "o": Out(out_width)})

    def elaborate(self, platform):
        m = Module()
        value = self.i
        for select, weight in zip(self.by, self.weights, strict=True):
            value = Mux(select, value << weight, value)[: len(self.o)]
        m.d.comb += self.o.eq(value)
        return m
