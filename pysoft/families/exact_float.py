"""The correctly rounded operations on floats, in integers. Twin in hardware: ``rtl/families/exact_float.py``.

To nearest, ties to even, with an exponent that has no limits: a result is flushed to zero if it is below the smallest
normal number after it has been rounded. This is IEEE 754 with results flushed and tininess detected after rounding.
"""

import numpy as np

from ..float_bound import rounding_bound
from ..roots import floor_root
from .family import Implementation

__all__ = ["EXACT_FLOATS", "divide", "multiply", "reciprocal", "rsqrt", "sqrt", "square"]


def multiply(La: np.ndarray, Lb: np.ndarray, width: int) -> np.ndarray:
    """The product; int64 logarithms in and out, unit 2^-(width-1), any shape."""
    F = width - 1
    return _round(_significand(La, F) * _significand(Lb, F), (La >> F) + (Lb >> F), 2 * F, F)


def divide(Ln: np.ndarray, Ld: np.ndarray, width: int) -> np.ndarray:
    """The quotient; int64 logarithms in and out, unit 2^-(width-1), any shape."""
    F = width - 1
    q, remainder = np.divmod(_significand(Ln, F) << (F + 2), _significand(Ld, F))
    return _round(q << 1 | (remainder != 0), (Ln >> F) - (Ld >> F), F + 3, F)


def square(L: np.ndarray, width: int) -> np.ndarray:
    """The square; int64 logarithms in and out, unit 2^-(width-1), any shape."""
    return multiply(L, L, width)


def reciprocal(L: np.ndarray, width: int) -> np.ndarray:
    """The reciprocal; int64 logarithms in and out, unit 2^-(width-1), any shape."""
    return divide(np.zeros_like(L), L, width)


def sqrt(L: np.ndarray, width: int) -> np.ndarray:
    """The square root; int64 logarithms in and out, unit 2^-(width-1), any shape."""
    F = width - 1
    N = (_even(L, F) << (F + 4)).astype(np.uint64)  # below 2^(2 F + 6)
    r, is_exact = floor_root(np.sqrt(N.astype(np.float64)), N, np.ones_like(N))
    return _round(r.astype(np.int64) << 1 | ~is_exact, L >> (F + 1), F + 3, F)


def rsqrt(L: np.ndarray, width: int) -> np.ndarray:
    """The reciprocal of the square root; int64 logarithms in and out, unit 2^-(width-1), any shape."""
    F = width - 1
    a = _even(L, F)
    N = np.full(L.shape, (1 << 3 * F + 6) % (1 << 64), dtype=np.uint64)
    r, is_exact = floor_root(np.ldexp(1 / np.sqrt(np.ldexp(a, -F)), F + 3), N, a.astype(np.uint64))
    return _round(r.astype(np.int64) << 1 | ~is_exact, -(L >> (F + 1)), F + 4, F)


def _significand(L: np.ndarray, F: int) -> np.ndarray:
    return L & ((1 << F) - 1) | (1 << F)


def _even(L: np.ndarray, F: int) -> np.ndarray:
    """The significand with an even characteristic, 1 to 4, unit 2^-F."""
    return _significand(L, F) << (L >> F & 1)


def _round(significand: np.ndarray, K: np.ndarray, bits: int, F: int) -> np.ndarray:
    """The logarithm of significand 2^(K - bits), between 1/2 and 4 times 2^K, rounded to F fraction bits.

    A last bit of the significand may stand for all that is below it: it never decides but where it breaks a tie.
    """
    K = K + (significand >= 2 << bits) - (significand < 1 << bits)
    drop = bits - F + (significand >= 2 << bits) - (significand < 1 << bits)
    kept = significand >> drop
    below, half = significand & ((np.int64(1) << drop) - 1), np.int64(1) << drop - 1
    up = (below > half) | ((below == half) & (kept & 1 == 1))
    return (K << F) + kept + up - (1 << F)


EXACT_FLOATS = {
    "mul": Implementation(multiply, rounding_bound),
    "div": Implementation(divide, rounding_bound),
    "square": Implementation(square, rounding_bound),
    "reciprocal": Implementation(reciprocal, rounding_bound),
    "sqrt": Implementation(sqrt, rounding_bound),
    "rsqrt": Implementation(rsqrt, rounding_bound),
}
