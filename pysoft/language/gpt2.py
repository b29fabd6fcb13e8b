"""GPT-2: tokens to the logits of the next ones.

x = wte[token] + wpe[position]
x = block_i(x)                    i = 0 .. n_layer - 1
logits = ln_f(x) lm_head^T        lm_head = wte where there is none of its own
"""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..arithmetic import Arithmetic
from ..attention.protocol import Attention, Memory
from ..attention.softmax import SoftmaxAttention
from ..layers import layer_norm
from ..weights import Weights, WeightsError, read_weights
from .block import Block
from .config import GPT2Config

__all__ = ["GPT2", "GPT2Config"]

_SOFTMAX = SoftmaxAttention()
_PREFIX = "transformer."  # of all names but lm_head.weight, in some folders


class GPT2:
    """A model of the GPT-2 architecture, on any arithmetic and with any attention.

    Weights stay as they are given, memory-mapped and in their own dtype. A matrix of another dtype than the
    arithmetic's is rounded to it while it is used, and no longer kept than that.

    Parameters
    ----------
    config : GPT2Config
    weights : Weights
        Under GPT-2's names, with or without ``transformer.`` before them. Others, such as masks, are passed over.
    attention : Attention
        Softmax is what a GPT-2 was trained with; the others have the same weights.

    Raises
    ------
    pysoft.weights.WeightsError
        If a tensor is missing, of another shape or dtype than ``config`` says, or not finite; or if there are more
        blocks.

    Notes
    -----
    With softmax, and one format for all sums, one token after the other gives the same bits as all at once.
    Where sums of products are in a narrower format (``products=`` of an arithmetic) they differ, as the scale of a
    value depends on the tokens behind it.

    Examples
    --------
    >>> from pysoft.language.block import block_shapes
    >>> config = GPT2Config(vocab_size=5, n_positions=8, n_embd=4, n_layer=1, n_head=2)
    >>> shapes = {f"h.0.{name}": shape for name, shape in block_shapes(4, 16).items()}
    >>> shapes |= {"wte.weight": (5, 4), "wpe.weight": (8, 4), "ln_f.weight": (4,), "ln_f.bias": (4,)}
    >>> chance = np.random.default_rng(0)
    >>> weights = Weights({name: chance.standard_normal(shape, np.float32) for name, shape in shapes.items()})
    >>> model = GPT2(config, weights)
    >>> model.logits(Arithmetic(), [0, 3, 1]).shape
    (3, 5)
    >>> memory = model.memory()
    >>> one_by_one = [model.next_logits(Arithmetic(), [token], memory) for token in [0, 3, 1]]
    >>> bool((one_by_one == model.logits(Arithmetic(), [0, 3, 1])).all())
    True
    """

    def __init__(self, config: GPT2Config, weights: Weights, *, attention: Attention = _SOFTMAX):
        self.config, self.weights, self.attention = config, weights, attention
        prefix = _PREFIX if f"{_PREFIX}wte.weight" in weights else ""
        width, inner = config.n_embd, config.inner
        self._tokens = weights.tensor(f"{prefix}wte.weight", (config.vocab_size, width))
        self._positions = weights.tensor(f"{prefix}wpe.weight", (config.n_positions, width))
        self._blocks = [
            Block.of(
                weights,
                width,
                inner,
                heads=config.n_head,
                attention=attention,
                epsilon=config.layer_norm_epsilon,
                prefix=f"{prefix}h.{i}.",
            )
            for i in range(config.n_layer)
        ]
        self._gain, self._bias = (weights.tensor(f"{prefix}ln_f.{kind}", (width,)) for kind in ("weight", "bias"))
        blocks = (re.match(rf"{re.escape(prefix)}h\.(\d+)\.", name) for name in weights)
        more = next((match.string for match in blocks if match and int(match[1]) >= config.n_layer), None)
        if more is not None:
            raise WeightsError(f"n_layer is {config.n_layer}, and {weights.source} has tensor {more}")
        tied = config.tie_word_embeddings and "lm_head.weight" not in weights
        self._head = self._tokens if tied else weights.tensor("lm_head.weight", (config.vocab_size, width))

    @classmethod
    def read(cls, folder: str | Path, *, attention: Attention = _SOFTMAX) -> "GPT2":
        """The model in a Hugging Face folder: ``config.json``, and ``model.safetensors`` or shards of it.

        Raises
        ------
        FileNotFoundError
            If a file is missing; the message names it.
        ValueError
            As of :meth:`GPT2Config.read`, :func:`pysoft.weights.read_weights` and the class.
        """
        return cls(GPT2Config.read(folder), read_weights(folder), attention=attention)

    def rounded(self, arithmetic: Arithmetic) -> "GPT2":
        """The same model with weights rounded to the arithmetic's format once, in memory: the same results, sooner.

        Raises
        ------
        pysoft.weights.WeightsError
            If a number is beyond the format.
        """
        floats = {name: array for name, array in self.weights.items() if array.dtype.kind in "fV"}  # no masks
        weights = {name: arithmetic.cast(array) for name, array in floats.items()}
        source = f"{self.weights.source} in {arithmetic.format.name}"
        return GPT2(self.config, Weights(weights, source), attention=self.attention)

    def memory(self) -> list[Memory]:
        """Make a memory of no tokens, of one sequence or of as many as are taken together: one for each block."""
        return [self.attention.memory() for _ in self._blocks]

    def logits(
        self, arithmetic: Arithmetic, tokens: npt.ArrayLike, memory: Sequence[Memory] | None = None
    ) -> np.ndarray:
        """The logits of the token behind each token.

        Parameters
        ----------
        arithmetic : Arithmetic
        tokens : array_like of int
            Shape [..., n], n of 1 or more, each at least 0 and below ``vocab_size``.
        memory : sequence of Memory, optional
            Of :meth:`memory`, with the tokens before, to which these are added. Without it there are none before.

        Returns
        -------
        numpy.ndarray of the accumulator's dtype, shape [..., n, vocab_size]

        Raises
        ------
        TypeError
            If tokens are no integers.
        ValueError
            If there is no token, one is none of the vocabulary, or the context becomes longer than ``n_positions``.
        """
        return self._scores(arithmetic, self._hidden(arithmetic, tokens, memory))

    def next_logits(
        self, arithmetic: Arithmetic, tokens: npt.ArrayLike, memory: Sequence[Memory] | None = None
    ) -> np.ndarray:
        """The logits of the token behind the last one alone: the last of :meth:`logits`, shape [..., vocab_size]."""
        last = self._hidden(arithmetic, tokens, memory)[..., -1:, :]  # [..., n, d] -> [..., 1, d]
        return self._scores(arithmetic, last)[..., 0, :]  # [..., 1, vocab_size] -> [..., vocab_size]

    def _hidden(self, arithmetic: Arithmetic, tokens: npt.ArrayLike, memory: Sequence[Memory] | None) -> np.ndarray:
        """What the blocks make of tokens: [..., n] to [..., n, n_embd]."""
        memories = self.memory() if memory is None else memory
        if len(memories) != len(self._blocks):
            raise ValueError(f"memory must be that of {len(self._blocks)} blocks, not of {len(memories)}")
        before = memories[0].length
        checked = self._checked(tokens, before)
        positions = self._positions[before : before + checked.shape[-1]]  # [n, d]
        x = arithmetic.cast(self._tokens[checked]) + arithmetic.cast(positions)  # [..., n] -> [..., n, d]
        for block, own in zip(self._blocks, memories, strict=True):
            x = block.extend(arithmetic, x, own)
        gain, bias = arithmetic.cast(self._gain), arithmetic.cast(self._bias)
        return layer_norm(arithmetic, x, gain, bias, epsilon=self.config.layer_norm_epsilon)

    def _scores(self, arithmetic: Arithmetic, x: np.ndarray) -> np.ndarray:
        rows = x.reshape(-1, x.shape[-1])  # [..., n, d] -> [r, d]: one product of two matrices
        scores = arithmetic.matmul(rows, arithmetic.cast(self._head).T)  # [r, d] -> [r, vocab_size]
        return scores.reshape(*x.shape[:-1], scores.shape[-1])  # [r, vocab_size] -> [..., n, vocab_size]

    def _checked(self, tokens: npt.ArrayLike, before: int) -> np.ndarray:
        array = np.asarray(tokens)
        if array.ndim == 0 or not array.shape[-1]:
            raise ValueError(f"tokens must have shape (..., n) with n of 1 or more, not {array.shape}")
        if array.dtype.kind not in "iu":
            raise TypeError(f"tokens must be integers, not {array.dtype}")
        length, most, size = before + array.shape[-1], self.config.n_positions, self.config.vocab_size
        if length > most:
            raise ValueError(f"a context has {most} tokens at most (n_positions), not {length}")
        if array.size and not (array.min() >= 0 and array.max() < size):
            raise ValueError(f"tokens must be 0 .. {size - 1} (vocab_size), not {array.min()} .. {array.max()}")
        return array
