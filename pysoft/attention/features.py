"""Feature maps: phi with phi(q) . phi(k) for exp(q . k / sqrt d), or in its place.

With features, sum_j (phi(q_i) . phi(k_j)) v_j = phi(q_i) . sum_j phi(k_j) v_j^T: the sum over the keys no longer
depends on the query, and is kept instead of the keys.

Features of a key may be as large or as small as an exponential is, so that a key has an integer exponent beside them:
phi(k) = features 2^exponent. Scaling by a power of two is exact, and so is the sum of exponents; nothing else of a
number that overflows would be left. Queries need none: a power of two cancels in the quotient.
"""

from typing import NamedTuple, Protocol

import numpy as np

from ..arithmetic import Arithmetic

__all__ = ["FeatureMap", "Keys"]


class Keys(NamedTuple):
    """Features of keys, each to be taken times a power of two.

    Attributes
    ----------
    features : numpy.ndarray of the format, shape [..., n, f]
    exponents : numpy.ndarray of int32, shape [..., n]
        From -2^29 to 2^29.
    """

    features: np.ndarray
    exponents: np.ndarray


class FeatureMap(Protocol):
    """Two functions of single tokens, for queries and for keys."""

    def queries(self, arithmetic: Arithmetic, q: np.ndarray) -> np.ndarray:
        """Features of queries, but for a power of two of each: [..., n, d] to [..., n, f], in the format."""
        ...

    def keys(self, arithmetic: Arithmetic, k: np.ndarray) -> Keys:
        """Features of keys: [..., n, d] to [..., n, f], in the format, and their exponents."""
        ...
