"""Activations of neural networks from an exponential and a division: sigmoid, tanh and softmax.

    sigmoid(x)   z = e^-|x|           1 / (1 + z) for x >= 0,  z / (1 + z) for x < 0
    tanh(x)      u = e^-2|x|          sign(x) (1 - u) / (1 + u), and x itself where it is small
    softmax(x)   e = e^(x - max x)    e / sum e

Exponentials are of numbers that are not positive: none overflows, and the largest, of 0, is exactly 1. Doubling raises
an exponent. Sums are rounded once to the format, to nearest, ties to even; one that is subnormal counts as a zero, as
every operand does.

Where x is small, 1 - u is a small difference of numbers that are not: a relative error d of u is one of d / 2x of it.
Mitchell's exponential would make tanh 28 % too small there, for it has 1 - u = x log2 e in place of 2x, until the last
place of u is all that is left. But tanh x ~ x, x^2 / 3 above it at most. So tanh is x itself below a power of two,
the one at which the larger of both errors is least: 1/2 for Mitchell's exponential, 2^-8 for an exact one in float32.
Then no error is larger than it is there, and none is absolute; the price is a step down at that place.

An exponential is an entry of :data:`pysoft.exponential.EXPONENTIALS`. A division is a function of two arrays of the
format, whose shapes broadcast, to one of the format, as an operator is. NaN and infinity go as the arithmetic takes
them; a NaN result is what the division makes of NaN.
"""

from collections.abc import Callable
from math import ceil, log2
from typing import Any

import numpy as np
import numpy.typing as npt

from .convert import convert
from .exponential import Exponential
from .float_formats import FLOAT_FORMATS, FloatFormat

__all__ = ["linear_exponent", "sigmoid", "softmax", "tanh"]

_F32 = FLOAT_FORMATS["f32"]

_Divide = Callable[[np.ndarray, np.ndarray], Any]


@np.errstate(invalid="ignore")
def sigmoid(x: npt.ArrayLike, form: FloatFormat, exponential: Exponential, divide: _Divide) -> Any:
    """1 / (1 + e^-x).

    Parameters
    ----------
    x : array_like
        Numbers of ``form``, any shape; see :meth:`FloatFormat.array` for what is taken.
    form : FloatFormat
    exponential : Exponential
    divide : callable

    Returns
    -------
    numpy.ndarray, or a NumPy scalar if the operand is a scalar
        Same shape, dtype of ``form``.

    Raises
    ------
    TypeError
        If ``x`` are not numbers that ``form`` holds exactly.

    Special cases
    -------------
    0 at -inf, 1 at inf, NaN at NaN.

    Error bound
    -----------
    :func:`pysoft.activation_bound.sigmoid_bound`.

    Examples
    --------
    >>> from pysoft.exponential import EXPONENTIALS
    >>> from pysoft.operator import Operator
    >>> divide = Operator.from_name("div-f32-mitchell")
    >>> sigmoid([-np.inf, -2.0, 0.0, 2.0], divide.format, EXPONENTIALS["mitchell"], divide)
    array([0.        , 0.12345523, 0.5       , 0.9303369 ], dtype=float32)
    """
    array = form.array(x, "x")
    one = form.dtype.type(1)
    z = exponential.exp(-np.abs(array), form)
    return divide(np.where(array < 0, z, one), one + z)[()]


@np.errstate(invalid="ignore")
def tanh(x: npt.ArrayLike, form: FloatFormat, exponential: Exponential, divide: _Divide) -> Any:
    """Hyperbolic tangent of x.

    Parameters, what is returned and raised as of :func:`sigmoid`.

    Special cases
    -------------
    A zero of its sign at zeros and subnormal numbers, -1 and 1 at -inf and inf, NaN at NaN.

    Error bound
    -----------
    :func:`pysoft.activation_bound.tanh_bound`.

    Examples
    --------
    >>> from pysoft.exponential import EXPONENTIALS
    >>> from pysoft.operator import Operator
    >>> divide = Operator.from_name("div-f32-mitchell")
    >>> tanh([-np.inf, -0.25, 0.0, 1.0], divide.format, EXPONENTIALS["mitchell"], divide)
    array([-1.       , -0.25     ,  0.       ,  0.7910107], dtype=float32)
    """
    array = form.array(x, "x")
    magnitude, one = np.abs(array), form.dtype.type(1)
    half = np.minimum(magnitude, form.from_bits(np.array(form.largest - form.smallest)))  # e^-2 half is 0
    u = exponential.exp(-(half + half), form)
    quotient = divide(one - u, one + u)
    small = magnitude < 2.0 ** linear_exponent(form, exponential)
    return np.where(small, convert(array, form, form), np.where(array < 0, -quotient, quotient))[()]


def linear_exponent(form: FloatFormat, exponential: Exponential) -> int:
    """The exponent of two below whose power a number is its own tanh.

    Examples
    --------
    >>> from pysoft.exponential import EXPONENTIALS
    >>> {name: linear_exponent(FLOAT_FORMATS["f32"], each) for name, each in EXPONENTIALS.items()}
    {'exact': -8, 'mitchell': -1}
    """
    d = float(exponential.exp_bound(form).peak)
    return ceil(log2(d * 3 / 8) / 3)  # the first k at which (2^(k+1))^2 / 3 is more than d / (2 2^k)


@np.errstate(over="ignore", invalid="ignore")
def softmax(x: npt.ArrayLike, form: FloatFormat, exponential: Exponential, divide: _Divide, *, axis: int = -1) -> Any:
    """e^x, divided by its sum along an axis.

    The sum is in float32, in increasing order; that and the differences are rounded once to the format, and are no
    farther from 0 than its largest number. A sum cut off to this gives zeros, as every quotient by it would be
    below the smallest normal number.

    Parameters
    ----------
    x : array_like
        Numbers of ``form``, one dimension or more.
    form : FloatFormat
    exponential : Exponential
    divide : callable
    axis : int

    Returns
    -------
    numpy.ndarray
        Same shape, dtype of ``form``. Along an axis of no elements there is nothing to sum, and nothing is given.

    Raises
    ------
    TypeError
        If ``x`` are not numbers that ``form`` holds exactly.
    numpy.exceptions.AxisError
        If ``x`` has no such axis.

    Special cases
    -------------
    -inf has the share 0. All are NaN if one is NaN or inf, or if all are -inf, which have no shares of anything.

    Error bound
    -----------
    :func:`pysoft.activation_bound.softmax_bound`.

    Examples
    --------
    >>> from pysoft.exponential import EXPONENTIALS
    >>> from pysoft.operator import Operator
    >>> divide = Operator.from_name("div-bf16-exact")
    >>> softmax([[1.0, 1.0], [-np.inf, 3.0]], divide.format, EXPONENTIALS["mitchell"], divide)
    array([[0.5, 0.5],
           [0, 1]], dtype=bfloat16)
    """
    array = np.moveaxis(form.array(x, "x"), axis, -1).astype(np.float32)  # [..., n]
    smallest, largest = form.from_bits(np.array([form.smallest, form.largest])).astype(np.float32)
    array[np.abs(array) < smallest] = 0
    difference = array - array.max(axis=-1, keepdims=True, initial=-np.inf)  # [..., n] - [..., 1]
    e = exponential.exp(_rounded(np.maximum(difference, -largest), form), form)
    total = np.add.accumulate(e.astype(np.float32), axis=-1)[..., -1:]  # [..., n] -> [..., 1]
    return np.moveaxis(divide(e, _rounded(np.minimum(total, largest), form)), -1, axis)


def _rounded(values: np.ndarray, form: FloatFormat) -> np.ndarray:
    return values if form is _F32 else np.asarray(convert(values, _F32, form))
