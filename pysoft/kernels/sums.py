"""Sums of products, from the compiled loops or, where these do not know the operator, by the model in NumPy."""

import threading
from collections.abc import Callable
from functools import lru_cache

import ml_dtypes
import numpy as np

from ..float_formats import FloatFormat
from ..formats import IntegerFormat
from ..operator import Operator
from . import extension
from .floats import FORMATS, packed

__all__ = ["Sums", "add_plain", "sums_of"]

Sums = Callable[[np.ndarray, np.ndarray, np.ndarray], None]

_BYTE = 8
_CHUNK = 1 << 15  # as many products of 8-bit integers, 65535 at most, an int32 can hold
_scratch = threading.local()


def sums_of(operator: Operator, accumulate: str, level: int = 0) -> Sums:
    """The function that adds up products: ``sums(a, b, c)``.

    Parameters
    ----------
    operator : Operator
        A multiplier.
    accumulate : str
        Dtype of the sums.
    level : int
        Which vector unit of the compiled loops, 0 for the widest.

    Returns
    -------
    callable
        Of a, shape (t, m, k), b, shape (t, k, n), in the operator's format, and c, shape (t, m, n), dtype
        ``accumulate``, all zeros and with contiguous rows, which receives the sums. Threads may call it at once.
    """
    code = packed(operator) if isinstance(operator.format, FloatFormat) else None
    if code is not None and extension("_arithmetic"):
        return _by_formula(operator, code, level)
    if operator.format.width <= _BYTE and accumulate != "float64" and extension("_sums"):
        return _by_table(operator, level)
    return lambda a, b, c: add_plain(operator, a, b, c)


def add_plain(operator: Operator, a: np.ndarray, b: np.ndarray, c: np.ndarray) -> None:
    """Add the products to c, in increasing k: one after the other, by the model. Shapes (..., m, k), (..., k, n)."""
    with np.errstate(over="ignore", invalid="ignore"):
        for k in range(a.shape[-1]):
            c += operator(a[..., k, None], b[..., k, None, :]).astype(c.dtype)
    if c.dtype.kind == "f":
        c[np.isnan(c)] = np.nan


def _by_formula(operator: Operator, code: bytes, level: int) -> Sums:
    module, form = extension("_arithmetic"), operator.format
    assert module is not None

    def sums(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> None:
        if not hasattr(_scratch, "bytes"):
            _scratch.bytes = np.empty(module.SCRATCH_BYTES, np.uint8)
        x, y = (operand.view(f"u{operand.itemsize}") for operand in (a, b))
        module.matmul(level, code, FORMATS[form.name], c.itemsize == 8, x, y, _scratch.bytes, c)

    return sums


def _by_table(operator: Operator, level: int) -> Sums:
    module, table = extension("_sums"), _table(operator)
    assert module is not None

    def sums(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> None:
        x, y = (_bytes(operand, operator.format) for operand in (a, b))
        if c.dtype == np.float32:
            module.floats(level, table, x, y, c)
        elif c.dtype == np.int32:
            module.integers(level, table, x, y, c)
        else:
            part = np.empty(c.shape, np.int32)
            for k in range(0, a.shape[-1], _CHUNK):
                module.integers(level, table, x[..., k : k + _CHUNK], y[:, k : k + _CHUNK], part)
                c += part

    return sums


def _bytes(values: np.ndarray, form: IntegerFormat | FloatFormat) -> np.ndarray:
    """Numbers of up to 8 bits as the bytes that select a row or a column of the table."""
    return values.view(np.uint8) if isinstance(form, FloatFormat) else values.astype(np.uint8)


@lru_cache(16)
def _table(operator: Operator) -> np.ndarray:
    """Products of all bytes: int32, or bits of bfloat16, which holds every 8-bit float. Shape (256, 256)."""
    form = operator.format
    every = np.arange(256, dtype=np.uint8)
    if isinstance(form, FloatFormat):
        values = every.view(form.dtype)
        return operator(values[:, None], values).astype(ml_dtypes.bfloat16).view(np.uint16)
    numbers = every.view(np.int8) if form.signed else every
    legal = np.clip(numbers, form.minimum, form.maximum).astype(form.dtype)  # the others do not occur
    return operator(legal[:, None], legal).astype(np.int32)
