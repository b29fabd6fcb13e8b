"""The trained character models: a GRU, a linear transformer and a small GPT-2, over any arithmetic.

Their weights are in ``experiments/weights``, as float16; ``training`` has the torch scripts that made them. The
metadata of each file say how, and what it came to with exact arithmetic.
"""

import numpy as np

from pysoft.arithmetic import Arithmetic
from pysoft.attention.elu import EluPlusOne
from pysoft.attention.linear import LinearAttention
from pysoft.language.gpt2 import GPT2, GPT2Config
from pysoft.layers import linear
from pysoft.recurrent import Architecture, RecurrentNetwork
from pysoft.weights import Weights

from .text import ALPHABET
from .trained import Logits, Sizes, TrainedModels

__all__ = ["CHARACTER_MODELS", "CONTEXT", "stretches"]

CONTEXT = 128  # characters that a model sees at most


def stretches(text: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cut a text into overlapping stretches, so that each character is foretold from 64 before it or more.

    Parameters
    ----------
    text : numpy.ndarray, shape [n]

    Returns
    -------
    inputs : numpy.ndarray, shape [s, 128]
        Each stretch begins 64 characters behind the one before.
    targets : numpy.ndarray, shape [s, 64]
        What stands behind each of the last 64 characters of a stretch.

    Raises
    ------
    ValueError
        If the text has fewer than 129 characters.

    Examples
    --------
    >>> inputs, targets = stretches(np.arange(1000))
    >>> inputs.shape, targets[:2, [0, -1]].tolist()
    ((14, 128), [[65, 128], [129, 192]])
    """
    if len(text) <= CONTEXT:
        raise ValueError(f"a text must have more than {CONTEXT} characters, not {len(text)}")
    windows = np.lib.stride_tricks.sliding_window_view(text, CONTEXT + 1)[:: CONTEXT // 2]  # [n] -> [s, 129]
    return windows[:, :-1], windows[:, CONTEXT // 2 + 1 :]


def _gru(sizes: Sizes, weights: Weights) -> Logits:
    """Embeddings of the characters, a GRU, and a linear layer."""
    architecture = Architecture("gru", sizes["embedding"], sizes["hidden"])
    embedding = weights.tensor("embedding.weight", (len(ALPHABET), architecture.input_size))
    head = weights.tensor("head.weight", (len(ALPHABET), architecture.hidden_size))
    bias = weights.tensor("head.bias", (len(ALPHABET),))
    RecurrentNetwork.load(Arithmetic(), architecture, weights, prefix="gru.")  # or it says what is wrong

    def logits(arithmetic: Arithmetic, characters: np.ndarray) -> np.ndarray:
        network = RecurrentNetwork.load(arithmetic, architecture, weights, prefix="gru.")
        states, _ = network.run(arithmetic, arithmetic.cast(embedding[characters]))  # [b, n] -> [b, n, hidden]
        return linear(arithmetic, states, arithmetic.cast(head).T, arithmetic.cast(bias))  # -> [b, n, 97]

    return logits


def _linear(sizes: Sizes, weights: Weights) -> Logits:
    """A GPT-2 but for its attention."""
    return GPT2(GPT2Config.of(dict(sizes)), weights, attention=LinearAttention(EluPlusOne())).logits


def _gpt2(sizes: Sizes, weights: Weights) -> Logits:
    return GPT2(GPT2Config.of(dict(sizes)), weights).logits


CHARACTER_MODELS = TrainedModels(
    "a character model",
    {
        "gru": ("charlm-gru.safetensors", _gru),
        "linear": ("charlm-linear.safetensors", _linear),
        "gpt2": ("charlm-gpt2", _gpt2),
    },
)
"""By name: an arithmetic and characters [b, n] as numbers, n up to CONTEXT, to logits of what follows, [b, n, 97]."""
