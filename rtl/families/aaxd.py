"""AAXD as a circuit. Twin in software: ``pysoft/families/aaxd.py``."""

from amaranth.hdl import C, Cat, Module, Mux, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from ..antilogarithm import Antilogarithm
from ..logarithm import Logarithm
from ..pipeline import Pipeline

__all__ = ["Divider"]

ROWS = ("rows1", "rows2")
POINTS = ("normalise", "operands", *ROWS, "antilog")

CUTS = {
    0: (),
    1: ("rows1",),
    2: ("operands", "rows1"),
    3: ("operands", "rows1", "rows2"),
    4: ("normalise", "operands", "rows1", "rows2"),
    5: POINTS,
}

SIGNED_CUTS = {
    0: (),
    1: ("rows1",),
    2: ("operands", "rows1"),
    3: ("operands", "rows1", "rows2"),
    4: ("operands", "rows1", "rows2", "sign"),
    5: ("magnitude", "operands", "rows1", "rows2", "sign"),
}


class Divider(wiring.Component):
    """o = floor(2^(ka-kb-k+f) floor(a' / b')): the 2k bits from the leading one of a, the k bits from that of b.

    A restoring divider with a row for each of k + 1 quotient bits, between normalising shifters and a shift back.
    Undefined for b = 0.

    Parameters
    ----------
    width : int
        Bits of dividend and divisor, 2 to 32.
    pipeline : Pipeline
        Has the points ``normalise operands rows1 rows2 antilog``; the rows are dealt out evenly to those that are live.
    k : int
        Bits kept of the divisor, half of those kept of the dividend: 2 to ``width``.
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

    References
    ----------
    Jiang, Liu, Lombardi and Han (2018).
    """

    points = POINTS
    cuts = CUTS
    signed_cuts = SIGNED_CUTS
    takes_signed = False

    def __init__(self, width: int, pipeline: Pipeline, *, k: int, f: int = 0):
        self.width = width
        self.pipeline = pipeline
        self.k = k
        self.fraction_bits = f
        super().__init__({"a": In(width), "b": In(width), "o": Out(width + f), "by_zero": Out(1)})

    def elaborate(self, platform):
        m = Module()
        k = self.k

        a, ka, nonzero = self._leading_bits(m, "a", 2 * k)
        b, kb, divisible = self._leading_bits(m, "b", k)
        a, b, ka, kb, *flags = self.pipeline.cut(m, "operands", a, b, ka, kb, nonzero, ~divisible)
        bias = 1 << len(ka)  # of the signed difference
        K = (ka - kb).as_unsigned() ^ bias
        quotient, K, nonzero, by_zero = self._divide(m, a, b, K, *flags)

        m.submodules.antilog = antilog = Antilogarithm(
            len(quotient), len(K), bias + k - self.fraction_bits, len(self.o), self.pipeline
        )
        m.d.comb += [
            antilog.significand.eq(quotient),
            antilog.K.eq(K),
            antilog.nonzero.eq(nonzero),
            self.o.eq(antilog.o),
            self.by_zero.eq(*self.pipeline.cut(m, "antilog", by_zero)),
        ]
        return m

    def _leading_bits(self, m, name, bits):
        """So many bits from the leading one, its index and whether there is one."""
        real = min(bits, self.width)
        m.submodules[f"log_{name}"] = log = Logarithm(self.width, self.pipeline, fraction_bits=real - 1)
        m.d.comb += log.i.eq(getattr(self, name))
        return Cat(C(0, bits - real), log.x, 1), log.k, log.nonzero

    def _divide(self, m, a, b, *passing):
        """floor(a / b) of normalised operands, behind the rows' cut points."""
        k = self.k
        live = [point for point in ROWS if point in self.pipeline.live]
        remainder, word = a[k + 1 :], a[: k + 1]
        for share, point in enumerate([*live, None]):
            rows = range((k + 1) * share // (len(live) + 1), (k + 1) * (share + 1) // (len(live) + 1))
            for row in rows:
                partial = Cat(word[-1], remainder)  # below twice the divisor
                if row == k:  # nobody asks for the last remainder
                    fits = partial >= b
                else:
                    difference = Signal(k + 1, name=f"difference_{row}")
                    m.d.comb += difference.eq(partial - b)
                    fits = ~difference[-1]
                    remainder = Signal(k, name=f"remainder_{row}")
                    m.d.comb += remainder.eq(Mux(fits, difference[:k], partial[:k]))
                word = Cat(fits, word[:-1])
            if point:
                remainder, word, b, *passing = self.pipeline.cut(m, point, remainder, word, b, *passing)
        return word, *passing
