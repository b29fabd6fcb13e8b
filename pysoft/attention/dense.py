"""Linear attention by all pairs of a query and a key: what the other forms are checked against."""

from dataclasses import dataclass

import numpy as np

from ..arithmetic import Arithmetic
from .features import FeatureMap, Keys
from .key_value import KeyValueCache
from .protocol import check_operands
from .state import quotient

__all__ = ["DenseLinearAttention", "weights"]

_LOWEST = -(1 << 30)  # below every exponent


@dataclass(frozen=True)
class DenseLinearAttention:
    """sum_j (phi(q_i) . phi(k_j)) v_j / sum_j phi(q_i) . phi(k_j), by a matrix of n x m weights.

    Time and room grow with the square of the length: for tests, and to see what the sums over keys change.

    Parameters
    ----------
    feature_map : FeatureMap

    Examples
    --------
    >>> from pysoft.attention.elu import EluPlusOne
    >>> q = k = np.float32([[0, 0], [0, 3]])
    >>> v = np.float32([[1], [3]])
    >>> DenseLinearAttention(EluPlusOne())(Arithmetic(), q, k, v)
    array([[2.4285715],
           [2.5454545]], dtype=float32)
    """

    feature_map: FeatureMap

    def __call__(self, arithmetic: Arithmetic, q: np.ndarray, k: np.ndarray, v: np.ndarray) -> np.ndarray:
        """What every query sees of all keys; see :class:`pysoft.attention.protocol.Attention`."""
        check_operands(arithmetic, q, k, v)
        return self._look(arithmetic, q, k, v, None)

    def memory(self) -> KeyValueCache:
        """Make a cache of no keys and values; see :class:`pysoft.attention.protocol.Memory`."""
        return KeyValueCache(self._look)

    def _look(
        self, arithmetic: Arithmetic, q: np.ndarray, k: np.ndarray, v: np.ndarray, visible: np.ndarray | None
    ) -> np.ndarray:
        visible = np.ones((1, 1), np.bool_) if visible is None else visible
        keys = self.feature_map.keys(arithmetic, k)
        seen = np.where(visible, keys.exponents[..., None, :], _LOWEST)  # [..., m] -> [..., n or 1, m]
        reach = seen.max(axis=-1, initial=_LOWEST)  # [..., n or 1, m] -> [..., n or 1]
        w = weights(arithmetic, self.feature_map.queries(arithmetic, q), keys, reach, visible)
        return quotient(arithmetic, arithmetic.matmul(w, v), arithmetic.sum(w))  # [..., n, m] -> [..., n, e]


def weights(arithmetic: Arithmetic, q: np.ndarray, keys: Keys, reach: np.ndarray, visible: np.ndarray) -> np.ndarray:
    """Weights phi(q_i) . phi(k_j) 2^(exponent_j - reach_i) where they are visible, 0 elsewhere.

    Parameters
    ----------
    arithmetic : Arithmetic
    q : numpy.ndarray of the format, shape [..., n, f]
        Features of queries.
    keys : Keys
        Of [..., m, f] features.
    reach : numpy.ndarray of int32, shape [..., n] or [..., 1]
        The largest exponent of a key that each query sees, or more.
    visible : numpy.ndarray of bool, shape [n, m] or one that broadcasts to it

    Returns
    -------
    numpy.ndarray of the format, shape [..., n, m]
    """
    products = arithmetic.cast(arithmetic.matmul(q, keys.features.swapaxes(-1, -2)))  # [..., n, f] -> [..., n, m]
    shift = np.minimum(keys.exponents[..., None, :] - reach[..., None], 0)  # of what is not visible it may be above 0
    return np.where(visible, np.ldexp(products, shift), products.dtype.type(0))
