"""The errors of given results, summed up row by row: the first operand of a row stands still.

What makes the figures the same bit for bit, whatever the order, the number of threads or the engine:

- Every error and relative error is computed as one IEEE double by a stated sequence of operations, each rounded once.
- A term is added as two parts, ``high`` a multiple of a large quantum and ``low`` the rest as a multiple of a small
  one (x + 1.5 2^52 q - 1.5 2^52 q is x rounded to a multiple of q). A row has at most 2^16 terms, and its sums stay
  below 2^53 quanta: no addition rounds.
- Sums of rows are Python integers.

So a sum differs from that of its terms by at most half a small quantum a term: 2^-71 for relative errors, 2^-66 for
their squares, 2^-76 of the largest result for errors, 2^-76 of its square for squared errors. The errors of a product
are integers and their sum is exact.

Twin, faster: ``pysoft/kernels/_tally.h``.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ..operator import Operator
from .distribution import BINS, BINS_AN_OCTAVE, HIGHEST_BIN, LOWEST_BIN

__all__ = ["BIN_RANGE", "ROW_FIELDS", "ROW_PAIRS", "Limits", "Sums", "errors", "grids", "summary"]

ROW_PAIRS = 1 << 16  # at most
_COARSE_FROM = 2.0**5  # a row with relative errors from here on has coarser quanta
_COARSER = 28  # bits
_LARGEST = _COARSE_FROM * 2.0**_COARSER
ROW_FIELDS = (
    "wrong",
    *("abs_high", "abs_low", "square_high", "square_low", "relative_high", "relative_low", "below_high", "below_low"),
    *("relative_square_high", "relative_square_low"),
    *("lowest", "highest", "relative_lowest", "relative_highest", "shortfall", "coarse"),
)
_TERMS = ("abs", "square", "relative", "below", "relative_square")
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
        return np.array([self.clamp, self.lower, _COARSE_FROM, *_CLIP])


def _quanta(operator: Operator) -> dict[str, tuple[int, int]]:
    """Exponents of the large and the small quantum of every term, in units of the last place where it has a unit."""
    size = operator.result_format.width
    return {
        "abs": (size - 37, size - 75),
        "square": (2 * size - 37, 2 * size - 75),
        "relative": (-32, -70),
        "below": (-32, -70),
        "relative_square": (-27, -65),
    }


def _coarser(term: str) -> int:
    return {"relative": _COARSER, "below": _COARSER, "relative_square": 2 * _COARSER}.get(term, 0)


def grids(operator: Operator) -> np.ndarray:
    """The numbers that round to multiples of the quanta, fine and coarse: shape (2, 8), ``struct grid``."""
    terms = ("abs", "square", "relative", "relative_square")
    return np.array(
        [
            [1.5 * 2.0 ** (52 + power + coarse * _coarser(term)) for term in terms for power in _quanta(operator)[term]]
            for coarse in (0, 1)
        ]
    )


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
    grid: np.ndarray, error: np.ndarray, relative: np.ndarray, shortfall: np.ndarray, counts: np.ndarray
) -> np.ndarray:
    """Sums and extremes of every row.

    Parameters
    ----------
    grid : numpy.ndarray of float64, shape (2, 8)
        From :func:`grids`.
    error, relative, shortfall : numpy.ndarray of float64, shape (rows, columns)
        At most 2^16 columns.
    counts : numpy.ndarray of int64, shape (2 BINS,)
        Bins of the relative errors above or zero, then of those below: counted on.

    Returns
    -------
    numpy.ndarray of float64, shape (rows, len(ROW_FIELDS))
    """
    low, high = relative.min(axis=1), relative.max(axis=1)
    coarse = np.maximum(-low, high) >= _COARSE_FROM
    grid = grid[coarse.astype(int), :, None]  # [rows, 8, 1]
    below = relative < 0
    relative_parts = _split(relative, grid[:, 4], grid[:, 5])
    parts = [
        *_split(np.abs(error), grid[:, 0], grid[:, 1]),
        *_split(error * error, grid[:, 2], grid[:, 3]),
        *relative_parts,
        *(np.where(below, part, 0.0) for part in relative_parts),
        *_split(relative * relative, grid[:, 6], grid[:, 7]),
    ]
    clipped = np.clip(np.abs(relative), *_CLIP)
    bins = (clipped.view(np.int64) >> _SHIFT) - _FIRST_BIN + BINS * below
    counts += np.bincount(bins.ravel(), minlength=2 * BINS)
    columns = [
        np.count_nonzero(error, axis=1),
        *(part.sum(axis=1) for part in parts),
        error.min(axis=1),
        error.max(axis=1),
        low,
        high,
        shortfall.max(axis=1),
        coarse,
    ]
    return np.stack(columns, axis=1).astype(np.float64)


def _split(x: np.ndarray, large: np.ndarray, small: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    high = (x + large) - large
    return high, ((x - high) + small) - small


class Sums:
    """Exact running sums over weighted rows of pairs whose exact value is not zero.

    Parameters
    ----------
    operator : Operator
        Whose errors they are.
    """

    def __init__(self, operator: Operator):
        self._quanta = _quanta(operator)
        self._wrong: int | Fraction = 0
        self._totals: dict[str, int | Fraction] = dict.fromkeys(_TERMS, 0)
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
            If a relative error is 2^33 or more.
        """
        field = dict(zip(ROW_FIELDS, rows.T, strict=True))
        if max(-field["relative_lowest"].min(), field["relative_highest"].max()) >= _LARGEST:
            raise OverflowError("a relative error of 2^33 or more cannot be summed up")
        self.pairs += weight * pairs
        self._wrong += weight * int(field["wrong"].sum())
        coarse = field["coarse"] != 0
        for term in _TERMS:
            large, small = self._quanta[term]
            for where, more in ((~coarse, 0), (coarse, _coarser(term))):
                if where.any():
                    high = _exact_sum(np.ldexp(field[f"{term}_high"][where], -large - more))
                    low = _exact_sum(np.ldexp(field[f"{term}_low"][where], -small - more))
                    self._totals[term] += weight * (((high << large - small) + low) << more)

    @property
    def wrong(self) -> Fraction:
        """Weight of the pairs whose result is not exact."""
        return Fraction(self._wrong)

    def total(self, term: str) -> Fraction:
        """Sum of ``abs``, ``square``, ``relative``, ``magnitude`` (of the relative error) or ``relative_square``."""
        if term == "magnitude":
            return self.total("relative") - 2 * self.total("below")
        return Fraction(self._totals[term]) * Fraction(2) ** self._quanta[term][1]


def _exact_sum(values: np.ndarray) -> int:
    """Sum of integers of up to 2^53 in float64."""
    integers = values.astype(np.int64)
    return (int((integers >> 32).sum()) << 32) + int((integers & (2**32 - 1)).sum())
