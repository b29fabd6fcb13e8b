"""Linear attention in chunks: time that is linear in the length, and room that does not depend on it."""

from dataclasses import dataclass

import numpy as np

from ..arithmetic import Arithmetic
from .cache import Rows
from .dense import weights
from .features import FeatureMap, Keys
from .protocol import check_operands
from .state import State, quotient

__all__ = ["ChunkedMemory", "LinearAttention", "all_keys"]


@dataclass(frozen=True)
class LinearAttention:
    """sum_j (phi(q_i) . phi(k_j)) v_j / sum_j phi(q_i) . phi(k_j), by sums over the keys.

    Where it is causal, tokens are taken in chunks: a query looks at the state that the chunks before it left, and at
    each key of its own chunk. All of a chunk is then a few products of matrices.

    Parameters
    ----------
    feature_map : FeatureMap
    chunk : int
        Tokens, 1 or more.

    Raises
    ------
    ValueError
        If a chunk has no tokens.

    References
    ----------
    W. Hua et al., "Transformer Quality in Linear Time", ICML 2022, section 3: the causal sum in chunks.

    Examples
    --------
    >>> from pysoft.attention.elu import EluPlusOne
    >>> attention = LinearAttention(EluPlusOne(), chunk=2)
    >>> q = k = np.float32([[0, 0], [0, 3], [1, 0]])
    >>> v = np.float32([[1], [3], [5]])
    >>> attention.memory().extend(Arithmetic(), q, k, v)
    array([[1.       ],
           [2.5454545],
           [3.2857144]], dtype=float32)
    """

    feature_map: FeatureMap
    chunk: int = 64

    def __post_init__(self) -> None:
        if self.chunk < 1:
            raise ValueError(f"a chunk must have 1 token or more, not {self.chunk}")

    def __call__(self, arithmetic: Arithmetic, q: np.ndarray, k: np.ndarray, v: np.ndarray) -> np.ndarray:
        """What every query sees of all keys; see :class:`pysoft.attention.protocol.Attention`."""
        return all_keys(self.feature_map, arithmetic, q, k, v)

    def memory(self) -> "ChunkedMemory":
        """Make a memory of no tokens; see :class:`pysoft.attention.protocol.Memory`."""
        return ChunkedMemory(self.feature_map, self.chunk)


def all_keys(
    feature_map: FeatureMap, arithmetic: Arithmetic, q: np.ndarray, k: np.ndarray, v: np.ndarray
) -> np.ndarray:
    """What every query sees of all keys, by sums over these; see :class:`pysoft.attention.protocol.Attention`."""
    check_operands(arithmetic, q, k, v)
    keys = feature_map.keys(arithmetic, k)
    state = State(k.shape[:-2], keys.features.shape[-1], v.shape[-1])
    state.add(arithmetic, keys, v)
    return quotient(arithmetic, *state.look(arithmetic, feature_map.queries(arithmetic, q)))


class ChunkedMemory:
    """The state that all full chunks left, and the tokens of the one that is not full yet.

    One token after the other or all at once give the same bits: which chunk a token is in depends on its position
    alone.

    Parameters
    ----------
    feature_map : FeatureMap
    chunk : int

    Members
    -------
    length : int
        Tokens taken so far.
    state : State or None
        Of the full chunks; None before the first token.
    """

    def __init__(self, feature_map: FeatureMap, chunk: int):
        self._map, self._chunk = feature_map, chunk
        self._past: tuple[int, ...] = ()
        self._open = _Chunk()
        self.length = 0
        self.state: State | None = None

    def extend(self, arithmetic: Arithmetic, q: np.ndarray, k: np.ndarray, v: np.ndarray) -> np.ndarray:
        """Take n more tokens; see :class:`pysoft.attention.protocol.Memory`."""
        check_operands(arithmetic, q, k, v, past=self._past)
        self._past = (*k.shape[:-2], k.shape[-1], v.shape[-1])
        outputs = np.empty_like(v)
        start, n = 0, k.shape[-2]
        while start < n:
            stop = min(n, start + self._chunk - self.length % self._chunk)
            part = (..., slice(start, stop), slice(None))
            outputs[part] = self._extend_chunk(arithmetic, q[part], k[part], v[part])
            start = stop
        return outputs

    def _extend_chunk(self, arithmetic: Arithmetic, q: np.ndarray, k: np.ndarray, v: np.ndarray) -> np.ndarray:
        """Take c more tokens, all of which have room in the open chunk."""
        queries, keys = self._map.queries(arithmetic, q), self._map.keys(arithmetic, k)
        if self.state is None:
            self.state = State(k.shape[:-2], keys.features.shape[-1], v.shape[-1])
        self._open.append(keys, v)
        outputs = quotient(arithmetic, *self._look(arithmetic, self.state, queries))
        self.length += k.shape[-2]
        if self.length % self._chunk == 0:
            self.state.add(arithmetic, self._open.keys, self._open.values)
            self._open = _Chunk()
        return outputs

    def _look(self, arithmetic: Arithmetic, state: State, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Numerators [..., c, e] and denominators [..., c] of the newest c tokens, of features [..., c, f]."""
        keys, values, c = self._open.keys, self._open.values, q.shape[-2]
        own = np.arange(values.shape[-2])  # [o], positions in the open chunk
        visible = own <= own[-c:, None]  # [c, o]
        # The largest exponent so far: not that of the chunk, by which later keys would act on earlier queries.
        reach = np.maximum(np.maximum.accumulate(keys.exponents, axis=-1), state.exponent[..., None])[..., -c:]
        w = weights(arithmetic, q, keys, reach, visible)
        numerator, denominator = state.look(arithmetic, q)
        back = state.exponent[..., None] - reach  # [..., c]
        return (
            np.ldexp(numerator, back[..., None]) + arithmetic.matmul(w, values),  # [..., c, o] -> [..., c, e]
            np.ldexp(denominator, back) + arithmetic.sum(w),  # [..., c, o] -> [..., c]
        )


class _Chunk:
    """Features, exponents and values of the tokens of a chunk."""

    def __init__(self) -> None:
        self._features, self._exponents, self._values = Rows(), Rows(), Rows()

    @property
    def keys(self) -> Keys:
        return Keys(self._features.view, self._exponents.view[..., 0])  # [..., o, 1] -> [..., o]

    @property
    def values(self) -> np.ndarray:
        return self._values.view

    def append(self, keys: Keys, values: np.ndarray) -> None:
        self._features.append(keys.features)
        self._exponents.append(keys.exponents[..., None])  # [..., c] -> [..., c, 1]
        self._values.append(values)
