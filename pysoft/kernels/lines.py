"""Whole arrays of floats by the compiled loops that go through them line by line."""

import numpy as np

from ..float_formats import FloatFormat
from . import extension
from .floats import FORMATS

__all__ = ["activation_of", "results_of", "totals_of"]

_ACTIVATIONS = {"sigmoid": 0, "tanh": 1}  # enum activation


def results_of(code: bytes, form: FloatFormat, first: np.ndarray, last: np.ndarray, *, level: int = 0) -> np.ndarray:
    """Results of an operation, element by element, from the compiled loop.

    Parameters
    ----------
    code : bytes
        What :func:`packed` or :func:`packed_exponential` gave.
    form : FloatFormat
    first, last : numpy.ndarray
        Its operands; of an operation that has one, this twice. Shapes broadcast.
    level : int
        Which vector unit, 0 for the widest.

    Returns
    -------
    numpy.ndarray
        Shape that of both, broadcast.

    Raises
    ------
    ValueError
        If the shapes do not broadcast.
    """
    module, key = extension("_arithmetic"), (level, code, FORMATS[form.name])
    assert module is not None
    if first.shape == last.shape and first.flags.c_contiguous and last.flags.c_contiguous:
        results = np.empty_like(first)
        module.elementwise(*key, _buffer(first), _buffer(last), _buffer(results))
        return results
    shape = np.broadcast_shapes(first.shape, last.shape)
    results = np.empty(shape, first.dtype)
    if results.size:
        rows = (-1, shape[-1])
        words = (np.broadcast_to(_buffer(array), shape).reshape(rows) for array in (first, last))
        module.broadcast(*key, *words, _buffer(results).reshape(rows))
    return results


def activation_of(
    function: str,
    divide: bytes,
    form: FloatFormat,
    x: np.ndarray,
    power: np.ndarray,
    *,
    linear: float = 0.0,
    level: int = 0,
) -> np.ndarray:
    """``sigmoid`` or ``tanh``, from the exponential on; see :mod:`pysoft.activation`.

    Parameters
    ----------
    function : str
    divide : bytes
        What :func:`packed` gave for a divider.
    form : FloatFormat
    x, power : numpy.ndarray
        Equal shapes, dtype of ``form``; ``power`` is e^-|x| of ``sigmoid``, e^-2|x| of ``tanh``.
    linear : float
        A power of two below which a number is its own ``tanh``.
    level : int
        Which vector unit, 0 for the widest.

    Returns
    -------
    numpy.ndarray
        Same shape.
    """
    module = extension("_arithmetic")
    assert module is not None
    operands = (_buffer(np.ascontiguousarray(array)) for array in (x, power))
    results = np.empty(x.shape, x.dtype)
    limit = int(np.float32(linear).view(np.int32))
    module.activation(level, divide, FORMATS[form.name], _ACTIVATIONS[function], limit, *operands, _buffer(results))
    return results


def totals_of(x: np.ndarray) -> np.ndarray:
    """Sums along the last axis, in increasing order.

    Parameters
    ----------
    x : numpy.ndarray of float32 or float64
        Shape (..., n).

    Returns
    -------
    numpy.ndarray
        Shape (..., 1), same dtype. Every sum is rounded once; the first is that of 0 and the first number. A NaN is
        the canonical one.
    """
    totals = np.zeros((*x.shape[:-1], 1), x.dtype)
    module = extension("_arithmetic")
    if module is not None:
        rows = x.reshape(totals.size, x.shape[-1])  # [..., n] -> [r, n]
        module.totals(x.itemsize == 8, rows, totals.reshape(-1, 1))
        return totals
    padded = np.concatenate([totals, x], axis=-1)  # [..., n] -> [..., n + 1]
    with np.errstate(over="ignore", invalid="ignore"):
        totals = np.add.accumulate(padded, axis=-1)[..., -1:]
    totals[np.isnan(totals)] = np.nan
    return totals


def _buffer(array: np.ndarray) -> np.ndarray:
    """The array as one of a type that is a buffer, which bfloat16 is not."""
    return array if array.itemsize == 4 else array.view(np.uint16)
