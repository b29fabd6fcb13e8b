"""Results of families with a datapath of their own that is, for two numbers, a sum of products or one quotient.

    p = floor(u1(a) v1(b) + u2(a) v2(b) + u3(a) v3(b))        exact, drum, babic, ilm, roba, tosam
    q = floor(2^(s(n) + t(d)) floor(u(n) / v(d)))             exact, aaxd

Every term and sum is exact in a float64. The parts that depend on one operand are asked of the model where a product
with a well-chosen constant shows them.
"""

from collections.abc import Callable

import numpy as np

from ..float_formats import FLOAT_FORMATS
from ..logarithm import logarithm
from ..operator import Operator
from . import compiled
from .protocol import MAX_WIDTH, Prepared

__all__ = ["BilinearResults", "QuotientResults"]

_EXACT_BITS = 52  # a quotient of so many bits before and behind its point has a floor that rounding cannot touch

Terms = tuple[list[np.ndarray], list[np.ndarray]]


def _exact(operator: Operator, N: np.ndarray) -> Terms:
    number = N.astype(np.float64)
    return [number], [number]


def _drum(operator: Operator, N: np.ndarray) -> Terms:
    window = operator.unsigned_core(N, np.ones_like(N)).astype(np.float64)  # that of 1 is 1
    return [window], [window]


def _short_of(residue_one: Callable[[Operator], int]) -> Callable[[Operator, np.ndarray], Terms]:
    """Of p = a b - r(a) r(b).

    ``residue_one`` gives a number whose r is 1 or -1, so that the product of N and it shows r(N) up to sign. A format
    too narrow for that number has no r but 0.
    """

    def terms(operator: Operator, N: np.ndarray) -> Terms:
        largest = (1 << operator.format.precision - operator.format.signed) - 1
        one = np.uint64(min(residue_one(operator), largest))
        residue = (N * one).astype(np.float64) - operator.unsigned_core(N, np.full_like(N, one)).astype(np.float64)
        number = N.astype(np.float64)
        return [number, residue], [number, -residue]

    return terms


def _tosam(operator: Operator, N: np.ndarray) -> Terms:
    F = operator.format.width - 1
    h, t = (int(operator.parameters[name]) for name in "ht")
    L = logarithm(N, F)
    power, x = np.ldexp(1.0, L >> F), L & (1 << F) - 1
    added = np.ldexp((x >> F - t).astype(np.float64), -t)
    multiplied = np.ldexp((x >> F - h << 1 | 1).astype(np.float64), -h - 1)
    return [power * (1 + added), power, power * multiplied], [power, power * added, power * multiplied]


_BILINEAR: dict[str, Callable[[Operator, np.ndarray], Terms]] = {
    "exact": _exact,
    "drum": _drum,
    "babic": _short_of(lambda operator: (4 << int(operator.parameters["i"])) - 1),
    "ilm": _short_of(lambda operator: 3),
    "roba": _short_of(lambda operator: 3),
    "tosam": _tosam,
}


class BilinearResults:
    """Products by the compiled loop for sums of products.

    Parameters
    ----------
    operator : Operator
        One that :meth:`takes` accepts.
    level : int
        Which of the vector units in ``levels()``.

    Raises
    ------
    ValueError
        If there is no extension.
    """

    def __init__(self, operator: Operator, *, level: int = 0):
        self.commutes = True  # so do the equations, and no sum rounds
        self._operator, self._terms = operator, _BILINEAR[operator.family]
        self._loop, self._level = compiled("_errors").bilinear, level

    @staticmethod
    def takes(operator: Operator) -> bool:
        """Whether this loop can compute ``operator``."""
        if operator.operation != "mul" or operator.format.name in FLOAT_FORMATS:
            return False
        return operator.family in _BILINEAR and operator.format.width <= MAX_WIDTH

    def first(self, a: np.ndarray) -> Prepared:
        """u1, u2, u3 of each operand, shape (rows, terms)."""
        return (np.stack(self._terms(self._operator, a)[0], axis=1),)

    def second(self, b: np.ndarray) -> Prepared:
        """v1, v2, v3, shape (terms, columns)."""
        return (np.stack(self._terms(self._operator, b)[1]),)

    def fill(self, first: Prepared, second: Prepared, results: np.ndarray) -> None:
        """Compute with the compiled loop."""
        (u,), (v,) = first, second
        self._loop(self._level, len(v), u, v, results)


class QuotientResults:
    """Quotients by the compiled loop for one division.

    Parameters
    ----------
    operator : Operator
        One that :meth:`takes` accepts.
    level : int
        Which of the vector units in ``levels()``.

    Raises
    ------
    ValueError
        If there is no extension.
    """

    def __init__(self, operator: Operator, *, level: int = 0):
        self._operator = operator
        self.commutes = False
        self._kept = int(operator.parameters["k"]) if operator.family == "aaxd" else None
        self._loop, self._level = compiled("_errors").quotient, level

    @staticmethod
    def takes(operator: Operator) -> bool:
        """Whether this loop can compute ``operator``."""
        if operator.operation != "div" or operator.format.name in FLOAT_FORMATS or operator.format.width > MAX_WIDTH:
            return False
        if operator.family == "exact":
            return 2 * operator.format.width + operator.fraction_bits <= _EXACT_BITS
        return operator.family == "aaxd"

    def first(self, a: np.ndarray) -> Prepared:
        """The dividend that is divided, and the power of two that is left over."""
        f = self._operator.fraction_bits
        return self._operand(a, 2 * self._kept, f - self._kept, 1) if self._kept else (np.ldexp(a, f), np.ones(a.size))

    def second(self, b: np.ndarray) -> Prepared:
        """The divisor, and the power of two that is left over."""
        return self._operand(b, self._kept, 0, -1) if self._kept else (b.astype(np.float64), np.ones(b.size))

    def _operand(self, N: np.ndarray, bits: int, power: int, sign: int) -> Prepared:
        """The leading bits of N as an integer, zeros behind it if it has fewer."""
        F = self._operator.format.width - 1
        k = logarithm(N, F) >> F
        return np.floor(np.ldexp(N.astype(np.float64), bits - 1 - k)), np.ldexp(1.0, power + sign * k)

    def fill(self, first: Prepared, second: Prepared, results: np.ndarray) -> None:
        """Compute with the compiled loop."""
        self._loop(self._level, *first, *second, results)
