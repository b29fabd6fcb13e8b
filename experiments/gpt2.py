"""A GPT-2 on approximate arithmetic and with other attentions: how far it moves from the exact model.

Every arithmetic is measured with every attention, all with the same weights, so that two causes are told apart: the
reference arithmetic with another attention is the attention's share, another arithmetic with softmax the arithmetic's.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pysoft.arithmetic import Arithmetic
from pysoft.attention.elu import EluPlusOne
from pysoft.attention.linear import LinearAttention
from pysoft.attention.protocol import Attention
from pysoft.attention.random_features import FavorPlus
from pysoft.attention.softmax import SoftmaxAttention
from pysoft.attention.taylor import TaylorAttention
from pysoft.language.evaluate import (
    Window,
    cross_entropy,
    greedy_agreement,
    kl_divergence,
    perplexity_of,
    same_top,
    windows,
)
from pysoft.language.generate import generate
from pysoft.language.gpt2 import GPT2
from pysoft.language.tokenizer import read_tokenizer

from .character_models import CHARACTER_MODELS
from .plain import plain
from .text import python_reference

__all__ = ["ATTENTIONS", "FOLDER", "Deviation", "GPT2Deviations", "measure_gpt2"]

FOLDER = CHARACTER_MODELS["gpt2"]
ATTENTIONS: dict[str, Attention] = {
    "softmax": SoftmaxAttention(),
    "taylor-2": TaylorAttention(2),
    "taylor-4": TaylorAttention(4),
    "elu-plus-one": LinearAttention(EluPlusOne()),
    "favor-plus": LinearAttention(FavorPlus(256)),
}

_CHARACTERS = 1024  # two minutes for the small model, with all of these on all standard arithmetics
_PERCENTILES = np.arange(101)
_Key = tuple[str, str]  # arithmetic and attention


@dataclass(frozen=True)
class Deviation:
    """One arithmetic with one attention.

    Parameters
    ----------
    arithmetic, attention : str
    perplexity : float
        Of the text. NaN, as every mean, where numbers left what the arithmetic holds.
    kl_mean, kl_max : float
        Divergence of the next token's distribution from that of the reference arithmetic with softmax, in nats.
    kl_percentiles : tuple of float
        That which 0 %, 1 %, ... 100 % of all tokens do not exceed.
    kl_of_arithmetic : float
        Mean divergence from the reference arithmetic with the same attention.
    top1 : float
        Share of tokens at which the most probable next one is that of the reference with softmax.
    prefix : float
        Tokens of the greedy continuation up to the first that is not that of the reference with softmax: mean over the
        prompts; 0 of one at which the model breaks down.
    tokens_per_second : float
        Of the first prompt's continuation, the prompt's time included.
    """

    arithmetic: str
    attention: str
    perplexity: float
    kl_mean: float
    kl_max: float
    kl_percentiles: tuple[float, ...]
    kl_of_arithmetic: float
    top1: float
    prefix: float
    tokens_per_second: float


@dataclass(frozen=True)
class GPT2Deviations:
    """All that were measured, and on what.

    Parameters
    ----------
    model : str
        Name of the folder.
    tokens, scored : int
        Tokens of the text, and of those that were predicted.
    window, stride : int
        See :func:`pysoft.language.evaluate.windows`.
    prompts, prompt, count : int
        How many parts of the text were continued, tokens of each, and tokens of the reference's continuation of each.
    deviations : tuple of Deviation
        The reference arithmetic with softmax first.
    """

    model: str
    tokens: int
    scored: int
    window: int
    stride: int
    prompts: int
    prompt: int
    count: int
    deviations: tuple[Deviation, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as for JSON: None where a number is NaN or infinite."""
        return plain(asdict(self))


def measure_gpt2(
    arithmetics: Mapping[str, Arithmetic],
    *,
    folder: str | Path = FOLDER,
    text: str | None = None,
    attentions: Mapping[str, Attention] = ATTENTIONS,
    window: int | None = None,
    stride: int | None = None,
    count: int = 64,
    prompts: int = 8,
    progress: Callable[[int, int, str], None] | None = None,
) -> GPT2Deviations:
    """Perplexity, divergence and greedy continuation of each arithmetic with each attention.

    Parameters
    ----------
    arithmetics : mapping
        By name; the first is the reference.
    folder : path
        A Hugging Face folder with a GPT-2 and its tokenizer.
    text : str, optional
        What is predicted; by default the first 1024 characters of the held-out text of :mod:`experiments.text`.
    attentions : mapping
        By name; the first is what the weights were trained with.
    window, stride : int, optional
        As of :func:`pysoft.language.evaluate.perplexity`.
    count : int
        Tokens of a continuation; fewer where the context is full.
    prompts : int
        Parts of the text that are continued, 1 or more, evenly spread; each is half a context.
    progress : callable, optional
        Told how many steps are done, of how many, and what comes next.

    Returns
    -------
    GPT2Deviations

    Raises
    ------
    FileNotFoundError, ValueError
        If the folder has no such model or tokenizer; if the text has fewer than 2 tokens, or a number is out of range;
        or as of :func:`pysoft.language.evaluate.windows`.
    """
    if not arithmetics or not attentions:
        raise ValueError("there must be an arithmetic and an attention or more, the first of them the reference")
    if count < 1 or prompts < 1:
        raise ValueError(f"count and prompts must be 1 or more, not {count} and {prompts}")
    model, tokenizer = GPT2.read(folder), read_tokenizer(folder)
    context = model.config.n_positions
    tokens = tokenizer.encode(python_reference().test[:_CHARACTERS] if text is None else text)
    window = min(context, tokens.size) if window is None else window
    if window > context:
        raise ValueError(f"window must be n_positions = {context} at most, not {window}")
    stride = max(1, window // 2) if stride is None else stride
    stretches = list(windows(tokens.size, window=window, stride=stride))

    models = _models(model, arithmetics, attentions)
    step = _Steps(len(models) * (len(stretches) + 1), progress)
    scores: dict[_Key, list[np.ndarray]] = {key: [] for key in models}
    for each in stretches:
        exact = None
        for attention in attentions:
            own = None
            for name, arithmetic in arithmetics.items():
                step(f"{attention} on {name}")
                logits = _logits(models[name, attention], arithmetic, tokens, each, exact)
                exact, own = logits if exact is None else exact, logits if own is None else own
                loss = cross_entropy(logits, tokens[each.scored : each.stop])
                divergences = kl_divergence(exact, logits), kl_divergence(own, logits)
                scores[name, attention].append(np.stack([loss, *divergences, same_top(exact, logits)]))  # [4, n]

    length = min(tokens.size, context // 2)
    starts = np.unique(np.linspace(0, tokens.size - length, prompts).astype(int))
    parts = [tokens[start : start + length] for start in starts]
    first, exactly = next(iter(models)), next(iter(arithmetics.values()))
    expected = [generate(exactly, models[first], part, count=count).tokens for part in parts]
    deviations = []
    for key, other in models.items():
        step(f"{key[1]} on {key[0]}")
        arithmetic = arithmetics[key[0]]
        prefix = np.mean([_agreement(other, arithmetic, *pair) for pair in zip(parts, expected, strict=True)])
        speed = _speed(other, arithmetic, parts[0], count)
        deviations.append(Deviation(*key, **_figures(scores[key]), prefix=float(prefix), tokens_per_second=speed))
    step("")
    sizes = {"prompts": len(parts), "prompt": length, "count": len(expected[0])}
    name = Path(folder).resolve().name
    return GPT2Deviations(name, tokens.size, tokens.size - 1, window, stride, **sizes, deviations=tuple(deviations))


def _models(
    model: GPT2, arithmetics: Mapping[str, Arithmetic], attentions: Mapping[str, Attention]
) -> dict[_Key, GPT2]:
    """Models for each arithmetic and attention, which share the weights of each format."""
    rounded: dict[str, GPT2] = {}
    for arithmetic in arithmetics.values():
        rounded.setdefault(arithmetic.format.name, model.rounded(arithmetic))
    return {
        (name, label): GPT2(model.config, rounded[arithmetic.format.name].weights, attention=attention)
        for label, attention in attentions.items()
        for name, arithmetic in arithmetics.items()
    }


def _logits(
    model: GPT2, arithmetic: Arithmetic, tokens: np.ndarray, window: Window, exact: np.ndarray | None
) -> np.ndarray:
    """The logits of the scored tokens, or NaN where numbers leave what the arithmetic holds."""
    try:
        return model.logits(arithmetic, tokens[window.start : window.stop])[window.rows]  # [n, vocab_size]
    except ValueError:
        if exact is None:  # the reference: it is the arguments that are wrong
            raise
        return np.full_like(exact, np.nan)


def _agreement(model: GPT2, arithmetic: Arithmetic, prompt: np.ndarray, expected: Sequence[int]) -> int:
    """How far a greedy continuation goes as expected: not at all where it breaks down."""
    try:
        return greedy_agreement(arithmetic, model, prompt, expected)
    except ValueError:
        return 0


def _speed(model: GPT2, arithmetic: Arithmetic, prompt: np.ndarray, count: int) -> float:
    """Tokens of a continuation in a second."""
    found: list[int] = []
    start = time.perf_counter()
    with suppress(ValueError):
        generate(arithmetic, model, prompt, count=count, on_token=found.append)
    return len(found) / (time.perf_counter() - start)


class _Steps:
    """Tells of each step before it is taken."""

    def __init__(self, total: int, progress: Callable[[int, int, str], None] | None):
        self._done, self._total, self._progress = 0, total, progress

    def __call__(self, what: str) -> None:
        if self._progress is not None:
            self._progress(self._done, self._total, what)
        self._done += 1


def _figures(scores: Sequence[np.ndarray]) -> dict[str, Any]:
    """Figures of all tokens: of cross-entropy, both divergences and agreement, [4, n] of each window."""
    loss, kl, kl_of_arithmetic, same = np.concatenate(scores, axis=1)  # [4, n] of each -> 4 of [tokens]
    return {
        "perplexity": perplexity_of(loss),
        "kl_mean": float(kl.mean()),
        "kl_max": float(kl.max()),
        "kl_percentiles": tuple(map(float, np.percentile(kl, _PERCENTILES, method="inverted_cdf"))),
        "kl_of_arithmetic": float(kl_of_arithmetic.mean()),
        "top1": float(same.mean()),
    }
