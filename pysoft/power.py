"""Powers in the log domain: square, reciprocal and roots as a shift, a negation and a constant.

    log a^n = n log a        n = 2, -1, 1/2, -1/2

Twin in hardware: ``rtl/power.py``.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from .logarithm import antilogarithm, logarithm

__all__ = ["PowerScheme", "power", "raise_logarithm"]


@dataclass(frozen=True)
class PowerScheme:
    """The constant of a power.

    Parameters
    ----------
    table : tuple of tuple of int
        Entry [i][j], unit 2^-bits, of either sign: added to the logarithm, or to its negation, or to twice it, before a
        root halves the sum. i is the characteristic modulo the number of rows: 1, or 2 for a root, which tells even
        ones from odd ones. j are the leading bits of the fraction. Rows and columns are powers of two in number.
    bits : int
        Fraction bits of an entry.
    """

    table: tuple[tuple[int, ...], ...] = ((0,),)
    bits: int = 0

    @property
    def index_bits(self) -> tuple[int, int]:
        """How many bits of the characteristic, and leading bits of the fraction, select an entry."""
        return (len(self.table) - 1).bit_length(), (len(self.table[0]) - 1).bit_length()


def power(scheme: PowerScheme, exponent: Fraction, a: np.ndarray, width: int, f: int = 0) -> np.ndarray:
    """a^exponent, cut off at 2^-f.

    Parameters
    ----------
    scheme : PowerScheme
    exponent : fractions.Fraction
        2, -1, 1/2 or -1/2.
    a : numpy.ndarray of uint64
        Magnitudes of ``width`` bits.
    width : int
        2 to 32.
    f : int
        Fraction bits of the result.

    Returns
    -------
    numpy.ndarray of uint64
        Same shape, unit 2^-f. Zero if a is zero; what it gives there for a negative exponent is left to the operation.
        A square that its constant would carry beyond 2^(2 width) becomes the largest logarithm.
    """
    L, F = raise_logarithm(scheme, exponent, logarithm(a, width - 1), width - 1)
    return np.where(a == 0, np.uint64(0), antilogarithm(np.minimum(L, (2 * width << F) - 1), F, f))


def raise_logarithm(scheme: PowerScheme, exponent: Fraction, L: np.ndarray, F: int) -> tuple[np.ndarray, int]:
    """The logarithm of a power.

    Parameters
    ----------
    scheme : PowerScheme
    exponent : fractions.Fraction
        2, -1, 1/2 or -1/2.
    L : numpy.ndarray of int64
        Logarithms, unit 2^-F.
    F : int
        Fraction bits of these.

    Returns
    -------
    L : numpy.ndarray of int64
        Same shape.
    fraction_bits : int
        Its unit is 2^-fraction_bits. Nothing has been cut off: a root has one bit more.
    """
    bits = max(F, scheme.bits)
    rows, columns = scheme.index_bits
    place = L >> (F - columns) & ((1 << rows + columns) - 1)
    c = np.array(scheme.table, dtype=np.int64).ravel()[place]
    return exponent.numerator * (L << (bits - F)) + (c << (bits - scheme.bits)), bits + (exponent.denominator == 2)
