"""The best constants of floats: whole last places of a format, optimal for its own fractions.

A constant is added to the logarithm of a product, taken from that of a quotient, and added to n log a of a power,
before a root halves it; its unit is the last place, 2^-F. The fractions are all of F bits (all pairs; of roots with
either parity of the exponent), so that what is found is the best for this format and not for real numbers.

All of a format's constants are tried for up to 10 fraction bits. For 23, those of products and quotients are the last
places next to the closed forms of ``constants``: of the peak the best of them by the exact bound, of bias and mean the
nearest, as no sum over 2^46 pairs is at hand. Powers are summed over all fractions: every result grows with the
constant, so that the bias and the sum of both extremes do, and where they change their sign is found by bisection; the
mean has one valley, but for what rounding does within a few last places, all of which are tried.

Of equally good constants the one of smallest magnitude is taken.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import floor, fsum
from typing import NamedTuple

import numpy as np

from pysoft.families.logarithmic import POWERS
from pysoft.float_bound import float_product_bound, float_quotient_bound
from pysoft.logarithmic import Correction, Scheme
from pysoft.operation import OPERATIONS

from .constants import constant
from .search import OBJECTIVES
from .segment import OPERATIONS as PAIRED
from .segment import statistics

__all__ = ["FRACTION_BITS", "SEGMENTS", "Figures", "FloatTable", "best", "float_constants"]

FRACTION_BITS = (2, 3, 7, 10, 23)
SEGMENTS = (1, 2, 4, 8, 16)  # of the fraction of a power
EXHAUSTIVE = 10  # fraction bits up to which every constant is tried
BLOCK = 1 << 15  # results that are computed at once
DOUBLE_BIAS, DOUBLE_BITS = 1023, 52  # of float64
THIN = 1 << 14  # fractions that the search of 23 bits starts with
AROUND = 4  # last places on either side of the least mean found so far that are tried
TIE, ZERO = 1e-12, 1e-16  # figures that differ by less, relative and absolute, are equal but for roundings


class Figures(NamedTuple):
    """What constants are worth: mean of abs(e) and of e, least and greatest e; e is relative. Arrays."""

    mean: np.ndarray
    bias: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def cost(self, objective: str) -> np.ndarray:
        """What an objective makes small."""
        if objective == "minimax":
            return np.maximum(-self.low, self.high)
        return np.abs(self.bias) if objective == "zerobias" else self.mean

    def balance(self, objective: str) -> np.ndarray:
        """What grows with the constant, and is 0 where the cost of ``minimax`` or ``zerobias`` is least."""
        return self.low + self.high if objective == "minimax" else self.bias


@dataclass(frozen=True)
class FloatTable:
    """Constants and what they are worth.

    Parameters
    ----------
    operation, objective : str
    F : int
        Fraction bits of the format; the unit of an entry is 2^-F.
    table : tuple of tuple of int
        As in :class:`~pysoft.logarithmic.Correction` and :class:`~pysoft.power.PowerScheme`.
    mean, bias, low, high : float
        Of the relative error, as fractions of 1.
    """

    operation: str
    objective: str
    F: int
    table: tuple[tuple[int, ...], ...]
    mean: float
    bias: float
    low: float
    high: float

    @property
    def m(self) -> int:
        """Segments of a fraction."""
        return len(self.table[0])


@dataclass(frozen=True, eq=False)
class _Part:
    """Operands that share a constant.

    Parameters
    ----------
    L : numpy.ndarray of int64
        Uncorrected logarithms of the results, before a root halves them; unit 2^-F.
    inverse : numpy.ndarray of float64
        1 over the exact results, same shape.
    F, halve : int
        ``halve`` is 1 for a root and 0 for the rest.
    limits : tuple of int
        The least and the greatest constant that need be looked at; what is added to L.
    """

    L: np.ndarray
    inverse: np.ndarray
    F: int
    halve: int
    limits: tuple[int, int]

    def thinned(self) -> "_Part":
        """Some operands in place of all of them."""
        step = max(1, len(self.L) // THIN)
        return replace(self, L=self.L[step // 2 :: step], inverse=self.inverse[step // 2 :: step])

    def figures(self, constants: Sequence[int]) -> Figures:
        """Of some constants."""
        return Figures(*np.transpose([self._figures(c) for c in constants]))

    def _figures(self, c: int) -> tuple[float, float, float, float]:
        blocks = [self._block(c, slice(at, at + BLOCK)) for at in range(0, len(self.L), BLOCK)]
        mean, bias, low, high = zip(*blocks, strict=True)
        return fsum(mean) / len(self.L), fsum(bias) / len(self.L), min(low), max(high)

    def _block(self, c: int, which: slice) -> tuple[float, float, float, float]:
        """Sums of abs(e) and of e, and extremes."""
        L = (self.L[which] + (c + (DOUBLE_BIAS << self.F + self.halve))) >> self.halve
        e = (L << (DOUBLE_BITS - self.F)).view(np.float64) * self.inverse[which] - 1  # a float is its own logarithm
        return float(np.abs(e).sum()), float(e.sum()), float(e.min()), float(e.max())


def float_constants(fraction_bits: int) -> Iterator[FloatTable]:
    """Every table of the family ``tuned`` on floats of so many fraction bits.

    Parameters
    ----------
    fraction_bits : int
        One of ``FRACTION_BITS``.
    """
    for operation in PAIRED:
        for objective in OBJECTIVES:
            yield best(operation, objective, fraction_bits)
    for operation in POWERS:
        for m in SEGMENTS:
            if m <= 1 << fraction_bits:
                for objective in OBJECTIVES:
                    yield best(operation, objective, fraction_bits, m)


def best(operation: str, objective: str, F: int, m: int = 1) -> FloatTable:
    """The best constants, one for each segment.

    Parameters
    ----------
    operation : str
        ``mul``, ``div``, ``square``, ``reciprocal``, ``sqrt`` or ``rsqrt``.
    objective : str
        ``minimax``, ``zerobias`` or ``mred``, each segment by itself.
    F : int
        Fraction bits, one of ``FRACTION_BITS``.
    m : int
        Segments of the fraction, 1 for products and quotients. A root with more than 1 tells the parities of the
        exponent apart.

    Raises
    ------
    ValueError
        If an argument is not one of those named.

    Examples
    --------
    >>> best("reciprocal", "minimax", 7).table
    ((-13,),)
    """
    segments = [1] if operation in PAIRED else [m for m in SEGMENTS if m <= 1 << F]
    if operation not in OPERATIONS or objective not in OBJECTIVES or F not in FRACTION_BITS or m not in segments:
        raise ValueError(f"no constants of {operation!r} for {objective!r}, {F} fraction bits and {m} segments")
    sign = -1 if operation == "div" else 1
    if operation in PAIRED and F > EXHAUSTIVE:
        c, figures = _next_to_closed_form(operation, objective, F)
        return FloatTable(operation, objective, F, ((c,),), *figures)
    parts = _parts(operation, F, m)
    chosen = [[_choose(part, objective) for part in row] for row in parts]
    found = [part.figures((c,)) for row, cs in zip(parts, chosen, strict=True) for part, c in zip(row, cs, strict=True)]
    mean, bias, low, high = (np.array(values)[:, 0] for values in zip(*found, strict=True))
    table = tuple(tuple(sign * c for c in row) for row in chosen)
    return FloatTable(
        operation, objective, F, table, float(mean.mean()), float(bias.mean()), float(low.min()), float(high.max())
    )


@cache
def _parts(operation: str, F: int, m: int) -> list[list[_Part]]:
    """What shares a constant, as the entries of a table do."""
    X = np.arange(1 << F, dtype=np.int64)
    x = 1 + X / (1 << F)
    if operation in PAIRED:  # no error is as much as a quarter of a binade, nor is one of a power half a binade
        quarter = (1 << F - 2) + 1
        if operation == "mul":
            return [[_Part((X[:, None] + X).ravel(), 1 / np.outer(x, x).ravel(), F, 0, (0, quarter))]]
        return [[_Part((X[:, None] - X).ravel(), np.outer(1 / x, x).ravel(), F, 0, (-quarter, 0))]]
    exponent = OPERATIONS[operation].exponent
    assert exponent is not None
    halve, half = exponent.denominator - 1, (1 << F - 1) + 1
    rows = [
        (exponent.numerator * (X + (parity << F)), (2.0**parity * x) ** -float(exponent)) for parity in range(1 + halve)
    ]
    if m == 1:
        L, inverse = (np.concatenate(values) for values in zip(*rows, strict=True))
        return [[_Part(L, inverse, F, halve, (-half, half))]]
    pieces = [slice(at, at + (1 << F) // m) for at in range(0, 1 << F, (1 << F) // m)]
    return [[_Part(L[piece], inverse[piece], F, halve, (-half, half)) for piece in pieces] for L, inverse in rows]


@cache
def _all_figures(part: _Part) -> Figures:
    """Of every constant between the limits."""
    return part.figures(range(part.limits[0], part.limits[1] + 1))


def _choose(part: _Part, objective: str) -> int:
    """The constant, of either sign, that is best for ``part``."""
    low, high = part.limits
    if part.F <= EXHAUSTIVE:
        return _least(range(low, high + 1), _all_figures(part), objective)
    thin = part.thinned()
    if objective == "mred":
        while (step := (high - low) // 32) > 0:
            c = _best(thin, objective, range(low, high + 1, step))
            low, high = c - step, c + step
        return _valley(part, (low + high) // 2)
    guess, away = _sign_change(thin, objective, low, high), 1
    while _balance(part, objective, guess - away) >= 0 or _balance(part, objective, guess + away) < 0:
        away *= 4
    c = _sign_change(part, objective, guess - away, guess + away)
    return _best(part, objective, (c - 1, c))


def _valley(part: _Part, c: int) -> int:
    """The constant of least mean near c: none within ``AROUND`` is better."""
    while (found := _best(part, "mred", range(c - AROUND, c + AROUND + 1))) != c:
        c = found
    return c


def _sign_change(part: _Part, objective: str, low: int, high: int) -> int:
    """The least constant above ``low``, up to ``high``, whose balance is 0 or more."""
    while high - low > 1:
        middle = (low + high) // 2
        if _balance(part, objective, middle) >= 0:
            high = middle
        else:
            low = middle
    return high


def _balance(part: _Part, objective: str, c: int) -> float:
    return float(part.figures((c,)).balance(objective)[0])


def _best(part: _Part, objective: str, constants: Sequence[int]) -> int:
    return _least(constants, part.figures(constants), objective)


def _least(constants: Sequence[int], figures: Figures, objective: str) -> int:
    """The best of some constants; of equally good ones that of smallest magnitude, then the smaller."""
    cost = figures.cost(objective)
    equal = np.array(constants)[cost <= cost.min() * (1 + TIE) + ZERO]
    return int(min(equal, key=lambda c: (abs(c), c)))


def _next_to_closed_form(operation: str, objective: str, F: int) -> tuple[int, tuple[float, float, float, float]]:
    """The constant of all pairs of long fractions, and its figures over real ones."""
    exact = constant(operation, objective) * 2**F
    bound = float_product_bound if operation == "mul" else float_quotient_bound

    def peak(c: int) -> tuple[object, int]:
        found = bound(Scheme(F, correction=Correction(((c,),), F, "log")), F + 1)
        assert found is not None
        return found.peak, c

    c = min(range(floor(exact) - 1, floor(exact) + 3), key=peak) if objective == "minimax" else round(exact)
    worth = statistics(operation, "log", 0.0, 1.0, 0.0, 1.0, c / 2**F)
    return c, (float(worth.mean), float(worth.bias), float(worth.low), float(worth.high))
