"""Train a classifier of handwritten digits: ``python -m training.digits gru`` or ``linear``. Each takes a minute."""

import argparse
from collections.abc import Callable, Mapping
from typing import Any

import torch
from rich.console import Console
from torch import Tensor, nn
from torch.nn import functional

from experiments.arithmetics import REFERENCE, arithmetics
from experiments.digit_images import DigitImages, digit_images
from experiments.digit_models import DIGIT_MODELS
from experiments.digits import measure_digits

from .loop import fit, reproducible
from .models import DigitsGRU, DigitsTransformer
from .publish import publish

__all__ = ["CONFIGS", "NETWORKS", "main", "measure", "train"]

SEED = 1
NETWORKS: dict[str, Callable[..., nn.Module]] = {"gru": DigitsGRU, "linear": DigitsTransformer}
CONFIGS: dict[str, dict[str, Any]] = {"gru": {"hidden": 64}, "linear": {"n_embd": 32, "n_layer": 2, "n_head": 2}}
_OPTIONS: dict[str, dict[str, float]] = {"gru": {"rate": 4e-3, "decay": 0.01}, "linear": {"rate": 3e-3, "decay": 0.1}}
_DROPOUT = {"gru": 0.2, "linear": 0.1}
_NOISE = 0.2  # standard deviation, added to pixels from 0 to 1: a thousand images are few
_STEPS, _BATCH = 3000, 64


def train(name: str, images: DigitImages) -> nn.Module:
    """A network trained on the training images."""
    reproducible(SEED)
    network = NETWORKS[name](CONFIGS[name], _DROPOUT[name])
    pixels, digits = torch.tensor(images.training), torch.tensor(images.training_digits)

    def loss() -> Tensor:
        drawn = torch.randint(len(pixels), (_BATCH,))
        noisy = pixels[drawn] + _NOISE * torch.randn(_BATCH, *pixels.shape[1:])
        return functional.cross_entropy(network(noisy), digits[drawn])

    fit(network, loss, steps=_STEPS, **_OPTIONS[name])
    return network.eval()


def measure(name: str) -> Mapping[str, int]:
    """Figures of the weights as they are stored, with exact arithmetic."""
    figures = measure_digits(arithmetics([REFERENCE]), models=[name]).figures[0]
    return {"images": figures.images, "right": figures.right}


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m training.digits", description=__doc__)
    parser.add_argument("model", choices=NETWORKS)
    name = parser.parse_args().model
    network = train(name, digit_images())
    facts = {"command": f"python -m training.digits {name}", "seed": str(SEED)}
    Console().print_json(data=publish(DIGIT_MODELS, name, network, facts, CONFIGS[name], lambda: measure(name)))


if __name__ == "__main__":
    main()
