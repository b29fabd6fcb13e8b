"""Mitchell's logarithm and antilogarithm on whole arrays of integers.

Mitchell (1962), eqs. 1 to 5: write N = 2^k (1 + x) with 0 <= x < 1 and take log2 N ~ k + x. The logarithm is kept as ONE
fixed-point number L = (k + x) 2^F in an int64, so that a carry out of the fractions walks into the characteristic by itself.
F = width - 1 fraction bits hold every x of a ``width``-bit operand exactly. Twins in hardware: ``rtl/logarithm.py`` and
``rtl/antilogarithm.py``.
"""

import numpy as np

__all__ = ["antilogarithm", "logarithm"]


def logarithm(N: np.ndarray, F: int) -> np.ndarray:
    """L = (k + x) 2^F of every N = 2^k (1 + x); exact in the sense that N can be recovered from L.

    Parameters
    ----------
    N : numpy.ndarray of uint64
        Magnitudes, 0 <= N < 2^(F+1). The logarithm of 0 is meaningless and is returned as that of some small number: mask it.
    F : int
        Fraction bits, 1 to 31.

    Returns
    -------
    numpy.ndarray of int64
        Same shape, unit 2^-F.
    """
    N = N.astype(np.int64)
    _, exponent = np.frexp(N.astype(np.float64))  # exact: N < 2^53
    k = np.maximum(exponent.astype(np.int64) - 1, 0)
    x = (N << (F - k)) & ((1 << F) - 1)
    return (k << F) | x


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
        Same shape, unit 2^-fraction_bits. The caller sees to it that the value fits in 64 bits.
    """
    K = L >> F
    significand = ((L & ((1 << F) - 1)) | (1 << F)).astype(np.uint64)
    shift = K + (fraction_bits - F)
    left = np.clip(shift, 0, 63).astype(np.uint64)
    right = np.clip(-shift, 0, 63).astype(np.uint64)
    return (significand << left) >> right
