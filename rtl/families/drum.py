"""DRUM as a circuit. Twin in software: ``pysoft/families/drum.py``."""

from amaranth.hdl import C, Cat, Module
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from ..antilogarithm import Antilogarithm
from ..leading_one import LeadingOneDetector
from ..pipeline import Pipeline
from ..shifter import LeftShifter

__all__ = ["Multiplier"]

POINTS = ("index", "window", "partial", "product", "antilog")

CUTS = {
    0: (),
    1: ("window",),
    2: ("window", "product"),
    3: ("index", "window", "product"),
    4: ("index", "window", "partial", "product"),
    5: POINTS,
}

SIGNED_CUTS = {
    0: (),
    1: ("window",),
    2: ("window", "product"),
    3: ("window", "product", "sign"),
    4: ("magnitude", "window", "product", "sign"),
    5: ("magnitude", "window", "partial", "product", "sign"),
}


class Multiplier(wiring.Component):
    """o = a' b', each operand cut off to the k bits from its leading one, the last of them a one.

    Parameters
    ----------
    width : int
        Bits of a factor, 3 to 32.
    pipeline : Pipeline
        Has the points ``index window partial product antilog``.
    k : int
        Bits of a window, 3 to ``width``.

    Members
    -------
    a, b : In(width)
    o : Out(2 * width)

    Latency
    -------
    One cycle for each live point.

    References
    ----------
    Hashemi, Bahar and Reda (2015), fig. 2.
    """

    points = POINTS
    cuts = CUTS
    signed_cuts = SIGNED_CUTS
    takes_signed = False

    def __init__(self, width: int, pipeline: Pipeline, *, k: int):
        self.k = k
        self.pipeline = pipeline
        super().__init__({"a": In(width), "b": In(width), "o": Out(2 * width)})

    def elaborate(self, platform):
        m = Module()
        cut = self.pipeline.cut

        a, b, s1, s2 = cut(m, "index", self.a, self.b, self._dropped(m, "a"), self._dropped(m, "b"))
        a, b = self._window(m, "a", a, s1), self._window(m, "b", b, s2)
        a, b, K = cut(m, "window", a, b, s1 + s2)
        product, K = self._multiply(m, a, b, K)
        product, K = cut(m, "product", product, K)

        if len(K) < 2:  # the windows are the operands
            m.d.comb += self.o.eq(*cut(m, "antilog", product))
            return m
        m.submodules.antilog = antilog = Antilogarithm(len(product), len(K), 0, len(self.o), self.pipeline)
        m.d.comb += [
            antilog.significand.eq(product),
            antilog.K.eq(K),
            antilog.nonzero.eq(1),
            self.o.eq(antilog.o),
        ]
        return m

    def _dropped(self, m, name):
        """How many bits of an operand lie below its window."""
        high = getattr(self, name)[self.k - 1 :]
        if len(high) == 1:
            return C(0, 0)
        m.submodules[f"detector_{name}"] = detector = LeadingOneDetector(len(high))
        m.d.comb += detector.i.eq(high)
        return detector.k

    def _window(self, m, name, operand, dropped):
        """Its k bits, the last a one if any are dropped: a right shift, as a left one of reversed bits."""
        if len(dropped) == 0:
            return operand
        m.submodules[f"window_{name}"] = shifter = LeftShifter(
            len(operand), self.k, tuple(1 << j for j in reversed(range(len(dropped)))), drop=len(operand) - self.k
        )
        m.d.comb += [shifter.i.eq(operand[::-1]), shifter.by.eq(dropped[::-1])]
        window = shifter.o[::-1]
        return Cat(window[0] | dropped.any(), window[1:])

    def _multiply(self, m, a, b, K):
        """The product of the windows; if ``partial`` is live, of each half of b first."""
        if "partial" not in self.pipeline.live:
            return a * b, K
        half = len(b) // 2
        low, high, K = self.pipeline.cut(m, "partial", a * b[:half], a * b[half:], K)
        return Cat(low[:half], (low[half:] + high)[: len(high)]), K
