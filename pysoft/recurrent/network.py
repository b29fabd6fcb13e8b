"""Recurrent networks of several layers and two directions, over any arithmetic."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..arithmetic import Arithmetic
from ..weights import Weights, WeightsError
from .architecture import CELLS, Architecture
from .cell import State
from .layer import Layer, LayerTrace

__all__ = ["RecurrentNetwork", "Trace", "in_direction"]

_NAMES = re.compile(r"(weight|bias)_[ih]\w_l\d+(_reverse)?")  # of all weights that PyTorch's networks have


@dataclass(frozen=True, eq=False)
class Trace:
    """A forward pass, and what the backward pass needs of it.

    Parameters
    ----------
    outputs : numpy.ndarray
        h of the last layer at all times, shape (batch, time, directions x hidden).
    state : tuple of numpy.ndarray
        After the last step, each of shape (layers x directions, batch, hidden), in PyTorch's order.
    layers : tuple of tuple of LayerTrace
        By layer and direction.
    """

    outputs: np.ndarray
    state: State
    layers: tuple[tuple[LayerTrace, ...], ...]


class RecurrentNetwork:
    """What ``torch.nn.RNN``, ``LSTM`` and ``GRU`` compute with ``batch_first=True``.

    Parameters
    ----------
    architecture : Architecture
    layers : sequence of sequence of Layer
        By layer and direction.

    Examples
    --------
    >>> arithmetic = Arithmetic.of_family("mitchell")
    >>> architecture = Architecture("gru", 2, 3)
    >>> ones = Weights({name: np.ones(shape, np.float32) for name, shape in architecture.tensors.items()})
    >>> network = RecurrentNetwork.load(arithmetic, architecture, ones)
    >>> outputs, (h,) = network.run(arithmetic, np.float32([[[0.5, -1.0], [1.0, 0.25]]]))
    >>> outputs.shape, h
    ((1, 2, 3), array([[[0.12892395, 0.12892395, 0.12892395]]], dtype=float32))
    """

    def __init__(self, architecture: Architecture, layers: Sequence[Sequence[Layer]]):
        self.architecture = architecture
        self.layers = tuple(map(tuple, layers))

    @classmethod
    def load(
        cls, arithmetic: Arithmetic, architecture: Architecture, weights: Weights, *, prefix: str = ""
    ) -> "RecurrentNetwork":
        """The network of these weights, rounded to the arithmetic's format.

        Parameters
        ----------
        arithmetic : Arithmetic
        architecture : Architecture
        weights : Weights
            From a file, or ``Weights(mapping)`` of arrays, such as those of a PyTorch state dict.
        prefix : str
            What their names begin with, such as ``"encoder.rnn."``.

        Raises
        ------
        WeightsError
            If a tensor is missing, has another shape or is not finite; or if there is one more, as of a network that
            has more layers than ``architecture`` says.
        """
        shapes = architecture.tensors
        for name in weights:
            own = name.removeprefix(prefix)
            if name.startswith(prefix) and _NAMES.fullmatch(own) and own not in shapes:
                raise WeightsError(f"tensor {name} of {weights.source} has no place in {architecture}")
        tensors = {
            name: arithmetic.cast(weights.tensor(prefix + name, shape)) for name, shape in shapes.items()
        }  # by names without the prefix
        cell = CELLS[architecture.cell]
        kinds = ("weight_ih", "weight_hh", "bias_ih", "bias_hh") if architecture.bias else ("weight_ih", "weight_hh")
        layers = [
            [Layer(cell, *(tensors[kind + end] for kind in kinds)) for end in ends] for ends in architecture.suffixes
        ]
        return cls(architecture, layers)

    def run(self, arithmetic: Arithmetic, x: np.ndarray, state: State | None = None) -> tuple[np.ndarray, State]:
        """Outputs and final state; parameters and errors as of :meth:`trace`.

        A long sequence may be given in pieces, each with the state after the one before: the bits are the same.
        """
        trace = self._forward(arithmetic, x, state, Layer.run)
        return trace.outputs, trace.state

    def step(self, arithmetic: Arithmetic, x: np.ndarray, state: State | None = None) -> tuple[np.ndarray, State]:
        """One step of a stream.

        Parameters
        ----------
        arithmetic : Arithmetic
        x : numpy.ndarray
            One input, shape (batch, input_size).
        state : tuple of numpy.ndarray, optional
            After the step before; zeros at the beginning.

        Returns
        -------
        output : numpy.ndarray
            Shape (batch, hidden_size).
        state : tuple of numpy.ndarray

        Raises
        ------
        ValueError
            If the shapes do not fit, or the network has a direction that begins at the end of the stream.
        """
        if self.architecture.bidirectional:
            raise ValueError("a bidirectional network has no steps: it needs the end of the sequence; use run")
        outputs, state = self.run(arithmetic, x[:, None], state)  # [b, i] -> [b, 1, i]
        return outputs[:, 0], state  # [b, 1, h] -> [b, h]

    def trace(self, arithmetic: Arithmetic, x: np.ndarray, state: State | None = None) -> Trace:
        """The forward pass over whole sequences.

        Parameters
        ----------
        arithmetic : Arithmetic
        x : numpy.ndarray
            Shape (batch, time, input_size), in the arithmetic's format.
        state : tuple of numpy.ndarray, optional
            ``(h,)``, or ``(h, c)`` of an LSTM, each of shape (layers x directions, batch, hidden); zeros if not given.

        Raises
        ------
        ValueError
            If the shapes do not fit.
        """
        return self._forward(arithmetic, x, state, Layer.trace)

    def _forward(
        self,
        arithmetic: Arithmetic,
        x: np.ndarray,
        state: State | None,
        through: Callable[[Layer, Arithmetic, np.ndarray, State], LayerTrace],
    ) -> Trace:
        architecture = self.architecture
        if x.ndim != 3 or x.shape[-1] != architecture.input_size or not x.shape[1]:
            raise ValueError(f"x must have the shape (batch, time >= 1, {architecture.input_size}), not {x.shape}")
        state = self.zero_state(arithmetic, len(x)) if state is None else state
        self.check_state(state, len(x))
        below = np.swapaxes(x, 0, 1)  # [b, t, i] -> [t, b, i]
        traces: list[tuple[LayerTrace, ...]] = []
        for number, layer in enumerate(self.layers):
            initial = [
                tuple(part[number * len(layer) + direction] for part in state) for direction in range(len(layer))
            ]
            traces.append(
                tuple(
                    through(each, arithmetic, in_direction(below, direction), initial[direction])
                    for direction, each in enumerate(layer)
                )
            )
            outputs = [in_direction(trace.hidden[1:], direction) for direction, trace in enumerate(traces[-1])]
            below = np.concatenate(outputs, axis=-1)  # directions x [t, b, h] -> [t, b, d h]
        ends = [trace.state for layer_traces in traces for trace in layer_traces]
        final = tuple(np.stack(parts) for parts in zip(*ends, strict=True))  # l d x [b, h] -> [l d, b, h]
        return Trace(np.swapaxes(below, 0, 1), final, tuple(traces))  # [t, b, d h] -> [b, t, d h]

    def zero_state(self, arithmetic: Arithmetic, batch: int) -> State:
        """The state that a sequence begins with where none is given."""
        shape, states = self._state_shape(batch), CELLS[self.architecture.cell].states
        return tuple(np.zeros(shape, arithmetic.format.dtype) for _ in range(states))

    def check_state(self, state: State, batch: int) -> None:
        """ValueError if it is not of the network, at a batch of this size."""
        shape, states = self._state_shape(batch), CELLS[self.architecture.cell].states
        given = [part.shape for part in state]
        if given != [shape] * states:
            raise ValueError(f"a state of {self.architecture} is {states} x {shape}, not {given}")

    def _state_shape(self, batch: int) -> tuple[int, int, int]:
        size = self.architecture
        return size.layers * size.directions, batch, size.hidden_size


def in_direction(steps: np.ndarray, direction: int) -> np.ndarray:
    """Steps (time, ...) in the order of a direction, or back again: as they are, or the last first."""
    return steps[::-1] if direction else steps
