"""The error of whole arrays of results, without overflow or cancellation for 32-bit operands and 32 fraction bits."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..operator import Operator
from ..roots import floor_root

__all__ = ["Deviation", "deviation"]


@dataclass(frozen=True)
class Deviation:
    """Errors of magnitudes, in units of the last place (2^-f). All arrays have the shape of the operands.

    Parameters
    ----------
    above : numpy.ndarray of bool
        Whether the result is above the exact value.
    whole : numpy.ndarray of uint64
        Integer part of the magnitude of the error, exact.
    part : numpy.ndarray of float64
        The rest of it, 0 to 1: correctly rounded, of a root to a relative 2^-50.
    exact : numpy.ndarray of float64
        Exact value, of a root to a relative 2^-52.
    """

    above: np.ndarray
    whole: np.ndarray
    part: np.ndarray
    exact: np.ndarray

    @property
    def error(self) -> np.ndarray:
        """Signed error, float64, to a relative 2^-52, of a root 2^-49."""
        magnitude = self.whole + self.part
        signed: np.ndarray = np.where(self.above, magnitude, -magnitude)
        return signed


class _Exact(NamedTuple):
    """Exact values in units of the last place: their floor (uint64), and float64."""

    floor: np.ndarray
    since_floor: np.ndarray
    to_next: np.ndarray
    value: np.ndarray


def _product(f: int, a: np.ndarray, b: np.ndarray) -> _Exact:
    floor = a * b
    return _Exact(floor, np.zeros(floor.shape), np.ones(floor.shape), floor.astype(np.float64))


def _quotient(f: int, n: np.ndarray, d: np.ndarray) -> _Exact:
    numerator = n << np.uint64(f)
    floor, remainder = np.divmod(numerator, d)
    return _Exact(floor, remainder / d, (d - remainder) / d, numerator / d)


def _root(value: np.ndarray, N: np.ndarray, weight: np.ndarray) -> _Exact:
    """The root e of N / weight, N modulo 2^64; e - r = (N - r^2 weight) / (weight (e + r)), where nothing cancels."""
    floor, _ = floor_root(value, N, weight)
    following = floor + np.uint64(1)
    since_floor = (N - floor * floor * weight) / (weight * (value + floor))
    return _Exact(floor, since_floor, (following * following * weight - N) / (weight * (value + following)), value)


def _sqrt(f: int, a: np.ndarray) -> _Exact:
    N = (a << np.uint64(f)) << np.uint64(f)
    return _root(np.ldexp(np.sqrt(a.astype(np.float64)), f), N, np.ones_like(a))


def _rsqrt(f: int, a: np.ndarray) -> _Exact:
    N = np.full_like(a, (1 << 2 * f) % (1 << 64))
    return _root(np.ldexp(1 / np.sqrt(a.astype(np.float64)), f), N, a)


_EXACT: dict[str, Callable[..., _Exact]] = {
    "mul": _product,
    "div": _quotient,
    "square": lambda f, a: _product(f, a, a),
    "reciprocal": lambda f, a: _quotient(f, np.ones_like(a), a),
    "sqrt": _sqrt,
    "rsqrt": _rsqrt,
}


def deviation(operator: Operator, *operands: np.ndarray, result: np.ndarray) -> Deviation:
    """How far ``result`` is from the exact value of every pair of integers, or of every single one.

    Parameters
    ----------
    operator : Operator
        Its operation and fraction bits say what the exact value is.
    *operands : numpy.ndarray
        Of equal shape with at least one axis, in the dtype of the operator's format; no divisor, and no operand of a
        root, may be zero.
    result : numpy.ndarray
        What the operator gave for them.
    """
    result, *magnitudes = (np.abs(values).astype(np.uint64) for values in (result, *operands))
    exact = _EXACT[operator.operation](operator.fraction_bits, *magnitudes)
    # Both branches add parts of one sign, so that nothing cancels.
    above = result > exact.floor
    whole = np.where(above, result - exact.floor - 1, exact.floor - result)
    return Deviation(above, whole, np.where(above, exact.to_next, exact.since_floor), exact.value)
