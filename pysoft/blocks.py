"""Whole arrays by a function of few numbers at a time, whose intermediate results stay in a core's cache."""

from collections.abc import Callable
from math import prod

import numpy as np

from .float_formats import FloatFormat

__all__ = ["each_by_blocks", "rows_by_blocks"]

_BLOCK = 1 << 15  # numbers at a time
_BYTE = 8

Function = Callable[[np.ndarray], np.ndarray]


def each_by_blocks(function: Function, x: np.ndarray, form: FloatFormat) -> np.ndarray:
    """A function element by element; where the format has few numbers, by a table of all that it gives.

    Parameters
    ----------
    function : callable
        Of an array in the format to one of equal shape in it.
    x : numpy.ndarray
        Dtype of ``form``.
    form : FloatFormat

    Returns
    -------
    numpy.ndarray
        Same shape and dtype.

    Examples
    --------
    >>> from pysoft.float_formats import FLOAT_FORMATS
    >>> each_by_blocks(np.negative, np.float32([1, 2]), FLOAT_FORMATS["f32"])
    array([-1., -2.], dtype=float32)
    """
    if form.width <= _BYTE and x.size > 1 << form.width:
        return function(form.values())[x.view(np.uint8)]
    return rows_by_blocks(function, x.reshape(-1, 1)).reshape(x.shape)


def rows_by_blocks(function: Function, x: np.ndarray) -> np.ndarray:
    """A function of rows.

    Parameters
    ----------
    function : callable
        Of an array (some, ...) to one of equal shape and dtype.
    x : numpy.ndarray
        Shape (rows, ...).

    Returns
    -------
    numpy.ndarray
        Same shape and dtype.
    """
    rows = max(1, _BLOCK // max(1, prod(x.shape[1:])))
    if len(x) <= rows:
        return function(x)
    results = np.empty_like(x)
    for start in range(0, len(x), rows):
        results[start : start + rows] = function(x[start : start + rows])
    return results
