"""Errors of all pairs of operands of up to 16 bits.

Signs change nothing but where a signed result saturates, so that pairs of magnitudes are looked at, each counted as
often as it occurs. The magnitudes are cut into segments of equal weight; a job is some rows of one segment over all
columns of another. Where an engine computes a x b and b x a alike, step by step, two different segments meet once and
count twice.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from ..formats import IntegerFormat
from ..kernels.protocol import Prepared
from ..operator import Operator
from .distribution import BINS
from .engine import Engine
from .extent import integers
from .tally import ROW_FIELDS, ROW_PAIRS, Limits, Sums

__all__ = ["LARGE", "Exhaustive"]

LARGE = 1 << 7  # operands from here on have 8 significant bits or more
_JOB_PAIRS = 1 << 21
_FOLDED = 1 << 12  # operands of a segment that meets the others once


@dataclass(frozen=True)
class _Segment:
    """Magnitudes first..last, each of which ``signs`` operands have."""

    first: int
    last: int
    signs: int

    @property
    def size(self) -> int:
        return self.last - self.first + 1

    @property
    def magnitudes(self) -> np.ndarray:
        return np.arange(self.first, self.last + 1, dtype=np.uint64)


@dataclass
class _Part:
    """What was found in rows of equal weight."""

    magnitudes: list[np.ndarray] = field(default_factory=list)
    sums: list[np.ndarray] = field(default_factory=list)
    counts: np.ndarray = field(default_factory=lambda: np.zeros(2 * BINS, dtype=np.int64))


@dataclass
class _Job:
    """Some rows of a segment over all columns of another, and what was found there."""

    row: _Segment
    column: _Segment
    copies: int  # pairs of operands that each pair of magnitudes stands for, signs aside
    parts: defaultdict[int, _Part] = field(default_factory=lambda: defaultdict(_Part))  # by weight

    @property
    def weight(self) -> int:
        return self.row.signs * self.column.signs * self.copies


class Exhaustive:
    """All pairs of one operator.

    Parameters
    ----------
    operator : Operator
        Of up to 16 bits.
    engine : Engine
    lower : float
        For the shortfall; see :class:`~pysoft.errors.tally.Limits`.

    Attributes
    ----------
    sums, large_sums : Sums
        Of pairs whose exact value is not zero; of those among them whose operands both are 2^7 or more.
    counts : numpy.ndarray of int64, shape (2 BINS,)
        Bins of their relative errors.
    extremes, large_extremes : dict of str to numpy.ndarray of float64
        ``wce``, ``loss``, ``below``, ``above`` and ``shortfall``: what is largest in the rows of a magnitude of the
        first operand, at the place of that magnitude.
    """

    def __init__(self, operator: Operator, engine: Engine, *, lower: float = 0.0):
        self._operator, self._engine, self._lower = operator, engine, lower
        self._division = operator.operation == "div"
        self._folds = engine.results.commutes and not operator.format.signed  # signed, -a would come before b
        self._segments = _segments(integers(operator), _FOLDED if self._folds else None)
        result = operator.result_format
        assert isinstance(result, IntegerFormat)
        self._clamps = (result.maximum, result.maximum + 1) if result.signed else (np.inf,)
        size = self._segments[-1].last + 1
        self.sums, self.large_sums = Sums(operator), Sums(operator)
        self.counts = np.zeros(2 * BINS, dtype=np.int64)
        kinds = ("wce", "loss", "below", "above", "shortfall")
        self.extremes = {kind: np.full(size, -np.inf) for kind in kinds}
        self.large_extremes = {kind: np.full(size, -np.inf) for kind in ("below", "above")}

    def run(self, threads: int, done: Callable[[int], None]) -> None:
        """Look at all pairs.

        Parameters
        ----------
        threads : int
        done : callable
            Called with the number of pairs of each step, by this thread.

        Raises
        ------
        ArithmeticError
            If the operator does not give zero where the exact value is zero.
        """
        done(self._zeros())
        for column in self._segments:
            b = column.magnitudes.astype(np.float64)
            second = b, 1 / b, self._engine.results.second(column.magnitudes)
            jobs = list(self._jobs(column))
            if threads == 1 or len(jobs) == 1:
                for job in jobs:
                    done(self._merge(self._work(job, *second)))
                continue
            with ThreadPoolExecutor(threads) as pool:
                futures = [pool.submit(self._work, job, *second) for job in jobs]
                try:
                    for future in as_completed(futures):
                        done(self._merge(future.result()))
                finally:
                    pool.shutdown(cancel_futures=True)

    def _zeros(self) -> int:
        """Check that nothing comes of nothing; the number of pairs with a zero. None of them has an error."""
        values = self._operator.format.values()
        of_zero = [self._operator(0, values[values != 0])] if self._division else []
        of_zero = of_zero or [self._operator(0, values), self._operator(values, 0)]
        if any(results.any() for results in of_zero):
            raise ArithmeticError(f"{self._operator} does not give zero where its exact value is zero")
        for kind in ("wce", "loss"):
            self.extremes[kind][: 1 if self._division else None] = 0
        return 2 * values.size - 1

    def _jobs(self, column: _Segment) -> Iterator[_Job]:
        step = max(1, _JOB_PAIRS // column.size)
        for row in self._segments:
            if self._folds and row.first > column.first:
                break  # (b, a) was looked at
            copies = 1 + (self._folds and row.first < column.first)
            for first in range(row.first, row.last + 1, step):
                yield _Job(_Segment(first, min(first + step - 1, row.last), row.signs), column, copies)

    def _work(self, job: _Job, b: np.ndarray, inverse: np.ndarray, second: Prepared) -> _Job:
        a = job.row.magnitudes
        first = self._engine.results.first(a)
        numbers = np.ldexp(a.astype(np.float64), self._operator.fraction_bits)
        step = max(1, ROW_PAIRS // b.size)
        buffer = np.empty((min(step, a.size), b.size))
        for at in range(0, a.size, step):
            rows = slice(at, min(at + step, a.size))
            results = buffer[: rows.stop - at]
            self._engine.results.fill(tuple(values[rows] for values in first), second, results)
            # One half of several signs gives a negative result, which may be larger by one.
            saturates = len(self._clamps) > 1 and job.weight > 1 and bool(results.max() > self._clamps[0])
            part = job.parts[job.weight // (1 + saturates)]
            for clamp in self._clamps[: 1 + saturates]:
                limits = Limits(clamp, self._lower)
                part.magnitudes.append(a[rows])
                part.sums.append(self._engine.tally(numbers[rows], b, inverse, results, limits, part.counts))
        return job

    def _merge(self, job: _Job) -> int:
        """Add what a job found; its number of pairs."""
        kept = [(self.sums, self.extremes)]
        if min(job.row.first, job.column.first) >= LARGE:
            kept.append((self.large_sums, self.large_extremes))
        for weight, part in job.parts.items():
            self.counts += weight * part.counts
            place, rows = np.concatenate(part.magnitudes), np.concatenate(part.sums)
            values = dict(zip(ROW_FIELDS, rows.T, strict=True))
            found = {
                "wce": np.maximum(values["highest"], -values["lowest"]),
                "loss": -values["lowest"],
                "below": -values["relative_lowest"],
                "above": values["relative_highest"],
                "shortfall": values["shortfall"],
            }
            for sums, extremes in kept:
                sums.add(rows, len(rows) * job.column.size, weight)
                for kind, array in extremes.items():
                    np.maximum.at(array, place, found[kind])
        return job.row.size * job.column.size * job.weight


def _segments(form: IntegerFormat, largest: int | None) -> list[_Segment]:
    """All magnitudes but zero, up to ``largest`` in a segment of unsigned ones."""
    if form.signed:
        end = -form.minimum
        cut = [_Segment(1, min(LARGE, end) - 1, 2), _Segment(LARGE, end - 1, 2), _Segment(end, end, 1)]
    else:
        starts = [1, *range(LARGE, form.maximum + 1, largest or form.maximum), form.maximum + 1]
        cut = [_Segment(first, min(after - 1, form.maximum), 1) for first, after in pairwise(starts)]
    return [segment for segment in cut if segment.size > 0]
