"""Conversion between number formats, in integers. Twin in hardware: ``rtl/convert.py``.

As in every operation on floats, subnormal operands count as zeros, and a result below the smallest normal number
becomes a zero of its sign after it has been rounded with an exponent that has no limits.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from .float_formats import FloatFormat
from .formats import Format, IntegerFormat
from .logarithm import logarithm

__all__ = ["convert", "round_fixed_point", "round_float", "saturate", "split"]

_INTEGER_BITS = 40  # fraction bits of an integer's logarithm: more than any float has; the last stands for those below


def convert(values: npt.ArrayLike, source: Format, target: Format) -> Any:
    """Numbers of one format as numbers of another, at least one of them a float format.

    Parameters
    ----------
    values : array_like
        Numbers of ``source``, any shape; see the ``array`` method of the formats for what is taken.
    source, target : IntegerFormat or FloatFormat

    Returns
    -------
    numpy.ndarray, or a NumPy scalar if the operand is a scalar
        Same shape, the dtype of ``target``.

    Raises
    ------
    TypeError
        If the values are not numbers of ``source``.
    ValueError
        If a value lies outside ``source``, or both formats are integer formats.

    Special cases
    -------------
    To a float: rounded to nearest, ties to even. Beyond the largest number is infinity (NaN in ``f8e4m3``). NaN
    becomes the canonical quiet NaN, also from a format to itself. To an integer: cut off towards zero. What lies beyond
    the limits of the format, infinities too, becomes the limit; NaN becomes 0.

    Examples
    --------
    >>> from pysoft.formats import format_from_name
    >>> f16, bf16, u8 = map(format_from_name, ("f16", "bf16", "u8"))
    >>> convert([70000, 2049, 2051], format_from_name("u32"), f16)
    array([      inf, 2.048e+03, 2.052e+03], dtype=float16)
    >>> convert([-2.5, 2.99, 300], f16, u8)
    array([  0,   2, 255], dtype=uint64)
    """
    if isinstance(source, IntegerFormat) and isinstance(target, IntegerFormat):
        raise ValueError(f"{source} and {target} are both integer formats: one must be a float format")
    array = source.array(values)
    if isinstance(source, IntegerFormat):
        assert isinstance(target, FloatFormat)
        return target.from_bits(round_fixed_point(array, 0, target))[()]
    bits = source.to_bits(array)
    if isinstance(target, IntegerFormat):
        return _to_integer(bits, source, target)[()]
    return target.from_bits(round_float(bits, source, target))[()]


def round_fixed_point(values: np.ndarray, fraction_bits: int, target: FloatFormat) -> np.ndarray:
    """Bits of the floats nearest to fixed-point numbers, ties to even.

    Parameters
    ----------
    values : numpy.ndarray of int64 or uint64
        Integers, unit 2^-fraction_bits.
    fraction_bits : int
    target : FloatFormat

    Returns
    -------
    numpy.ndarray of uint64
        Same shape.

    Examples
    --------
    >>> from .float_formats import FLOAT_FORMATS
    >>> bf16 = FLOAT_FORMATS["bf16"]
    >>> bf16.from_bits(round_fixed_point(np.array([3, -513]), 2, bf16))
    array([0.75, -128], dtype=bfloat16)
    """
    negative = values < 0
    N = np.where(negative, np.negative(values), values).astype(np.uint64)  # that of -2^63 is 2^63 after all
    # Without the bits below ones, float64 cannot round up to the next power of two.
    k = logarithm(N & ~(N >> np.uint64(1)), 1) >> 1
    significand = (N << (63 - k).astype(np.uint64)) >> np.uint64(63 - _INTEGER_BITS)
    lost = (N << (63 - k).astype(np.uint64)) & np.uint64((1 << 63 - _INTEGER_BITS) - 1)
    x = significand.astype(np.int64) - (1 << _INTEGER_BITS) | (lost != 0)
    pattern = _rounded((k - fraction_bits << _INTEGER_BITS) + x, _INTEGER_BITS, target)
    return _signed(np.where(N == 0, 0, pattern), negative, target)


def _to_integer(bits: np.ndarray, source: FloatFormat, target: IntegerFormat) -> np.ndarray:
    negative, magnitude = split(bits, source)
    F = source.fraction_bits
    k = np.clip((magnitude >> F) - source.bias, -1, 64)
    significand = (magnitude & ((1 << F) - 1) | (1 << F)).astype(np.uint64)
    shifted = significand << np.maximum(k - F, 0).astype(np.uint64) >> np.maximum(F - k, 0).astype(np.uint64)
    limit = np.where(negative, np.uint64(-target.minimum), np.uint64(target.maximum))
    beyond = (k > 63) | (magnitude >= source.infinity)
    result = np.where(beyond, limit, np.minimum(np.where(magnitude < source.smallest, 0, shifted), limit))
    result = np.where(magnitude > source.largest + source.has_infinity, np.uint64(0), result)
    return np.where(negative, np.negative(result), result).view(target.dtype)


def round_float(bits: np.ndarray, source: FloatFormat, target: FloatFormat) -> np.ndarray:
    """Bits of the floats of ``target`` nearest to those of ``source``, ties to even; uint64 in and out, any shape."""
    negative, magnitude = split(bits, source)
    pattern = _rounded(magnitude - (source.bias << source.fraction_bits), source.fraction_bits, target)
    pattern = np.where(magnitude < source.smallest, 0, pattern)
    pattern = np.where((magnitude >= source.infinity) & source.has_infinity, target.infinity, pattern)
    pattern = np.where(magnitude > source.largest + source.has_infinity, target.nan, pattern)
    return _signed(pattern, negative, target)


def split(bits: np.ndarray, form: FloatFormat) -> tuple[np.ndarray, np.ndarray]:
    """Signs (bool) and patterns (int64) of numbers with these bits (uint64), same shape."""
    return bits >> np.uint64(form.width - 1) == 1, (bits & np.uint64((1 << form.width - 1) - 1)).astype(np.int64)


def _rounded(L: np.ndarray, F: int, target: FloatFormat) -> np.ndarray:
    """The pattern nearest to a logarithm of F fraction bits (int64).

    A carry out of the fraction raises the exponent, and one that has left the format is that of zero or infinity.
    """
    drop = max(F - target.fraction_bits, 0)
    L = L << max(target.fraction_bits - F, 0)
    kept, below, half = L >> drop, L & ((1 << drop) - 1), 1 << drop >> 1
    up = (below > half) | ((below == half) & (kept & 1 == 1) & (drop > 0))
    return saturate(kept + up + (target.bias << target.fraction_bits), target)


def saturate(pattern: np.ndarray, form: FloatFormat) -> np.ndarray:
    """Patterns (int64): of zero, and of infinity or NaN, where the exponent has left the format."""
    pattern = np.where(pattern < form.smallest, 0, pattern)
    return np.where(pattern > form.largest, form.infinity, pattern)


def _signed(pattern: np.ndarray, negative: np.ndarray, form: FloatFormat) -> np.ndarray:
    """Bits of a number; NaN has no sign."""
    is_nan = pattern == form.nan
    return pattern.astype(np.uint64) | (negative & ~is_nan).astype(np.uint64) << np.uint64(form.width - 1)
