"""The choice of the next token: the most probable one, or one drawn from the distribution, cut at its tail."""

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ..arithmetic import Arithmetic

__all__ = ["Greedy", "Sampling", "TokenChoice"]


class TokenChoice(Protocol):
    """A way to choose the next token."""

    def choose(self, arithmetic: Arithmetic, logits: np.ndarray, generator: np.random.Generator) -> int:
        """Choose one.

        Parameters
        ----------
        arithmetic : Arithmetic
        logits : numpy.ndarray
            Shape [vocab_size], of any float dtype. -inf is a token that is never chosen.
        generator : numpy.random.Generator
            The source of chance.

        Returns
        -------
        int

        Raises
        ------
        ValueError
            If ``logits`` are of another shape, hold NaN or inf, or are all -inf.
        """
        ...


@dataclass(frozen=True)
class Greedy:
    """The token with the largest logit; the first of several.

    Examples
    --------
    >>> Greedy().choose(Arithmetic(), np.float32([0, 2, 1, 2]), np.random.default_rng(0))
    1
    """

    def choose(self, arithmetic: Arithmetic, logits: np.ndarray, generator: np.random.Generator) -> int:
        """Choose one; see :class:`TokenChoice`. Chance has no say."""
        return int(np.argmax(_checked(logits)))


@dataclass(frozen=True)
class Sampling:
    """A token drawn from softmax(logits / temperature), where only the most probable tokens stay.

    First the ``top_k`` largest logits stay. Of these, the fewest of the most probable stay whose probabilities come to
    ``top_p`` of their sum: the nucleus. At least one stays. Of equal logits the first goes before, so that ``top_k=1``
    is :class:`Greedy`. ``temperature=1`` and ``top_p=1`` change nothing. Probabilities are the arithmetic's, whose sum
    need not be 1, and a token is drawn in proportion to them.

    Parameters
    ----------
    temperature : float
        Above 0. The larger, the more even.
    top_k : int, optional
        1 or more. All tokens if it is None, or more than there are.
    top_p : float
        Above 0, 1 at most.

    Raises
    ------
    TypeError
        If ``top_k`` is no integer.
    ValueError
        If a parameter is not within its range.

    References
    ----------
    A. Holtzman et al., "The curious case of neural text degeneration", ICLR 2020, equations 2 and 3.

    Examples
    --------
    >>> logits = np.log(np.float32([0.1, 0.5, 0.4]))
    >>> Sampling(top_p=0.8).distribution(Arithmetic(), logits)
    (array([1, 2]), array([0.5, 0.4], dtype=float32))
    >>> generator = np.random.default_rng(0)
    >>> [Sampling(top_p=0.8).choose(Arithmetic(), logits, generator) for _ in range(8)]
    [2, 1, 1, 1, 2, 2, 2, 2]
    """

    temperature: float = 1.0
    top_k: int | None = None
    top_p: float = 1.0

    def __post_init__(self) -> None:
        if not 0 < self.temperature < math.inf:
            raise ValueError(f"temperature must be above 0 and finite, not {self.temperature}")
        if self.top_k is not None and type(self.top_k) is not int:
            raise TypeError(f"top_k must be an integer or None, not {self.top_k!r}")
        if self.top_k is not None and self.top_k < 1:
            raise ValueError(f"top_k must be 1 or more, not {self.top_k}")
        if not 0 < self.top_p <= 1:
            raise ValueError(f"top_p must be above 0 and 1 at most, not {self.top_p}")

    def distribution(self, arithmetic: Arithmetic, logits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The tokens that stay, the most probable first, and their probabilities.

        Parameters
        ----------
        arithmetic : Arithmetic
        logits : numpy.ndarray
            As of :class:`TokenChoice`.

        Returns
        -------
        tokens : numpy.ndarray of int64, shape [k]
        probabilities : numpy.ndarray of the arithmetic's format, shape [k]
            Those before the nucleus was cut out.

        Raises
        ------
        ValueError
            As of :class:`TokenChoice`.
        """
        tokens = np.argsort(-_checked(logits), kind="stable")[: self.top_k]  # [vocab_size] -> [k]
        kept = arithmetic.cast(logits[tokens])
        kept = kept - kept[0]  # the largest is 0, at any temperature
        if self.temperature != 1:
            kept = arithmetic.divide(kept, self.temperature)
        probabilities = arithmetic.softmax(kept)
        if self.top_p == 1:
            return tokens, probabilities
        before = _running_total(probabilities)
        enough = arithmetic.multiply(arithmetic.cast(before[-1]), self.top_p)
        nucleus = 1 + np.count_nonzero(before < enough)
        return tokens[:nucleus], probabilities[:nucleus]

    def choose(self, arithmetic: Arithmetic, logits: np.ndarray, generator: np.random.Generator) -> int:
        """Choose one; see :class:`TokenChoice`. One number is drawn each time."""
        tokens, probabilities = self.distribution(arithmetic, logits)
        total = _running_total(probabilities)
        drawn = generator.uniform(0, float(total[-1]))
        first_above = np.searchsorted(total, drawn, side="right")
        last = np.searchsorted(total, total[-1])  # the draw may be rounded up to the sum
        return int(tokens[min(first_above, last)])


def _checked(logits: np.ndarray) -> np.ndarray:
    """The logits, if one may be chosen."""
    if logits.ndim != 1 or not logits.size:
        raise ValueError(f"logits must have shape (vocab_size,), not {logits.shape}")
    if not np.isfinite(logits.max()):
        raise ValueError(f"logits must be finite or -inf, and not all of them -inf: the largest is {logits.max()}")
    return logits


def _running_total(probabilities: np.ndarray) -> np.ndarray:
    """Sums of the first 1, 2, ... of them in float64, shape [k]."""
    return np.add.accumulate(probabilities.astype(np.float64))
