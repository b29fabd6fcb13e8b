"""Powers of integers in the log domain as a circuit. Twin in software: ``pysoft/power.py``."""

from amaranth.hdl import C, Cat, Module, Mux
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from pysoft.operation import OPERATIONS
from pysoft.power import PowerScheme

from .adder import add
from .antilogarithm import Antilogarithm
from .logarithm import Logarithm
from .pipeline import Pipeline
from .table import lookup

__all__ = ["Power"]

POINTS = ("normalise", "log", "carry", "sum", "antilog")

CUTS = {
    0: (),
    1: ("log",),
    2: ("log", "sum"),
    3: ("normalise", "log", "sum"),
    4: ("normalise", "log", "sum", "antilog"),
    5: POINTS,
}


class Power(wiring.Component):
    """o = floor(2^f antilog(n log a + c)): a square, reciprocal or root of an unsigned number.

    One logarithm, at most one addition of a constant, one antilogarithm.

    Parameters
    ----------
    width : int
        Bits of the operand, 2 to 32.
    pipeline : Pipeline
        Has the points ``normalise log carry sum antilog``.
    scheme : PowerScheme
    operation : str
        ``square``, ``reciprocal``, ``sqrt`` or ``rsqrt``.
    f : int
        Fraction bits of the result.

    Members
    -------
    a : In(width)
    o : Out
        As wide as the result of the operation, unit 2^-f.
    by_zero : Out(1)
        Whether a = 0, as late as ``o``; only of ``reciprocal`` and ``rsqrt``, whose ``o`` then means nothing.

    Latency
    -------
    One cycle for each live point.
    """

    points = POINTS
    cuts = CUTS
    takes_signed = False

    def __init__(self, width: int, pipeline: Pipeline, *, scheme: PowerScheme, operation: str, f: int = 0):
        self.width = width
        self.pipeline = pipeline
        self.scheme = scheme
        self.operation = OPERATIONS[operation]
        self.fraction_bits = f
        members = {"a": In(width), "o": Out(self.operation.result_width(width, f))}
        super().__init__(members | ({"by_zero": Out(1)} if self.operation.inverts else {}))

    def elaborate(self, platform):
        m = Module()
        cut = self.pipeline.cut
        m.submodules.log = log = Logarithm(self.width, self.pipeline)
        m.d.comb += log.i.eq(self.a)
        x, k, nonzero = cut(m, "log", log.x, log.k, log.nonzero)

        s, F, nonzero = self._combine(m, Cat(x, k), nonzero)
        s, nonzero = cut(m, "sum", s, nonzero)

        K = s[F:]
        bias = 1 << len(K) - 1  # the characteristic is signed: flipping its top bit makes it unsigned
        m.submodules.antilog = antilog = Antilogarithm(
            F + 1, len(K), F + bias - self.fraction_bits, len(self.o), self.pipeline
        )
        m.d.comb += [
            antilog.significand.eq(Cat(s[:F], 1)),
            antilog.K.eq(K ^ bias),
            antilog.nonzero.eq(nonzero),
            self.o.eq(antilog.o),
        ]
        if self.operation.inverts:
            m.d.comb += self.by_zero.eq(*cut(m, "antilog", ~nonzero))
        return m

    def _combine(self, m, L, nonzero):
        """The sum n L + c in two's complement, and its fraction bits: a root has one more, which halves it."""
        scheme, exponent = self.scheme, self.operation.exponent
        F = max(self.width - 1, scheme.bits)
        entries = [entry << F - scheme.bits for row in scheme.table for entry in row]
        largest = exponent.numerator * ((1 << len(L) - self.width + 1 + F) - 1)  # what n L is at most, or at least
        low, high = min(0, largest) + min(entries), max(0, largest) + max(entries)
        bits = max(1 + max(high.bit_length(), (~low).bit_length()), F + 2 + (exponent.denominator == 2))
        rows, columns = scheme.index_bits
        c = lookup(entries, L[self.width - 1 - columns : self.width - 1 + rows], bits)
        scaled = Cat(C(0, F - self.width + 1 + (exponent == 2)), L, C(0, bits))[:bits]
        subtract = exponent.numerator < 0
        if any(entries) or subtract:
            x, y = (c, scaled) if subtract else (scaled, c)
            s, nonzero = add(m, self.pipeline, "carry", x, y, nonzero, subtract=subtract)
            s = s[:bits]
        else:
            s, nonzero = self.pipeline.cut(m, "carry", scaled, nonzero)
        if exponent == 2 and max(entries) > 0:
            beyond = s[F:] >= 2 * self.width  # becomes the largest logarithm
            s = Mux(beyond, C((2 * self.width << F) - 1, bits), s)
        return s, F + (exponent.denominator == 2), nonzero
