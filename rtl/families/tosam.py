"""TOSAM as a circuit. Twin in software: ``pysoft/families/tosam.py``."""

from amaranth.hdl import C, Cat, Module
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from ..antilogarithm import Antilogarithm
from ..logarithm import Logarithm
from ..pipeline import Pipeline

__all__ = ["Multiplier"]

POINTS = ("normalise", "log", "product", "sum", "antilog")

CUTS = {
    0: (),
    1: ("log",),
    2: ("log", "sum"),
    3: ("normalise", "log", "sum"),
    4: ("normalise", "log", "product", "sum"),
    5: POINTS,
}

SIGNED_CUTS = {
    0: (),
    1: ("log",),
    2: ("log", "sum"),
    3: ("log", "sum", "sign"),
    4: ("magnitude", "log", "sum", "sign"),
    5: ("magnitude", "log", "product", "sum", "sign"),
}


class Multiplier(wiring.Component):
    """o = floor(2^(k1+k2) (1 + xt + yt + xh yh)): the top t bits of a fraction, and its top h bits with a one behind.

    Parameters
    ----------
    width : int
        Bits of a factor, 2 to 32.
    pipeline : Pipeline
        Has the points ``normalise log product sum antilog``.
    h : int
        Bits of a fraction that are multiplied, 0 to ``width`` - 2.
    t : int
        Bits of a fraction that are added, 1 to ``width`` - 1.

    Members
    -------
    a, b : In(width)
    o : Out(2 * width)

    Latency
    -------
    One cycle for each live point.

    References
    ----------
    Vahdat et al. (2019).
    """

    points = POINTS
    cuts = CUTS
    signed_cuts = SIGNED_CUTS
    takes_signed = False

    def __init__(self, width: int, pipeline: Pipeline, *, h: int, t: int):
        self.width = width
        self.h = h
        self.t = t
        self.pipeline = pipeline
        super().__init__({"a": In(width), "b": In(width), "o": Out(2 * width)})

    def elaborate(self, platform):
        m = Module()
        cut = self.pipeline.cut
        h, t = self.h, self.t

        bits = max(h, t)
        m.submodules.log_a = log_a = Logarithm(self.width, self.pipeline, fraction_bits=bits)
        m.submodules.log_b = log_b = Logarithm(self.width, self.pipeline, fraction_bits=bits)
        m.d.comb += [log_a.i.eq(self.a), log_b.i.eq(self.b)]
        x, y, k1, k2, nonzero = cut(m, "log", log_a.x, log_b.x, log_a.k, log_b.k, log_a.nonzero & log_b.nonzero)

        small = Cat(1, x[bits - h :]) * Cat(1, y[bits - h :])
        total = x[bits - t :] + y[bits - t :]
        small, total, K, nonzero = cut(m, "product", small, total, k1 + k2, nonzero)

        F = max(t, len(small))
        total = Cat(total[:-1], ~total[-1], total[-1])  # and 1
        if len(small) > t:  # the low bits of the product pass by the adder
            below = len(small) - t
            significand = Cat(small[:below], (total + small[below:])[: t + 2])
        else:
            significand = (total + Cat(C(0, t - len(small)), small))[: t + 2]
        significand, K, nonzero = cut(m, "sum", significand, K, nonzero)

        m.submodules.antilog = antilog = Antilogarithm(len(significand), len(K), F, len(self.o), self.pipeline)
        m.d.comb += [
            antilog.significand.eq(significand),
            antilog.K.eq(K),
            antilog.nonzero.eq(nonzero),
            self.o.eq(antilog.o),
        ]
        return m
