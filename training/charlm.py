"""Train a character model on Python's language reference: ``python -m training.charlm gpt2``, ``linear`` or ``gru``.

Each takes from five to twenty minutes on one core.
"""

import argparse
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from rich.console import Console
from torch import Tensor, nn
from torch.nn import functional

from experiments.arithmetics import REFERENCE, arithmetics
from experiments.character_models import CHARACTER_MODELS, CONTEXT, stretches
from experiments.charlm import measure_characters
from experiments.text import ALPHABET, Corpus, encode, python_reference

from .loop import fit, reproducible
from .models import CharacterGRU, CharacterTransformer, causal_linear_attention, causal_softmax_attention
from .publish import gpt2_config, publish, write_tokenizer

__all__ = ["FEW", "RECIPES", "SEED", "Recipe", "bits_per_character", "main", "measure", "train"]

FEW = 2048  # characters, which a test foretells again
SEED = 1


@dataclass(frozen=True)
class Recipe:
    """How one model is made.

    Parameters
    ----------
    network : callable
        A config and a rate of dropout to the network in torch.
    config : mapping
        The sizes, as they are stored beside the weights.
    dropout : float
    rate : float
        Of learning, at its highest.
    decay : float
        Of weights.
    steps : int
    batch : int
        Stretches of :data:`experiments.character_models.CONTEXT` characters in a step.
    """

    network: Callable[[Mapping[str, Any], float], nn.Module]
    config: Mapping[str, Any]
    dropout: float
    rate: float
    decay: float
    steps: int
    batch: int


def _gru(config: Mapping[str, Any], dropout: float) -> nn.Module:
    return CharacterGRU(len(ALPHABET), config, dropout)


def _gpt2(config: Mapping[str, Any], dropout: float) -> nn.Module:
    return CharacterTransformer(config, causal_softmax_attention, dropout)


def _linear(config: Mapping[str, Any], dropout: float) -> nn.Module:
    return CharacterTransformer(config, causal_linear_attention, dropout)


def _transformer_config(width: int, layers: int, heads: int) -> dict[str, Any]:
    return gpt2_config(vocab_size=len(ALPHABET), n_positions=CONTEXT, n_embd=width, n_layer=layers, n_head=heads)


RECIPES = {
    "gpt2": Recipe(_gpt2, _transformer_config(96, 4, 6), dropout=0.1, rate=3e-3, decay=0.1, steps=14000, batch=8),
    "linear": Recipe(_linear, _transformer_config(80, 3, 2), dropout=0.1, rate=3e-3, decay=0.1, steps=10000, batch=8),
    "gru": Recipe(_gru, {"embedding": 64, "hidden": 192}, dropout=0.2, rate=4e-3, decay=0.01, steps=4000, batch=32),
}


def train(recipe: Recipe, corpus: Corpus) -> nn.Module:
    """A network trained on random stretches of the training text; the bar shows what the validation text costs."""
    reproducible(SEED)
    network = recipe.network(recipe.config, recipe.dropout)
    text = torch.tensor(encode(corpus.training)).long()
    validation = encode(corpus.validation)

    def loss() -> Tensor:
        starts = torch.randint(len(text) - CONTEXT, (recipe.batch, 1))
        drawn = text[starts + torch.arange(CONTEXT + 1)]  # [batch, n + 1]
        return functional.cross_entropy(network(drawn[:, :-1]).flatten(0, 1), drawn[:, 1:].flatten())

    def watch() -> str:
        return f"{bits_per_character(network, validation):.3f} bits per character of the validation text"

    fit(network, loss, steps=recipe.steps, rate=recipe.rate, decay=recipe.decay, watch=watch)
    return network.eval()


def bits_per_character(network: nn.Module, text: np.ndarray) -> float:
    """Mean of -log2 of the probabilities of the characters of a text [n] that :func:`stretches` asks for."""
    inputs, targets = (torch.tensor(part).long() for part in stretches(text))
    network.eval()
    with torch.no_grad():
        logits = network(inputs)[:, -targets.shape[1] :]  # [s, 128] -> [s, 64, characters]
        return functional.cross_entropy(logits.flatten(0, 1), targets.flatten()).item() / math.log(2)


def measure(name: str) -> dict[str, Any]:
    """Figures of the weights as they are stored, with exact arithmetic: of all test characters, and of a few."""
    exact = arithmetics([REFERENCE])
    every = stretches(encode(python_reference().test))[1].size
    results = [measure_characters(exact, models=[name], characters=characters) for characters in (every, FEW)]
    return {
        str(result.characters): {"bits": result.figures[0].bits, "right": result.figures[0].right} for result in results
    }


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m training.charlm", description=__doc__)
    parser.add_argument("model", choices=RECIPES)
    name = parser.parse_args().model
    recipe, corpus = RECIPES[name], python_reference()
    network = train(recipe, corpus)
    if name == "gpt2":
        write_tokenizer(CHARACTER_MODELS[name], ALPHABET)
    facts = {"command": f"python -m training.charlm {name}", "seed": str(SEED), "text": corpus.hash}
    figures = publish(CHARACTER_MODELS, name, network, facts, recipe.config, lambda: measure(name))
    Console().print_json(data=figures)


if __name__ == "__main__":
    main()
