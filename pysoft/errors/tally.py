"""The errors of given results, summed up row by row: the first operand of a row stands still.

What makes the figures the same bit for bit, whatever the order, the number of threads or the engine:

- Every error and relative error is computed as one IEEE double by a stated sequence of operations, each rounded once.
- A term is added as two parts, ``high`` a multiple of a large quantum and ``low`` the rest as a multiple of a small
  one (x + 1.5 2^52 q - 1.5 2^52 q is x rounded to a multiple of q). The quanta are 2^-37 and 2^-75 of the smallest of
  five ranges that holds all errors of a row, and of its square for squares. A row has at most 2^16 terms, so that its
  sums stay below 2^53 quanta: no addition rounds.
- Sums of rows are Python integers.

So a mean differs from that of the float64 errors by at most 2^-76 of the range, which is at most 2^14 times the largest
error of the row: 2^-71 for relative errors of 2^-9 to 2^5, as they usually are. Errors of a product are integers, and
their sum is exact.

Twin, faster: ``pysoft/kernels/_tally.h``.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Self

import numpy as np

from ..operator import Operator
from .distribution import BINS, BINS_AN_OCTAVE, HIGHEST_BIN, LOWEST_BIN

__all__ = ["BIN_RANGE", "ROW_FIELDS", "ROW_PAIRS", "Limits", "Sums", "Tiers", "errors", "summary"]

ROW_PAIRS = 1 << 16  # at most
_RANGE_STEP = 14  # bits from each range to the next
_RANGES = 5
_RELATIVE_RANGE = 33  # exponent of the largest range of relative errors
_LARGE, _SMALL = -37, -75  # exponents of the quanta of a range
ROW_FIELDS = (
    "wrong",
    *("error_high", "error_low", "error_square_high", "error_square_low"),
    *("relative_high", "relative_low", "below_high", "below_low", "relative_square_high", "relative_square_low"),
    *("lowest", "highest", "relative_lowest", "relative_highest", "shortfall", "error_tier", "relative_tier"),
)
_TERMS = {"error": ("error", "error_square"), "relative": ("relative", "below", "relative_square")}  # by whose tier
_KIND = {term: kind for kind, terms in _TERMS.items() for term in terms}
_PARTS = {  # columns of their high parts, and of their low ones
    kind: [ROW_FIELDS.index(f"{term}_{part}") for part in ("high", "low") for term in terms]
    for kind, terms in _TERMS.items()
}
_SHIFT = 52 - (BINS_AN_OCTAVE.bit_length() - 1)  # of the pattern of a double, for its bin
_CLIP = np.nextafter(LOWEST_BIN, 0), np.nextafter(HIGHEST_BIN, 0)
_FIRST_BIN = int(_CLIP[0].view(np.int64)) >> _SHIFT
BIN_RANGE = np.array([_FIRST_BIN, BINS, _SHIFT])  # struct bins


@dataclass(frozen=True)
class Limits:
    """Constants of the errors of one operator.

    Parameters
    ----------
    clamp : float
        Largest result: a signed one saturates.
    lower : float
        For ``shortfall``, which is never below lower exact - error in units of the last place.
    """

    clamp: float = np.inf
    lower: float = 0.0

    def pack(self) -> np.ndarray:
        """As the compiled twin takes them: ``struct limits``."""
        return np.array([self.clamp, self.lower, *_CLIP])


class Tiers:
    """The ranges of errors, and the numbers that round to multiples of their quanta.

    Parameters
    ----------
    largest : int
        Exponent of the largest range.
    """

    def __init__(self, largest: int):
        self.exponents = [largest - _RANGE_STEP * step for step in reversed(range(_RANGES))]
        self._limits = np.ldexp(1.0, self.exponents[:-1])
        quanta = [[power * e + q for power in (1, 2) for q in (_LARGE, _SMALL)] for e in self.exponents]
        self._magic = np.ldexp(1.5, 52 + np.array(quanta))

    @classmethod
    def of(cls, operator: Operator) -> tuple[Self, Self]:
        """Those of errors, in units of the last place, and of relative errors."""
        return cls(operator.result_format.width), cls(_RELATIVE_RANGE)

    def pack(self) -> np.ndarray:
        """As the compiled twin takes them: ``struct tiers``."""
        return np.concatenate([self._limits, self._magic.ravel()])

    def holding(self, peaks: np.ndarray) -> np.ndarray:
        """Which range is the first that holds an error of this magnitude."""
        return np.searchsorted(self._limits, peaks, side="right")

    def split(self, terms: np.ndarray, tiers: np.ndarray, power: int = 1) -> tuple[np.ndarray, np.ndarray]:
        """High and low parts of rows of errors, or of their squares if ``power`` is 2; ``tiers`` of shape (rows,)."""
        large, small = (self._magic[tiers, 2 * power - 2 + part, None] for part in (0, 1))
        high = (terms + large) - large
        return high, ((terms - high) + small) - small


def errors(
    division: bool, a: np.ndarray, b: np.ndarray, inverse: np.ndarray, results: np.ndarray, limits: Limits
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Error, relative error and shortfall of every pair of up to 16 bits, one double each.

    Parameters
    ----------
    division : bool
    a : numpy.ndarray of float64, shape (rows, 1)
        First operand; of a division, times 2^f.
    b, inverse : numpy.ndarray of float64, shape (columns,)
        Second operand, not zero, and 1 / b.
    results : numpy.ndarray of float64, shape (rows, columns)
        In units of the last place.
    limits : Limits

    Returns
    -------
    error, relative, shortfall : numpy.ndarray of float64, shape (rows, columns)
        Error and shortfall in units of the last place.
    """
    results = np.minimum(results, limits.clamp)
    if division:
        difference = results * b - a
        error, relative, exact = difference / b, difference / a, a * inverse
    else:
        exact = a * b
        error = results - exact
        relative = error / exact
    return error, relative, limits.lower * exact - error


def summary(
    tiers: tuple[Tiers, Tiers],
    error: np.ndarray,
    relative: np.ndarray,
    shortfall: np.ndarray,
    counts: np.ndarray,
) -> np.ndarray:
    """Sums and extremes of every row.

    Parameters
    ----------
    tiers : tuple of Tiers
        Of the operator.
    error, relative, shortfall : numpy.ndarray of float64, shape (rows, columns)
        At most 2^16 columns.
    counts : numpy.ndarray of int64, shape (2 BINS,)
        Bins of the relative errors above or zero, then of those below: counted on.

    Returns
    -------
    numpy.ndarray of float64, shape (rows, len(ROW_FIELDS))
    """
    extremes = [values for terms in (error, relative) for values in (terms.min(axis=1), terms.max(axis=1))]
    of_error, of_relative = tiers
    tier = of_error.holding(np.maximum(-extremes[0], extremes[1]))
    relative_tier = of_relative.holding(np.maximum(-extremes[2], extremes[3]))
    below = relative < 0
    relative_parts = of_relative.split(relative, relative_tier)
    parts = [
        *of_error.split(np.abs(error), tier),
        *of_error.split(error * error, tier, 2),
        *relative_parts,
        *(np.where(below, part, 0.0) for part in relative_parts),
        *of_relative.split(relative * relative, relative_tier, 2),
    ]
    clipped = np.clip(np.abs(relative), *_CLIP)
    bins = (clipped.view(np.int64) >> _SHIFT) - _FIRST_BIN + BINS * below
    counts += np.bincount(bins.ravel(), minlength=2 * BINS)
    columns = [
        np.count_nonzero(error, axis=1),
        *(part.sum(axis=1) for part in parts),
        *extremes,
        shortfall.max(axis=1),
        tier,
        relative_tier,
    ]
    return np.stack(columns, axis=1).astype(np.float64)


class Sums:
    """Exact running sums over weighted rows of pairs whose exact value is not zero.

    Parameters
    ----------
    operator : Operator
        Whose errors they are.
    """

    def __init__(self, operator: Operator):
        self._tiers = dict(zip(("error", "relative"), Tiers.of(operator), strict=True))
        self._wrong: int | Fraction = 0
        self._totals: dict[str, int | Fraction] = dict.fromkeys(_KIND, 0)
        self.pairs: int | Fraction = 0  # their weight

    def add(self, rows: np.ndarray, pairs: int, weight: int | Fraction = 1) -> None:
        """Count rows of :func:`summary`.

        Parameters
        ----------
        rows : numpy.ndarray of float64, shape (rows, len(ROW_FIELDS))
        pairs : int
            Pairs in all of these rows.
        weight : int or fractions.Fraction
            What each of them counts for.

        Raises
        ------
        OverflowError
            If an error is larger than any result can be, or a relative error is 2^33 or more.
        """
        field = dict(zip(ROW_FIELDS, rows.T, strict=True))
        for what, kind, prefix in (("an error", "error", ""), ("a relative error", "relative", "relative_")):
            peak = max(-field[f"{prefix}lowest"].min(), field[f"{prefix}highest"].max())
            if peak >= 2.0 ** self._tiers[kind].exponents[-1]:
                raise OverflowError(f"{what} of 2^{self._tiers[kind].exponents[-1]} or more cannot be summed up")
        self.pairs += weight * pairs
        self._wrong += weight * int(field["wrong"].sum())
        for kind, terms in _TERMS.items():
            for tier in np.unique(field[f"{kind}_tier"]):
                parts = rows[field[f"{kind}_tier"] == tier][:, _PARTS[kind]]
                exponents = [self._exponent(term, int(tier)) for term in terms]
                units = [exponent + quantum for quantum in (_LARGE, _SMALL) for exponent in exponents]
                sums = _exact_sums(np.ldexp(parts, np.negative(units)))
                for term, exponent, high, low in zip(terms, exponents, sums, sums[len(terms) :], strict=False):
                    total = (high << _LARGE - _SMALL) + low
                    self._totals[term] += weight * (total << exponent - self._exponent(term, 0))

    def _exponent(self, term: str, tier: int) -> int:
        """Of the range that a term lies in."""
        return self._tiers[_KIND[term]].exponents[tier] * (1 + term.endswith("square"))

    @property
    def wrong(self) -> Fraction:
        """Weight of the pairs whose result is not exact."""
        return Fraction(self._wrong)

    def total(self, term: str) -> Fraction:
        """Sum of ``error`` (of its magnitude), ``relative``, ``magnitude`` (of that), or ``..._square``."""
        if term == "magnitude":
            return self.total("relative") - 2 * self.total("below")
        return Fraction(self._totals[term]) * Fraction(2) ** (self._exponent(term, 0) + _SMALL)


def _exact_sums(values: np.ndarray) -> list[int]:
    """Sum of each column of integers of up to 2^53 in float64."""
    integers = values.astype(np.int64)
    halves = (integers >> 32).sum(axis=0).tolist(), (integers & (2**32 - 1)).sum(axis=0).tolist()
    return [(high << 32) + low for high, low in zip(*halves, strict=True)]
