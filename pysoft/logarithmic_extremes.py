"""Where the relative error of a scheme of the logarithmic datapath is extreme.

On each piece of the square of fractions the approximate significand is affine in x1 + x2 (or x1 - x2), which leaves
the extremes of the relative error to the corners of the piece and to one turning point on some of its sides. Theorem
and proof: ``docs/bounds.md``.

All is computed in integers: fractions in units of 2^-(width-1), significands in a unit that is fine enough for all.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from .logarithmic import Correction, Scheme

__all__ = ["Extreme", "Search"]


class Extreme(NamedTuple):
    """An extreme relative error, and one pair of fractions that has it.

    Parameters
    ----------
    error : fractions.Fraction
        Relative, before the result is cut off.
    x, y : int
        The fractions of the operands, unit 2^-(width-1).
    where : str
        ``"top"`` if only where both operands have their leading bit, ``"below"`` if only where one has not, else
        ``"any"``.
    """

    error: Fraction
    x: int
    y: int
    where: str


class Axis(NamedTuple):
    """Fractions start + stride t + (0 .. span), t < length, of one operand, all taken for base + stride t.

    ``bit`` is the one that a lower part guesses its carry from.
    """

    start: int
    stride: int
    length: int
    span: int
    base: int
    bit: int

    @property
    def parts(self) -> list["Axis"]:
        """The same fractions, those with an even start apart from those with an odd one."""
        if self.stride > 1 or self.length == 1:
            return [self]
        half = self._replace(stride=2, length=self.length // 2)
        return [half, half._replace(start=self.start + 1, base=self.base + 1)]

    @property
    def even(self) -> list["Axis"]:
        """Those with an even start."""
        return [axis for axis in self.parts if axis.start % 2 == 0]


class Lattice(NamedTuple):
    """Pairs of fractions (x + step t, y + turn step u), where t and u are below ``lengths`` and low <= t + u <= high.

    Their significand is v + slope (t + u). ``turn`` is -1 for quotients: v depends on x1 - x2.
    """

    x: int
    y: int
    step: int
    lengths: tuple[int, int]
    low: int
    high: int
    v: int
    slope: int
    where: str


@dataclass(frozen=True)
class Search:
    """The extremes of one scheme.

    Parameters
    ----------
    scheme : Scheme
        Entries of its correction are below 1. For a product, a lower part that is an OR has no correction behind it;
        for a quotient, there is neither a lower part nor a carry in, and no quotient is corrected to 0 or less: if
        one is, the least error found is -1 or less.
    width : int
        Of the operands.
    divide : bool
        Whether it is a quotient.
    """

    scheme: Scheme
    width: int
    divide: bool

    def extreme(self, greatest: bool) -> Extreme:
        """The greatest or the least relative error."""
        one, turn = 1 << (self.width - 1), -1 if self.divide else 1
        best, best_num, best_den = (0, 0, ""), 0, 0
        for lattice in self._lattices(greatest):
            for t, u in self._candidates(lattice, greatest):
                x, y = lattice.x + lattice.step * t, lattice.y + turn * lattice.step * u
                v = lattice.v + lattice.slope * (t + u)
                num, den = (v * (one + y), one + x) if self.divide else (v, (one + x) * (one + y))
                gain = num * best_den - best_num * den
                if not best_den or (gain > 0 if greatest else gain < 0):
                    best, best_num, best_den = (x, y, lattice.where), num, den
        units = 1 if self.divide else one * one
        return Extreme(Fraction(best_num * units, best_den * self._unit) - 1, *best)

    @cached_property
    def _correction(self) -> Correction:
        correction = self.scheme.correction
        if correction is None or not any(map(any, correction.table)):
            return Correction(((0,),), 0, "log")
        return correction

    @cached_property
    def _unit(self) -> int:
        """What 1 is for significands: quotients have quarters of the finest step."""
        return 4 << max(self.width - 1, self._correction.bits)

    def _lattices(self, greatest: bool) -> Iterator[Lattice]:
        """The pairs of fractions that can be extreme, piece by piece."""
        rows, columns = (self._axes(bits) for bits in self._correction.index_bits)
        for row, entries in zip(rows, self._correction.table, strict=True):
            for column, entry in zip(columns, entries, strict=True):
                for x, y in itertools.product(row, column):
                    for lattice in self._pieces(x, y, entry, greatest):
                        if lattice.where != "below":
                            yield lattice
                        elif greatest:  # the least error is at the top, where the significand is smaller
                            for pair in (*itertools.product(x.even, y.parts), *itertools.product(x.parts, y.even)):
                                yield from (l for l in self._pieces(*pair, entry, greatest) if l.where == "below")

    def _axes(self, index_bits: int) -> list[list[Axis]]:
        """For each value of the leading ``index_bits`` bits of a fraction, the fractions that have it."""
        scheme, one = self.scheme, 1 << (self.width - 1)
        stride = self._resolution
        blocks = [(0, stride, 0)]
        if scheme.lower_part is not None:
            stride = one >> (scheme.kept - scheme.lower_part.bits)
            blocks = [(0, stride // 2, 0), (stride // 2, stride, 1)]
            if scheme.last_one and scheme.lower_part.bits == 1:
                blocks = [(0, stride, 1)]  # the guessing bit is the forced one
        segment = one >> index_bits
        axes = []
        for start in range(0, one, segment):
            base = start & -stride
            ranges = [(max(start, base + i), min(start + segment, base + j), bit) for i, j, bit in blocks]
            length = max(1, segment // stride)
            axes.append([Axis(i, stride, length, j - i - 1, base, bit) for i, j, bit in ranges if i < j])
        return axes

    @property
    def _resolution(self) -> int:
        """Fractions that differ by less than this, from a multiple of it on, are the same to the scheme."""
        return 1 << (self.width - 1 - self.scheme.kept + self.scheme.last_one)

    def _offset(self, x: Axis, y: Axis) -> int:
        """What the sum of logarithms has beyond the bases of both axes."""
        scheme, last = self.scheme, 1 << (self.width - 1 - self.scheme.kept)
        if scheme.lower_part is None:
            return (2 * scheme.last_one + scheme.carry_in) * last
        carry = (x.bit & y.bit) * last << scheme.lower_part.bits
        if scheme.lower_part.result == "ones":
            return carry + (last << scheme.lower_part.bits) - last
        forced = last if scheme.last_one and scheme.lower_part.bits > 1 else 0
        return carry + ((x.bit | y.bit) * last << (scheme.lower_part.bits - 1)) + forced

    def _corners(self, x: Axis, y: Axis, greatest: bool) -> list[tuple[int, int, int]]:
        """Where in the spans of both axes an extreme can be, and what an OR adds there."""
        if self.divide:
            return [(0, y.span, 0)] if greatest else [(x.span, 0, 0)]
        lower = self.scheme.lower_part
        free = 0 if lower is None or lower.result == "ones" else x.span + 1 - self._resolution
        if not greatest:
            return [(x.span, y.span, free)]
        return [(0, 0, 0), (free, 0, free)] if free else [(0, 0, 0)]  # (0, free, free) is its mirror image

    def _pieces(self, x: Axis, y: Axis, entry: int, greatest: bool) -> Iterator[Lattice]:
        """One lattice for each binade that the significand can be in, two where it may not fit into the product."""
        unit, sign = self._unit, -1 if self.divide else 1
        scale = unit >> (self.width - 1)
        c = sign * entry * (unit >> self._correction.bits)
        in_log, in_significand = (c, 0) if self._correction.domain == "log" else (0, c)
        largest = 4 * unit - (2 * unit >> max(self.scheme.kept, self._correction.bits))
        step = max(x.stride, y.stride)
        turn = step * (y.length - 1) if self.divide else 0  # there the second axis runs backwards
        s = x.base - y.base - turn if self.divide else x.base + y.base + self._offset(x, y)
        end = x.length + y.length - 2
        for dx, dy, dv in self._corners(x, y, greatest):
            z = (s + dv) * scale + in_log
            for K in (0, 1, 2):  # the characteristic, but for its sign
                low = max(0, -((z - sign * K * unit) // (step * scale)))
                high = min(end, ((sign * K + 1) * unit - 1 - z) // (step * scale))
                if low > high:
                    continue
                v, slope = unit + z - sign * K * unit, step * scale
                v, slope = (v >> K, slope >> K) if self.divide else (v << K, slope << K)
                v += in_significand
                start, lengths = (x.start + dx, y.start + dy + turn), (x.length, y.length)
                lattice = Lattice(*start, step, lengths, low, high, v, slope, "any")
                fits = high if self.divide else min(high, (4 * unit - 1 - v) // slope)
                if low <= fits:
                    yield lattice._replace(high=fits)
                if fits < high:
                    lattice = lattice._replace(low=max(low, fits + 1), where="below")
                    yield lattice
                    v, slope = (v - c, slope) if in_significand else (largest, 0)
                    yield lattice._replace(v=v, slope=slope, where="top")

    def _candidates(self, lattice: Lattice, greatest: bool) -> Iterator[tuple[int, int]]:
        """All (t, u) at which the relative error of a lattice can be extreme."""
        (n1, n2), step, low, high = lattice.lengths, lattice.step, lattice.low, lattice.high
        for total in (low, high):
            first, last = max(0, total - n2 + 1), min(n1 - 1, total)
            yield first, total - first
            yield last, total - last
            if not self.divide and not greatest:  # (1 + x1) (1 + x2) is greatest where x1 = x2
                middle = (lattice.y - lattice.x + step * (total + 1)) // (2 * step)  # the nearest integer
                yield (t := min(max(middle, first), last)), total - t
        for t, u in ((0, n2 - 1), (n1 - 1, 0)):
            if low <= t + u <= high:
                yield t, u
        if self.divide and greatest:  # v (1 + x2) has its peak where both factors change alike
            for t in (0, n1 - 1):
                first, last = max(0, low - t), min(n2 - 1, high - t)
                one_y, v = (1 << (self.width - 1)) + lattice.y, lattice.v + lattice.slope * t
                middle = (lattice.slope * (one_y + step) - step * v) // (2 * lattice.slope * step)
                if first <= last:
                    yield t, min(max(middle, first), last)
