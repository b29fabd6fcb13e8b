"""Softmax attention."""

from dataclasses import dataclass

import numpy as np

from ..arithmetic import Arithmetic
from .key_value import KeyValueCache
from .protocol import check_operands
from .scaling import scaled

__all__ = ["SoftmaxAttention"]


@dataclass(frozen=True)
class SoftmaxAttention:
    """Attention whose weights are shares: sum_j softmax_j(q_i . k_j / sqrt d) v_j.

    References
    ----------
    A. Vaswani et al., "Attention is all you need", NeurIPS 2017, equation 1.

    Examples
    --------
    >>> q = k = np.float32([[0, 0], [0, 4]])
    >>> v = np.float32([[1], [3]])
    >>> SoftmaxAttention()(Arithmetic(), q, k, v)
    array([[2.       ],
           [2.9999757]], dtype=float32)
    >>> memory = SoftmaxAttention().memory()
    >>> memory.extend(Arithmetic(), q, k, v)  # causal: the first token sees itself alone
    array([[1.       ],
           [2.9999757]], dtype=float32)
    """

    def __call__(self, arithmetic: Arithmetic, q: np.ndarray, k: np.ndarray, v: np.ndarray) -> np.ndarray:
        """What every query sees of all keys; see :class:`pysoft.attention.protocol.Attention`."""
        check_operands(arithmetic, q, k, v)
        return _look(arithmetic, q, k, v, None)

    def memory(self) -> KeyValueCache:
        """Make a cache of no keys and values; see :class:`pysoft.attention.protocol.Memory`."""
        return KeyValueCache(_look)


def _look(
    arithmetic: Arithmetic, q: np.ndarray, k: np.ndarray, v: np.ndarray, visible: np.ndarray | None
) -> np.ndarray:
    products = arithmetic.matmul(scaled(arithmetic, q, q.shape[-1] ** -0.5), k.swapaxes(-1, -2))
    scores = arithmetic.cast(products)  # [..., n, d] -> [..., n, m]
    if visible is not None:
        scores = np.where(visible, scores, scores.dtype.type(-np.inf))
    return arithmetic.cast(arithmetic.matmul(arithmetic.softmax(scores), v))  # [..., n, m] -> [..., n, e]
