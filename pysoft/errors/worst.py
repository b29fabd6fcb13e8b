"""Where an operator is worst, decided in exact rationals: floats only say where to look."""

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple, Self

import numpy as np

from ..operator import Operator
from .deviation import deviation
from .pair import ErrorPair

__all__ = ["TOLERANCE", "Pairs", "Worst"]

TOLERANCE = 2.0**-50  # relative; a badness in float64 is nearer than that to the exact one

_EXACT: dict[str, Callable[[ErrorPair], Fraction]] = {
    "wce": lambda pair: abs(pair.error),
    "loss": lambda pair: -pair.error,
    "below": lambda pair: -pair.relative_error,
    "above": lambda pair: pair.relative_error,
}


class Pairs(NamedTuple):
    """Some pairs of operands, arrays of shape (n,).

    Parameters
    ----------
    a, b, results : numpy.ndarray of int64 or uint64
        Operands in the dtype of their format, and the operator's results.
    error, exact : numpy.ndarray of float64
        In units of the last place, as magnitudes; see :class:`~pysoft.errors.deviation.Deviation`.
    """

    a: np.ndarray
    b: np.ndarray
    results: np.ndarray
    error: np.ndarray
    exact: np.ndarray

    @classmethod
    def of(cls, operator: Operator, a: np.ndarray, b: np.ndarray) -> Self:
        """Results by the model; no divisor may be zero."""
        results = operator(a, b)
        errors = deviation(operator, a, b, results)
        return cls(a, b, results, errors.error, errors.exact)

    def where(self, chosen: np.ndarray) -> Self:
        """Those that a mask or an array of places chooses."""
        return type(self)(*(values[chosen] for values in self))

    def badness(self, kind: str) -> np.ndarray:
        """What the worst pair of this kind has most of, in float64. For the last two no exact value may be zero."""
        if kind == "wce":
            return np.abs(self.error)
        if kind == "loss":
            return -self.error
        relative: np.ndarray = self.error / self.exact
        return relative if kind == "above" else -relative


class Worst:
    """The worst pair of each kind so far; of equal ones the first in the order of the operands.

    Parameters
    ----------
    operator : Operator
    """

    def __init__(self, operator: Operator):
        self.operator = operator
        self._worst: dict[str, tuple[Fraction, ErrorPair]] = {}

    def __getitem__(self, kind: str) -> ErrorPair:
        return self._worst[kind][1]

    def offer(self, kind: str, pairs: Pairs) -> None:
        """Look at some pairs, in any order.

        Parameters
        ----------
        kind : str
            ``wce``, ``loss``, ``below`` or ``above``.
        pairs : Pairs
            One or more.
        """
        values = pairs.badness(kind)
        worst = float(values.max())
        margin = abs(worst) * TOLERANCE
        best = self._worst.get(kind)
        if best is not None and worst + margin < float(best[0] * self._unit(kind)) * (1 - TOLERANCE):
            return
        near = pairs.where(values >= worst - margin)
        if worst == 0 or (kind == "below" and not near.results.any()):
            near = near.where(np.lexsort((near.b, near.a))[:1])  # all of them equal: no error, or nothing but error
        for a, b, result in zip(near.a.tolist(), near.b.tolist(), near.results.tolist(), strict=True):
            pair = ErrorPair.of(self.operator, a, b, result)
            value = _EXACT[kind](pair)
            best = self._worst.get(kind)
            if best is None or value > best[0] or (value == best[0] and pair.operands < best[1].operands):
                self._worst[kind] = value, pair

    def _unit(self, kind: str) -> int:
        """Units of the last place in the unit of the exact badness."""
        return 1 << self.operator.fraction_bits if kind in ("wce", "loss") else 1
