"""Mitchell's logarithm as a circuit. Twin in software: ``pysoft/logarithm.py``."""

from amaranth.hdl import Cat, Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out
from amaranth.utils import ceil_log2

from .leading_one import LeadingOneDetector
from .pipeline import Pipeline
from .shifter import LeftShifter

__all__ = ["Logarithm"]


class Logarithm(wiring.Component):
    """L = k + x of N = 2^k (1 + x).

    A normalising shifter in two halves. The coarse half looks at groups of bits, finds the highest group that is not
    zero and shifts it to the top; the fine half does the same with the bits of that one group. Both work straight from
    flags of the group and not from a finished k, so the shifter need not wait for the detector.

    Parameters
    ----------
    width : int
        Bits of the operand, 2 to 32.
    pipeline : Pipeline
        Has the cut point ``normalise``, between the halves.
    fraction_bits : int
        Bits of the fraction that are wanted, from the top: 1 to width - 1, all of them by default.

    Members
    -------
    i : In(width)
        N.
    k : Out(ceil_log2(width))
        Characteristic.
    x : Out(fraction_bits)
        Fraction, unit 2^-fraction_bits: the bits below the leading one, left-aligned, the last ones cut off.
    nonzero : Out(1)
        Whether N > 0; ``k`` and ``x`` mean nothing otherwise.

    Latency
    -------
    1 cycle if ``normalise`` is live, else combinational.

    References
    ----------
    Mitchell (1962), eqs. 1 to 5.
    """

    def __init__(self, width: int, pipeline: Pipeline, *, fraction_bits: int | None = None):
        self.width = width
        self.pipeline = pipeline
        x_width = width - 1 if fraction_bits is None else fraction_bits
        super().__init__({"i": In(width), "k": Out(ceil_log2(width)), "x": Out(x_width), "nonzero": Out(1)})

    def elaborate(self, platform):
        m = Module()
        bits = len(self.k)
        fine_bits = bits // 2
        coarse_bits = bits - fine_bits
        full = 1 << bits  # a width that is no power of two gets zeros on top
        group = 1 << fine_bits

        below = (
            full - 1 - len(self.x)
        )  # positions under the last fraction bit, and those that the fine half still lifts
        lowest = max(0, below - (group - 1))

        padded = Signal(full)
        m.d.comb += padded.eq(self.i)
        m.submodules.coarse = coarse = LeadingOneDetector(1 << coarse_bits)
        m.d.comb += coarse.i.eq(Cat(padded.word_select(j, group).any() for j in range(1 << coarse_bits)))
        distances = tuple(group << j for j in reversed(range(coarse_bits)))
        m.submodules.coarse_shift = coarse_shift = LeftShifter(full, full - lowest, distances, drop=lowest)
        m.d.comb += [coarse_shift.i.eq(padded), coarse_shift.by.eq(~coarse.k[::-1])]

        coarse_k, nonzero, value = self.pipeline.cut(m, "normalise", coarse.k, coarse.found, coarse_shift.o)

        if fine_bits:
            m.submodules.fine = fine = LeadingOneDetector(group)
            m.d.comb += fine.i.eq(value[-group:])
            distances = tuple(1 << j for j in reversed(range(fine_bits)))
            m.submodules.fine_shift = fine_shift = LeftShifter(len(value), len(self.x), distances, drop=below - lowest)
            m.d.comb += [fine_shift.i.eq(value), fine_shift.by.eq(~fine.k[::-1])]
            m.d.comb += [self.k.eq(Cat(fine.k, coarse_k)), self.x.eq(fine_shift.o)]
        else:
            m.d.comb += [self.k.eq(coarse_k), self.x.eq(value[below - lowest : -1])]
        m.d.comb += self.nonzero.eq(nonzero)
        return m
