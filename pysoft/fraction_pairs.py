"""Fractions beside others, so that what is computed from both hangs on their last bits."""

import numpy as np

__all__ = ["partner_fractions"]


def partner_fractions(fractions: np.ndarray, bits: int, rng: np.random.Generator) -> np.ndarray:
    """For each fraction x a random one that agrees, down to a random bit, either with x or with 1 - x.

    A logarithmic operator turns on the carry out of x1 + x2, or the borrow out of x1 - x2. Of independent fractions the
    first few bits decide; here the carry or borrow comes from any bit.

    Parameters
    ----------
    fractions : numpy.ndarray
        int64, units of 2^-bits, below 2^bits.
    bits : int
        At least 0.
    rng : numpy.random.Generator
        Where they come from.

    Returns
    -------
    numpy.ndarray
        int64 of the same shape, below 2^bits.
    """
    count, ones = fractions.shape, (1 << bits) - 1
    complement = np.where(rng.integers(0, 2, count), ones, 0)
    free = (1 << rng.integers(0, bits + 1, count)) - 1
    return (fractions ^ complement) & ~free | rng.integers(0, ones, count, endpoint=True) & free
