"""From a trained network to files in ``experiments/weights``: rounded, measured, and written with what it is."""

import json
import platform
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn

from experiments.trained import TrainedModels
from pysoft.files import write_whole
from pysoft.weights import write_weights

__all__ = ["gpt2_config", "publish", "write_tokenizer"]

_WEIGHTS = "model.safetensors"


def publish(
    models: TrainedModels,
    name: str,
    network: nn.Module,
    facts: Mapping[str, str],
    sizes: Mapping[str, Any],
    measure: Callable[[], Mapping[str, Any]],
) -> Mapping[str, Any]:
    """Write the weights of a network as float16, then measure them, and write what that came to beside them.

    Parameters
    ----------
    models : TrainedModels
    name : str
        Of one of these. Where it is a folder, the sizes become its ``config.json``.
    network : torch.nn.Module
        With float32 weights under the names that the model has.
    facts : mapping of str to str
        Metadata: the command and what else the result depends on. The versions of Python and torch are added.
    sizes : mapping
        Metadata, too, as ``config``.
    measure : callable
        Figures of the model as it was written: metadata ``test``, as JSON.

    Returns
    -------
    mapping
        These figures.
    """
    path = models[name] if models[name].suffix else models[name] / _WEIGHTS
    path.parent.mkdir(parents=True, exist_ok=True)
    tensors = {key: tensor.to(torch.float16).numpy() for key, tensor in network.state_dict().items()}
    metadata = {
        "format": "pt",  # transformers wants to read that
        **facts,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "config": json.dumps(dict(sizes)),
    }
    write_weights(path, tensors, metadata)
    if path.name == _WEIGHTS:
        write_whole(path.with_name("config.json"), json.dumps(sizes, indent=2) + "\n")
    figures = measure()
    write_weights(path, tensors, {**metadata, "test": json.dumps(figures)})
    return figures


def gpt2_config(*, vocab_size: int, n_positions: int, n_embd: int, n_layer: int, n_head: int) -> dict[str, Any]:
    """Sizes as Hugging Face's ``config.json`` of a GPT-2 has them; there are no tokens that begin or end a text."""
    return {
        "architectures": ["GPT2LMHeadModel"],
        "model_type": "gpt2",
        "activation_function": "gelu_new",
        "bos_token_id": None,
        "eos_token_id": None,
        "n_embd": n_embd,
        "n_head": n_head,
        "n_layer": n_layer,
        "n_positions": n_positions,
        "vocab_size": vocab_size,
    }


def write_tokenizer(folder: Path, alphabet: tuple[str, ...]) -> None:
    """Write ``tokenizer.json`` with one token for each character; the first stands for all that have none."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers

    vocabulary = {character: number for number, character in enumerate(alphabet)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token=alphabet[0]))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"[\s\S]"), "isolated")
    tokenizer.decoder = decoders.Fuse()
    write_whole(folder / "tokenizer.json", tokenizer.to_str(pretty=True) + "\n")
