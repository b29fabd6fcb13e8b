"""Linear attention as a recurrence: a state that each token is added to, and then looks at."""

from dataclasses import dataclass

import numpy as np

from ..arithmetic import Arithmetic
from .features import FeatureMap, Keys
from .linear import all_keys
from .protocol import check_operands
from .state import State, quotient

__all__ = ["RecurrentAttention", "RecurrentMemory"]


@dataclass(frozen=True)
class RecurrentAttention:
    """S_i = S_(i-1) + phi(k_i) v_i^T,  z_i = z_(i-1) + phi(k_i),  out_i = phi(q_i) S_i / phi(q_i) . z_i.

    One token costs the same time whatever the number of those before, and the state has the same size.

    Parameters
    ----------
    feature_map : FeatureMap

    References
    ----------
    A. Katharopoulos et al., "Transformers are RNNs", ICML 2020, equations 16 to 20.

    Examples
    --------
    >>> from pysoft.attention.elu import EluPlusOne
    >>> memory = RecurrentAttention(EluPlusOne()).memory()
    >>> q = k = np.float32([[0, 0], [0, 3]])
    >>> memory.extend(Arithmetic(), q, k, np.float32([[1], [3]]))
    array([[1.       ],
           [2.5454545]], dtype=float32)
    """

    feature_map: FeatureMap

    def __call__(self, arithmetic: Arithmetic, q: np.ndarray, k: np.ndarray, v: np.ndarray) -> np.ndarray:
        """What every query sees of all keys; see :class:`pysoft.attention.protocol.Attention`."""
        return all_keys(self.feature_map, arithmetic, q, k, v)

    def memory(self) -> "RecurrentMemory":
        """Make a state of no keys; see :class:`pysoft.attention.protocol.Memory`."""
        return RecurrentMemory(self.feature_map)


class RecurrentMemory:
    """The state after the tokens so far.

    Parameters
    ----------
    feature_map : FeatureMap

    Members
    -------
    length : int
        Tokens taken so far.
    state : State or None
        None before the first token.
    """

    def __init__(self, feature_map: FeatureMap):
        self._map = feature_map
        self._past: tuple[int, ...] = ()
        self.length = 0
        self.state: State | None = None

    def extend(self, arithmetic: Arithmetic, q: np.ndarray, k: np.ndarray, v: np.ndarray) -> np.ndarray:
        """Take n more tokens, one after the other; see :class:`pysoft.attention.protocol.Memory`."""
        check_operands(arithmetic, q, k, v, past=self._past)
        features, keys = self._map.queries(arithmetic, q), self._map.keys(arithmetic, k)
        if self.state is None:
            self._past = (*k.shape[:-2], k.shape[-1], v.shape[-1])
            self.state = State(k.shape[:-2], keys.features.shape[-1], v.shape[-1])
        outputs = np.empty_like(v)
        for i in range(k.shape[-2]):
            now = slice(i, i + 1)
            self.state.add(arithmetic, Keys(keys.features[..., now, :], keys.exponents[..., now]), v[..., now, :])
            outputs[..., now, :] = quotient(arithmetic, *self.state.look(arithmetic, features[..., now, :]))
        self.length += k.shape[-2]
        return outputs
