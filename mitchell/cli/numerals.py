"""Numbers as users write them: integers, floats in decimal or as in C99, and patterns of bits."""

import re
from fractions import Fraction
from typing import Any

import numpy as np

from pysoft.float_formats import FloatFormat
from pysoft.formats import Format

__all__ = ["float_bits", "integer", "operand_value", "pattern"]

_SPECIAL = re.compile(r"[+-]?(inf|infinity|nan)")
_DECIMAL = re.compile(r"[+-]?(?=\.?\d)(\d*)\.?(\d*)(?:e([+-]?\d+))?")
_HEXADECIMAL = re.compile(r"[+-]?0x(?=\.?[0-9a-f])([0-9a-f]*)\.?([0-9a-f]*)(?:p([+-]?\d+))?")
_FARTHEST = 9999  # exponent: far beyond all formats, and no reason to wait


def integer(text: str) -> int:
    """An integer in decimal, or as 0x.., 0o.. or 0b..

    Raises
    ------
    ValueError
        If it is none.
    """
    try:
        return int(text, 0)
    except ValueError:
        raise ValueError(f"{text!r} is not an integer; write it in decimal, or as 0x.., 0o.. or 0b..") from None


def pattern(text: str, form: Format) -> int:
    """Bits of a number of this format, written as an integer that is not negative.

    Raises
    ------
    ValueError
        If it is no integer, or of more bits than the format has.
    """
    bits = integer(text)
    if not 0 <= bits < 1 << form.width:
        raise ValueError(
            f"{text} is no pattern of the {form.width} bits of format {form}: it must be 0..{(1 << form.width) - 1:#x}"
        )
    return bits


def operand_value(text: str, form: Format, *, bits: bool = False) -> tuple[Any, bool]:
    """The number of this format that is meant: an integer, or the nearest float, or with ``bits`` a pattern.

    Returns
    -------
    value : int, or a NumPy scalar
        An integer may lie outside the format, which the operator says when it is called.
    is_exact : bool
        Whether the format holds the number as it is written.

    Raises
    ------
    ValueError
        If it is none.
    """
    if bits:
        found, is_exact = pattern(text, form), True
    elif isinstance(form, FloatFormat):
        found, is_exact = float_bits(text, form)
    else:
        return integer(text), True
    return form.from_bits(np.array([found], dtype=np.uint64))[0], is_exact


def float_bits(text: str, form: FloatFormat) -> tuple[int, bool]:
    """Bits of the number of this format that is nearest to a number in decimal or C99 hexadecimal, inf or nan.

    Ties go to the even one; what is beyond the largest number becomes infinity, or NaN in a format that has none.

    Returns
    -------
    bits : int
    is_exact : bool
        Whether the format holds the number as it is written.

    Raises
    ------
    ValueError
        If it is no number.

    Examples
    --------
    >>> from pysoft.float_formats import FLOAT_FORMATS
    >>> [(hex(bits), exact) for bits, exact in (float_bits(t, FLOAT_FORMATS["bf16"]) for t in ("1.5", "-0x1p3", "0.1"))]
    [('0x3fc0', True), ('0xc100', True), ('0x3dcd', False)]
    """
    word = text.strip().lower()
    sign = int(word.startswith("-")) << form.width - 1
    if special := _SPECIAL.fullmatch(word):
        if special[1] == "nan":
            return form.nan, True
        return (sign | form.infinity if form.has_infinity else form.nan), form.has_infinity
    value = _magnitude(word)
    if value is None:
        raise ValueError(f"{text!r} is not a number; write it as 1.5, -1e-3, 0x1.8p0, inf or nan")
    if not value:
        return sign, True
    magnitude, rounded = _nearest(value, form)
    if magnitude > form.largest:
        return (sign | form.infinity if form.has_infinity else form.nan), False
    return sign | magnitude, rounded == value


def _magnitude(word: str) -> Fraction | None:
    """What the word stands for, without its sign; None if it is no number."""
    for expression, base, step in ((_DECIMAL, 10, 10), (_HEXADECIMAL, 16, 2)):
        if match := expression.fullmatch(word):
            whole, part, exponent = match[1], match[2], int((match[3] or "0")[:9])
            exponent = max(-_FARTHEST, min(exponent, _FARTHEST))
            return Fraction(int(whole + part, base), base ** len(part)) * Fraction(step) ** exponent
    return None


def _nearest(value: Fraction, form: FloatFormat) -> tuple[int, Fraction]:
    """Pattern of the number nearest to a positive value, as if exponents had no upper limit, and that number."""
    exponent = value.numerator.bit_length() - value.denominator.bit_length()
    exponent -= value < Fraction(2) ** exponent
    exponent = max(exponent, 1 - form.bias)
    unit = Fraction(2) ** (exponent - form.fraction_bits)
    significand = round(value / unit)  # a tie goes to the even one
    return significand + (exponent + form.bias - 1 << form.fraction_bits), significand * unit
