"""Trained models by name, with their weights: what the character models and the digit models share."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pysoft.arithmetic import Arithmetic
from pysoft.weights import Weights, WeightsError, read_weights

__all__ = ["WEIGHTS", "Build", "Logits", "Sizes", "TrainedModel", "TrainedModels", "best"]

WEIGHTS = Path(__file__).with_name("weights")

Sizes = Mapping[str, Any]
Logits = Callable[[Arithmetic, np.ndarray], np.ndarray]
Build = Callable[[Sizes, Weights], Logits]


@dataclass(frozen=True, eq=False)
class TrainedModel:
    """A model with its weights, for any arithmetic.

    Parameters
    ----------
    name : str
    logits : callable
        An arithmetic and inputs to logits.
    weights : Weights
        With the metadata of their file: how they were made, and what the model came to with exact arithmetic.
    """

    name: str
    logits: Logits
    weights: Weights

    def measured(self, arithmetic: Arithmetic, inputs: np.ndarray, reference: np.ndarray | None) -> np.ndarray:
        """The logits in float64; NaN in the shape of the reference's where numbers left what the arithmetic holds.

        Without a reference nothing is caught, as it is the inputs then that are wrong.
        """
        try:
            return self.logits(arithmetic, inputs).astype(np.float64)
        except ValueError:
            if reference is None:
                raise
            return np.full(reference.shape, np.nan)


def best(logits: np.ndarray) -> np.ndarray:
    """Where the largest logit is, or -1 where one is NaN: [..., n] to [...].

    Examples
    --------
    >>> best(np.array([[1, 3, 3], [0, np.nan, 1]])).tolist()
    [1, -1]
    """
    return np.where(np.isnan(logits).any(axis=-1), -1, logits.argmax(axis=-1))


class TrainedModels(Mapping[str, Path]):
    """The models of one task: where the weights of each are, by name.

    Parameters
    ----------
    task : str
        What messages call one of them.
    models : mapping
        By name: a file or folder in :data:`WEIGHTS`, and a function of the sizes and weights to the one of logits.
        It raises WeightsError where they do not fit.
    """

    def __init__(self, task: str, models: Mapping[str, tuple[str, Build]]):
        self._task, self._models = task, models

    def __getitem__(self, name: str) -> Path:
        return WEIGHTS / self._models[name][0]

    def __iter__(self) -> Iterator[str]:
        return iter(self._models)

    def __len__(self) -> int:
        return len(self._models)

    def read(self, name: str) -> TrainedModel:
        """The model of a name with its own weights.

        Raises
        ------
        ValueError
            If there is no such model; :class:`pysoft.weights.WeightsError` if its file is damaged.
        FileNotFoundError
            If its file is missing.
        """
        self._check(name)
        return self.of(name, read_weights(self[name]))

    def of(self, name: str, weights: Weights) -> TrainedModel:
        """The model of a name with other weights, of the sizes that their metadata give as ``config``.

        Raises
        ------
        ValueError
            If there is no such model; :class:`pysoft.weights.WeightsError` if these are no weights of it.
        """
        self._check(name)
        try:
            sizes = dict(json.loads(weights.metadata["config"]).items())
            return TrainedModel(name, self._models[name][1](sizes, weights), weights)
        except (AttributeError, KeyError, json.JSONDecodeError) as error:
            raise WeightsError(f"the metadata of {weights.source} have no sizes of {self._task}: {error!r}") from None

    def _check(self, name: str) -> None:
        if name not in self:
            raise ValueError(f"{self._task} is one of {', '.join(self)}, not {name!r}")
