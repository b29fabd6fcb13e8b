"""Where an operator is worst, decided in exact rationals: floats only say where to look."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Self

import numpy as np

from ..operator import Operator
from .deviation import deviation
from .pair import ErrorPair

__all__ = ["TOLERANCE", "Candidates", "Pairs", "Worst"]

TOLERANCE = 2.0**-50  # relative; a badness of two operands in float64 is nearer than that to the exact one
_MARGIN = 2.0**-45  # of roots, too

_EXACT: dict[str, Callable[[ErrorPair], Fraction]] = {
    "wce": lambda pair: abs(pair.error),
    "loss": lambda pair: -pair.error,
    "below": lambda pair: -pair.relative_error,
    "above": lambda pair: pair.relative_error,
}


@dataclass(frozen=True)
class Candidates(ABC):
    """Some pairs of operands, or single ones, among which the worst are looked for: arrays of shape (n,).

    Parameters
    ----------
    operands : tuple of numpy.ndarray
        One or two.
    results : numpy.ndarray
    """

    operands: tuple[np.ndarray, ...]
    results: np.ndarray

    @abstractmethod
    def badness(self, kind: str) -> np.ndarray:
        """What the worst of this kind has most of, in float64."""

    def where(self, chosen: np.ndarray) -> Self:
        """Those that a mask or an array of places chooses."""
        others = {name: values[chosen] for name, values in vars(self).items() if name != "operands"}
        return type(self)(operands=tuple(values[chosen] for values in self.operands), **others)

    def first(self) -> Self:
        """The one that comes first in the order of the operands."""
        return self.where(np.lexsort(self.operands[::-1])[:1])

    def each(self) -> Iterator[tuple[tuple[Any, ...], Any]]:
        """Operands and result of each, as Python numbers."""
        return zip(zip(*(values.tolist() for values in self.operands), strict=True), self.results.tolist(), strict=True)


@dataclass(frozen=True)
class Pairs(Candidates):
    """Integers in the dtype of their format, and their results by an operator.

    Parameters
    ----------
    error, exact : numpy.ndarray of float64
        In units of the last place, as magnitudes; see :class:`~pysoft.errors.deviation.Deviation`.
    """

    error: np.ndarray
    exact: np.ndarray

    @classmethod
    def of(cls, operator: Operator, *operands: np.ndarray) -> Self:
        """Results by the model; no divisor and no operand of a root may be zero."""
        results = operator(*operands)
        errors = deviation(operator, *operands, result=results)
        return cls(operands, results, errors.error, errors.exact)

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

    def offer(self, kind: str, pairs: Candidates) -> None:
        """Look at some pairs, in any order.

        Parameters
        ----------
        kind : str
            ``wce``, ``loss``, ``below`` or ``above``.
        pairs : Candidates
            One or more.
        """
        values = pairs.badness(kind)
        worst = float(values.max())
        margin = abs(worst) * _MARGIN
        best = self._worst.get(kind)
        if best is not None:
            known = float(best[0] * self._unit(kind))
            if worst + margin < known - abs(known) * _MARGIN:
                return
        near = pairs.where(values >= worst - margin)
        if worst == 0 or (kind == "below" and not near.results.any()):
            near = near.first()  # all of them equal: no error, or nothing but error
        for operands, result in near.each():
            pair = ErrorPair.of(self.operator, *operands, result=result)
            value = _EXACT[kind](pair)
            best = self._worst.get(kind)
            if best is None or value > best[0] or (value == best[0] and pair.operands < best[1].operands):
                self._worst[kind] = value, pair

    def _unit(self, kind: str) -> int:
        """Units of the last place in the unit of the exact badness."""
        return 1 << self.operator.fraction_bits if kind in ("wce", "loss") else 1
