"""ILM and RoBA as circuits. Twin in software: ``pysoft/families/nearest_power.py``."""

from amaranth.hdl import Cat, Module, Mux
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from ..adder import add
from ..antilogarithm import Antilogarithm
from ..logarithm import Logarithm
from ..logarithmic import CUTS, SIGNED_CUTS
from ..pipeline import Pipeline

__all__ = ["IlmMultiplier", "RobaMultiplier"]

POINTS = ("normalise", "log", "carry", "sum", "antilog")


class _NearestPowerMultiplier(wiring.Component):
    """Two logarithms rounded to the nearest power of two, one addition, one antilogarithm.

    With a = 2^k (1 + x), the nearest power is 2^k and the residue d = x of it where x < 1/2, and else 2^(k+1) and
    d = (x - 1) / 2. The product is 2^K (1 + d1 + d2), so that the shifter is one for both residues, and behind the sum.
    """

    points = POINTS
    cuts = CUTS
    signed_cuts = SIGNED_CUTS
    takes_signed = False
    three_down: bool

    def __init__(self, width: int, pipeline: Pipeline):
        self.width = width
        self.pipeline = pipeline
        super().__init__({"a": In(width), "b": In(width), "o": Out(2 * width)})

    def elaborate(self, platform):
        m = Module()
        cut = self.pipeline.cut

        m.submodules.log_a = log_a = Logarithm(self.width, self.pipeline)
        m.submodules.log_b = log_b = Logarithm(self.width, self.pipeline)
        m.d.comb += [log_a.i.eq(self.a), log_b.i.eq(self.b)]
        x1, x2, k1, k2, nonzero = cut(m, "log", log_a.x, log_b.x, log_a.k, log_b.k, log_a.nonzero & log_b.nonzero)

        up1, up2 = self._rounds_up(x1, k1), self._rounds_up(x2, k2)
        K = (k1 + k2 + up1 + up2)[: (2 * self.width).bit_length()]  # at most 2 width
        significand, K, nonzero = add(
            m, self.pipeline, "carry", self._half_more(x1, up1), self._half_more(x2, up2), K, nonzero
        )
        significand, K, nonzero = cut(m, "sum", significand, K, nonzero)

        m.submodules.antilog = antilog = Antilogarithm(
            len(significand), len(K), self.width, 2 * self.width, self.pipeline
        )
        m.d.comb += [
            antilog.significand.eq(significand),
            antilog.K.eq(K),
            antilog.nonzero.eq(nonzero),
            self.o.eq(antilog.o),
        ]
        return m

    def _rounds_up(self, x, k):
        """Whether the power above is the nearest one. Of the numbers with k = 1 only 3 has a fraction."""
        return x[-1] & (k != 1) if self.three_down else x[-1]

    def _half_more(self, x, up):
        """The sum d + 1/2, which is never negative, in the unit 2^-width; two of them make 1 + d1 + d2."""
        moved = Mux(up, x, Cat(0, x[:-1]))
        if self.three_down:  # d = 1/2 of the operand 3
            three = x[-1] & ~up
            return Cat(moved, ~x[-1], three)
        return Cat(moved, ~up)


class IlmMultiplier(_NearestPowerMultiplier):
    """o = Ar b + Br (a - Ar); Ar and Br are the powers of two nearest to a and b, the larger one at a tie.

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

    References
    ----------
    Ansari, Cockburn and Han (2021).
    """

    three_down = False


class RobaMultiplier(_NearestPowerMultiplier):
    """o = Ar b + Br (a - Ar) as :class:`IlmMultiplier`, but the operand 3 is rounded to 2.

    Parameters, members and latency are the same.

    References
    ----------
    Zendegani et al. (2017).
    """

    three_down = True
