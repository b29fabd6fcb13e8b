"""Iterated logarithmic multiplier of Babic, Avramovic and Bulic. Twin in hardware: ``rtl/families/babic.py``."""

from fractions import Fraction

import numpy as np

from ..bound import Bound
from ..logarithm import logarithm
from ..operation import Parameter
from .family import Family, Implementation

__all__ = ["BABIC", "multiply"]


def multiply(a: np.ndarray, b: np.ndarray, width: int, i: int) -> np.ndarray:
    """Sum of i + 1 basic blocks 2^(k1+k2) + r1 2^k2 + r2 2^k1, each on the residues r of the one before.

    A block is short of its product by r1 r2, and the next adds that up to the product of its own residues: what
    remains at last is the product of both operands without their i + 1 leading ones.

    Parameters
    ----------
    a, b : numpy.ndarray of uint64
        Magnitudes of ``width`` bits, equal shapes.
    width : int
        2 to 32.
    i : int
        Iterations after the first block, 0 or more.

    Returns
    -------
    numpy.ndarray of uint64
        Same shape, never above a b.
    """
    p = a * b
    for _ in range(i + 1):
        a, b = _residue(a, width), _residue(b, width)
    return p - a * b


def _residue(N: np.ndarray, width: int) -> np.ndarray:
    """N without its leading one; 0 of 0."""
    k = logarithm(N, width - 1) >> (width - 1)
    return N & ~(np.uint64(1) << k.astype(np.uint64))


def _bound(width: int, i: int) -> Bound:
    """The error is -(R1 / a) (R2 / b), R being what i + 1 removed leading ones leave.

    If the last removed one stands at bit m, R <= 2^m - 1 and the removed ones are at least 2^m (2^(i+1) - 1), so that
    R / a <= (2^m - 1) / (2^(m+i+1) - 1). This rises with m, up to m = width - 1 - i, and is met by all ones.
    """
    remaining = max(0, width - 1 - i)
    share = Fraction((1 << remaining) - 1, (1 << width) - 1)
    attained = "where both factors are all ones" if share else "everywhere"
    return Bound(-(share**2), Fraction(0), Fraction(0), attained, source="this project, as Babic et al. 2011")


BABIC = Family(
    name="babic",
    title="Iterative logarithmic multiplier",
    source="Babic, Avramovic and Bulic, An Iterative Logarithmic Multiplier, Microprocessors and Microsystems 35, 2011",
    definition="p = sum of i + 1 terms 2^(k1+k2) + r1 2^k2 + r2 2^k1, each on the residues r of the one before",
    operations={
        "mul": Implementation(
            multiply,
            _bound,
            (Parameter("i", lambda width: range(5), None, "iterations after the first block"),),
            tuple({"i": i} for i in range(4)),
        )
    },
    status="re-implemented",
)
