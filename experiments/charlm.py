"""Character models on approximate arithmetic: how much of what a GRU, a linear transformer and a GPT-2 know is left.

The models foretell held-out topics of Python's language reference, character by character. Probabilities are the
softmax of a model's logits in float64: what is measured is the model, not the measure. Bits may fall on an arithmetic
whose products are too small: logits that are nearer to each other cost less where a model was too sure. So look at the
divergence, too.

The models know the training text of Python 3.11. Another version has other texts under the same names, and what is
held out there may have stood elsewhere in 3.11.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from pysoft.arithmetic import Arithmetic
from pysoft.language.evaluate import cross_entropy, kl_divergence

from .character_models import CHARACTER_MODELS, stretches
from .ngram import ngram_bits
from .plain import plain
from .text import ALPHABET, Corpus, encode, python_reference
from .trained import best

__all__ = ["CHARACTERS", "CharacterFigures", "CharacterResult", "measure_characters"]

CHARACTERS = 6144  # about a minute on all standard arithmetics
_TOGETHER = 16  # stretches
_ORDERS = {"frequencies": 1, "5-grams": 5}  # of the models that only count


@dataclass(frozen=True)
class CharacterFigures:
    """One model on one arithmetic. Bits are NaN where numbers left what the arithmetic holds.

    Parameters
    ----------
    model, arithmetic : str
    bits, bits_error : float
        Mean of -log2 of the probability that the model gave to the character that came; and its standard error.
    above, above_error : float
        How much more this is than on the reference, for the same characters; and the standard error of this difference.
    divergence : float
        Mean Kullback-Leibler divergence of the distribution from that on the reference, in bits.
    agreement : float
        Share of characters for which the most probable one is the same as on the reference.
    right : int
        How often the most probable character is the one that came.
    calibrated, temperature : float
        Bits with logits divided by the temperature at which these are fewest, and that temperature: what the model
        knows, whether it is too sure of it (above 1) or not sure enough.
    """

    model: str
    arithmetic: str
    bits: float
    bits_error: float
    above: float
    above_error: float
    divergence: float
    agreement: float
    right: int
    calibrated: float
    temperature: float

    @property
    def perplexity(self) -> float:
        """2^bits: as many equally probable characters would be as hard to foretell."""
        return 2**self.bits


@dataclass(frozen=True)
class CharacterResult:
    """All models on all arithmetics, in the order of both.

    Parameters
    ----------
    python, text : str
        The version of Python whose language reference this is, and the hash of the text: figures of others differ.
    characters : int
        That were foretold.
    baselines : mapping of str to float
        Bits a character of models that only count: frequencies of characters, and what follows four characters.
    reference : str
        The arithmetic that others are compared with.
    figures : tuple of CharacterFigures
    """

    python: str
    text: str
    characters: int
    baselines: Mapping[str, float]
    reference: str
    figures: tuple[CharacterFigures, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as for JSON: None where a number is NaN."""
        figures = [asdict(each) | {"perplexity": each.perplexity} for each in self.figures]
        return plain(asdict(self) | {"figures": figures})


def measure_characters(
    arithmetics: Mapping[str, Arithmetic],
    *,
    models: Iterable[str] = tuple(CHARACTER_MODELS),
    characters: int = CHARACTERS,
    progress: Callable[[int, int, str], None] | None = None,
) -> CharacterResult:
    """Let trained models foretell characters of the test text on each arithmetic.

    Parameters
    ----------
    arithmetics : mapping of str to Arithmetic
        By name, at least one; the first is the reference.
    models : iterable of str
        Of :data:`experiments.character_models.CHARACTER_MODELS`.
    characters : int
        How many, at least 128; in stretches of 64, evenly spread over the text, and not more than it has.
    progress : callable, optional
        Told how many stretches are done, of how many, and by which model on which arithmetic the next one is.

    Raises
    ------
    ModuleNotFoundError
        If safetensors (the extra ``models``) is not installed, or this Python has no ``pydoc_data``.
    ValueError
        If there is no arithmetic, no model or no such one, or fewer characters than asked for; if weights are damaged.

    Notes
    -----
    A standard error is that of the mean over stretches, taken as independent, though those of one topic are alike.
    Differences between arithmetics are known much better than the bits themselves, as the characters are the same.
    """
    models = list(models)
    if not arithmetics or not models:
        raise ValueError("there must be an arithmetic or more, the first of them the reference, and a model or more")
    corpus = python_reference()
    inputs, targets = stretches(encode(corpus.test))
    n = targets.shape[1]
    if not 2 * n <= characters <= targets.size:
        raise ValueError(f"characters must be from {2 * n} to {targets.size}, not {characters}")
    chosen = np.linspace(0, len(targets) - 1, characters // n).round().astype(int)
    inputs, targets = inputs[chosen], targets[chosen]
    trained = [CHARACTER_MODELS.read(name) for name in models]
    total = len(trained) * len(arithmetics) * len(inputs)
    figures: list[CharacterFigures] = []
    for model in trained:
        reference = None
        for name, arithmetic in arithmetics.items():
            parts = []
            for start in range(0, len(inputs), _TOGETHER):
                if progress:
                    progress(len(figures) * len(inputs) + start, total, f"{model.name} on {name}")
                some = slice(start, start + _TOGETHER)
                parts.append(model.measured(arithmetic, inputs[some], None if reference is None else reference[some]))
            logits = np.concatenate(parts)  # [s, 128, 97]
            reference = logits if reference is None else reference
            figures.append(_figures(model.name, name, logits[:, -n:], reference[:, -n:], targets))
    if progress:
        progress(total, total, "")
    return CharacterResult(
        corpus.python,
        corpus.hash,
        targets.size,
        {name: _counted(corpus, order, chosen) for name, order in _ORDERS.items()},
        next(iter(arithmetics)),
        tuple(figures),
    )


def _counted(corpus: Corpus, order: int, chosen: np.ndarray) -> float:
    """Bits a character of these stretches by counting."""
    bits = ngram_bits(corpus.training, corpus.test, order=order, alphabet=len(ALPHABET))
    return float(stretches(bits)[1][chosen].mean())


def _figures(
    model: str, arithmetic: str, logits: np.ndarray, reference: np.ndarray, targets: np.ndarray
) -> CharacterFigures:
    """Figures of logits [s, n, 97], those of the reference beside them, and the characters that came [s, n]."""
    rows, others, characters = _rows(logits), _rows(reference), targets.ravel()
    bits, expected = (_bits(cross_entropy(each, characters)) for each in (rows, others))  # [s n]
    mean, error = _mean(bits.reshape(targets.shape))
    above, above_error = _mean((bits - expected).reshape(targets.shape))
    temperature = _best_temperature(rows, characters)
    return CharacterFigures(
        model,
        arithmetic,
        bits=mean,
        bits_error=error,
        above=above,
        above_error=above_error,
        divergence=float(_bits(kl_divergence(others, rows)).mean()),
        agreement=float((best(rows) == best(others)).mean()),
        right=int((best(rows) == characters).sum()),
        calibrated=float(_bits(cross_entropy(rows.astype(np.float64) / temperature, characters)).mean()),
        temperature=temperature,
    )


def _best_temperature(rows: np.ndarray, targets: np.ndarray) -> float:
    """The temperature at which targets [r] are least surprising for logits [r, v]; NaN if a logit is not finite.

    The mean surprise is convex in b = 1 / temperature: Newton's method, no step of which more than doubles or halves b.
    """
    if not np.isfinite(rows).all():
        return float("nan")
    logits = rows.astype(np.float64) - rows.max(axis=-1, keepdims=True)
    came = np.take_along_axis(logits, targets[:, None], -1)  # [r, v] -> [r, 1]
    b = 1.0
    for _ in range(30):
        p = np.exp(b * logits)
        p /= p.sum(axis=-1, keepdims=True)
        expected = (p * logits).sum(axis=-1, keepdims=True)  # [r, v] -> [r, 1]
        slope, curvature = (expected - came).mean(), (p * (logits - expected) ** 2).sum(axis=-1).mean()
        step = float(np.clip(b - slope / curvature, b / 2, 2 * b)) if curvature > 0 else b
        if abs(step - b) < 1e-9 * b:
            break
        b = step
    return 1 / b


def _rows(logits: np.ndarray) -> np.ndarray:
    return logits.reshape(-1, logits.shape[-1])  # [s, n, 97] -> [s n, 97]


def _bits(nats: np.ndarray) -> np.ndarray:
    return nats / np.log(2)


def _mean(values: np.ndarray) -> tuple[float, float]:
    """The mean of values [s, n], and its standard error as that of the s means of rows."""
    means = values.mean(axis=1)  # [s, n] -> [s]
    return float(means.mean()), float(means.std(ddof=1) / np.sqrt(len(means)))
