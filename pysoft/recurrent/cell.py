"""What a recurrent cell is: one step over two projections, of the input and of the state, and its derivative."""

from typing import Protocol

import numpy as np

from ..arithmetic import Arithmetic
from ..derivatives import Derivative

__all__ = ["Cell", "Saved", "State"]

State = tuple[np.ndarray, ...]  # h, and c if a cell has one; each (..., hidden)
Saved = tuple[np.ndarray, ...]  # what a cell's own backward step needs of a forward step


class Cell(Protocol):
    """The elementwise part of a recurrent network; the products with matrices are outside.

    With p = W_ih x + b_ih of the input and q = W_hh h + b_hh of the state, each of ``gates`` parts side by side.
    """

    @property
    def gates(self) -> int:
        """How many times as wide as the state the projections are."""
        ...

    @property
    def states(self) -> int:
        """How many arrays a state is."""
        ...

    def step(self, arithmetic: Arithmetic, p: np.ndarray, q: np.ndarray, state: State) -> tuple[State, Saved]:
        """The next state.

        Parameters
        ----------
        arithmetic : Arithmetic
        p, q : numpy.ndarray
            Shape (..., gates x hidden), in the arithmetic's format.
        state : tuple of numpy.ndarray
            Each of shape (..., hidden).

        Returns
        -------
        state : tuple of numpy.ndarray
            The same shapes.
        saved : tuple of numpy.ndarray
            For :meth:`backward`.
        """
        ...

    def backward(self, derivative: Derivative, saved: Saved, gradient: State) -> tuple[np.ndarray, np.ndarray, State]:
        """Gradients of p, of q, and of the state before the step where it takes part beside q.

        Parameters
        ----------
        derivative : Derivative
        saved : tuple of numpy.ndarray
        gradient : tuple of numpy.ndarray
            That of the next state; more leading dimensions than the state's are more directions at once.
        """
        ...
