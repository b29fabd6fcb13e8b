"""The exact operations, the baseline of every comparison. Twin in hardware: ``rtl/families/exact.py``."""

from fractions import Fraction

import numpy as np

from ..bound import Bound
from .family import Family, Implementation

__all__ = ["EXACT", "divide", "multiply"]


def multiply(a: np.ndarray, b: np.ndarray, width: int) -> np.ndarray:
    """Product of a and b; uint64 in and out, any shape."""
    return a * b


def divide(n: np.ndarray, d: np.ndarray, width: int, f: int) -> np.ndarray:
    """floor(n 2^f / d); uint64 in and out, any shape. What it gives for d = 0 is left to the operation."""
    return (n << np.uint64(f)) // np.maximum(d, 1)


def _bound(width: int, f: int | None = None) -> Bound:
    truncation = Fraction(0) if f is None else Fraction(1, 1 << f)
    return Bound(Fraction(0), Fraction(0), truncation, attained="everywhere", source="by definition")


EXACT = Family(
    name="exact",
    title="Exact",
    source="-",
    definition="p = a b;  q = floor(n 2^f / d)",
    operations={"mul": Implementation(multiply, _bound), "div": Implementation(divide, _bound)},
)
