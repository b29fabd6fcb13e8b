"""The trained classifiers of handwritten digits: a GRU and a linear transformer, over any arithmetic.

An image is a sequence of its 8 rows. Weights are in ``experiments/weights``, as float16; ``training`` has the torch
scripts that made them. The metadata of each file say how, and what it came to with exact arithmetic.
"""

import numpy as np

from pysoft.arithmetic import Arithmetic
from pysoft.attention.elu import EluPlusOne
from pysoft.attention.linear import LinearAttention
from pysoft.language.block import Block
from pysoft.layers import layer_norm, linear
from pysoft.recurrent import Architecture, RecurrentNetwork
from pysoft.weights import Weights

from .trained import Logits, Sizes, TrainedModels

__all__ = ["DIGIT_MODELS"]

_ROWS, _PIXELS, _DIGITS = 8, 8, 10


def _gru(sizes: Sizes, weights: Weights) -> Logits:
    """The last state of a GRU, and a linear layer."""
    architecture = Architecture("gru", _PIXELS, sizes["hidden"])
    head = weights.tensor("head.weight", (_DIGITS, architecture.hidden_size))
    bias = weights.tensor("head.bias", (_DIGITS,))
    RecurrentNetwork.load(Arithmetic(), architecture, weights, prefix="gru.")  # or it says what is wrong

    def logits(arithmetic: Arithmetic, images: np.ndarray) -> np.ndarray:
        network = RecurrentNetwork.load(arithmetic, architecture, weights, prefix="gru.")
        _, (state,) = network.run(arithmetic, arithmetic.cast(images))  # [b, 8, 8] -> [1, b, hidden]
        return linear(arithmetic, state[0], arithmetic.cast(head).T, arithmetic.cast(bias))  # [b, hidden] -> [b, 10]

    return logits


def _linear(sizes: Sizes, weights: Weights) -> Logits:
    """Rows and their positions, blocks, a normalisation, the mean of all rows, and a linear layer."""
    width, heads, attention = sizes["n_embd"], sizes["n_head"], LinearAttention(EluPlusOne())
    embedding = weights.tensor("embedding.weight", (width, _PIXELS)), weights.tensor("embedding.bias", (width,))
    positions = weights.tensor("transformer.wpe.weight", (_ROWS, width))
    blocks = [
        Block.of(weights, width, 4 * width, heads=heads, attention=attention, prefix=f"transformer.h.{i}.")
        for i in range(sizes["n_layer"])
    ]
    norm = [weights.tensor(f"transformer.ln_f.{kind}", (width,)) for kind in ("weight", "bias")]
    head = weights.tensor("head.weight", (_DIGITS, width)), weights.tensor("head.bias", (_DIGITS,))

    def logits(arithmetic: Arithmetic, images: np.ndarray) -> np.ndarray:
        x = _transposed(arithmetic, arithmetic.cast(images), *embedding)  # [b, 8, 8] -> [b, 8, width]
        x = x + arithmetic.cast(positions)
        for block in blocks:
            x = block(arithmetic, x)
        x = layer_norm(arithmetic, x, *map(arithmetic.cast, norm))
        mean = np.ldexp(arithmetic.sum(x, axis=1), -3)  # [b, 8, width] -> [b, width]; an eighth is a shift
        return _transposed(arithmetic, arithmetic.cast(mean), *head)  # [b, width] -> [b, 10]

    return logits


def _transposed(arithmetic: Arithmetic, x: np.ndarray, weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """A linear layer of torch, whose weight is [out, in]."""
    return linear(arithmetic, x, arithmetic.cast(weight).T, arithmetic.cast(bias))


DIGIT_MODELS = TrainedModels(
    "a digit model",
    {"gru": ("digits-gru.safetensors", _gru), "linear": ("digits-linear.safetensors", _linear)},
)
"""Read by name: an arithmetic and images [b, 8, 8], which it rounds, to logits [b, 10] in its format."""
