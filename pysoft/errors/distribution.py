"""How the relative error is distributed: a histogram whose bins are as fine near zero as far from it."""

import itertools
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

__all__ = ["BINS", "BINS_AN_OCTAVE", "HIGHEST_BIN", "LOWEST_BIN", "Distribution"]

_OCTAVE_BITS = 8
BINS_AN_OCTAVE = 1 << _OCTAVE_BITS
LOWEST_BIN, HIGHEST_BIN = 2.0**-32, 2.0**6
BINS = 1 + 38 * BINS_AN_OCTAVE  # of each sign; the first one holds everything below LOWEST_BIN


def _edge(k: int) -> float:
    """Lower edge of the magnitudes in bin k: linear within an octave."""
    octave, step = divmod(k - 1, BINS_AN_OCTAVE)
    return LOWEST_BIN * 2.0**octave * (1 + step / BINS_AN_OCTAVE) if k else 0.0


@dataclass(frozen=True)
class Distribution:
    """Shares of the signed relative error; pairs whose exact value is zero are left out.

    An octave 2^e <= abs(relative error) < 2^(e+1) has 256 bins of equal width, from 2^-32 to 2^6, for either sign. What
    is smaller counts as no error, what is larger stands in the last bin.

    Parameters
    ----------
    bins : tuple of int
        Bins that are not empty, in increasing order of the relative error: k of errors above or zero, -1 - k of errors
        below, k = 0 being below 2^-32.
    weights : tuple of int or float
        Number of pairs in each of them; in a sample, their share.
    """

    bins: tuple[int, ...]
    weights: tuple[int, ...] | tuple[float, ...]

    @classmethod
    def of(cls, counts: np.ndarray) -> Self:
        """From the counts of both signs: shape (2 BINS,), errors above first."""
        signed = np.concatenate([counts[: BINS - 1 : -1], counts[:BINS]])
        (places,) = np.nonzero(signed)
        return cls(tuple((places - BINS).tolist()), tuple(signed[places].tolist()))

    def percentile(self, share: float) -> float:
        """A magnitude of the relative error that ``share`` of the pairs do not exceed.

        The upper edge of the bin in which the share is reached, so at most 2^-8 (0.4 %) of itself too large.

        Parameters
        ----------
        share : float
            0 to 1.

        Raises
        ------
        ValueError
            If ``share`` is outside 0..1.
        """
        if not 0 <= share <= 1:
            raise ValueError(f"share must be 0..1, not {share!r}")
        return next(magnitude for magnitude, reached in self.cumulative() if reached >= share)

    def cumulative(self) -> list[tuple[float, float]]:
        """(magnitude, share of the pairs whose relative error does not exceed it), rising, up to a share of 1."""
        magnitudes: dict[int, float] = {}
        for k, weight in zip(self.bins, self.weights, strict=True):
            magnitudes[max(k, -1 - k)] = magnitudes.get(max(k, -1 - k), 0) + weight
        ordered = sorted(magnitudes)
        sums = list(itertools.accumulate(magnitudes[k] for k in ordered))
        return [(_edge(k + 1) if k else 0.0, reached / sums[-1]) for k, reached in zip(ordered, sums, strict=True)]

    def bars(self, per_octave: int = 8) -> list[tuple[float, float, float]]:
        """(lower edge, upper edge, share) of wider bins, in increasing order; empty ones are left out.

        The bin of no error is (-2^-32, 2^-32).

        Parameters
        ----------
        per_octave : int
            Bins an octave: a power of two, 1 to 256.

        Raises
        ------
        ValueError
            If ``per_octave`` is not a power of two from 1 to 256.
        """
        if per_octave not in (1 << bits for bits in range(_OCTAVE_BITS + 1)):
            raise ValueError(f"per_octave must be a power of two from 1 to {BINS_AN_OCTAVE}, not {per_octave!r}")
        merged = BINS_AN_OCTAVE // per_octave
        shares: dict[tuple[float, float], float] = {}
        for k, weight in zip(self.bins, self.weights, strict=True):
            place = max(k, -1 - k)
            first = 1 + (place - 1) // merged * merged
            edges = (_edge(first), _edge(first + merged)) if place else (-LOWEST_BIN, LOWEST_BIN)
            if place and k < 0:
                edges = -edges[1], -edges[0]
            shares[edges] = shares.get(edges, 0) + weight
        total = sum(self.weights)
        return [(low, high, weight / total) for (low, high), weight in sorted(shares.items())]

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON: the bars, 8 an octave."""
        return {"bars": [list(bar) for bar in self.bars()]}
