"""The exact operations, the baseline of every comparison. Twin in hardware: ``rtl/families/exact.py``."""

from fractions import Fraction

import numpy as np

from ..bound import Bound
from ..roots import floor_root
from .exact_float import EXACT_FLOATS
from .family import Family, Implementation

__all__ = ["EXACT", "divide", "multiply", "reciprocal", "rsqrt", "sqrt", "square"]


def multiply(a: np.ndarray, b: np.ndarray, width: int) -> np.ndarray:
    """Product of a and b; uint64 in and out, any shape."""
    return a * b


def divide(n: np.ndarray, d: np.ndarray, width: int, f: int) -> np.ndarray:
    """floor(n 2^f / d); uint64 in and out, any shape. What it gives for d = 0 is left to the operation."""
    return (n << np.uint64(f)) // np.maximum(d, 1)


def square(a: np.ndarray, width: int) -> np.ndarray:
    """Square of a; uint64 in and out, any shape."""
    return a * a


def reciprocal(a: np.ndarray, width: int, f: int) -> np.ndarray:
    """floor(2^f / a); uint64 in and out, any shape. What it gives for 0 is left to the operation."""
    return np.uint64(1 << f) // np.maximum(a, 1)


def sqrt(a: np.ndarray, width: int, f: int) -> np.ndarray:
    """floor(2^f sqrt a); uint64 in and out, any shape."""
    estimate = np.ldexp(np.sqrt(a.astype(np.float64)), f)
    return floor_root(estimate, (a << np.uint64(f)) << np.uint64(f), np.ones_like(a))[0]


def rsqrt(a: np.ndarray, width: int, f: int) -> np.ndarray:
    """floor(2^f / sqrt a); uint64 in and out, any shape. What it gives for 0 is left to the operation."""
    a = np.maximum(a, 1)
    estimate = np.ldexp(1 / np.sqrt(a.astype(np.float64)), f)
    return floor_root(estimate, np.full_like(a, (1 << 2 * f) % (1 << 64)), a)[0]


def _bound(width: int, f: int | None = None) -> Bound:
    truncation = Fraction(0) if f is None else Fraction(1, 1 << f)
    return Bound(Fraction(0), Fraction(0), truncation, attained="everywhere", source="by definition")


EXACT = Family(
    name="exact",
    title="Exact",
    source="-",
    definition="p = a b;  q = floor(n 2^f / d), and so on;  floats: rounded to nearest, ties to even",
    operations={
        "mul": Implementation(multiply, _bound),
        "div": Implementation(divide, _bound),
        "square": Implementation(square, _bound),
        "reciprocal": Implementation(reciprocal, _bound),
        "sqrt": Implementation(sqrt, _bound),
        "rsqrt": Implementation(rsqrt, _bound),
    },
    floats=EXACT_FLOATS,
)
