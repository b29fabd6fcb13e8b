"""What pairs of integers, or single ones, show when they are looked at by the model: sums, bins, the worst of them."""

from fractions import Fraction

import numpy as np

from ..operator import Operator
from .distribution import BINS
from .exhaustive import LARGE
from .locate import both_limits, pairs_obey
from .tally import Sums, Tiers, summary
from .worst import Pairs, Worst

__all__ = ["Findings"]


class Findings:
    """What has been found so far in operands whose exact value is not zero.

    Parameters
    ----------
    operator : Operator
        On integers.

    Attributes
    ----------
    sums, large_sums : Sums
        Of all; of those whose operands are 2^7 or more.
    worst, worst_large : Worst
    weights : numpy.ndarray of float64, shape (2 BINS,)
        Bins of the relative errors.
    pairs, large_pairs : int
        How many were looked at.
    obeys : bool
        Whether all keep the lower limit of the bound where that has two parts.
    """

    def __init__(self, operator: Operator):
        self.operator = operator
        self._tiers = Tiers.of(operator)
        self._limits = both_limits(operator.bound)
        self.sums, self.large_sums = Sums(operator), Sums(operator)
        self.worst, self.worst_large = Worst(operator), Worst(operator)
        self.weights = np.zeros(2 * BINS)
        self.obeys = True
        self.pairs = self.large_pairs = 0

    def look(self, operands: tuple[np.ndarray, ...], weight: int | Fraction = 1) -> np.ndarray:
        """Add some operands, at most 2^16, each of which counts for ``weight``.

        Returns
        -------
        numpy.ndarray
            Their one row of sums; see :func:`~pysoft.errors.tally.summary`.
        """
        pairs = Pairs.of(self.operator, *operands)
        counts = np.zeros(2 * BINS, dtype=np.int64)
        rows = self._summary(pairs, counts)
        self.sums.add(rows, pairs.results.size, weight)
        self.pairs += pairs.results.size
        self.weights += float(weight) * counts
        for kind in ("wce", "loss", "below", "above"):
            self.worst.offer(kind, pairs)
        if self._limits is not None:
            self.obeys &= pairs_obey(self.operator, self._limits, pairs)

        is_large = [np.abs(values.astype(np.int64)) >= LARGE for values in operands]
        large = pairs.where(np.logical_and.reduce(is_large))
        if large.results.size:
            self.large_sums.add(self._summary(large, counts), large.results.size, weight)
            self.large_pairs += large.results.size
            for kind in ("below", "above"):
                self.worst_large.offer(kind, large)
        return rows

    def _summary(self, pairs: Pairs, counts: np.ndarray) -> np.ndarray:
        error = pairs.error[None]  # [1, n]
        return summary(self._tiers, error, error / pairs.exact, -error, counts)
