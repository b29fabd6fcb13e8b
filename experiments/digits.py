"""Handwritten digits on approximate arithmetic: how many a GRU and a linear transformer still read."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from pysoft.arithmetic import Arithmetic

from .digit_images import digit_images
from .digit_models import DIGIT_MODELS
from .plain import plain
from .trained import best

__all__ = ["DigitFigures", "DigitsResult", "measure_digits"]


@dataclass(frozen=True)
class DigitFigures:
    """One model on one arithmetic.

    Parameters
    ----------
    model, arithmetic : str
    images : int
        Test images that were looked at.
    right : int
        How many of them were read rightly.
    lost, won : int
        How many were read rightly only on the reference, and only here.
    changed : int
        How many were read otherwise than on the reference, rightly or not.
    drift : float
        |logits - those of the reference| / |those of the reference|, Euclidean norms, mean over the images; NaN where
        numbers left what the arithmetic holds.
    """

    model: str
    arithmetic: str
    images: int
    right: int
    lost: int
    won: int
    changed: int
    drift: float

    @property
    def accuracy(self) -> float:
        """Share of images that were read rightly."""
        return self.right / self.images

    @property
    def accuracy_error(self) -> float:
        """Standard error of the accuracy, as that of a share of images drawn at random."""
        return (self.accuracy * (1 - self.accuracy) / self.images) ** 0.5


@dataclass(frozen=True)
class DigitsResult:
    """All models on all arithmetics, in the order of both.

    Parameters
    ----------
    reference : str
        The arithmetic that others are compared with.
    figures : tuple of DigitFigures
    """

    reference: str
    figures: tuple[DigitFigures, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as for JSON: None where a number is NaN."""
        figures = [
            asdict(each) | {"accuracy": each.accuracy, "accuracy_error": each.accuracy_error} for each in self.figures
        ]
        return plain({"reference": self.reference, "figures": figures})


def measure_digits(
    arithmetics: Mapping[str, Arithmetic],
    *,
    models: Iterable[str] = tuple(DIGIT_MODELS),
    images: int | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> DigitsResult:
    """Let trained models read the test images on each arithmetic.

    Parameters
    ----------
    arithmetics : mapping of str to Arithmetic
        By name, at least one; the first is the reference.
    models : iterable of str
        Of :data:`experiments.digit_models.DIGIT_MODELS`.
    images : int, optional
        How many test images; by default all 596.
    progress : callable, optional
        Told how many pairs of a model and an arithmetic are done, of how many, and what comes next.

    Raises
    ------
    ModuleNotFoundError
        If scikit-learn or safetensors (the extra ``models``) is not installed.
    ValueError
        If there is no arithmetic, no model or no such one, or fewer images than asked for; if weights are damaged.

    Examples
    --------
    >>> arithmetics = {"exact": Arithmetic(), "mitchell": Arithmetic.of_family("mitchell")}
    >>> [(each.model, each.arithmetic, each.right) for each in measure_digits(arithmetics, images=20).figures]
    [('gru', 'exact', 20), ('gru', 'mitchell', 20), ('linear', 'exact', 20), ('linear', 'mitchell', 20)]
    """
    data = digit_images()
    images = len(data.test) if images is None else images
    models = list(models)
    if not arithmetics or not models:
        raise ValueError("there must be an arithmetic or more, the first of them the reference, and a model or more")
    if not 1 <= images <= len(data.test):
        raise ValueError(f"images must be from 1 to {len(data.test)}, not {images}")
    pixels, digits = data.test[:images], data.test_digits[:images]
    trained = [DIGIT_MODELS.read(name) for name in models]
    total = len(trained) * len(arithmetics)
    figures: list[DigitFigures] = []
    for model in trained:
        reference = None
        for name, arithmetic in arithmetics.items():
            if progress:
                progress(len(figures), total, f"{model.name} on {name}")
            logits = model.measured(arithmetic, pixels, reference)  # [n, 8, 8] -> [n, 10]
            reference = logits if reference is None else reference
            figures.append(_figures(model.name, name, logits, reference, digits))
    if progress:
        progress(total, total, "")
    return DigitsResult(next(iter(arithmetics)), tuple(figures))


def _figures(
    model: str, arithmetic: str, logits: np.ndarray, reference: np.ndarray, digits: np.ndarray
) -> DigitFigures:
    read, expected = best(logits), best(reference)  # [n, 10] -> [n]
    distances, sizes = np.linalg.norm(logits - reference, axis=-1), np.linalg.norm(reference, axis=-1)  # [n, 10] -> [n]
    return DigitFigures(
        model,
        arithmetic,
        images=len(digits),
        right=int((read == digits).sum()),
        lost=int(((expected == digits) & (read != digits)).sum()),
        won=int(((expected != digits) & (read == digits)).sum()),
        changed=int((read != expected).sum()),
        drift=float((distances / sizes).mean()),
    )
