"""Exponentials and logarithms of floats by NumPy in float64, rounded once: the nearest numbers of a format.

Special cases are those of :mod:`pysoft.exponential`.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from .blocks import each_by_blocks
from .float_formats import FloatFormat

__all__ = ["decay", "exp", "exp2", "log", "log2", "minus_magnitude"]


def exp2(x: npt.ArrayLike, form: FloatFormat) -> Any:
    """2^x. Parameters, what is returned and raised as of :func:`pysoft.exponential.exp2`."""
    return _apply(np.exp2, x, form)


def exp(x: npt.ArrayLike, form: FloatFormat) -> Any:
    """e^x. Parameters, what is returned and raised as of :func:`pysoft.exponential.exp2`."""
    return _apply(np.exp, x, form)


def log2(x: npt.ArrayLike, form: FloatFormat) -> Any:
    """log2 x. Parameters, what is returned and raised as of :func:`pysoft.exponential.exp2`."""
    return _apply(np.log2, x, form)


def log(x: npt.ArrayLike, form: FloatFormat) -> Any:
    """Natural logarithm. Parameters, what is returned and raised as of :func:`pysoft.exponential.exp2`."""
    return _apply(np.log, x, form)


def decay(x: npt.ArrayLike, form: FloatFormat, doublings: int = 0) -> Any:
    """e^(-2^doublings |x|). Parameters, what is returned and raised as of :func:`pysoft.exponential.decay`."""
    return exp(minus_magnitude(form.array(x, "x"), form, doublings), form)


def minus_magnitude(x: np.ndarray, form: FloatFormat, doublings: int) -> np.ndarray:
    """-2^doublings |x|, or what is nearest to it in the format; of a subnormal number -0.

    Parameters
    ----------
    x : numpy.ndarray
        Dtype of ``form``, any shape.
    form : FloatFormat
    doublings : int
        0 or 1.

    Returns
    -------
    numpy.ndarray
        Same shape and dtype.

    Examples
    --------
    >>> from pysoft.float_formats import FLOAT_FORMATS
    >>> minus_magnitude(np.float32([-1.5, 0.25, np.inf]), FLOAT_FORMATS["f32"], 1)
    array([-3. , -0.5, -inf], dtype=float32)
    """
    top = 1 << form.width - 1
    pattern = x.view(f"u{x.itemsize}") & (top - 1)
    # Infinity and NaN, which are above the largest number, stay.
    doubled = np.atleast_1d(np.minimum(pattern + doublings * form.smallest, np.maximum(pattern, form.largest)))
    doubled[np.atleast_1d(pattern < form.smallest)] = 0
    return (doubled | top).view(form.dtype).reshape(x.shape)


def _apply(function: np.ufunc, x: npt.ArrayLike, form: FloatFormat) -> Any:
    return each_by_blocks(lambda values: _rounded_once(function, values, form), form.array(x, "x"), form)[()]


@np.errstate(all="ignore")
def _rounded_once(function: np.ufunc, values: np.ndarray, form: FloatFormat) -> np.ndarray:
    smallest = 2.0 ** (1 - form.bias)
    x = values.astype(np.float64)
    x[np.abs(x) < smallest] = 0
    y = function(x)
    # A cast keeps subnormal numbers. From here on it gives the smallest normal one, as an exponent without limits does.
    y[np.abs(y) < smallest * (1 - 2.0 ** -(form.precision + 1))] = 0
    results = form.cast(y)
    results[np.isnan(results)] = form.from_bits(np.array(form.nan))
    return results
