"""Mitchell's multiplier and divider as circuits. Twin in software: ``pysoft/families/mitchell.py``."""

from amaranth.hdl import Cat, Module
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from ..adder import add
from ..antilogarithm import Antilogarithm
from ..logarithm import Logarithm
from ..pipeline import Pipeline

__all__ = ["Divider", "Multiplier"]

POINTS = ("normalise", "log", "carry", "sum", "antilog")

# Chosen among all subsets of the points by place-and-route of 16-bit multipliers for iCE40-HX8K: bench/cuts.py.
CUTS = {
    0: (),
    1: ("log",),
    2: ("log", "sum"),
    3: ("normalise", "log", "sum"),
    4: ("normalise", "log", "sum", "antilog"),
    5: ("normalise", "log", "carry", "sum", "antilog"),
}

SIGNED_CUTS = {
    0: (),
    1: ("log",),
    2: ("log", "antilog"),
    3: ("normalise", "sum", "sign"),
    4: ("magnitude", "log", "sum", "sign"),
    5: ("magnitude", "normalise", "carry", "antilog", "sign"),
}


class _LogarithmicDatapath(wiring.Component):
    """Two logarithms, one addition or subtraction, one antilogarithm."""

    points = POINTS
    subtract: bool
    takes_signed = False

    @staticmethod
    def cuts(stages: int) -> tuple[str, ...]:
        """Live cut points for a number of stages: chosen where place-and-route finds the delay."""
        return CUTS[stages]

    @staticmethod
    def signed_cuts(stages: int) -> tuple[str, ...]:
        """The same for a core with signs around it, which adds the points ``magnitude`` and ``sign``."""
        return SIGNED_CUTS[stages]

    def __init__(self, width: int, pipeline: Pipeline, *, f: int = 0):
        self.width = width
        self.pipeline = pipeline
        self.fraction_bits = f
        if self.subtract:
            super().__init__({"a": In(width), "b": In(width), "o": Out(width + f), "by_zero": Out(1)})
        else:
            super().__init__({"a": In(width), "b": In(width), "o": Out(2 * width)})

    def elaborate(self, platform):
        m = Module()
        F = self.width - 1
        cut = self.pipeline.cut

        m.submodules.log_a = log_a = Logarithm(self.width, self.pipeline)
        m.submodules.log_b = log_b = Logarithm(self.width, self.pipeline)
        m.d.comb += [log_a.i.eq(self.a), log_b.i.eq(self.b)]
        flags = (log_a.nonzero, ~log_b.nonzero) if self.subtract else (log_a.nonzero & log_b.nonzero,)
        L1, L2, *flags = cut(m, "log", Cat(log_a.x, log_a.k), Cat(log_b.x, log_b.k), *flags)

        s, *flags = add(m, self.pipeline, "carry", L1, L2, *flags, subtract=self.subtract)
        s, nonzero, *flags = cut(m, "sum", s, *flags)

        K_width = len(s) - F
        bias = 1 << K_width - 1 if self.subtract else 0  # K of a quotient is signed
        m.submodules.antilog = antilog = Antilogarithm(
            F, K_width, F + bias - self.fraction_bits, len(self.o), self.pipeline
        )
        m.d.comb += [antilog.f.eq(s[:F]), antilog.K.eq(s[F:] ^ bias), antilog.nonzero.eq(nonzero), self.o.eq(antilog.o)]
        if self.subtract:
            m.d.comb += self.by_zero.eq(*cut(m, "antilog", *flags))
        return m


class Multiplier(_LogarithmicDatapath):
    """o = antilog(log a + log b), Mitchell's product of two unsigned numbers.

    Parameters
    ----------
    width : int
        Bits of a factor, 2 to 32.
    pipeline : Pipeline
        Has the points ``normalise log carry sum antilog``.

    Members
    -------
    a, b : In(width)
    o : Out(2 * width)

    Latency
    -------
    One cycle for each live point.

    Error bound
    -----------
    -1/9 <= (o - a b) / (a b) <= 0.

    References
    ----------
    Mitchell (1962), eqs. 22 and 23.
    """

    subtract = False


class Divider(_LogarithmicDatapath):
    """o = floor(2^f antilog(log a - log b)), Mitchell's quotient of two unsigned numbers; undefined for b = 0.

    Parameters
    ----------
    width : int
        Bits of dividend and divisor, 2 to 32.
    pipeline : Pipeline
        Has the points ``normalise log carry sum antilog``.
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

    Error bound
    -----------
    a / b - 2^-f < 2^-f o <= 9/8 a / b.

    References
    ----------
    Mitchell (1962).
    """

    subtract = True
