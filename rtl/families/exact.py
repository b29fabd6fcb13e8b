"""Exact multiplier and divider, the soft-logic baseline. Twin in software: ``pysoft/families/exact.py``."""

from amaranth.hdl import C, Cat, Module, Mux, Signal, signed, unsigned
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from ..pipeline import Pipeline

__all__ = ["Divider", "Multiplier"]

POINTS = ("slice1", "slice2", "slice3", "slice4", "slice5")


class _SlicedDatapath(wiring.Component):
    """Work in equal slices, one for each stage and one more."""

    points = POINTS

    @staticmethod
    def cuts(stages: int) -> tuple[str, ...]:
        """Live cut points for a number of stages."""
        return POINTS[:stages]

    @staticmethod
    def signed_cuts(stages: int) -> tuple[str, ...]:
        """The same for a core with signs around it."""
        return POINTS[:stages]

    def slices(self, count: int) -> list[tuple[range, str | None]]:
        """``count`` steps of work as ranges, each with the cut point behind it; the last has none."""
        parts = sum(point in POINTS for point in self.pipeline.live) + 1
        edges = [count * i // parts for i in range(parts + 1)]
        return [(range(edges[i], edges[i + 1]), POINTS[i] if i + 1 < parts else None) for i in range(parts)]


class Multiplier(_SlicedDatapath):
    """o = a b, exactly. Takes signed operands as they are.

    One ``*`` for each slice of b, added up from one stage to the next; without stages a single ``*``, for which the
    synthesis tool picks its best structure.

    Parameters
    ----------
    width : int
        Bits of a factor, 2 to 32.
    pipeline : Pipeline
        Has the points ``slice1``..``slice5``.
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
        a, b = self.a, self.b
        total = None
        for bits, point in self.slices(len(b)):
            part, b = b[: len(bits)], b[len(bits) :]
            if self.b.shape().signed and point is None:
                part = part.as_signed()
            total = a * part if total is None else total + ((a * part) << bits.start)
            if point is not None:
                total, a, b = self.pipeline.cut(m, point, total, a, b)
        m.d.comb += self.o.eq(total)
        return m


class Divider(_SlicedDatapath):
    """o = floor(2^f a / b), exactly; undefined for b = 0.

    Restoring division, one row of subtractors for each quotient bit.

    Parameters
    ----------
    width : int
        Bits of dividend and divisor, 2 to 32.
    pipeline : Pipeline
        Has the points ``slice1``..``slice5``.
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
        for steps, point in self.slices(rows):
            for step in steps:
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
