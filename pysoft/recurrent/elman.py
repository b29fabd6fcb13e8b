"""The Elman cell (1990), the plain recurrent network: h' = f(W_ih x + b_ih + W_hh h + b_hh), f tanh or relu."""

from dataclasses import dataclass

import numpy as np

from ..arithmetic import Arithmetic
from ..derivatives import Derivative
from .cell import Saved, State

__all__ = ["Elman"]


@dataclass(frozen=True)
class Elman:
    """h' = f(p + q); methods as of :class:`Cell`.

    Parameters
    ----------
    activation : str
        f: ``"tanh"`` or ``"relu"``.

    Raises
    ------
    ValueError
        If it is another one.

    References
    ----------
    J. L. Elman, "Finding Structure in Time", Cognitive Science 14 (1990).
    """

    activation: str = "tanh"

    gates = 1
    states = 1

    def __post_init__(self) -> None:
        if self.activation not in ("tanh", "relu"):
            raise ValueError(f"activation must be tanh or relu, not {self.activation!r}")

    def step(self, arithmetic: Arithmetic, p: np.ndarray, q: np.ndarray, state: State) -> tuple[State, Saved]:
        """The next state (h,)."""
        s = p + q
        h = arithmetic.tanh(s) if self.activation == "tanh" else np.maximum(s, s.dtype.type(0))
        return (h,), (s, h)

    def backward(self, derivative: Derivative, saved: Saved, gradient: State) -> tuple[np.ndarray, np.ndarray, State]:
        """Gradients of p and q, which are equal, and of h beside q: none."""
        s, h = saved
        rule = derivative.tanh if self.activation == "tanh" else derivative.relu
        gs = rule(s, h, gradient[0])
        return gs, gs, (np.zeros_like(gs),)
