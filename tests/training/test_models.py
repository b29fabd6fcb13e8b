import math

import pytest
import torch
from transformers import GPT2Config, GPT2LMHeadModel

from training.charlm import RECIPES
from training.models import causal_linear_attention, causal_softmax_attention, linear_attention


def exponential_kernel(q, k):
    return torch.exp(q @ k / math.sqrt(len(q)))


def elu_kernel(q, k):
    phi = [torch.where(x > 0, x + 1, torch.exp(x)) for x in (q, k)]
    return phi[0] @ phi[1]


@pytest.mark.parametrize(
    ("attention", "kernel", "is_causal"),
    [
        (causal_softmax_attention, exponential_kernel, True),
        (causal_linear_attention, elu_kernel, True),
        (linear_attention, elu_kernel, False),
    ],
)
def test_attention_is_that_of_its_kernel(attention, kernel, is_causal):
    q, k, v = torch.randn(3, 2, 3, 5, 4, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    outputs = attention(q, k, v)
    for b in range(2):
        for head in range(3):
            for i in range(5):
                seen = range(i + 1 if is_causal else 5)
                weights = torch.stack([kernel(q[b, head, i], k[b, head, j]) for j in seen])
                expected = sum(w * v[b, head, j] for w, j in zip(weights, seen, strict=True)) / weights.sum()
                torch.testing.assert_close(outputs[b, head, i], expected, rtol=1e-12, atol=1e-12)


def test_names_and_shapes_are_those_of_transformers():
    recipe = RECIPES["gpt2"]
    theirs = GPT2LMHeadModel(GPT2Config(**recipe.config)).state_dict()
    del theirs["lm_head.weight"]  # the embedding
    ours = recipe.network(recipe.config, 0.0).state_dict()
    assert {name: tensor.shape for name, tensor in theirs.items()} == {name: t.shape for name, t in ours.items()}
    linear = RECIPES["linear"].network(recipe.config, 0.0).state_dict()
    assert list(ours) == list(linear)


@pytest.mark.parametrize("name", RECIPES)
def test_what_comes_later_has_no_say(name):
    torch.manual_seed(2)
    network = RECIPES[name].network(RECIPES[name].config, 0.0).eval()
    characters = torch.randint(97, (2, 9))
    other = torch.cat((characters[:, :6], 96 - characters[:, 6:]), dim=1)
    first, second = network(characters), network(other)
    torch.testing.assert_close(first[:, :6], second[:, :6], rtol=1e-5, atol=1e-5)
    assert (first[:, 6:] - second[:, 6:]).abs().max() > 1e-2
