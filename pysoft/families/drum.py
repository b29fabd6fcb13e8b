"""DRUM, a multiplier on a window of each operand. Twin in hardware: ``rtl/families/drum.py``."""

from fractions import Fraction

import numpy as np

from ..bound import Bound
from ..logarithm import logarithm
from ..operation import Parameter
from .family import Family, Implementation

__all__ = ["DRUM", "multiply"]


def multiply(a: np.ndarray, b: np.ndarray, width: int, k: int) -> np.ndarray:
    """Exact product of a' and b', the operands cut off to the k bits from their leading ones, the last of them a one.

    An operand of at most k bits is used as it is.

    Parameters
    ----------
    a, b : numpy.ndarray of uint64
        Magnitudes of ``width`` bits, equal shapes.
    width : int
        3 to 32.
    k : int
        Bits of a window, 3 to ``width``.

    Returns
    -------
    numpy.ndarray of uint64
        Same shape, below 2^(2 width).
    """
    return _window(a, width, k) * _window(b, width, k)


def _window(N: np.ndarray, width: int, k: int) -> np.ndarray:
    """N as its window shows it, at its own place."""
    dropped = np.maximum((logarithm(N, width - 1) >> (width - 1)) - (k - 1), 0).astype(np.uint64)
    return ((N >> dropped) | (dropped > 0)) << dropped


def _bound(width: int, k: int) -> Bound:
    """The factors a' / a, from above and below.

    With s bits dropped, a = T 2^s + L, T the window and 0 <= L < 2^s. An even T gains 2^s - L, at most 1 / 2^(k-1) of a
    (L = 0, T = 2^(k-1)); an odd one loses L, at most (2^s - 1) / (T 2^s + 2^s - 1) of a with T = 2^(k-1) + 1, which
    rises with s, up to s = width - k.
    """
    s = width - k
    if s == 0:
        return Bound(Fraction(0), Fraction(0), Fraction(0), "everywhere", "by definition")
    low = ((1 << k - 1) + 1) << s
    most = low + (1 << s) - 1
    return Bound(
        lower=Fraction(low, most) ** 2 - 1,
        upper=(1 + Fraction(1, 1 << k - 1)) ** 2 - 1,
        truncation=Fraction(0),
        attained=f"the lowest where both factors are {most}, the largest where both are powers of two from 2^{k}",
        source="this project, as Hashemi et al. 2015",
    )


DRUM = Family(
    name="drum",
    title="DRUM, dynamic range unbiased multiplier",
    source="Hashemi, Bahar and Reda, DRUM: A Dynamic Range Unbiased Multiplier for Approximate Applications,"
    " ICCAD 2015",
    definition="p = a' b', each operand cut off to the k bits from its leading one, the last of them a one",
    operations={
        "mul": Implementation(
            multiply,
            _bound,
            (Parameter("k", lambda width: range(3, width + 1), None, "bits of a window, the leading one too"),),
            tuple({"k": k} for k in (3, 4, 5, 6, 7, 8)),
        )
    },
    note="Published figures of 16 bits are met; those of 8 bits in Yin et al. (2021) are not those of this definition.",
)
