"""The gated recurrent unit (Cho et al. 2014), with the reset gate behind the product with the matrix, as in PyTorch."""

from dataclasses import dataclass

import numpy as np

from ..arithmetic import Arithmetic
from ..derivatives import Derivative
from .cell import Saved, State

__all__ = ["GRU"]


@dataclass(frozen=True)
class GRU:
    """Methods as of :class:`Cell`; gates are in PyTorch's order r, z, n, and the state is (h,).

        r, z = sigmoid(p + q)      n = tanh(p_n + r q_n)      h' = n + z (h - n)

    The last is (1 - z) n + z h in one product for two. So a state that has arrived at n stays there whatever the
    multiplier, where two products that are too small would have it leak.

    References
    ----------
    K. Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder for Statistical Machine Translation",
    EMNLP 2014.
    """

    gates = 3
    states = 1

    def step(self, arithmetic: Arithmetic, p: np.ndarray, q: np.ndarray, state: State) -> tuple[State, Saved]:
        """The next state (h,)."""
        (h,) = state
        pr, pz, pn = np.split(p, 3, axis=-1)  # [..., 3 h] -> 3 x [..., h]
        qr, qz, qn = np.split(q, 3, axis=-1)  # [..., 3 h] -> 3 x [..., h]
        sr, sz = pr + qr, pz + qz
        r, z = arithmetic.sigmoid(sr), arithmetic.sigmoid(sz)
        sn = pn + arithmetic.multiply(r, qn)
        n = arithmetic.tanh(sn)
        apart = h - n
        return (n + arithmetic.multiply(z, apart),), (sr, sz, sn, r, z, n, qn, apart)

    def backward(self, derivative: Derivative, saved: Saved, gradient: State) -> tuple[np.ndarray, np.ndarray, State]:
        """Gradients of p, of q, and of h beside q."""
        sr, sz, sn, r, z, n, qn, apart = saved
        (gh,) = gradient
        gz, before = derivative.multiply(z, apart, gh)
        gn = derivative.tanh(sn, n, gh - before)
        gr, gqn = derivative.multiply(r, qn, gn)
        gates = (derivative.sigmoid(sr, r, gr), derivative.sigmoid(sz, z, gz))
        gp = np.concatenate((*gates, gn), axis=-1)  # 3 x [..., h] -> [..., 3 h]
        gq = np.concatenate((*gates, gqn), axis=-1)  # 3 x [..., h] -> [..., 3 h]
        return gp, gq, (before,)
