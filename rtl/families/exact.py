"""Exact multiplier and divider, the soft-logic baseline. Twin in software: ``pysoft/families/exact.py``."""

from itertools import pairwise

from amaranth.hdl import C, Cat, Module, Mux, Signal, signed, unsigned
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from ..pipeline import Pipeline

__all__ = ["Divider", "Multiplier"]

POINTS = ("cut1", "cut2", "cut3", "cut4", "cut5")
CUTS = {stages: POINTS[:stages] for stages in range(len(POINTS) + 1)}


class _ExactDatapath(wiring.Component):
    """Work that is dealt out evenly to however many stages there are."""

    points = POINTS
    cuts = CUTS
    signed_cuts = CUTS


class Multiplier(_ExactDatapath):
    """o = a b, exactly. Takes signed operands as they are.

    One ``*`` without stages, for which the synthesis tool picks its best structure. With stages, one ``*`` for each of
    2^stages slices of b, and a binary tree of adders with a register in front of each level; slices have at least two
    bits, and stages beyond the depth of the tree delay the product.

    Parameters
    ----------
    width : int
        Bits of a factor, 2 to 32.
    pipeline : Pipeline
        Has the points ``cut1``..``cut5``.
    signed_operands : bool
        Two's complement factors and product.

    Members
    -------
    a, b : In(width)
    o : Out(2 * width)

    Latency
    -------
    One cycle for each live point.
    """

    takes_signed = True

    def __init__(self, width: int, pipeline: Pipeline, *, signed_operands: bool = False):
        self.pipeline = pipeline
        shape = signed if signed_operands else unsigned
        super().__init__({"a": In(shape(width)), "b": In(shape(width)), "o": Out(shape(2 * width))})

    def elaborate(self, platform):
        m = Module()
        width = len(self.b)
        count = min(1 << len(self.pipeline.live), (width + 1) // 2)
        edges = [width * i // count for i in range(count + 1)]
        slices = [self.b[low:high] for low, high in pairwise(edges)]
        if self.o.shape().signed:
            slices[-1] = slices[-1].as_signed()
        values = [self.a * part for part in slices]
        offsets = edges[:-1]
        for point in self.pipeline.live:
            values = self.pipeline.cut(m, point, *values)
            terms = list(zip(values, offsets, strict=True))
            terms = [self._add(*terms[i : i + 2]) for i in range(0, len(terms), 2)]
            values, offsets = zip(*terms, strict=True)
        m.d.comb += self.o.eq(values[0])
        return m

    def _add(self, low, high=None):
        """Sum of two (value, offset); the bits of ``low`` under ``high`` pass by the adder."""
        if high is None:
            return low
        distance = high[1] - low[1]
        total = Cat(low[0][:distance], (low[0] >> distance) + high[0])
        return (total.as_signed() if self.o.shape().signed else total), low[1]


class Divider(_ExactDatapath):
    """o = floor(2^f a / b), exactly; undefined for b = 0.

    Restoring division, one row of subtractors for each quotient bit.

    Parameters
    ----------
    width : int
        Bits of dividend and divisor, 2 to 32.
    pipeline : Pipeline
        Has the points ``cut1``..``cut5``.
    f : int
        Fraction bits of the quotient, 0 to 32.

    Members
    -------
    a, b : In(width)
        Dividend and divisor.
    o : Out(width + f)
        Unit 2^-f.
    by_zero : Out(1)
        Whether b = 0, as late as ``o``.

    Latency
    -------
    One cycle for each live point.
    """

    takes_signed = False

    def __init__(self, width: int, pipeline: Pipeline, *, f: int = 0):
        self.width = width
        self.pipeline = pipeline
        super().__init__({"a": In(width), "b": In(width), "o": Out(width + f), "by_zero": Out(1)})

    def elaborate(self, platform):
        m = Module()
        rows = len(self.o)
        remainder = C(0, self.width)
        divisor = self.b
        by_zero = divisor == 0
        # Dividend bits leave at the top while quotient bits enter at the bottom.
        word = Cat(C(0, rows - self.width), self.a)
        shares = len(self.pipeline.live) + 1
        for i, point in enumerate([*self.pipeline.live, None]):
            for step in range(rows * i // shares, rows * (i + 1) // shares):
                partial = Cat(word[-1], remainder)
                if step == rows - 1:  # nobody asks for the last remainder
                    fits = partial >= divisor
                else:
                    # The remainder is below the divisor, so one bit above it is enough for a sign.
                    difference = Signal(self.width + 1, name=f"difference_{step}")
                    m.d.comb += difference.eq(partial - divisor)
                    fits = ~difference[-1]
                    remainder = Signal(self.width, name=f"remainder_{step}")
                    m.d.comb += remainder.eq(Mux(fits, difference[:-1], partial[:-1]))
                word = Cat(fits, word[:-1])
            if point is not None:
                remainder, divisor, word, by_zero = self.pipeline.cut(m, point, remainder, divisor, word, by_zero)
        m.d.comb += [self.o.eq(word), self.by_zero.eq(by_zero)]
        return m
