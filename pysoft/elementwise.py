"""Results of whole arrays by one operator: the bits of its model, from the compiled loops where these know it."""

from typing import Any

import numpy as np
import numpy.typing as npt

from .float_formats import FloatFormat
from .kernels import extension
from .kernels.floats import FORMATS, packed
from .operator import Operator

__all__ = ["Elementwise"]


class Elementwise:
    """An operator as a function of whole arrays; the same results as its own, only faster.

    Parameters
    ----------
    operator : Operator
    level : int
        Which vector unit of the compiled loops, 0 for the widest; it does not change the result.

    Examples
    --------
    >>> multiply = Elementwise(Operator.from_name("mul-f32-mitchell"))
    >>> multiply([1.5, 3.0], 1.5)
    array([2., 4.], dtype=float32)
    """

    def __init__(self, operator: Operator, *, level: int = 0):
        self.operator, self._level = operator, level
        self._form = operator.format
        self._code = packed(operator) if isinstance(self._form, FloatFormat) else None
        self._module = extension("_arithmetic") if self._code is not None else None

    def __call__(self, *operands: npt.ArrayLike) -> Any:
        """The results; operands, what is returned and raised as of :meth:`Operator.__call__`."""
        form = self._form
        if self._module is None or len(operands) != len(self.operator.operands):
            return self.operator(*operands)
        assert isinstance(form, FloatFormat)
        arrays = [form.array(operand, name) for operand, name in zip(operands, self.operator.operands, strict=True)]
        first, last = arrays[0], arrays[-1]
        unit, item = FORMATS[form.name], first.itemsize
        if first.shape == last.shape and first.flags.c_contiguous and last.flags.c_contiguous:
            results = np.empty(first.shape, first.dtype)
            if item == 4:
                self._module.elementwise(self._level, self._code, unit, first, last, results)
            else:  # the types of ml_dtypes are no buffers
                words = (array.view(np.uint16) for array in (first, last, results))
                self._module.elementwise(self._level, self._code, unit, *words)
            return results[()]
        try:
            shape = np.broadcast_shapes(first.shape, last.shape)
        except ValueError:
            return self.operator(*operands)  # which says so
        results = np.empty(shape, first.dtype)
        if results.size:
            rows = (-1, shape[-1])
            words = (np.broadcast_to(array.view(f"u{item}"), shape).reshape(rows) for array in (first, last))
            self._module.broadcast(self._level, self._code, unit, *words, results.view(f"u{item}").reshape(rows))
        return results[()]
