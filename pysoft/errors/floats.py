"""Errors of operators on floats, over the fractions of their operands.

Exponents only add, and a root halves them, so that the relative error of a normal result depends on the fractions of
the operands alone, and of a root on whether the exponent is even. So operands are those of [1, 2), of roots [1, 4), in
increasing order: all of them, or uniform random ones. A sample is no stratified one, as a fraction is as good as any
other; corners, where extremes tend to be, are looked at besides, for the worst cases alone.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Self

import numpy as np

from ..float_formats import FloatFormat
from ..operator import Operator
from .distribution import BINS
from .extent import fractions
from .sampled import NORMAL_95
from .tally import ROW_PAIRS, Sums, Tiers, summary
from .worst import Candidates, Worst

__all__ = ["FloatPairs", "FloatRun", "relative_error"]

_SPLITTER = 2.0**29 + 1  # of 53 bits, 24 and the rest


def relative_error(operation: str, operands: tuple[np.ndarray, ...], result: np.ndarray) -> np.ndarray:
    """(result - exact) / exact, to a relative 2^-50, and zero only if the result is exact.

    All that is rounded before the division is 1 + delta, and the delta of ``rsqrt``.

    Parameters
    ----------
    operation : str
    operands, result : numpy.ndarray of float64
        Numbers of up to 24 significant bits, and a result that is roughly right: from 1/2 to 2 times the exact one.

    Returns
    -------
    numpy.ndarray of float64
        Same shape.

    Examples
    --------
    >>> relative_error("sqrt", (np.array([2.0]),), np.array([1.5])).tolist()
    [0.0606601717798213]
    """
    a = operands[0]
    if operation in ("mul", "square"):
        exact = a * operands[-1]
        return (result - exact) / exact
    if operation == "div":
        return (result * operands[1] - a) / a
    if operation == "reciprocal":
        return result * a - 1
    delta = (result * result - a) / a if operation == "sqrt" else _rsqrt_delta(a, result)
    return delta / (1 + np.sqrt(1 + delta))


def _rsqrt_delta(a: np.ndarray, result: np.ndarray) -> np.ndarray:
    """result^2 a - 1, rounded once: the square has too many bits for one factor, so it is split into two."""
    square = result * result
    spread = square * _SPLITTER
    high = spread - (spread - square)
    return (high * a - 1) + (square - high) * a


@dataclass(frozen=True)
class FloatPairs(Candidates):
    """Normal numbers and their results by an operator, all of them as float64.

    Parameters
    ----------
    relative : numpy.ndarray of float64
        Signed relative error.
    """

    relative: np.ndarray

    @classmethod
    def of(cls, operator: Operator, *operands: np.ndarray) -> Self:
        """Results by the model of operands in the dtype of its format."""
        numbers = tuple(values.astype(np.float64) for values in operands)
        results = operator(*operands).astype(np.float64)
        return cls(numbers, results, relative_error(operator.operation, numbers, results))

    def badness(self, kind: str) -> np.ndarray:
        """What the worst of ``below`` or ``above`` has most of."""
        return self.relative if kind == "above" else -self.relative


class FloatRun:
    """All fractions of the operands of one operator, or random ones.

    Parameters
    ----------
    operator : Operator
        On floats.
    samples : int or None
        How many random operands; None for all.
    seed : int

    Attributes
    ----------
    planned : int
        How many will be looked at.
    sums : Sums
        An error is a relative one here, too.
    counts : numpy.ndarray of int64, shape (2 BINS,)
    correctly_rounded : int
        Results that are those of the exact family.
    worst : Worst
        Of the kinds ``below`` and ``above``.
    """

    def __init__(self, operator: Operator, samples: int | None, seed: int):
        self._operator, self._samples = operator, samples
        self._exact = Operator(operator.operation, operator.format, "exact")
        self._rng = np.random.default_rng(seed)
        self._tiers = Tiers.of(operator)
        self._count = fractions(operator)
        self._everything = self._count ** len(operator.operands)
        self.planned = self._everything if samples is None else samples
        self.sums = Sums(operator)
        self.counts = np.zeros(2 * BINS, dtype=np.int64)
        self.correctly_rounded = 0
        self.worst = Worst(operator)

    def run(self, done: Callable[[int], None]) -> None:
        """Look at all of them; ``done`` is called with the number of each step.

        Raises
        ------
        ArithmeticError
            If a result is not a finite number.
        """
        for at in range(0, self.planned, ROW_PAIRS):
            size = min(ROW_PAIRS, self.planned - at)
            if self._samples is None:
                places = np.arange(at, at + size, dtype=np.uint64)
            else:
                places = self._rng.integers(0, self._everything, size, dtype=np.uint64)
            self._look(self._operands(places))
            done(size)
        if self._samples is not None:
            self._offer(FloatPairs.of(self._operator, *self._operands(self._corners())))

    def interval(self, term: str) -> float | None:
        """Half width of the 95 % interval of the mean of ``magnitude`` or ``relative``; None if nothing is known."""
        if self._samples is None or self._samples == 1:
            return None
        spread = self.sums.total("relative_square") - self.sums.total(term) ** 2 / self._samples
        return NORMAL_95 * math.sqrt(max(spread, Fraction(0)) / (self._samples - 1) / self._samples)

    def _operands(self, places: np.ndarray) -> tuple[np.ndarray, ...]:
        """Operands at these places (uint64) of the order of all, in the dtype of the format."""
        form = self._operator.format
        assert isinstance(form, FloatFormat)
        is_pair = len(self._operator.operands) == 2
        patterns = np.divmod(places, np.uint64(self._count)) if is_pair else (places,)
        one = np.uint64(form.bias << form.fraction_bits)
        return tuple(form.from_bits(values + one) for values in patterns)

    def _corners(self) -> np.ndarray:
        """Places of the fractions that are few powers of two, or nearly, all pairs of them."""
        powers = 1 << np.arange(self._count.bit_length())
        corners = np.unique([powers - 1, powers, powers + 1, self._count - powers])
        corners = corners[(corners >= 0) & (corners < self._count)].astype(np.uint64)
        if len(self._operator.operands) == 1:
            return corners
        return (corners[:, None] * np.uint64(self._count) + corners).ravel()

    def _look(self, operands: tuple[np.ndarray, ...]) -> None:
        pairs = FloatPairs.of(self._operator, *operands)
        if not np.isfinite(pairs.relative).all():
            raise ArithmeticError(f"{self._operator} gives infinity or NaN for normal operands")
        relative = pairs.relative[None]  # [1, n]
        self.sums.add(summary(self._tiers, relative, relative, relative, self.counts), pairs.results.size)
        self.correctly_rounded += int(np.sum(pairs.results == self._exact(*operands).astype(np.float64)))
        self._offer(pairs)

    def _offer(self, pairs: FloatPairs) -> None:
        for kind in ("below", "above"):
            self.worst.offer(kind, pairs)
