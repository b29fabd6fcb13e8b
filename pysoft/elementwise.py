"""Results of whole arrays by one operator: the bits of its model, from the compiled loops where these know it."""

from typing import Any

import numpy as np
import numpy.typing as npt

from .float_formats import FloatFormat
from .kernels import extension
from .kernels.floats import FORMATS, packed
from .operator import Operator

__all__ = ["evaluate"]


def evaluate(operator: Operator, *operands: npt.ArrayLike, level: int = 0) -> Any:
    """``operator(*operands)``, fast.

    Parameters
    ----------
    operator : Operator
    *operands : array_like
        As the operator takes them; shapes broadcast.
    level : int
        Which vector unit of the compiled loops, 0 for the widest; it does not change the result.

    Returns
    -------
    numpy.ndarray, or a NumPy scalar if all operands are scalars

    Raises
    ------
    TypeError, ValueError
        As the operator does.

    Examples
    --------
    >>> evaluate(Operator.from_name("mul-f32-mitchell"), [1.5, 3.0], 1.5)
    array([2., 4.], dtype=float32)
    """
    form = operator.format
    code = packed(operator) if isinstance(form, FloatFormat) else None
    module = extension("_arithmetic") if code is not None else None
    if module is None or len(operands) != len(operator.operands):
        return operator(*operands)
    assert isinstance(form, FloatFormat)
    arrays = [form.array(operand, name) for operand, name in zip(operands, operator.operands, strict=True)]
    words = [array.view(f"u{form.dtype.itemsize}") for array in arrays]
    try:
        shape = np.broadcast_shapes(*(array.shape for array in arrays))
    except ValueError:
        return operator(*operands)  # which says so
    results = np.empty(shape, words[0].dtype)
    if results.size:
        flat = all(word.size == 1 or (word.shape == shape and word.flags.c_contiguous) for word in words)
        size = (1, results.size) if flat else (-1, shape[-1])
        rows = [np.broadcast_to(word, shape).reshape(size) for word in words]
        module.elementwise(level, code, FORMATS[form.name], rows[0], rows[-1], results.reshape(size))
    return results.view(form.dtype)[()]

