"""TOSAM, truncated and rounded fractions and a small product of them. Twin in hardware: ``rtl/families/tosam.py``."""

from fractions import Fraction

import numpy as np

from ..bound import Bound
from ..logarithm import logarithm
from ..operation import Parameter
from .family import Family, Implementation

__all__ = ["TOSAM", "multiply"]


def multiply(a: np.ndarray, b: np.ndarray, width: int, h: int, t: int) -> np.ndarray:
    """floor(2^(k1+k2) (1 + xt + yt + xh yh)), a = 2^k1 (1 + x) and b = 2^k2 (1 + y).

    xt is the top t bits of x, xh its top h bits with a one behind them: an odd number of h + 1 bits.

    Parameters
    ----------
    a, b : numpy.ndarray of uint64
        Magnitudes of ``width`` bits, equal shapes.
    width : int
        2 to 32.
    h : int
        Bits of a fraction that are multiplied, 0 to ``width`` - 2.
    t : int
        Bits of a fraction that are added, 1 to ``width`` - 1.

    Returns
    -------
    numpy.ndarray of uint64
        Same shape, below 2^(2 width). Zero if a factor is zero.
    """
    F = width - 1
    ones = np.uint64((1 << F) - 1)
    La, Lb = (logarithm(N, F).view(np.uint64) for N in (a, b))
    xt, yt = ((L & ones) >> np.uint64(F - t) for L in (La, Lb))
    xh, yh = ((L & ones) >> np.uint64(F - h) << np.uint64(1) | np.uint64(1) for L in (La, Lb))
    K = (La >> np.uint64(F)) + (Lb >> np.uint64(F))

    bits = 2 * h + 2  # fraction bits of the small product
    common = max(t, bits)  # and of the significand
    significand = (((1 << t) + xt + yt) << np.uint64(common - t)) + (xh * yh << np.uint64(common - bits))
    left = np.maximum(K, common) - np.uint64(common)
    right = common - np.minimum(K, common)
    return np.where((a == 0) | (b == 0), np.uint64(0), significand << left >> right)


def _bound(width: int, h: int, t: int) -> Bound:
    """Extremes of (1 + xt + yt + xh yh) / ((1 + x) (1 + y)), by the definition at 16 points each.

    While xt and xh stand still, the ratio falls with x. From step to step of the finer truncation within one of the
    coarser, and from step to step of the coarser one, it is a quotient of two linear functions of x, so monotone: the
    largest and the smallest stand at the first or last coarse step and in it at the first or last fine step, at their
    lower edges (largest) or upper ones (smallest). The floor lowers a result by less than 1.
    """
    F = width - 1
    coarse, fine = sorted((h, t))
    lower_edges = [
        (step << F - coarse) + (part << F - fine)
        for step in {0, (1 << coarse) - 1}
        for part in {0, (1 << fine - coarse) - 1}
    ]
    upper_edges = [edge + (1 << F - fine) - 1 for edge in lower_edges]

    def error(x: int, y: int) -> Fraction:
        sum_part = Fraction((x >> F - t) + (y >> F - t), 1 << t)
        product_part = Fraction((2 * (x >> F - h) + 1) * (2 * (y >> F - h) + 1), 1 << 2 * h + 2)
        return (1 + sum_part + product_part) / (Fraction((x | 1 << F) * (y | 1 << F), 1 << 2 * F)) - 1

    return Bound(
        lower=min(error(x, y) for x in upper_edges for y in upper_edges),
        upper=max(error(x, y) for x in lower_edges for y in lower_edges),
        truncation=Fraction(1),
        attained="both ends by factors with the top bit set",
        source="this project, pysoft/families/tosam.py",
    )


TOSAM = Family(
    name="tosam",
    title="TOSAM, truncation- and rounding-based scalable approximate multiplier",
    source="Vahdat et al., TOSAM: An Energy-Efficient Truncation- and Rounding-Based Scalable Approximate Multiplier,"
    " IEEE TVLSI 27, 2019",
    definition="p = floor(2^(k1+k2) (1 + xt + yt + xh yh)), the top t bits of x, and its top h bits with a one behind",
    operations={
        "mul": Implementation(
            multiply,
            _bound,
            (
                Parameter("h", lambda width: range(width - 1), None, "fraction bits that are multiplied"),
                Parameter("t", lambda width: range(1, width), None, "fraction bits that are added"),
            ),
            tuple({"h": h, "t": t} for h, t in ((0, 2), (0, 3), (1, 5), (2, 6), (3, 7), (4, 8), (5, 9))),
        )
    },
    note="The published range of the mean relative error, 11 % to 0.3 %, is met. h above t, which the source does not"
    " use, means what the formula says.",
)
