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

from .logarithmic import Correction, Scheme, SplitCorrection

__all__ = ["Axis", "Extreme", "Lattice", "Search", "Terms"]


class Terms(NamedTuple):
    """Any correction, or none: what it adds and takes, unit 2^-bits.

    Parameters
    ----------
    pairs : tuple of tuple of (int, int)
        Entry [i][j]: added to the sum or difference of the logarithms, and to the significand, for leading bits i of x1
        and j of x2.
    antilog : tuple of int
        Taken from the significand, by the leading bits of the fraction of the corrected sum or difference.
    bits : int
        Fraction bits of an entry.
    """

    pairs: tuple[tuple[tuple[int, int], ...], ...]
    antilog: tuple[int, ...]
    bits: int

    @classmethod
    def of(cls, correction: Correction | SplitCorrection | None, divide: bool) -> "Terms":
        """Those of a correction of products or, if ``divide``, of quotients."""
        sign = -1 if divide else 1
        if correction is None:
            return cls((((0, 0),),), (0,), 0)
        if isinstance(correction, SplitCorrection):
            split = tuple(tuple((c1 + sign * c2, 0) for c2 in correction.second) for c1 in correction.first)
            return cls(split, correction.antilog, correction.bits)
        log = correction.domain == "log"
        table = tuple(tuple((sign * c, 0) if log else (0, sign * c) for c in row) for row in correction.table)
        return cls(table, (0,), correction.bits)


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
        Entries of its correction are below 1, and no split one leads out of the binade of an operand. For a product, a
        lower part that is an OR has no correction behind it; for a quotient, there is neither a lower part nor a carry
        in, and no quotient is corrected to 0 or less: if one is, the least error found is -1 or less.
    width : int
        Of the operands.
    divide : bool
        Whether it is a quotient.
    port : bool
        Whether a product has to fit into 2 ``width`` bits, as that of integers has.
    """

    scheme: Scheme
    width: int
    divide: bool
    port: bool = True

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
        return Extreme(Fraction(best_num * units, best_den * 4 * self._unit) - 1, *best)

    @cached_property
    def _terms(self) -> Terms:
        return Terms.of(self.scheme.correction, self.divide)

    @cached_property
    def _unit(self) -> int:
        """What 1 is for sums of logarithms. It is four times that for significands: quotients have quarters."""
        return 1 << max(self.width - 1, self._terms.bits)

    def _lattices(self, greatest: bool) -> Iterator[Lattice]:
        """The pairs of fractions that can be extreme, piece by piece."""
        pairs = self._terms.pairs
        rows, columns = self._axes(len(pairs)), self._axes(len(pairs[0]))
        for row, entries in zip(rows, pairs, strict=True):
            for column, entry in zip(columns, entries, strict=True):
                for x, y in itertools.product(row, column):
                    for lattice in self._pieces(x, y, entry, greatest):
                        if lattice.where != "below":
                            yield lattice
                        elif greatest:  # the least error is at the top, where the significand is smaller
                            for pair in (*itertools.product(x.even, y.parts), *itertools.product(x.parts, y.even)):
                                yield from (l for l in self._pieces(*pair, entry, greatest) if l.where == "below")

    def _axes(self, segments: int) -> list[list[Axis]]:
        """For each of so many segments, the fractions in it."""
        scheme, one = self.scheme, 1 << (self.width - 1)
        stride = self._resolution
        blocks = [(0, stride, 0)]
        if scheme.lower_part is not None:
            stride = one >> (scheme.kept - scheme.lower_part.bits)
            blocks = [(0, stride // 2, 0), (stride // 2, stride, 1)]
            if scheme.last_one and scheme.lower_part.bits == 1:
                blocks = [(0, stride, 1)]  # the guessing bit is the forced one
        segment = one // segments
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

    def _pieces(self, x: Axis, y: Axis, entry: tuple[int, int], greatest: bool) -> Iterator[Lattice]:
        """One lattice for each stretch of the sum that is affine, two where it may not fit into the product."""
        unit, terms = self._unit, self._terms
        scale, fine = unit >> (self.width - 1), unit >> terms.bits
        in_log, in_significand = entry[0] * fine, 4 * entry[1] * fine
        largest = 16 * unit - (8 * unit >> max(self.scheme.kept, terms.bits))
        step = max(x.stride, y.stride)
        rise = step * scale
        turn = step * (y.length - 1) if self.divide else 0  # there the second axis runs backwards
        s = x.base - y.base - turn if self.divide else x.base + y.base + self._offset(x, y)
        end = x.length + y.length - 2
        segments = len(terms.antilog)
        for dx, dy, dv in self._corners(x, y, greatest):
            z = (s + dv) * scale + in_log
            for stretch in range(z * segments // unit, (z + end * rise) * segments // unit + 1):
                low = max(0, -((z - stretch * unit // segments) // rise))
                high = min(end, ((stretch + 1) * unit // segments - 1 - z) // rise)
                if low > high:
                    continue
                K, k = divmod(stretch, segments)
                v = (unit + z - K * unit - terms.antilog[k] * fine << K + 2) + in_significand
                slope = rise << K + 2
                start, lengths = (x.start + dx, y.start + dy + turn), (x.length, y.length)
                lattice = Lattice(*start, step, lengths, low, high, v, slope, "any")
                fits = high if self.divide or not self.port else min(high, (16 * unit - 1 - v) // slope)
                if low <= fits:
                    yield lattice._replace(high=fits)
                if fits < high:
                    lattice = lattice._replace(low=max(low, fits + 1), where="below")
                    yield lattice
                    v, slope = (v - in_significand, slope) if in_significand else (largest, 0)
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
