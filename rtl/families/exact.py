"""Exact operations on integers, the soft-logic baseline. Twin in software: ``pysoft/families/exact.py``."""

from itertools import pairwise

from amaranth.hdl import C, Cat, Module, Value, signed, unsigned
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from ..digits import deal_out, quotient_row, root_row
from ..pipeline import Pipeline

__all__ = ["Divider", "Multiplier", "Reciprocal", "ReciprocalRoot", "Square", "SquareRoot"]

POINTS = ("cut1", "cut2", "cut3", "cut4", "cut5")
CUTS = {stages: POINTS[:stages] for stages in range(len(POINTS) + 1)}

SQUARE_SLICE = 3  # bits; the fewest cells on iCE40 at 16 and 24 bits


class _ExactDatapath(wiring.Component):
    """Work that is dealt out evenly to however many stages there are."""

    points = POINTS
    cuts = CUTS
    signed_cuts = CUTS
    takes_signed = False


def _add_in_stages(m: Module, pipeline: Pipeline, values: list[Value], offsets: list[int]) -> Value:
    """Sum of values 2^offset by a binary tree of adders, with a register in front of each level."""
    for point in pipeline.live:
        values = pipeline.cut(m, point, *values)
        terms = list(zip(values, offsets, strict=True))
        values, offsets = zip(*(_add(*terms[i : i + 2]) for i in range(0, len(terms), 2)), strict=True)
    return values[0]


def _add(low: tuple[Value, int], high: tuple[Value, int] | None = None) -> tuple[Value, int]:
    """Sum of two (value, offset); the bits of ``low`` under ``high`` pass by the adder."""
    if high is None:
        return low
    distance = high[1] - low[1]
    total = Cat(low[0][:distance], (low[0] >> distance) + high[0])
    return (total.as_signed() if high[0].shape().signed else total), low[1]


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
        m.d.comb += self.o.eq(_add_in_stages(m, self.pipeline, values, edges[:-1]))
        return m


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

    def __init__(self, width: int, pipeline: Pipeline, *, f: int = 0):
        self.pipeline = pipeline
        super().__init__({"a": In(width), "b": In(width), "o": Out(width + f), "by_zero": Out(1)})

    def elaborate(self, platform):
        m = Module()

        def row(i, remainder, divisor, word, by_zero):
            digit, remainder = quotient_row(m, Cat(word[-1], remainder), divisor)
            return remainder, divisor, Cat(digit, word[:-1]), by_zero

        rows = len(self.o)
        # Dividend bits leave at the top while quotient bits enter at the bottom.
        word = Cat(C(0, rows - len(self.a)), self.a)
        *_, word, by_zero = deal_out(m, self.pipeline, rows, row, C(0, 0), self.b, word, self.b == 0)
        m.d.comb += [self.o.eq(word), self.by_zero.eq(by_zero)]
        return m


class Square(_ExactDatapath):
    """o = a^2, exactly.

    Slices c of a, each times itself and what is above it: c (c + 2 above) is about half of the partial products that
    a product has. Without stages all slices are added at once; with stages, those of one of 2^stages parts of a are,
    and the parts by a binary tree of adders with a register in front of each level.

    Parameters
    ----------
    width : int
        Bits of the operand, 2 to 32.
    pipeline : Pipeline
        Has the points ``cut1``..``cut5``.

    Members
    -------
    a : In(width)
    o : Out(2 * width)

    Latency
    -------
    One cycle for each live point.
    """

    def __init__(self, width: int, pipeline: Pipeline):
        self.pipeline = pipeline
        super().__init__({"a": In(width), "o": Out(2 * width)})

    def elaborate(self, platform):
        m = Module()
        width = len(self.a)
        count = min(1 << len(self.pipeline.live), -(-width // SQUARE_SLICE))
        edges = [width * i // count for i in range(count + 1)]
        values = [self._part(low, high) for low, high in pairwise(edges)]
        m.d.comb += self.o.eq(_add_in_stages(m, self.pipeline, values, [2 * low for low in edges[:-1]]))
        return m

    def _part(self, low: int, high: int) -> Value:
        """What the slices of a[low:high] contribute, in units of 4^low."""
        total = C(0, 0)
        for start in range(low, high, SQUARE_SLICE):
            stop = min(start + SQUARE_SLICE, high)
            factor, above = self.a[start:stop], self.a[stop:]
            total += factor * Cat(factor, C(0, 1), above) << 2 * (start - low)
        return total


class Reciprocal(_ExactDatapath):
    """o = floor(2^f / a), exactly; undefined for a = 0.

    Restoring division, one row of subtractors for each quotient bit.

    Parameters
    ----------
    width : int
        Bits of the operand, 2 to 32.
    pipeline : Pipeline
        Has the points ``cut1``..``cut5``.
    f : int
        Fraction bits of the result.

    Members
    -------
    a : In(width)
    o : Out(f + 1)
        Unit 2^-f.
    by_zero : Out(1)
        Whether a = 0, as late as ``o``.

    Latency
    -------
    One cycle for each live point.
    """

    def __init__(self, width: int, pipeline: Pipeline, *, f: int):
        self.pipeline = pipeline
        super().__init__({"a": In(width), "o": Out(f + 1), "by_zero": Out(1)})

    def elaborate(self, platform):
        m = Module()

        def row(i, remainder, divisor, quotient, by_zero):
            digit, remainder = quotient_row(m, Cat(C(i == 0, 1), remainder), divisor)
            return remainder, divisor, Cat(digit, quotient), by_zero

        state = C(0, 0), self.a, C(0, 0), self.a == 0
        _, _, quotient, by_zero = deal_out(m, self.pipeline, len(self.o), row, *state)
        m.d.comb += [self.o.eq(quotient), self.by_zero.eq(by_zero)]
        return m


class SquareRoot(_ExactDatapath):
    """o = floor(2^f sqrt a), exactly.

    Restoring square root, one row of subtractors for each bit of the root.

    Parameters
    ----------
    width : int
        Bits of the operand, 2 to 32.
    pipeline : Pipeline
        Has the points ``cut1``..``cut5``.
    f : int
        Fraction bits of the root.

    Members
    -------
    a : In(width)
    o : Out((width + 1) // 2 + f)
        Unit 2^-f.

    Latency
    -------
    One cycle for each live point.
    """

    def __init__(self, width: int, pipeline: Pipeline, *, f: int = 0):
        self.pipeline = pipeline
        super().__init__({"a": In(width), "o": Out((width + 1) // 2 + f)})

    def elaborate(self, platform):
        m = Module()

        def row(i, remainder, radicand, root):
            digit, remainder = root_row(m, Cat(radicand[-2:], remainder), root)
            return remainder, Cat(C(0, 2), radicand[:-2]), Cat(digit, root)

        pairs = (len(self.a) + 1) // 2
        state = C(0, 0), Cat(self.a, C(0, 2 * pairs - len(self.a))), C(0, 0)
        _, _, root = deal_out(m, self.pipeline, len(self.o), row, *state)
        m.d.comb += self.o.eq(root)
        return m


class ReciprocalRoot(Reciprocal):
    """o = floor(2^f / sqrt a), exactly; undefined for a = 0. Parameters, members and latency as of a reciprocal.

    The root of floor(4^f / a), by restoring division and restoring square root. Two digits of the quotient are enough
    for one of the root, so that they come in turns.
    """

    def elaborate(self, platform):
        m = Module()

        def row(i, dividend, divisor, radicand, root, by_zero):
            # 4^f has its one 1 in the lower half of the first pair.
            high, dividend = quotient_row(m, Cat(C(0, 1), dividend), divisor)
            low, dividend = quotient_row(m, Cat(C(i == 0, 1), dividend), divisor)
            digit, radicand = root_row(m, Cat(low, high, radicand), root)
            return dividend, divisor, radicand, Cat(digit, root), by_zero

        state = C(0, 0), self.a, C(0, 0), C(0, 0), self.a == 0
        *_, root, by_zero = deal_out(m, self.pipeline, len(self.o), row, *state)
        m.d.comb += [self.o.eq(root), self.by_zero.eq(by_zero)]
        return m
