"""Floats to try a circuit with: corners, and random ones whose results are mostly normal."""

import numpy as np

from .float_formats import FloatFormat

__all__ = ["corner_floats", "random_floats"]


def corner_floats(form: FloatFormat) -> np.ndarray:
    """Of either sign: zero, subnormal and normal limits, infinity, NaN, and 1, 1.5, 3 and their neighbours.

    Returns
    -------
    numpy.ndarray
        Shape ``(corners,)``, dtype ``form.dtype``, each number once.
    """
    F, one = form.fraction_bits, form.bias << form.fraction_bits
    half = 1 << F - 1
    limits = [0, 1, form.smallest - 1, form.smallest, form.smallest + 1, form.largest - 1, form.largest, form.infinity]
    nans = [form.nan, form.nan - 1 if form.has_infinity and form.nan - 1 > form.infinity else form.nan]
    middle = [one - 1, one, one + 1, one + half, (one + half) + (1 << F), one + (1 << F) - 1]
    patterns = dict.fromkeys(limits + nans + middle)
    sign = 1 << form.width - 1
    return form.from_bits(np.array([s | p for s in (0, sign) for p in patterns], dtype=np.uint64))


def random_floats(form: FloatFormat, count: int, rng: np.random.Generator) -> np.ndarray:
    """Random floats, a third each: any bits; an exponent near that of 1; and a fraction of few ones or few zeros.

    Any bits alone would have products and quotients that mostly leave the range of the format.

    Parameters
    ----------
    form : FloatFormat
        Of the values.
    count : int
        How many.
    rng : numpy.random.Generator
        Where they come from.

    Returns
    -------
    numpy.ndarray
        Shape ``(count,)``, dtype ``form.dtype``.
    """
    F = form.fraction_bits
    uniform = rng.integers(0, 1 << form.width, count)
    spread = max(1, form.bias // 3)
    exponent = form.bias + rng.integers(-spread, spread + 1, count)
    near_one = exponent << F | rng.integers(0, 1 << F, count)
    sparse = (1 << rng.integers(0, F + 1, count)) - rng.integers(0, 2, count) & (1 << F) - 1
    few = exponent << F | np.where(rng.integers(0, 2, count), sparse, sparse ^ (1 << F) - 1)
    sign = rng.integers(0, 2, count) << form.width - 1
    bits = np.choose(rng.integers(0, 3, count), [uniform, near_one | sign, few | sign])
    return form.from_bits(bits.astype(np.uint64))
