"""Results of whole arrays by one operator: the bits of its model, from the compiled loops where these know it."""

from typing import Any

import numpy as np
import numpy.typing as npt

from .float_formats import FloatFormat
from .kernels import extension
from .kernels.floats import packed
from .kernels.lines import results_of
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
        self.operator = operator
        self._form, self._names = operator.format, operator.operands
        code = packed(operator) if isinstance(self._form, FloatFormat) else None
        self._code = code if code is not None and extension("_arithmetic") else None
        self._level = level

    def __call__(self, *operands: npt.ArrayLike) -> Any:
        """The results; operands, what is returned and raised as of :meth:`Operator.__call__`."""
        form, names = self._form, self._names
        if self._code is None or len(operands) != len(names):
            return self.operator(*operands)
        assert isinstance(form, FloatFormat)
        first, last = form.array(operands[0], names[0]), form.array(operands[-1], names[-1])
        if first.shape != last.shape:
            try:
                np.broadcast_shapes(first.shape, last.shape)
            except ValueError:
                return self.operator(*operands)  # which says so
        return results_of(self._code, form, first, last, level=self._level)[()]
