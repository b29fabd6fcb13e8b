"""One layer of a recurrent network in one direction: a cell, and the matrices around it."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ..arithmetic import Arithmetic
from ..layers import linear
from .cell import Cell, Saved, State

__all__ = ["Layer", "LayerTrace"]


class LayerTrace(NamedTuple):
    """A layer's way through time, in the order of its steps.

    Parameters
    ----------
    x : numpy.ndarray
        Inputs, shape (time, batch, inputs).
    hidden : numpy.ndarray
        h before each step, and after the last: shape (time + 1, batch, hidden).
    saved : tuple
        By step, what the cell saved; empty if nothing was to be saved.
    state : tuple of numpy.ndarray
        After the last step.
    """

    x: np.ndarray
    hidden: np.ndarray
    saved: tuple[Saved, ...]
    state: State


class Layer:
    """A cell with its weights.

    Parameters
    ----------
    cell : Cell
    weight_ih : numpy.ndarray
        Shape (gates x hidden, inputs), as PyTorch has it, in the format of the arithmetic.
    weight_hh : numpy.ndarray
        Shape (gates x hidden, hidden).
    bias_ih, bias_hh : numpy.ndarray, optional
        Shape (gates x hidden,).
    """

    def __init__(
        self,
        cell: Cell,
        weight_ih: np.ndarray,
        weight_hh: np.ndarray,
        bias_ih: np.ndarray | None = None,
        bias_hh: np.ndarray | None = None,
    ):
        self.cell = cell
        self.weight_ih, self.weight_hh = weight_ih, weight_hh
        self.bias_ih, self.bias_hh = bias_ih, bias_hh
        # A few rows by a transposed matrix are slow: copies of the matrices as a forward step reads them.
        self._from_input = np.ascontiguousarray(weight_ih.T)  # [g h, i] -> [i, g h]
        self._from_hidden = np.ascontiguousarray(weight_hh.T)  # [g h, h] -> [h, g h]

    def project(self, arithmetic: Arithmetic, x: np.ndarray) -> np.ndarray:
        """W_ih x + b_ih of inputs (..., inputs): (..., gates x hidden)."""
        return linear(arithmetic, x, self._from_input, self.bias_ih)

    def step(self, arithmetic: Arithmetic, p: np.ndarray, state: State) -> tuple[State, Saved]:
        """The next state, of a projected input (batch, gates x hidden) and a state; and what the cell saved."""
        return self.cell.step(arithmetic, p, linear(arithmetic, state[0], self._from_hidden, self.bias_hh), state)

    def run(self, arithmetic: Arithmetic, x: np.ndarray, state: State) -> LayerTrace:
        """All steps, of inputs (time, batch, inputs), with nothing saved; inputs are projected at once."""
        return self._run(arithmetic, x, state, saving=lambda saved: None)

    def trace(self, arithmetic: Arithmetic, x: np.ndarray, state: State) -> LayerTrace:
        """:meth:`run`, with what cells save."""
        steps: list[Saved] = []
        return self._run(arithmetic, x, state, saving=steps.append)._replace(saved=tuple(steps))

    def _run(self, arithmetic: Arithmetic, x: np.ndarray, state: State, saving: Callable[[Saved], None]) -> LayerTrace:
        hidden = [state[0]]
        for p in self.project(arithmetic, x):  # [t, b, i] -> [t, b, g h]
            state, saved = self.step(arithmetic, p, state)
            hidden.append(state[0])
            saving(saved)
        return LayerTrace(x, np.stack(hidden), (), state)
