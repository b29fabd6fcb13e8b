"""Continuation of a text, token by token."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..arithmetic import Arithmetic
from .gpt2 import GPT2
from .sampling import Greedy, TokenChoice

__all__ = ["Continuation", "generate"]

_GREEDY = Greedy()


@dataclass(frozen=True)
class Continuation:
    """What was generated.

    Parameters
    ----------
    tokens : tuple of int
        Without the prompt; a token to stop at is the last of them.
    ended : str
        Why there are no more: ``"stop"``, at a token to stop at; ``"count"``, as many as were asked for;
        ``"context"``, the model's context is full.
    """

    tokens: tuple[int, ...]
    ended: str


def generate(
    arithmetic: Arithmetic,
    model: GPT2,
    prompt: npt.ArrayLike,
    *,
    count: int,
    choice: TokenChoice = _GREEDY,
    seed: int = 0,
    stop: Collection[int] = (),
    on_token: Callable[[int], object] | None = None,
) -> Continuation:
    """Continue a prompt: each token is chosen, shown to ``on_token``, and taken by the model, which keeps a memory.

    It ends at a token to stop at, after ``count`` tokens, or where the context is full, whichever is first: prompt and
    continuation have at most ``n_positions`` tokens together. Nothing is ever dropped from the front.

    Parameters
    ----------
    arithmetic : Arithmetic
    model : GPT2
    prompt : array_like of int
        Shape [n], n of 1 or more.
    count : int
        0 or more.
    choice : TokenChoice
    seed : int
        Of NumPy's generator, which ``choice`` draws from.
    stop : collection of int
        Tokens to stop at.
    on_token : callable, optional
        Called with each token as soon as it is chosen.

    Returns
    -------
    Continuation

    Raises
    ------
    TypeError, ValueError
        As of :meth:`GPT2.next_logits`, also if the prompt alone is longer than ``n_positions``; if ``prompt`` has more
        than one dimension, or ``count`` is below 0.
    """
    given = np.asarray(prompt)
    if given.ndim != 1:
        raise ValueError(f"prompt must have shape (n,), not {given.shape}")
    if count < 0:
        raise ValueError(f"count must be 0 or more, not {count}")
    generator = np.random.default_rng(seed)
    memory = model.memory()
    logits = model.next_logits(arithmetic, given, memory)
    room = model.config.n_positions - given.size
    tokens: list[int] = []
    while len(tokens) < min(count, room):
        if tokens:
            logits = model.next_logits(arithmetic, tokens[-1:], memory)
        tokens.append(choice.choose(arithmetic, logits, generator))
        if on_token is not None:
            on_token(tokens[-1])
        if tokens[-1] in stop:
            return Continuation(tuple(tokens), "stop")
    return Continuation(tuple(tokens), "count" if len(tokens) == count else "context")
