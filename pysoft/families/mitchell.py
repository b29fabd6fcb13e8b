"""Mitchell's multiplier and divider: add or subtract logarithms. Twin in hardware: ``rtl/families/mitchell.py``."""

from fractions import Fraction

import numpy as np

from ..bound import Bound
from ..logarithm import antilogarithm, logarithm
from .family import Family, Implementation

__all__ = ["MITCHELL", "divide", "multiply"]


def multiply(a: np.ndarray, b: np.ndarray, width: int) -> np.ndarray:
    """Mitchell's product: 2^(k1+k2) (1 + x1 + x2), or 2^(k1+k2+1) (x1 + x2) where the fractions carry.

    Parameters
    ----------
    a, b : numpy.ndarray of uint64
        Magnitudes of ``width`` bits, equal shapes.
    width : int
        2 to 32.

    Returns
    -------
    numpy.ndarray of uint64
        Same shape. Always an integer: nothing is cut off. Zero if a factor is zero.

    References
    ----------
    Mitchell (1962), eqs. 22 and 23.
    """
    F = width - 1
    p = antilogarithm(logarithm(a, F) + logarithm(b, F), F)
    return np.where((a == 0) | (b == 0), np.uint64(0), p)


def divide(n: np.ndarray, d: np.ndarray, width: int, f: int) -> np.ndarray:
    """Mitchell's quotient, floor(2^f q) with q = 2^(k1-k2) (1 + x1 - x2), or 2^(k1-k2-1) (2 + x1 - x2) where x1 < x2.

    Parameters
    ----------
    n, d : numpy.ndarray of uint64
        Magnitudes of ``width`` bits, equal shapes.
    width : int
        2 to 32.
    f : int
        Fraction bits of the quotient.

    Returns
    -------
    numpy.ndarray of uint64
        Same shape, unit 2^-f. Zero if n is zero. What it gives for d = 0 is left to the operation.

    References
    ----------
    Mitchell (1962), the division analogue of eqs. 22 and 23.
    """
    F = width - 1
    q = antilogarithm(logarithm(n, F) - logarithm(d, F), F, fraction_bits=f)
    return np.where(n == 0, np.uint64(0), q)


def _product_bound(width: int) -> Bound:
    return Bound(
        lower=Fraction(-1, 9),
        upper=Fraction(0),
        truncation=Fraction(0),
        attained="-1/9 at x1 = x2 = 1/2, such as 3 x 3 -> 8; 0 where x1 or x2 is 0",
        source="Mitchell 1962",
    )


def _quotient_bound(width: int, f: int) -> Bound:
    return Bound(
        lower=Fraction(0),
        upper=Fraction(1, 8),
        truncation=Fraction(1, 1 << f),
        attained="1/8 at x1 = 0, x2 = 1/2, such as 8 / 3 -> 3; 0 where x2 = 0 or x1 = x2",
        source="Mitchell 1962",
    )


MITCHELL = Family(
    name="mitchell",
    title="Mitchell",
    source="J. N. Mitchell, Computer Multiplication and Division Using Binary Logarithms, IRE Trans. EC-11, 1962",
    definition="p = antilog(log a + log b);  q = floor(2^f antilog(log n - log d))",
    operations={
        "mul": Implementation(multiply, _product_bound),
        "div": Implementation(divide, _quotient_bound),
    },
)
