"""A cache of keys and values: the memory of every attention that looks at all of them again for each new token."""

from collections.abc import Callable

import numpy as np

from ..arithmetic import Arithmetic
from .cache import Rows
from .protocol import check_operands

__all__ = ["KeyValueCache", "Look"]

Look = Callable[[Arithmetic, np.ndarray, np.ndarray, np.ndarray, np.ndarray | None], np.ndarray]
"""(arithmetic, q [..., n, d], k [..., m, d], v [..., m, e], visible [n, m] or None) to outputs [..., n, e]."""


class KeyValueCache:
    """The keys and values of all tokens so far.

    One token after the other or all at once give the same bits: sums are in increasing order, and what is masked has
    the weight 0, exactly, and comes last.

    Parameters
    ----------
    look : callable
        What queries see of keys and values, where a mask says which of them each query may see: see :data:`Look`.

    Examples
    --------
    >>> from pysoft.attention.softmax import SoftmaxAttention
    >>> memory = SoftmaxAttention().memory()
    >>> token = np.float32([[1, 2]])
    >>> memory.extend(Arithmetic(), token, token, token)
    array([[1., 2.]], dtype=float32)
    >>> memory.length, memory.keys.shape
    (1, (1, 2))
    """

    def __init__(self, look: Look):
        self._look = look
        self._keys, self._values = Rows(), Rows()

    @property
    def length(self) -> int:
        """Tokens taken so far."""
        return self._keys.length

    @property
    def keys(self) -> np.ndarray:
        """Keys so far, shape [..., length, d], a read-only view. ValueError before the first token."""
        return self._keys.view

    @property
    def values(self) -> np.ndarray:
        """Values so far, shape [..., length, e], a read-only view. ValueError before the first token."""
        return self._values.view

    def extend(self, arithmetic: Arithmetic, q: np.ndarray, k: np.ndarray, v: np.ndarray) -> np.ndarray:
        """Take n more tokens; see :class:`pysoft.attention.protocol.Memory`."""
        past = (*self.keys.shape[:-2], self.keys.shape[-1], self.values.shape[-1]) if self.length else ()
        check_operands(arithmetic, q, k, v, past=past)
        own = self.length + np.arange(q.shape[-2])  # [n], the position of each query
        self._keys.append(k)
        self._values.append(v)
        visible = np.arange(self.length) <= own[:, None]  # [n, length]
        return self._look(arithmetic, q, self.keys, self.values, visible)
