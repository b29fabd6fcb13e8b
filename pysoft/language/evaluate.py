"""How well a language model predicts, and how far it is from another: measures, in exact arithmetic.

    cross-entropy    - log p(token_i | tokens before)           perplexity   exp(mean of it)
    KL divergence    sum_t p(t) (log p(t) - log q(t))           p of the reference, q of the other model

A measure is not a model: what is measured are logits, whatever arithmetic made them, and the logarithms of their
softmax are taken in float64. Divergences are in nats.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..arithmetic import Arithmetic
from .gpt2 import GPT2
from .sampling import Greedy

__all__ = [
    "Window",
    "cross_entropy",
    "greedy_agreement",
    "kl_divergence",
    "perplexity",
    "perplexity_of",
    "same_top",
    "windows",
]

_LARGEST = 709.0  # e^709 < 2^1024 < e^710


@dataclass(frozen=True)
class Window:
    """A stretch of a sequence that a model sees at once: tokens ``start .. stop - 1``.

    Parameters
    ----------
    start, stop : int
    scored : int
        The first token that is scored here; those before it are only context, and were scored in an earlier window.
    """

    start: int
    stop: int
    scored: int

    @property
    def rows(self) -> slice:
        """Where the logits of the scored tokens are among those of the window: each is behind the token before."""
        return slice(self.scored - self.start - 1, self.stop - self.start - 1)


def windows(length: int, *, window: int, stride: int) -> Iterator[Window]:
    """The windows of a sequence: each scores the tokens that no earlier one has.

    The first token of the sequence has nothing before it, and is never scored. A stride below the window gives every
    token at least ``window - stride`` tokens of context from the second window on.

    Parameters
    ----------
    length : int
        Tokens of the sequence, 2 or more.
    window : int
        Tokens of a window at most, 2 or more.
    stride : int
        Tokens from the start of a window to that of the next: 1 or more, and below ``window``.

    Raises
    ------
    ValueError
        If a number is not within these limits.

    Examples
    --------
    >>> [(w.start, w.stop, w.scored) for w in windows(7, window=4, stride=2)]
    [(0, 4, 1), (2, 6, 4), (4, 7, 6)]
    """
    if length < 2:
        raise ValueError(f"a sequence must have 2 tokens or more to predict one, not {length}")
    if window < 2:
        raise ValueError(f"window must be 2 or more, not {window}")
    if not 1 <= stride < window:
        raise ValueError(f"stride must be 1 .. {window - 1}, below the window, not {stride}")
    scored = 1
    for start in range(0, length, stride):
        stop = min(start + window, length)
        yield Window(start, stop, scored)
        scored = stop
        if stop == length:
            return


def cross_entropy(logits: np.ndarray, targets: npt.ArrayLike) -> np.ndarray:
    """- log softmax(logits)[target]: float64, [n, vocab_size] and [n] to [n].

    Examples
    --------
    >>> cross_entropy(np.float32([[0, 0], [0, np.log(3)]]), [0, 1]).round(6)
    array([0.693147, 0.287682])
    """
    pairs = zip(logits, np.asarray(targets), strict=True)
    return np.array([-_log_softmax(row)[target] for row, target in pairs])  # [n, vocab_size], [n] -> [n]


def kl_divergence(reference: np.ndarray, logits: np.ndarray) -> np.ndarray:
    """Divergence of softmax(logits) from softmax(reference), in nats: float64, [n, vocab_size] to [n].

    Examples
    --------
    >>> kl_divergence(np.float32([[0, 0]]), np.float32([[0, np.log(3)]])).round(6)
    array([0.143841])
    """
    return np.array([_divergence(p, q) for p, q in zip(reference, logits, strict=True)])  # [n, vocab_size] -> [n]


def same_top(reference: np.ndarray, logits: np.ndarray) -> np.ndarray:
    """Whether the first most probable token is the same, and no logit is NaN: bool, [n, vocab_size] to [n]."""
    numbers = ~np.isnan(reference).any(axis=-1) & ~np.isnan(logits).any(axis=-1)  # [n, vocab_size] -> [n]
    return numbers & (np.argmax(reference, axis=-1) == np.argmax(logits, axis=-1))  # [n, vocab_size] -> [n]


def greedy_agreement(arithmetic: Arithmetic, model: GPT2, prompt: npt.ArrayLike, expected: Sequence[int]) -> int:
    """How many tokens of the greedy continuation are those expected, up to the first that is not.

    No more are generated than it takes to see that.

    Parameters
    ----------
    arithmetic : Arithmetic
    model : GPT2
    prompt : array_like of int
        Shape [n], n of 1 or more.
    expected : sequence of int
        Such as the continuation by another arithmetic.

    Raises
    ------
    TypeError, ValueError
        As of :meth:`GPT2.next_logits` and :class:`pysoft.language.sampling.Greedy`.
    """
    memory, new, chance = model.memory(), np.asarray(prompt), np.random.default_rng(0)
    for agreed, token in enumerate(expected):
        if Greedy().choose(arithmetic, model.next_logits(arithmetic, new, memory), chance) != token:
            return agreed
        new = np.array([token])
    return len(expected)


def perplexity(
    arithmetic: Arithmetic,
    model: GPT2,
    tokens: npt.ArrayLike,
    *,
    window: int | None = None,
    stride: int | None = None,
) -> float:
    """The exponential of the mean cross-entropy of all tokens but the first.

    Parameters
    ----------
    arithmetic : Arithmetic
    model : GPT2
    tokens : array_like of int
        Shape [n], n of 2 or more.
    window : int, optional
        As of :func:`windows`; ``n_positions`` by default.
    stride : int, optional
        As of :func:`windows`; half the window by default.

    Raises
    ------
    TypeError, ValueError
        As of :func:`windows` and :meth:`GPT2.logits`, also if ``window`` is more than ``n_positions``; or if ``tokens``
        are not of one dimension.
    """
    sequence = np.asarray(tokens)
    if sequence.ndim != 1:
        raise ValueError(f"tokens must have shape (n,), not {sequence.shape}")
    most = model.config.n_positions
    window = most if window is None else window
    if window > most:
        raise ValueError(f"window must be n_positions = {most} at most, not {window}")
    losses = []
    for each in windows(sequence.size, window=window, stride=window // 2 if stride is None else stride):
        logits = model.logits(arithmetic, sequence[each.start : each.stop])  # [m, vocab_size]
        losses.append(cross_entropy(logits[each.rows], sequence[each.scored : each.stop]))
    return perplexity_of(np.concatenate(losses))


def perplexity_of(losses: np.ndarray) -> float:
    """The exponential of the mean of cross-entropies, or infinity where a float64 cannot hold it.

    Examples
    --------
    >>> round(perplexity_of(np.log([2, 8])), 9), perplexity_of(np.array([1000.0]))
    (4.0, inf)
    """
    mean = float(losses.mean())
    return math.inf if mean > _LARGEST else math.exp(mean)


def _divergence(reference: np.ndarray, logits: np.ndarray) -> float:
    log_p, log_q = _log_softmax(reference), _log_softmax(logits)
    p = np.exp(log_p)
    some = p > 0  # 0 log 0 is 0
    return float(np.sum(p[some] * (log_p[some] - log_q[some])))


@np.errstate(invalid="ignore")  # of infinity less infinity, which is NaN
def _log_softmax(logits: np.ndarray) -> np.ndarray:
    """Logarithms of the shares, in float64: [vocab_size]. One row at a time, as a vocabulary may be large."""
    x = np.asarray(logits, np.float64)
    x = x - x.max()
    return x - np.log(np.exp(x).sum())
