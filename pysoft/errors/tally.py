"""Running totals from which the error figures of an operator are made."""

import math
from fractions import Fraction

import numpy as np

from ..operator import Operator
from .deviation import deviation
from .metrics import ErrorMetrics, ErrorPair

__all__ = ["Tally"]


class Tally:
    """Add chunks of operands of any size in any order, then ask for the :class:`ErrorMetrics`.

    Integer sums are exact and float sums are added up by ``math.fsum``, so that the figures do not depend on the chunks beyond
    their last digits.

    Parameters
    ----------
    operator : Operator
        What to measure.
    """

    def __init__(self, operator: Operator):
        self.operator = operator
        self._pairs = self._undefined = self._zeros = self._wrong = self._whole = 0
        self._sums: dict[str, list[float]] = {"part": [], "square": [], "relative": [], "magnitude": [], "relative_square": []}
        self._worst: dict[str, tuple[Fraction, ErrorPair]] = {}

    def add(self, a: np.ndarray, b: np.ndarray) -> None:
        """Compute the results of some pairs and count their errors.

        Parameters
        ----------
        a, b : numpy.ndarray
            Operands, shape ``(n,)``, in the dtype of the operator's format.
        """
        if self.operator.operation == "div":
            defined = b != 0
            self._undefined += b.size - int(np.count_nonzero(defined))
            a, b = a[defined], b[defined]
        if not b.size:
            return
        result = self.operator(a, b)
        errors = deviation(self.operator, a, b, result)
        error, exact = errors.error, errors.exact
        self._pairs += b.size
        self._wrong += int(np.count_nonzero(error))
        self._whole += _exact_sum(errors.whole)
        self._add_sums(part=errors.part, square=error * error)
        self._offer("wce", np.abs(error), a, b, result)
        self._offer("loss", -error, a, b, result)

        nonzero = exact != 0
        self._zeros += b.size - int(np.count_nonzero(nonzero))
        a, b, result, error, exact = (values[nonzero] for values in (a, b, result, error, exact))
        if not b.size:
            return
        relative = error / exact
        self._add_sums(relative=relative, magnitude=np.abs(relative), relative_square=relative * relative)
        self._offer("below", -relative, a, b, result)
        self._offer("above", relative, a, b, result)
        if (bound := self.operator.bound) is not None:
            # With truncation AND a lower bound below 0 neither the relative error nor the loss alone shows the tightest pair.
            self._offer("shortfall", float(bound.lower) * exact - error, a, b, result)

    def _add_sums(self, **terms: np.ndarray) -> None:
        for name, values in terms.items():
            self._sums[name].append(float(values.sum()))

    def _offer(self, name: str, badness: np.ndarray, a: np.ndarray, b: np.ndarray, result: np.ndarray) -> None:
        """Keep the worst pair of this chunk, found in float64, if in exact rationals it is worse than those before."""
        at = int(badness.argmax())
        operands = int(a[at]), int(b[at])
        exact = self.operator.exact_value(*operands)
        assert exact is not None  # noqa: S101
        pair = ErrorPair(operands, Fraction(int(result[at]), 1 << self.operator.fraction_bits), exact)
        value = self._badness(name, pair)
        if name not in self._worst or value > self._worst[name][0]:
            self._worst[name] = value, pair
