"""Where an operator is worst, decided in exact rationals: floats only say where to look."""

from collections.abc import Callable
from fractions import Fraction

import numpy as np

from ..operator import Operator
from .pair import ErrorPair

__all__ = ["TOLERANCE", "Worst", "badness"]

TOLERANCE = 2.0**-50  # relative; a badness in float64 is nearer than that to the exact one

_EXACT: dict[str, Callable[[ErrorPair], Fraction]] = {
    "wce": lambda pair: abs(pair.error),
    "loss": lambda pair: -pair.error,
    "below": lambda pair: -pair.relative_error,
    "above": lambda pair: pair.relative_error,
}


def badness(error: np.ndarray, exact: np.ndarray, kind: str) -> np.ndarray:
    """What the worst pair of a kind has most of, in float64; the exact values are other than zero where it matters."""
    if kind == "wce":
        return np.abs(error)
    if kind == "loss":
        return -error
    return error / exact if kind == "above" else -error / exact


class Worst:
    """The worst pair of each kind so far; of equal ones the first in the order of the operands.

    Parameters
    ----------
    operator : Operator
    """

    def __init__(self, operator: Operator):
        self._operator = operator
        self._worst: dict[str, tuple[Fraction, ErrorPair]] = {}

    def __getitem__(self, kind: str) -> ErrorPair:
        return self._worst[kind][1]

    def offer(self, kind: str, a: np.ndarray, b: np.ndarray, results: np.ndarray, values: np.ndarray) -> None:
        """Look at some pairs.

        Parameters
        ----------
        kind : str
            ``wce``, ``loss``, ``below`` or ``above``.
        a, b, results : numpy.ndarray of int64 or uint64, shape (n,)
            Operands in any order and their results; for the last two kinds no exact value may be zero.
        values : numpy.ndarray of float64, shape (n,)
            Their :func:`badness` of this kind.
        """
        worst = values.max()
        if kind in self._worst and worst < float(self._worst[kind][0]) * self._unit(kind) - _margin(worst):
            return
        (places,) = np.nonzero(values >= worst - _margin(worst))
        if worst == 0 or (kind == "below" and not results[places].any()):
            places = places[np.lexsort((b[places], a[places]))[:1]]  # all of them equal: no error, or nothing but error
        for pair in self._pairs(a[places], b[places], results[places]):
            value = _EXACT[kind](pair)
            best = self._worst.get(kind)
            if best is None or value > best[0] or (value == best[0] and pair.operands < best[1].operands):
                self._worst[kind] = value, pair

    def _unit(self, kind: str) -> int:
        """Units of the last place in what :data:`_EXACT` counts in."""
        return 1 << self._operator.fraction_bits if kind in ("wce", "loss") else 1

    def _pairs(self, a: np.ndarray, b: np.ndarray, results: np.ndarray) -> list[ErrorPair]:
        return [
            ErrorPair.of(self._operator, *operands, result)
            for *operands, result in zip(a.tolist(), b.tolist(), results.tolist(), strict=True)
        ]


def _margin(value: float) -> float:
    return float(abs(value)) * TOLERANCE
