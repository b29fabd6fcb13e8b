"""Floats to try a circuit with: corners, and random ones whose results are mostly normal."""

import numpy as np

from .float_formats import FloatFormat
from .fraction_pairs import partner_fractions

__all__ = ["corner_float_operands", "corner_floats", "partner_floats", "random_floats"]


def corner_floats(form: FloatFormat) -> np.ndarray:
    """Of either sign: zero, subnormal and normal limits, infinity, NaN, and 1, 1.5, 3 and their neighbours.

    Returns
    -------
    numpy.ndarray
        Shape ``(corners,)``, dtype ``form.dtype``, each number once.
    """
    return _of_either_sign(form, _limits(form))


def corner_float_operands(form: FloatFormat, operands: int) -> tuple[np.ndarray, ...]:
    """The directed vectors: :func:`corner_floats`, and what is one bit away from zero or from infinity.

    A circuit tells zero, infinity and NaN by looking at all bits: each of them decides once. In a format without
    infinity it is NaN that they are one bit away from.

    Of two operands all limits stand beside each other, and what is one bit away from one of them beside 1. The four
    combinations of signs take turns: all of them for each pair would be four times as many, and leave a bench little
    time for other numbers.

    Parameters
    ----------
    form : FloatFormat
        Of all operands.
    operands : int
        1 or 2.

    Returns
    -------
    tuple of numpy.ndarray
        One array for each operand, shape ``(corners,)``, dtype ``form.dtype``, each vector once.
    """
    one, limits, beside = form.bias << form.fraction_bits, _limits(form), _one_bit_away(form)
    if operands == 1:
        return (_of_either_sign(form, limits + beside),)
    pairs = [(a, b) for a in limits for b in limits]
    pairs += [pair for pattern in beside for pair in ((pattern, one), (one, pattern))]
    a, b = np.array(list(dict.fromkeys(pairs)), dtype=np.uint64).T
    turn = np.arange(a.size, dtype=np.uint64)
    turn += turn // np.uint64(len(limits))  # or the sign of b would be that of its place in a row
    sign = np.uint64(form.width - 1)
    return form.from_bits(a | turn % 2 << sign), form.from_bits(b | turn // 2 % 2 << sign)


def partner_floats(form: FloatFormat, floats: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """For each of ``floats`` a random one whose fraction nearly agrees with its own, or adds up to 1 with it.

    Sign and exponent are those of :func:`random_floats`; see :func:`~pysoft.fraction_pairs.partner_fractions`.

    Returns
    -------
    numpy.ndarray
        Shape and dtype of ``floats``.
    """
    fraction = (1 << form.fraction_bits) - 1
    given, other = (form.to_bits(each).astype(np.int64) for each in (floats, random_floats(form, floats.size, rng)))
    partner = partner_fractions(given & fraction, form.fraction_bits, rng)
    return form.from_bits((other & ~fraction | partner).astype(np.uint64))


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


def _limits(form: FloatFormat) -> list[int]:
    """Patterns of positive numbers at limits of the format, or about 1."""
    F, one = form.fraction_bits, form.bias << form.fraction_bits
    half = 1 << F - 1
    limits = [0, 1, form.smallest - 1, form.smallest, form.smallest + 1, form.largest - 1, form.largest, form.infinity]
    nans = [form.nan, form.nan - 1 if form.has_infinity and form.nan - 1 > form.infinity else form.nan]
    middle = [one - 1, one, one + 1, one + half, (one + half) + (1 << F), one + (1 << F) - 1]
    return limits + nans + middle


def _one_bit_away(form: FloatFormat) -> list[int]:
    """Patterns of positive numbers that differ from zero, or from infinity, in one bit."""
    return [special ^ 1 << k for special in (0, form.infinity) for k in range(form.width - 1)]


def _of_either_sign(form: FloatFormat, patterns: list[int]) -> np.ndarray:
    sign = 1 << form.width - 1
    distinct = dict.fromkeys(patterns)
    return form.from_bits(np.array([s | p for s in (0, sign) for p in distinct], dtype=np.uint64))
