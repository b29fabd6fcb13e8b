"""elu(x) + 1 as a feature map: not the kernel of softmax, but positive and cheap."""

from dataclasses import dataclass

import numpy as np

from ..arithmetic import Arithmetic
from .features import Keys

__all__ = ["EluPlusOne"]


@dataclass(frozen=True)
class EluPlusOne:
    """phi(x) = x + 1 for x > 0 and e^x otherwise, feature by feature; there is no 1 / sqrt d.

    References
    ----------
    A. Katharopoulos et al., "Transformers are RNNs", ICML 2020, equation 7.

    Examples
    --------
    >>> EluPlusOne().queries(Arithmetic(), np.float32([[-1, 0, 2]]))
    array([[0.36787945, 1.        , 3.        ]], dtype=float32)
    """

    def queries(self, arithmetic: Arithmetic, q: np.ndarray) -> np.ndarray:
        """Features of queries: [..., n, d] to [..., n, d]."""
        return np.where(q > 0, q + 1, arithmetic.exp(q))

    def keys(self, arithmetic: Arithmetic, k: np.ndarray) -> Keys:
        """Features of keys: [..., n, d] to [..., n, d]; all exponents are 0."""
        return Keys(self.queries(arithmetic, k), np.zeros(k.shape[:-1], np.int32))
