"""Mitchell's logarithm as a circuit. Twin in software: ``pysoft/logarithm.py``."""

from amaranth.hdl import C, Cat, Module
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out
from amaranth.utils import ceil_log2

from .leading_one import highest
from .pipeline import Pipeline
from .shifter import LeftShifter

__all__ = ["Logarithm"]


class Logarithm(wiring.Component):
    """L = k + x of N = 2^k (1 + x).

    A normalising shifter in two halves. The coarse half is a tournament of groups of bits: the highest group that is
    not zero wins, and takes with it the operand, shifted until that group is on top, and the index of the leading one
    within the group, which all groups look for at the same time. The fine half shifts by that index. So no level of
    multiplexers waits for k.

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
        group = 1 << fine_bits
        full = 1 << bits  # a width that is no power of two gets zeros on top
        below = full - 1 - len(self.x)  # positions under the last fraction bit,
        lowest = max(0, below - (group - 1))  # and those that the fine half does not lift out of there

        padded = Cat(self.i, C(0, full - self.width))
        found, candidates = [], []
        for start in range(0, self.width, group):
            end = start + group
            fine_k, any_found, _ = highest(m, padded[start:end], [C(0, 0)] * group)
            found.append(any_found)
            candidates.append(Cat(fine_k, Cat(C(0, full - end), padded[:end])[lowest:]))
        coarse_k, nonzero, winner = highest(m, found, candidates)

        coarse_k, nonzero, fine_k, value = self.pipeline.cut(
            m, "normalise", coarse_k, nonzero, winner[:fine_bits], winner[fine_bits:]
        )
        if fine_bits:
            distances = tuple(1 << j for j in reversed(range(fine_bits)))
            m.submodules.fine_shift = fine_shift = LeftShifter(len(value), len(self.x), distances, drop=below - lowest)
            m.d.comb += [fine_shift.i.eq(value), fine_shift.by.eq(~fine_k[::-1]), self.x.eq(fine_shift.o)]
        else:
            m.d.comb += self.x.eq(value[below - lowest : -1])
        m.d.comb += [self.k.eq(Cat(fine_k, coarse_k)), self.nonzero.eq(nonzero)]
        return m
