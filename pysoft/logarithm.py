"""Mitchell's logarithm and antilogarithm on whole arrays of integers.

Mitchell (1962), eqs. 1 to 5: write N = 2^k (1 + x) with 0 <= x < 1 and take log2 N ~ k + x. The logarithm is kept as
ONE fixed-point number L = (k + x) 2^F in an int64, so that a carry out of the fractions walks into the characteristic
by itself. F = width - 1 fraction bits hold every x of a ``width``-bit operand exactly.

The bit pattern of an IEEE number is the Mitchell logarithm of its value, so here a logarithm is a conversion to float64
and a shift, and an antilogarithm the way back. No rounding happens on either: a significand has at most 32 of the 53
bits.

Twins in hardware: ``rtl/logarithm.py`` and ``rtl/antilogarithm.py``.
"""

import numpy as np

__all__ = ["antilogarithm", "leading_bits", "logarithm", "normalise"]

SIGNIFICAND_BITS = 52  # of float64, without the hidden one
EXPONENT_BIAS = 1023  # of float64


def logarithm(N: np.ndarray, F: int) -> np.ndarray:
    """L = (k + x) 2^F of every N = 2^k (1 + x), exactly.

    Parameters
    ----------
    N : numpy.ndarray of uint64
        Magnitudes below 2^(F+1). Zero has no logarithm and is given that of 1: mask it.
    F : int
        Fraction bits, 1 to 31.

    Returns
    -------
    numpy.ndarray of int64
        Same shape, unit 2^-F.

    Examples
    --------
    >>> logarithm(np.array([1, 3, 6, 255], dtype=np.uint64), 7) / 2**7
    array([0.       , 1.5      , 2.5      , 7.9921875])
    """
    pattern = np.maximum(N, 1).astype(np.float64).view(np.int64)
    return (pattern >> (SIGNIFICAND_BITS - F)) - (EXPONENT_BIAS << F)


def antilogarithm(L: np.ndarray, F: int, fraction_bits: int = 0) -> np.ndarray:
    """floor(2^K (1 + f) 2^fraction_bits) of L = (K + f) 2^F, where K may be negative.

    Parameters
    ----------
    L : numpy.ndarray of int64
        Logarithms, unit 2^-F.
    F : int
        Fraction bits of ``L``.
    fraction_bits : int
        Bits to keep below the binary point of the result.

    Returns
    -------
    numpy.ndarray of uint64
        Same shape, unit 2^-fraction_bits. The caller sees to it that the value is below 2^64.

    Examples
    --------
    >>> antilogarithm(np.array([3, -1]) * 2**6, 7, fraction_bits=4) / 2**4
    array([3.  , 0.75])
    """
    pattern = (L + ((EXPONENT_BIAS + fraction_bits) << F)) << (SIGNIFICAND_BITS - F)
    return pattern.view(np.float64).astype(np.uint64)


def normalise(significand: np.ndarray, K: np.ndarray, F: int) -> np.ndarray:
    """The logarithm whose antilogarithm is significand 2^(K - F), without a loss.

    Parameters
    ----------
    significand, K : numpy.ndarray of int64
        Equal shapes; 0 < significand < 2^(F + 2).
    F : int
        At most 50.

    Returns
    -------
    numpy.ndarray of int64
        Same shape, unit 2^-(F + 1): a significand of 2 or more needs the last bit.

    Examples
    --------
    >>> normalise(np.array([5, 8, 18]), np.array([0, 0, 0]), 3) / 2**4
    array([-0.75 ,  0.   ,  1.125])
    """
    return logarithm(significand.astype(np.uint64), F + 1) + ((K - F) << (F + 1))


def leading_bits(L: np.ndarray, F: int, bits: int) -> np.ndarray:
    """The ``bits`` leading bits of the fraction of a logarithm of F fraction bits: the place in a table.

    Parameters
    ----------
    L : numpy.ndarray of int64
        Logarithms, unit 2^-F.
    F, bits : int
        0 <= bits <= F.

    Returns
    -------
    numpy.ndarray of int64
        Same shape, 0 to 2^bits - 1.

    Examples
    --------
    >>> leading_bits(logarithm(np.array([4, 5, 6, 7], dtype=np.uint64), 7), 7, 1)
    array([0, 0, 1, 1])
    """
    return L >> (F - bits) & ((1 << bits) - 1)
