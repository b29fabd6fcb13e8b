"""AAXD, a small exact divider on the leading bits. Twin in hardware: ``rtl/families/aaxd.py``."""

from fractions import Fraction

import numpy as np

from ..bound import Bound
from ..logarithm import logarithm
from ..operation import Parameter
from .family import Family, Implementation

__all__ = ["AAXD", "divide"]


def divide(n: np.ndarray, d: np.ndarray, width: int, f: int, k: int) -> np.ndarray:
    """floor(2^(kn - kd - k + f) floor(n' / d')), kn and kd the indices of the leading ones.

    n' is the 2k bits of n from its leading one, d' the k bits of d from its own. Zeros are appended to an
    operand that has fewer bits.

    Parameters
    ----------
    n, d : numpy.ndarray of uint64
        Magnitudes of ``width`` bits, equal shapes.
    width : int
        2 to 32.
    f : int
        Fraction bits of the quotient.
    k : int
        Bits kept of the divisor, half of those kept of the dividend: 2 to ``width``.

    Returns
    -------
    numpy.ndarray of uint64
        Same shape, unit 2^-f, below 2^(width + f). Zero if n is zero. What it gives for d = 0 is left to the operation.
    """
    d = np.maximum(d, 1)
    kn, kd = (logarithm(N, width - 1) >> (width - 1) for N in (n, d))
    return _shift(_shift(n, 2 * k - 1 - kn) // _shift(d, k - 1 - kd), kn - kd - k + f)


def _shift(N: np.ndarray, left: np.ndarray) -> np.ndarray:
    """floor(N 2^left), where ``left`` may be negative, -63 or more."""
    return N << np.maximum(left, 0).astype(np.uint64) >> np.maximum(-left, 0).astype(np.uint64)


def _bound(width: int, f: int, k: int) -> Bound:
    """What is cut off: from above by the divisor alone, from below by the dividend and the quotient.

    The divisor loses at most 2^s - 1 of 2^(width-1) + 2^s - 1, s = width - k. The small quotient Q is 2^(k-1) or more,
    as n' >= 2^(2k-1) and d' < 2^k; and n < (n' + 1) 2^j <= (Q + 1) d' 2^j for j dropped bits, so that Q / (n / d) in
    the unit of n' / d' is above Q / (Q + 1).
    """
    return Bound(
        lower=Fraction(-1, (1 << k - 1) + 1),
        upper=Fraction((1 << width - k) - 1, 1 << width - 1),
        truncation=Fraction(1, 1 << f),
        attained=f"the largest at 2^{width - 1} / {(1 << width - 1) + (1 << width - k) - 1}; the lowest is approached",
        source="this project, pysoft/families/aaxd.py",
    )


AAXD = Family(
    name="aaxd",
    title="AAXD, adaptively approximate divider",
    source="Jiang, Liu, Lombardi and Han, Adaptive Approximation in Arithmetic Circuits: A Low-Power Unsigned Divider"
    " Design, DATE 2018",
    definition="q = floor(2^(kn-kd-k+f) floor(n' / d')), 2k bits from the leading one of n, k bits from that of d",
    operations={
        "div": Implementation(
            divide,
            _bound,
            (
                Parameter(
                    "k", lambda width: range(2, width + 1), None, "bits kept of the divisor, of the dividend twice"
                ),
            ),
            tuple({"k": k} for k in (3, 4, 5, 6)),
        )
    },
    status="unconfirmed",
    note="Read from its abstract. The OR gates that mend an overflow of the shifter are left out: the source divides 2n"
    " bits by n, and a quotient of equally wide operands cannot overflow here.",
)
