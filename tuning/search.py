"""The best table of quantised constants for an objective.

A table has one correction n / 2^q, n an integer, for every pair (i, j) of leading bits of x and y. For given n the
segments do not know of each other, so each has its mean, bias and peak for every n, once; an objective chooses.
"""

from dataclasses import dataclass

import numpy as np

from .segment import Statistics, statistics

__all__ = ["OBJECTIVES", "Choices", "Table", "choices", "choose"]

OBJECTIVES = ("minimax", "zerobias", "mred")
SLACK = 0.01  # what mred gives of the least mean for a lower peak, relative
BIAS = 1e-5  # what counts as no bias: 0.001 %
STEP = 2.0**-22  # of the bias in the search for none; the roundings of 256 entries stay far below half of BIAS
REACH = 2.0**-6  # largest bias of a part of the table there
NEARNESS = 2.0**-6  # an entry is at most this, or two numerators, from the best for its mean alone there


@dataclass(frozen=True)
class Choices:
    """What every numerator costs in every segment.

    Parameters
    ----------
    q : int
        Fraction bits: a correction is n / 2^q.
    statistics : Statistics
        Arrays [n, i, j]: numerator, segment of x, segment of y.
    """

    q: int
    statistics: Statistics


@dataclass(frozen=True)
class Table:
    """A table of corrections and what it is worth, errors relative and as fractions of 1.

    Parameters
    ----------
    q : int
        Fraction bits of an entry.
    numerators : tuple of tuple of int
        Row i for the leading bits of x, column j for those of y.
    mean, bias : float
        Mean of abs(e) and of e over uniform mantissas.
    low, high : float
        Infimum and supremum of e.
    """

    q: int
    numerators: tuple[tuple[int, ...], ...]
    mean: float
    bias: float
    low: float
    high: float

    @property
    def peak(self) -> float:
        """Supremum of abs(e)."""
        return max(-self.low, self.high)


def choices(operation: str, domain: str, shape: tuple[int, int], q: int) -> Choices:
    """Statistics of every numerator from 0 to 2^(q-2) + 1 in every segment.

    Parameters
    ----------
    operation, domain : str
        As in :func:`~tuning.segment.statistics`.
    shape : tuple of int
        Segments of x and of y, each 1 or more.
    q : int
        Fraction bits of a correction, 2 to 12.

    Raises
    ------
    ValueError
        If a number is out of its range.
    """
    if min(shape) < 1:
        raise ValueError(f"there is 1 segment or more in each direction, not {shape}")
    if not 2 <= q <= 12:
        raise ValueError(f"q is 2 to 12 fraction bits, not {q}")
    x, y = np.linspace(0, 1, shape[0] + 1)[:, None], np.linspace(0, 1, shape[1] + 1)
    rows = [statistics(operation, domain, x[:-1], x[1:], y[:-1], y[1:], n / 2**q) for n in range(2 ** (q - 2) + 2)]
    names = ("mean", "bias", "slope", "low", "high")
    arrays = [np.stack([getattr(row, name) for row in rows]) for name in names]
    if operation == "mul" and shape[0] == shape[1]:  # the last bits too are those of the mirrored segment
        arrays = [np.where(np.tri(*shape, dtype=bool), array.swapaxes(1, 2), array) for array in arrays]
    return Choices(q, Statistics(*arrays))


def choose(costs: Choices, objective: str) -> Table:
    """The table that is best for an objective.

    ``minimax``: the smallest peak, then the smallest mean. ``mred``: the smallest peak among the tables whose mean is
    within 1 % of the least, then the smallest mean. ``zerobias``: the smallest mean among the tables with a bias below
    0.001 %, or of the smallest bias where none is below, and each entry within 2^-6 or 2 numerators of the one that is
    best for the mean of its segment alone.

    Raises
    ------
    ValueError
        If the objective is not one of those named.
    """
    if objective not in OBJECTIVES:
        raise ValueError(f"objective is one of {OBJECTIVES}, not {objective!r}")
    if objective == "zerobias":
        return _table(costs, _zerobias(costs.statistics, costs.q))
    return _table(costs, {"minimax": _minimax, "mred": _mred}[objective](costs.statistics))


def _table(costs: Choices, numerators: np.ndarray) -> Table:
    """The table with these numerators, an array [i, j] of int64."""
    picked = {name: _pick(getattr(costs.statistics, name), numerators) for name in ("mean", "bias", "low", "high")}
    return Table(
        costs.q,
        tuple(tuple(int(n) for n in row) for row in numerators),
        mean=float(picked["mean"].sum()),
        bias=float(picked["bias"].sum()),
        low=float(picked["low"].min()),
        high=float(picked["high"].max()),
    )


def _pick(values: np.ndarray, numerators: np.ndarray) -> np.ndarray:
    """values[numerators[i, j], i, j]"""
    return np.take_along_axis(values, numerators[None], axis=0)[0]


def _below(costs: Statistics, peak: float) -> np.ndarray:
    """Numerators of least mean in each segment with no peak above ``peak``."""
    return np.argmin(np.where(costs.peak <= peak * (1 + 1e-9), costs.mean, np.inf), axis=0)


def _minimax(costs: Statistics) -> np.ndarray:
    return _below(costs, float(costs.peak.min(axis=0).max()))


def _mred(costs: Statistics) -> np.ndarray:
    least = (1 + SLACK) * costs.mean.min(axis=0).sum()
    floor = costs.peak.min(axis=0).max()
    peaks = np.unique(costs.peak[costs.peak >= floor])
    first, last = 0, len(peaks) - 1  # the mean falls as the peak is allowed to grow
    while first < last:
        middle = (first + last) // 2
        if _pick(costs.mean, _below(costs, peaks[middle])).sum() <= least:
            last = middle
        else:
            first = middle + 1
    return _below(costs, peaks[first])


def _zerobias(costs: Statistics, q: int) -> np.ndarray:
    """Segment after segment, the least mean for every sum of biases so far, in steps."""
    best = np.argmin(costs.mean, axis=0)
    mirrored = np.array_equal(costs.mean, costs.mean.swapaxes(1, 2))
    segments = [(i, j) for i, j in np.ndindex(best.shape) if i <= j or not mirrored]
    sums = 2 * round(REACH / STEP) + 1
    centre = sums // 2
    near = max(2, round(NEARNESS * 2**q))
    least = np.full(sums, np.inf)
    least[centre] = 0
    chosen = []
    for i, j in segments:
        weight = 2 if mirrored and i != j else 1
        options = np.arange(max(best[i, j] - near, 0), min(best[i, j] + near + 1, len(costs.mean)))
        reached = np.full((len(options), sums), np.inf)
        for row, n in zip(reached, options, strict=True):
            shift = round(weight * costs.bias[n, i, j] / STEP)
            source = slice(max(-shift, 0), sums - max(shift, 0))
            row[max(shift, 0) : sums - max(-shift, 0)] = least[source] + weight * costs.mean[n, i, j]
        choice = np.argmin(reached, axis=0)
        least = np.take_along_axis(reached, choice[None], axis=0)[0]
        chosen.append(options[choice].astype(np.int16))
    distance = np.maximum(np.abs(np.arange(sums) - centre), round(BIAS / 2 / STEP))
    at = min(np.flatnonzero(distance == distance[np.isfinite(least)].min()), key=lambda at: least[at])
    numerators = np.zeros(best.shape, np.int64)
    for (i, j), numerator in zip(reversed(segments), reversed(chosen), strict=True):
        n = int(numerator[at])
        numerators[i, j] = n
        if mirrored:
            numerators[j, i] = n
        at -= round((2 if mirrored and i != j else 1) * costs.bias[n, i, j] / STEP)
    return numerators
