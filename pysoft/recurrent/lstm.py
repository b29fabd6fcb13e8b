"""Long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000)."""

from dataclasses import dataclass

import numpy as np

from ..arithmetic import Arithmetic
from ..derivatives import Derivative
from .cell import Saved, State

__all__ = ["LSTM"]


@dataclass(frozen=True)
class LSTM:
    """Methods as of :class:`Cell`; gates are in PyTorch's order i, f, g, o, and the state is (h, c).

        i, f, o = sigmoid(p + q)      g = tanh(p + q)
        c' = f c + i g                h' = o tanh(c')

    References
    ----------
    S. Hochreiter, J. Schmidhuber, "Long Short-Term Memory", Neural Computation 9 (1997).
    F. Gers, J. Schmidhuber, F. Cummins, "Learning to Forget", Neural Computation 12 (2000): the forget gate f.
    """

    gates = 4
    states = 2

    def step(self, arithmetic: Arithmetic, p: np.ndarray, q: np.ndarray, state: State) -> tuple[State, Saved]:
        """The next state (h, c)."""
        _, c = state
        si, sf, sg, so = np.split(p + q, 4, axis=-1)  # [..., 4 h] -> 4 x [..., h]
        i, f, o = (arithmetic.sigmoid(s) for s in (si, sf, so))
        g = arithmetic.tanh(sg)
        new = arithmetic.multiply(f, c) + arithmetic.multiply(i, g)
        t = arithmetic.tanh(new)
        return (arithmetic.multiply(o, t), new), (si, sf, sg, so, i, f, g, o, c, new, t)

    def backward(self, derivative: Derivative, saved: Saved, gradient: State) -> tuple[np.ndarray, np.ndarray, State]:
        """Gradients of p and q, which are equal, and of (h, c) beside q: of c alone."""
        si, sf, sg, so, i, f, g, o, c, new, t = saved
        gh, gc = gradient
        go, gt = derivative.multiply(o, t, gh)
        gc = gc + derivative.tanh(new, t, gt)
        gf, before = derivative.multiply(f, c, gc)
        gi, gg = derivative.multiply(i, g, gc)
        parts = (
            derivative.sigmoid(si, i, gi),
            derivative.sigmoid(sf, f, gf),
            derivative.tanh(sg, g, gg),
            derivative.sigmoid(so, o, go),
        )
        gs = np.concatenate(parts, axis=-1)  # 4 x [..., h] -> [..., 4 h]
        return gs, gs, (np.zeros_like(before), before)
