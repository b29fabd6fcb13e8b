"""Exponentials and logarithms of floats, by Mitchell's antilogarithm and logarithm, and exact.

Mitchell (1962) took log2 (1 + x) ~ x, for the logarithm and for the way back. The pattern of a float is its Mitchell
logarithm, plus a bias, so that both are there already. With F fraction bits and the pattern B of 1:

    exp2(x)    the number whose pattern is  floor(x 2^F) + B
    log2(x)    (pattern of x - B) / 2^F
    exp(x)     exp2(x log2 e)
    log(x)     log2(x) ln 2

The first takes one shift, by the exponent of x. It cuts off towards minus infinity: Mitchell's antilogarithm is above
2^x, never below it, and so cutting off leaves the greatest error as it is, where rounding to nearest would add to it.

There is no multiplication. The constants log2 e and ln 2 have a bit more than the format and are written in canonical
signed digits, so that their products are sums of shifted integers, which are exact, and rounded once. By an approximate
multiplier the relative error of exp would grow without limit: 11 % of x log2 e = 80 is a factor of 2^8.8.

The functions of bits here are the model. Compiled loops (``pysoft/kernels/_exponential.h``) have the same bits for f32,
f16 and bf16, and numbers of 8 bits are looked up in a table that the model has made.

Special cases, of all functions: a subnormal operand counts as a zero of its sign, NaN gives the canonical quiet NaN,
and infinity is NaN in ``f8e4m3``, which has none. A result below the smallest normal number becomes zero, one above the
largest infinity.

    ===========  =====  ========  =========  =======
    function     -inf   x < 0     -0, 0      inf
    ===========  =====  ========  =========  =======
    exp2, exp    0      .         1          inf
    log2, log    NaN    NaN       -inf       inf
    ===========  =====  ========  =========  =======
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from . import exact_exponential
from .absolute_bound import AbsoluteBound
from .blocks import each_by_blocks
from .bound import Bound
from .constant_product import LN_2, LOG2_E, constant_bits, constant_product, signed_digits
from .convert import round_fixed_point, saturate, split
from .exact_exponential import minus_magnitude
from .exponential_bound import (
    antilogarithm_bound,
    exponential_bound,
    logarithm_bound,
    natural_logarithm_bound,
    rounded_exponential_bound,
    rounded_logarithm_bound,
)
from .float_formats import FloatFormat
from .kernels import extension
from .kernels.floats import packed_exponential
from .kernels.lines import results_of

__all__ = [
    "EXPONENTIALS",
    "Exponential",
    "decay",
    "exp",
    "exp2",
    "exponential_bits",
    "log",
    "log2",
    "logarithm_bits",
]

_OPERATIONS = {"exp2": "exponential", "exp": "exponential", "log2": "logarithm", "log": "logarithm"}
_CONSTANTS = {"exp2": Fraction(1), "exp": LOG2_E, "log2": Fraction(1), "log": LN_2}


def exp2(x: npt.ArrayLike, form: FloatFormat) -> Any:
    """2^x by Mitchell's antilogarithm: 2^(i + f) ~ 2^i (1 + f) for an integer i and 0 <= f < 1.

    Parameters
    ----------
    x : array_like
        Numbers of ``form``, any shape; see :meth:`FloatFormat.array` for what is taken.
    form : FloatFormat

    Returns
    -------
    numpy.ndarray, or a NumPy scalar if the operand is a scalar
        Same shape, dtype of ``form``. It never falls where x grows.

    Raises
    ------
    TypeError
        If ``x`` are not numbers that ``form`` holds exactly.

    Error bound
    -----------
    At most 6.148 % above 2^x, and 0.69 of a last place below it: :func:`pysoft.exponential_bound.antilogarithm_bound`.

    Examples
    --------
    >>> from pysoft.float_formats import FLOAT_FORMATS
    >>> exp2([0.0, 0.5, -1.25, 200.0, -200.0], FLOAT_FORMATS["f32"])
    array([1.    , 1.5   , 0.4375,    inf, 0.    ], dtype=float32)
    """
    return _by_mitchell("exp2", x, form)


def exp(x: npt.ArrayLike, form: FloatFormat) -> Any:
    """e^x by Mitchell's antilogarithm of x log2 e, a product that is exact.

    Parameters, what is returned and raised as of :func:`exp2`.

    Error bound
    -----------
    That of :func:`exp2` and a little for the constant: :func:`pysoft.exponential_bound.exponential_bound`.

    Examples
    --------
    >>> from pysoft.float_formats import FLOAT_FORMATS
    >>> exp([0.0, 1.0, -1.0, 88.0], FLOAT_FORMATS["bf16"])
    array([1, 2.875, 0.388672, 1.66153e+38], dtype=bfloat16)
    """
    return _by_mitchell("exp", x, form)


def log2(x: npt.ArrayLike, form: FloatFormat) -> Any:
    """log2 x by Mitchell's logarithm, log2 (2^k (1 + f)) ~ k + f, rounded to nearest, ties to even.

    Parameters, what is returned and raised as of :func:`exp2`.

    Error bound
    -----------
    At most 0.0861 below log2 x, and what rounding costs: :func:`pysoft.exponential_bound.logarithm_bound`.

    Examples
    --------
    >>> from pysoft.float_formats import FLOAT_FORMATS
    >>> log2([1.0, 1.5, 0.1, 0.0, -1.0], FLOAT_FORMATS["f32"])
    array([ 0. ,  0.5, -3.4, -inf,  nan], dtype=float32)
    """
    return _by_mitchell("log2", x, form)


def log(x: npt.ArrayLike, form: FloatFormat) -> Any:
    """Natural logarithm: Mitchell's logarithm times ln 2, a product that is exact, rounded to nearest, ties to even.

    Parameters, what is returned and raised as of :func:`exp2`.

    Error bound
    -----------
    At most 0.0597 below ln x, and what rounding costs: :func:`pysoft.exponential_bound.logarithm_bound`.

    Examples
    --------
    >>> from pysoft.float_formats import FLOAT_FORMATS
    >>> log([1.0, 2.0, 1.5], FLOAT_FORMATS["f32"])
    array([0.       , 0.6931472, 0.3465736], dtype=float32)
    """
    return _by_mitchell("log", x, form)


def decay(x: npt.ArrayLike, form: FloatFormat, doublings: int = 0) -> Any:
    """e^(-2^doublings |x|), which falls from 1 to 0 on both sides.

    Parameters
    ----------
    x : array_like
        As of :func:`exp2`; the largest number stands for a larger multiple.
    form : FloatFormat
    doublings : int
        0 or 1.

    What is returned and raised as of :func:`exp2`, the error bound as of :func:`exp`.

    Examples
    --------
    >>> from pysoft.float_formats import FLOAT_FORMATS
    >>> decay([-1.5, 0.0, 1.5], FLOAT_FORMATS["f32"], 1)
    array([0.05224734, 1.        , 0.05224734], dtype=float32)
    """
    code = _code("exp", form, 1 + doublings)
    array = form.array(x, "x")
    if code is None or not extension("_arithmetic"):
        return exp(minus_magnitude(array, form, doublings), form)
    return results_of(code, form, array, array)[()]


def exponential_bits(bits: np.ndarray, form: FloatFormat, digits: Sequence[tuple[int, int]]) -> np.ndarray:
    """Mitchell's antilogarithm of c x, where ``digits`` are those of c 2^constant_bits(form) and 1 <= c < 2.

    Parameters
    ----------
    bits : numpy.ndarray of uint64
        Bits of x.
    form : FloatFormat
    digits : sequence of (int, int)
        See :func:`pysoft.constant_product.signed_digits`.

    Returns
    -------
    numpy.ndarray of uint64
        Bits of the results, same shape.
    """
    F = form.fraction_bits
    negative, pattern = split(bits, form)
    significand = np.where(pattern < form.smallest, 0, pattern & (1 << F) - 1 | 1 << F)
    product = constant_product(np.where(negative, -significand, significand), digits)
    # The significand has F fraction bits already. Larger exponents, and infinity, leave the format as this does.
    k = np.minimum((pattern >> F) - form.bias, form.exponent_bits)
    X = product >> np.minimum(constant_bits(form) - k, 63)
    result = saturate(X + (form.bias << F), form)
    return np.where(_is_nan(pattern, form), form.nan, result).astype(np.uint64)


def logarithm_bits(bits: np.ndarray, form: FloatFormat, digits: Sequence[tuple[int, int]]) -> np.ndarray:
    """Mitchell's logarithm of x, times c, where ``digits`` are those of c 2^constant_bits(form) and 0 < c <= 1.

    Parameters and what is returned as of :func:`exponential_bits`.
    """
    F = form.fraction_bits
    negative, pattern = split(bits, form)
    zero = pattern < form.smallest
    L = np.clip(pattern, form.smallest, form.largest) - (form.bias << F)
    result = round_fixed_point(constant_product(L, digits), F + constant_bits(form), form)
    minus_infinity = form.infinity | form.has_infinity << form.width - 1
    result = np.where(zero, np.uint64(minus_infinity), result)
    result = np.where((pattern >= form.infinity) & form.has_infinity, np.uint64(form.infinity), result)
    return np.where(_is_nan(pattern, form) | (negative & ~zero), np.uint64(form.nan), result)


def _is_nan(pattern: np.ndarray, form: FloatFormat) -> np.ndarray:
    return pattern > form.largest + form.has_infinity


def _by_mitchell(function: str, x: npt.ArrayLike, form: FloatFormat) -> Any:
    """By the compiled loop, or else by the model."""
    code = _code(function, form)
    array = form.array(x, "x")
    if code is None or not extension("_arithmetic"):
        return each_by_blocks(lambda values: _by_model(function, values, form), array, form)[()]
    return results_of(code, form, array, array)[()]


def _by_model(function: str, values: np.ndarray, form: FloatFormat) -> np.ndarray:
    core = exponential_bits if _OPERATIONS[function] == "exponential" else logarithm_bits
    return form.from_bits(core(form.to_bits(values), form, signed_digits(_constant(function, form))))


@cache
def _constant(function: str, form: FloatFormat) -> int:
    """The constant of a function, unit 2^-constant_bits(form)."""
    return round(_CONSTANTS[function] * 2 ** constant_bits(form))


@cache
def _code(function: str, form: FloatFormat, decay: int = 0) -> bytes | None:
    """A function as the compiled loops take it, or None."""
    operation, constant = _OPERATIONS[function], _constant(function, form)
    return packed_exponential(operation, form, constant, constant_bits(form), decay=decay)


class Exponential(NamedTuple):
    """One way to compute exponentials and logarithms: functions ``(x, form)``, and their bounds ``(form)``."""

    exp2: Callable[[npt.ArrayLike, FloatFormat], Any]
    exp: Callable[[npt.ArrayLike, FloatFormat], Any]
    log2: Callable[[npt.ArrayLike, FloatFormat], Any]
    log: Callable[[npt.ArrayLike, FloatFormat], Any]
    decay: Callable[[npt.ArrayLike, FloatFormat, int], Any]
    exp2_bound: Callable[[FloatFormat], Bound]
    exp_bound: Callable[[FloatFormat], Bound]
    log2_bound: Callable[[FloatFormat], AbsoluteBound]
    log_bound: Callable[[FloatFormat], AbsoluteBound]


EXPONENTIALS = {
    "exact": Exponential(
        exact_exponential.exp2,
        exact_exponential.exp,
        exact_exponential.log2,
        exact_exponential.log,
        exact_exponential.decay,
        rounded_exponential_bound,
        rounded_exponential_bound,
        rounded_logarithm_bound,
        rounded_logarithm_bound,
    ),
    "mitchell": Exponential(
        exp2,
        exp,
        log2,
        log,
        decay,
        antilogarithm_bound,
        exponential_bound,
        logarithm_bound,
        natural_logarithm_bound,
    ),
}
