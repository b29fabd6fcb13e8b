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
them; a NaN result is what the division makes of NaN. If the division is an :class:`Elementwise` that has a compiled
loop, so have sigmoid and tanh from the exponential on (``pysoft/kernels/_activation.h``), with the same bits.
"""

from collections.abc import Callable
from functools import cache
from math import ceil, log2, prod
from typing import Any

import numpy as np
import numpy.typing as npt

from .blocks import each_by_blocks, rows_by_blocks
from .convert import convert
from .elementwise import Elementwise
from .exponential import Exponential
from .float_formats import FloatFormat
from .kernels import extension
from .kernels.floats import packed
from .kernels.lines import activation_of, totals_of

__all__ = ["linear_exponent", "sigmoid", "softmax", "tanh"]

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
    one, code = form.dtype.type(1), _compiled(divide)

    def function(values: np.ndarray) -> np.ndarray:
        z = exponential.decay(values, form, 0)
        if code is not None:
            return activation_of("sigmoid", code, form, values, z)
        return divide(np.where(values < 0, z, one), one + z)

    return each_by_blocks(function, form.array(x, "x"), form)[()]


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
    one, code, least = form.dtype.type(1), _compiled(divide), 2.0 ** linear_exponent(form, exponential)

    def function(values: np.ndarray) -> np.ndarray:
        u = exponential.decay(values, form, 1)
        if code is not None:
            return activation_of("tanh", code, form, values, u, linear=least)
        quotient = divide(one - u, one + u)
        signed = np.where(values < 0, -quotient, quotient)
        return np.where(np.abs(values) < least, convert(values, form, form), signed)

    return each_by_blocks(function, form.array(x, "x"), form)[()]


def _compiled(divide: _Divide) -> bytes | None:
    """A division as the compiled loops take it, or None."""
    return packed(divide.operator) if isinstance(divide, Elementwise) and extension("_arithmetic") else None


@cache
def linear_exponent(form: FloatFormat, exponential: Exponential) -> int:
    """The exponent of two below whose power a number is its own tanh.

    Examples
    --------
    >>> from pysoft.exponential import EXPONENTIALS
    >>> from pysoft.float_formats import FLOAT_FORMATS
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
    smallest, largest = form.from_bits(np.array([form.smallest, form.largest])).astype(np.float32)

    def function(rows: np.ndarray) -> np.ndarray:
        array = rows.astype(np.float32)  # [r, n]
        array[np.abs(array) < smallest] = 0
        difference = array - array.max(axis=-1, keepdims=True, initial=-np.inf)  # [r, n] - [r, 1]
        e = exponential.exp(form.cast(np.maximum(difference, -largest)), form)
        total = totals_of(e.astype(np.float32))  # [r, n] -> [r, 1]
        return divide(e, form.cast(np.minimum(total, largest)))

    array = np.moveaxis(form.array(x, "x"), axis, -1)  # [..., n]
    shares = rows_by_blocks(function, array.reshape(prod(array.shape[:-1]), array.shape[-1]))  # [..., n] -> [r, n]
    return np.moveaxis(shares.reshape(array.shape), -1, axis)
