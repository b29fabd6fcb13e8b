"""Results of an operator, row by row: the first operand of a row stands still. Compiled, or those of the model.

What depends on one operand alone is done once for each of its values, in NumPy; what depends on both is a short loop in
C, ``_results.h``.
"""

import numpy as np

from ..operator import Operator
from .forms import BilinearResults, QuotientResults
from .logarithmic import LogarithmicResults
from .protocol import Prepared, Results

__all__ = ["ModelResults", "results_of"]


class ModelResults:
    """Those of the model, whatever the family.

    Parameters
    ----------
    operator : Operator
        Of up to 16 bits.
    """

    def __init__(self, operator: Operator):
        self._operator = operator

    commutes = False  # whatever the family: not known

    def first(self, a: np.ndarray) -> Prepared:
        """The operands themselves."""
        return (a,)

    def second(self, b: np.ndarray) -> Prepared:
        """The operands themselves."""
        return (b,)

    def fill(self, first: Prepared, second: Prepared, results: np.ndarray) -> None:
        """Compute with the model."""
        (a,), (b,) = first, second
        model = self._operator.unsigned_core(np.repeat(a, b.size), np.tile(b, a.size))
        results[...] = model.reshape(results.shape)


def results_of(operator: Operator, *, level: int = 0) -> Results:
    """The fastest there are for ``operator``: compiled ones if it has any, else those of the model.

    Parameters
    ----------
    operator : Operator
        Of up to 16 bits.
    level : int
        Which of the vector units that the extension names, 0 being the widest.

    Raises
    ------
    ValueError
        If there is no extension.
    """
    for kind in (LogarithmicResults, BilinearResults, QuotientResults):
        if kind.takes(operator):
            return kind(operator, level=level)
    return ModelResults(operator)
