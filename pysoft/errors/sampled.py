"""Errors of a random sample of integers: stratified over the characteristics of the operands.

An operand N = 2^k (1 + x) falls into the cell of its k. Half of all operands are in the cell of the largest k, and
uniform ones would hardly ever show the small numbers at which the peaks of a format stand. So strata are pairs of
cells, or the cells of a single operand: half of the sample is shared out by their sizes, half equally. Within a stratum
operands are uniform, and what is found there counts by the true share of the stratum. A stratum with no more pairs than
it was given is looked at as a whole. Where there would be fewer than four pairs a stratum, the smallest k share one
cell.
"""

import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

import numpy as np

from ..formats import IntegerFormat
from ..operator import Operator
from .extent import integers
from .findings import Findings
from .tally import ROW_PAIRS, Sums

__all__ = ["NORMAL_95", "Sample", "Stratum", "allocation", "strata"]

_FEWEST = 4  # pairs in a stratum
NORMAL_95 = 1.959963984540054  # 97.5 % quantile of the normal distribution


@dataclass(frozen=True)
class _Cell:
    """Operands whose magnitudes are neighbours: ``below`` negative ones from ``first_below`` on, and the others."""

    first_below: int
    below: int
    first: int
    above: int

    @property
    def size(self) -> int:
        return self.below + self.above

    def operands(self, places: np.ndarray) -> np.ndarray:
        """Operands at these places of the cell, int64."""
        at = places.astype(np.int64)
        return np.where(at < self.below, self.first_below + at, self.first + at - self.below)


@dataclass(frozen=True)
class Stratum:
    """Pairs of operands of two cells, or the operands of one."""

    cells: tuple[_Cell, ...]

    @property
    def size(self) -> int:
        """Number of its pairs."""
        return math.prod(cell.size for cell in self.cells)

    def operands(self, places: np.ndarray, dtype: np.dtype) -> tuple[np.ndarray, ...]:
        """Operands at these places (uint64) of the stratum: one array for each cell."""
        *first, last = self.cells
        if not first:
            return (last.operands(places).astype(dtype),)
        row, column = np.divmod(places, np.uint64(last.size))
        return first[0].operands(row).astype(dtype), last.operands(column).astype(dtype)


def _cells(form: IntegerFormat, count: int) -> list[_Cell]:
    """All operands but zero, the largest characteristics first. The most negative operand is among the largest."""
    top = form.maximum.bit_length() - 1
    cells = []
    for k in range(top, max(top - count, -1), -1):
        last_cell = k == max(top - count + 1, 0)
        low, high = 1 if last_cell else 1 << k, (2 << k) - 1
        lowest = form.minimum if k == top else -high
        cells.append(_Cell(lowest, 1 - low - lowest if form.signed else 0, low, high - low + 1))
    return cells


def strata(form: IntegerFormat, samples: int, operands: int = 2) -> list[Stratum]:
    """Strata for so many pairs of operands, or single ones, the largest first."""
    count = samples // _FEWEST
    cells = _cells(form, max(1, isqrt(count) if operands == 2 else count))
    return [Stratum(chosen) for chosen in itertools.product(cells, repeat=operands)]


def allocation(layers: list[Stratum], samples: int) -> list[int]:
    """How many pairs each stratum is given: half by its size, half equally; the rest goes to the first."""
    everything = sum(stratum.size for stratum in layers)
    given = [samples * stratum.size // (2 * everything) + samples // (2 * len(layers)) for stratum in layers]
    given[0] += samples - sum(given)
    return given


class Sample:
    """A sample of the operands of one operator that are not zero.

    Parameters
    ----------
    operator : Operator
        On integers of any width.
    samples, seed : int

    Attributes
    ----------
    findings : Findings
        What was found, by the true share of each stratum.
    """

    def __init__(self, operator: Operator, samples: int, seed: int):
        self._operator = operator
        self._rng = np.random.default_rng(seed)
        self._strata = strata(integers(operator), samples, len(operator.operands))
        self._given = allocation(self._strata, samples)
        self._everything = sum(stratum.size for stratum in self._strata)
        self.findings = Findings(operator)
        self._variance: dict[str, float] | None = {"magnitude": 0.0, "relative": 0.0}

    @property
    def planned(self) -> int:
        """How many pairs will be looked at."""
        return sum(min(given, stratum.size) for stratum, given in zip(self._strata, self._given, strict=True))

    def interval(self, term: str) -> float | None:
        """Half width of the 95 % interval of the mean of ``magnitude`` or ``relative``; None if nothing is known."""
        return None if self._variance is None else NORMAL_95 * math.sqrt(self._variance[term])

    def run(self, done: Callable[[int], None]) -> None:
        """Look at all pairs of the sample; ``done`` is called with the number of pairs after each step."""
        for stratum, given in zip(self._strata, self._given, strict=True):
            size = min(given, stratum.size)
            share = Fraction(stratum.size, self._everything)
            sums = Sums(self._operator)
            for places in self._places(stratum, given):
                operands = stratum.operands(places, self._operator.format.dtype)
                sums.add(self.findings.look(operands, share / size), places.size)
                done(places.size)
            self._add_variance(sums, share, size, stratum.size)

    def _places(self, stratum: Stratum, given: int) -> Iterator[np.ndarray]:
        if given >= stratum.size:
            every = np.arange(stratum.size, dtype=np.uint64)
            yield from (every[at : at + ROW_PAIRS] for at in range(0, every.size, ROW_PAIRS))
            return
        for at in range(0, given, ROW_PAIRS):
            yield self._rng.integers(0, stratum.size, min(ROW_PAIRS, given - at), dtype=np.uint64)

    def _add_variance(self, sums: Sums, share: Fraction, size: int, population: int) -> None:
        """Of the means: that of a stratum which was looked at as a whole is zero, that of one pair is unknown."""
        if size == population or self._variance is None:
            return
        if size == 1:
            self._variance = None
            return
        square = sums.total("relative_square")
        for term in self._variance:
            spread = (square - sums.total(term) ** 2 / size) / (size - 1)
            self._variance[term] += float(max(spread, Fraction(0)) * share**2 / size)
