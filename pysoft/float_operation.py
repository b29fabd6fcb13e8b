"""Operations on floats: signs, special cases and limits of the exponent. Twin: ``rtl/float_operation.py``.

A subnormal operand counts as a zero of its sign. What is neither zero nor infinity nor NaN is a normal number, and of
normal numbers a family's core finds the logarithm of the result with an exponent that has no limits; a result below
the smallest normal number becomes zero, one above the largest infinity (NaN in ``f8e4m3``, which has no infinity).
NaN results are the canonical quiet NaN. The special cases are those of IEEE 754, in this order:

    ==========  ==============================  ===============  ==============  =================
    operation   NaN if an operand is, and       infinity         zero            sign
    ==========  ==============================  ===============  ==============  =================
    mul         0 x inf                         inf x b          0 x b           XOR of the signs
    div         0 / 0, inf / inf                inf / d, n / 0   0 / d, n / inf  XOR of the signs
    square      -                               inf              0               +
    reciprocal  -                               0                inf             that of a
    sqrt        a < 0                           inf              0, -0           +, of -0 -
    rsqrt       a < 0                           0, -0            inf             +, of -0 -
    ==========  ==============================  ===============  ==============  =================
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from .float_formats import FloatFormat

__all__ = ["SPECIAL", "Kind", "Special", "evaluate"]


class Kind(NamedTuple):
    """What an operand is: four bits, as NumPy arrays or as signals of a circuit. NaN may count as ``infinite``, too."""

    negative: Any
    zero: Any
    infinite: Any
    nan: Any


class Special(NamedTuple):
    """What a result is, whatever the family: four bits. The first of ``nan``, ``infinite``, ``zero`` that holds."""

    negative: Any
    zero: Any
    infinite: Any
    nan: Any


def _product(a: Kind, b: Kind | Special) -> Special:
    return Special(
        negative=a.negative ^ b.negative,
        zero=a.zero | b.zero,
        infinite=a.infinite | b.infinite,
        nan=a.nan | b.nan | (a.zero & b.infinite) | (a.infinite & b.zero),
    )


def _quotient(n: Kind, d: Kind) -> Special:
    return _product(n, _reciprocal(d))


def _reciprocal(a: Kind | Special) -> Special:
    return Special(a.negative, zero=a.infinite, infinite=a.zero, nan=a.nan)


def _square(a: Kind) -> Special:
    return Special(a.negative & ~a.negative, a.zero, a.infinite, a.nan)


def _root(a: Kind) -> Special:
    return Special(a.negative, a.zero, a.infinite, a.nan | (a.negative & ~a.zero))


SPECIAL: dict[str, Callable[..., Special]] = {
    "mul": _product,
    "div": _quotient,
    "square": _square,
    "reciprocal": _reciprocal,
    "sqrt": _root,
    "rsqrt": lambda a: _reciprocal(_root(a)),
}


def evaluate(operation: str, core: Callable[..., np.ndarray], *operands: np.ndarray, form: FloatFormat) -> np.ndarray:
    """``core`` on normal numbers, and the rest by the table above.

    Parameters
    ----------
    operation : str
    core : callable
        Mitchell logarithms (int64, unit 2^-fraction_bits) of magnitudes to that of the result, exponents without
        limits.
    *operands : numpy.ndarray of uint64
        Bits of the numbers, equal shapes.
    form : FloatFormat

    Returns
    -------
    numpy.ndarray of uint64
        Bits of the results, same shape.
    """
    sign, one = np.uint64(form.width - 1), form.bias << form.fraction_bits
    magnitudes = [(bits & np.uint64((1 << form.width - 1) - 1)).astype(np.int64) for bits in operands]
    kinds = [_kind(bits >> sign == 1, magnitude, form) for bits, magnitude in zip(operands, magnitudes, strict=True)]
    special = SPECIAL[operation](*kinds)
    result = core(*(np.maximum(magnitude, form.smallest) - one for magnitude in magnitudes)) + one
    result = np.where((result < form.smallest) | special.zero, 0, result)
    result = np.where((result > form.largest) | special.infinite, form.infinity, result)
    bits = result.astype(np.uint64) | special.negative.astype(np.uint64) << sign
    is_nan = special.nan | ((result == form.infinity) & (not form.has_infinity))
    return np.where(is_nan, np.uint64(form.nan), bits)


def _kind(negative: np.ndarray, magnitude: np.ndarray, form: FloatFormat) -> Kind:
    infinite = (magnitude >= form.infinity) & form.has_infinity
    nan = magnitude > form.largest + form.has_infinity
    return Kind(negative, magnitude < form.smallest, infinite, nan)
