"""Small GPT-2s by transformers, every parameter of them random, in folders."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest
import torch
import transformers

SIZES = {"vocab_size": 97, "n_positions": 32, "n_embd": 24, "n_layer": 2, "n_head": 3}


class Saved(NamedTuple):
    folder: object
    model: transformers.GPT2LMHeadModel
    logits: Callable


@pytest.fixture(scope="session")
def save_gpt2(tmp_path_factory):
    """A function that makes a model of some sizes and saves it; the model's own logits come as float64."""

    def save(*, seed=0, body_only=False, shard=None, dtype=torch.float32, **changes):
        torch.set_num_threads(1)
        torch.manual_seed(seed)
        ends = {"bos_token_id": None, "eos_token_id": None}
        config = transformers.GPT2Config(**(SIZES | ends | changes), attn_implementation="eager")
        model = transformers.GPT2LMHeadModel(config).eval()
        with torch.no_grad():
            for name, parameter in model.named_parameters():  # biases, too, which would all be 0
                parameter.copy_(0.3 * torch.randn(parameter.shape) + ("ln" in name and "weight" in name))
        model = model.to(dtype)
        folder = tmp_path_factory.mktemp("gpt2")
        (model.transformer if body_only else model).save_pretrained(
            folder, **({"max_shard_size": shard} if shard else {})
        )

        def logits(tokens, dtype=torch.float64):
            with torch.no_grad():
                return model.to(dtype)(torch.tensor(np.asarray(tokens))).logits.double().numpy()

        return Saved(folder, model, logits)

    return save


@pytest.fixture(scope="session")
def saved(save_gpt2):
    return save_gpt2()
