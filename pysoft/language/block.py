"""A pre-norm transformer block with the weights and names of GPT-2, over any attention.

y = x + attention(norm_1(x))
z = y + W_2 gelu(W_1 norm_2(y))
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from ..arithmetic import Arithmetic
from ..attention.heads import merge_heads, split_heads
from ..attention.protocol import Attention, Memory
from ..layers import gelu, layer_norm, linear
from ..weights import Weights

__all__ = ["Block", "block_shapes"]

_Mixer = Callable[[Arithmetic, np.ndarray, np.ndarray, np.ndarray], np.ndarray]


def block_shapes(width: int, inner: int) -> dict[str, tuple[int, ...]]:
    """The tensors of a block and their shapes; weights are [in, out].

    Parameters
    ----------
    width, inner : int
        Features of a token, and those within the two-layer network.

    Examples
    --------
    >>> len(block_shapes(2, 8)), block_shapes(2, 8)["mlp.c_fc.weight"]
    (12, (2, 8))
    """
    norms = ("ln_1", "ln_2")
    layers = {
        "attn.c_attn": (width, 3 * width),  # queries, keys and values side by side
        "attn.c_proj": (width, width),
        "mlp.c_fc": (width, inner),
        "mlp.c_proj": (inner, width),
    }
    return {
        **{f"{name}.{kind}": (width,) for name in norms for kind in ("weight", "bias")},
        **{f"{name}.weight": shape for name, shape in layers.items()},
        **{f"{name}.bias": shape[-1:] for name, shape in layers.items()},
    }


@dataclass(frozen=True, eq=False)
class Block:
    """One block of a transformer.

    Parameters
    ----------
    tensors : mapping
        The arrays that :func:`block_shapes` names, of any float dtype. One that is not the arithmetic's is rounded to
        it each time that it is used, and no longer kept than that.
    heads : int
    attention : Attention
    epsilon : float
        Of both normalisations.

    References
    ----------
    A. Vaswani et al., "Attention is all you need", NeurIPS 2017; with the normalisation in front, as in A. Radford et
    al., "Language models are unsupervised multitask learners", OpenAI 2019.

    Examples
    --------
    >>> from pysoft.attention.softmax import SoftmaxAttention
    >>> tensors = {name: np.ones(shape, np.float32) for name, shape in block_shapes(2, 8).items()}
    >>> block = Block(tensors, heads=1, attention=SoftmaxAttention())
    >>> block(Arithmetic(), np.float32([[1, 0], [3, 3]])).shape
    (2, 2)
    """

    tensors: Mapping[str, np.ndarray]
    heads: int
    attention: Attention
    epsilon: float = 1e-5

    @classmethod
    def of(
        cls,
        weights: Weights,
        width: int,
        inner: int,
        *,
        heads: int,
        attention: Attention,
        epsilon: float = 1e-5,
        prefix: str = "",
    ) -> "Block":
        """The block whose tensors are those of the names and shapes of :func:`block_shapes`.

        Parameters
        ----------
        weights : Weights
        width, inner : int
        heads, attention, epsilon
            As of the class.
        prefix : str
            What is before the names in ``weights``, such as ``"h.3."``.

        Raises
        ------
        pysoft.weights.WeightsError
            If a tensor is missing, of another shape or dtype, or not finite.
        """
        tensors = {name: weights.tensor(prefix + name, shape) for name, shape in block_shapes(width, inner).items()}
        return cls(tensors, heads, attention, epsilon)

    def __call__(self, arithmetic: Arithmetic, x: np.ndarray) -> np.ndarray:
        """Tokens that all see each other.

        Parameters
        ----------
        arithmetic : Arithmetic
        x : numpy.ndarray of the format, shape [..., n, width]

        Returns
        -------
        numpy.ndarray of the format, shape [..., n, width]

        Raises
        ------
        TypeError, ValueError
            As of the attention and of the layers.
        """
        return self._mixed(arithmetic, x, self.attention)

    def extend(self, arithmetic: Arithmetic, x: np.ndarray, memory: Memory) -> np.ndarray:
        """Take n more tokens, which see themselves and those before.

        Parameters
        ----------
        arithmetic : Arithmetic
        x : numpy.ndarray of the format, shape [..., n, width]
        memory : Memory
            Of this block and this sequence: what ``attention.memory()`` made, with the tokens before.

        Returns
        -------
        numpy.ndarray of the format, shape [..., n, width]

        Raises
        ------
        TypeError, ValueError
            As of the memory and of the layers.
        """
        return self._mixed(arithmetic, x, memory.extend)

    def _mixed(self, arithmetic: Arithmetic, x: np.ndarray, mixer: _Mixer) -> np.ndarray:
        qkv = self._linear(arithmetic, self._norm(arithmetic, x, "ln_1"), "attn.c_attn")  # [..., n, d] -> [..., n, 3 d]
        q, k, v = (split_heads(part, self.heads) for part in np.split(qkv, 3, axis=-1))  # -> [..., heads, n, d / heads]
        seen = merge_heads(mixer(arithmetic, q, k, v))  # [..., heads, n, d / heads] -> [..., n, d]
        y = x + self._linear(arithmetic, seen, "attn.c_proj")
        inner = self._linear(
            arithmetic, self._norm(arithmetic, y, "ln_2"), "mlp.c_fc"
        )  # [..., n, d] -> [..., n, inner]
        return y + self._linear(arithmetic, gelu(arithmetic, inner), "mlp.c_proj")  # [..., n, inner] -> [..., n, d]

    def _norm(self, arithmetic: Arithmetic, x: np.ndarray, name: str) -> np.ndarray:
        gain, bias = (arithmetic.cast(self.tensors[f"{name}.{kind}"]) for kind in ("weight", "bias"))
        return layer_norm(arithmetic, x, gain, bias, epsilon=self.epsilon)

    def _linear(self, arithmetic: Arithmetic, x: np.ndarray, name: str) -> np.ndarray:
        weight, bias = (arithmetic.cast(self.tensors[f"{name}.{kind}"]) for kind in ("weight", "bias"))
        return linear(arithmetic, x, weight, bias)
