"""Multipliers that round each operand to the nearest power of two: ILM and RoBA.

A = Ar + q1 with Ar the nearest power of two and q1 of either sign, likewise B; then

    a b  =  Ar Br + q1 Br + q2 Ar + q1 q2,  without the last term

The two published families differ in one rule: ILM rounds a tie up always, RoBA rounds the operand 3 down. Twin in
hardware: ``rtl/families/nearest_power.py``.
"""

from fractions import Fraction

import numpy as np

from ..bound import Bound
from ..logarithm import logarithm
from .family import Family, Implementation

__all__ = ["ILM", "ROBA", "multiply"]


def multiply(a: np.ndarray, b: np.ndarray, width: int, *, three_down: bool) -> np.ndarray:
    """Ar b + Br (a - Ar); Ar and Br are the powers of two nearest to a and b.

    Parameters
    ----------
    a, b : numpy.ndarray of uint64
        Magnitudes of ``width`` bits, equal shapes.
    width : int
        2 to 32.
    three_down : bool
        Whether 3 becomes 2 (RoBA) and not 4 (ILM). Every other tie is rounded up.

    Returns
    -------
    numpy.ndarray of uint64
        Same shape, below 2^(2 width). Zero if a factor is zero.
    """
    a_power, b_power = _nearest_power(a, width, three_down), _nearest_power(b, width, three_down)
    # Modulo 2^64 on the way; the result itself is below 2^64.
    p = a_power * b + b_power * (a - a_power)
    return np.where((a == 0) | (b == 0), np.uint64(0), p)


def _nearest_power(N: np.ndarray, width: int, three_down: bool) -> np.ndarray:
    """The nearest power of two: the logarithm k + x rounds to its nearest integer where N does."""
    F = width - 1
    k = (logarithm(N, F) + (1 << F - 1)) >> F
    if three_down:
        k -= N == 3
    return np.uint64(1) << k.astype(np.uint64)


def _bound(width: int, three_down: bool) -> Bound:
    """With a = Ar (1 + d1), the relative error is -g(d1) g(d2), g(d) = d / (1 + d) rising with d, -1/4 <= d <= 1/2.

    g(-1/4) = -1/3 is met by 3 (ILM) and 6, g(1/2) = 1/3 only where a tie is rounded down. Without that the largest d is
    that of 1.5 2^(width-1) - 1, with g = (h - 1) / (3 h - 1) for h = 2^(width-2).
    """
    if three_down:
        upper = Fraction(1, 9) if width > 2 else Fraction(0)
        attained = "-1/9 at 6 x 6 -> 32 and 3 x 3 -> 8, 1/9 at 3 x 6 -> 20" if width > 2 else "-1/9 at 3 x 3 -> 8"
    else:
        h = 1 << width - 2
        upper = Fraction(h - 1, 3 * (3 * h - 1))
        attained = f"-1/9 at 3 x 3 -> 8, the largest at 3 x {3 * h - 1}" if h > 1 else "-1/9 at 3 x 3 -> 8"
    return Bound(
        Fraction(-1, 9), upper, Fraction(0), attained, source="this project: the error is the product of the residues"
    )


def _family(name: str, title: str, source: str, three_down: bool, status: str, note: str) -> Family:
    def core(a: np.ndarray, b: np.ndarray, width: int) -> np.ndarray:
        return multiply(a, b, width, three_down=three_down)

    def bound(width: int) -> Bound:
        return _bound(width, three_down)

    tie = "3 is rounded to 2, any other tie up" if three_down else "a tie is rounded up"
    definition = f"p = 2^(k1+k2) + q1 2^k2 + q2 2^k1, a = 2^k1 + q1 with the nearest power of two; {tie}"
    return Family(name, title, source, definition, {"mul": Implementation(core, bound)}, status, note)


ILM = _family(
    "ilm",
    "ILM, improved logarithmic multiplier",
    "Ansari, Cockburn and Han, An Improved Logarithmic Multiplier for Energy-Efficient Neural Computing,"
    " IEEE TC 70, 2021",
    three_down=False,
    status="re-implemented",
    note="With an exact adder.",
)

ROBA = _family(
    "roba",
    "RoBA, rounding-based approximate multiplier",
    "Zendegani et al., RoBA Multiplier: A Rounding-Based Approximate Multiplier for High-Speed yet Energy-Efficient"
    " Digital Signal Processing, IEEE TVLSI 25, 2017",
    three_down=True,
    status="re-implemented",
    note="",
)
