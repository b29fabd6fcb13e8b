"""Backward through time: gradients of weights, inputs and initial states, by the derivative of one's choice.

A step's gradients of p and q are the cell's. Those of the state before it come from q, by the product with W_hh, and
from the cell itself; those of weights are sums over all steps and the batch, in the order of the layer's steps, one
product of matrices for all of them.

References
----------
P. J. Werbos, "Backpropagation Through Time", Proceedings of the IEEE 78 (1990).
"""

from dataclasses import dataclass
from functools import reduce

import numpy as np

from ..derivatives import Derivative
from .cell import Saved, State
from .layer import Layer, LayerTrace
from .network import RecurrentNetwork, Trace, in_direction

__all__ = ["Gradients", "backward", "step_backward"]


@dataclass(frozen=True, eq=False)
class Gradients:
    """Gradients of a loss, all in the arithmetic's format.

    Parameters
    ----------
    weights : dict of str to numpy.ndarray
        By PyTorch's names, shapes as of the weights.
    x : numpy.ndarray
        Of the inputs, shape (batch, time, input_size).
    state : tuple of numpy.ndarray
        Of the initial state, shapes as of the state.
    """

    weights: dict[str, np.ndarray]
    x: np.ndarray
    state: State


def backward(
    derivative: Derivative, network: RecurrentNetwork, trace: Trace, outputs: np.ndarray, state: State | None = None
) -> Gradients:
    """The gradients of a loss, from those of the outputs and of the final state.

    Parameters
    ----------
    derivative : Derivative
        Of the arithmetic of the forward pass; or another one, such as a straight-through one in exact products.
    network : RecurrentNetwork
    trace : Trace
        The forward pass.
    outputs : numpy.ndarray
        Gradient of ``trace.outputs``.
    state : tuple of numpy.ndarray, optional
        Gradient of ``trace.state``; zeros if not given.

    Raises
    ------
    ValueError
        If a shape is not that of what it is the gradient of.

    Examples
    --------
    >>> from pysoft.arithmetic import Arithmetic
    >>> from pysoft.derivatives import ExactDerivative
    >>> from pysoft.recurrent import Architecture
    >>> from pysoft.weights import Weights
    >>> arithmetic, architecture = Arithmetic.of_family("mitchell"), Architecture("elman-relu", 1, 1, bias=False)
    >>> weights = Weights({"weight_ih_l0": np.float32([[1]]), "weight_hh_l0": np.float32([[1.5]])})
    >>> network = RecurrentNetwork.load(arithmetic, architecture, weights)
    >>> trace = network.trace(arithmetic, np.float32([[[1.5], [0], [0]]]))
    >>> trace.outputs.ravel()  # 1.5 x 1.5 = 2, 1.5 x 2 = 3
    array([1.5, 2. , 3. ], dtype=float32)
    >>> gradients = backward(ExactDerivative(arithmetic), network, trace, np.float32([[[0], [0], [1]]]))
    >>> gradients.x.ravel()
    array([2., 1., 1.], dtype=float32)
    """
    if outputs.shape != trace.outputs.shape:
        raise ValueError(f"the gradient of outputs {trace.outputs.shape} has the shape {outputs.shape}")
    architecture = network.architecture
    directions, hidden = architecture.directions, architecture.hidden_size
    state = network.zero_state(derivative.arithmetic, len(outputs)) if state is None else state
    network.check_state(state, len(outputs))
    above = np.swapaxes(outputs, 0, 1)  # [b, t, d h] -> [t, b, d h]
    weights: dict[str, np.ndarray] = {}
    initial: dict[int, State] = {}
    for number in reversed(range(architecture.layers)):
        of_inputs = []
        for direction, end in enumerate(architecture.suffixes[number]):
            place = number * directions + direction
            own, of_x, initial[place] = _layer_backward(
                derivative,
                network.layers[number][direction],
                trace.layers[number][direction],
                in_direction(above[..., direction * hidden : (direction + 1) * hidden], direction),  # -> [t, b, h]
                tuple(part[place] for part in state),
            )
            weights |= {kind + end: gradient for kind, gradient in own.items()}
            of_inputs.append(in_direction(of_x, direction))
        above = reduce(np.add, of_inputs)
    return Gradients(
        {name: weights[name] for name in architecture.tensors},
        np.swapaxes(above, 0, 1),  # [t, b, i] -> [b, t, i]
        tuple(np.stack(parts) for parts in zip(*(initial[place] for place in sorted(initial)), strict=True)),
    )


def step_backward(
    derivative: Derivative, layer: Layer, saved: Saved, hidden: np.ndarray, gradient: State
) -> tuple[np.ndarray, np.ndarray, State]:
    """One step back in time.

    Parameters
    ----------
    derivative : Derivative
    layer : Layer
    saved : tuple of numpy.ndarray
        What the cell saved.
    hidden : numpy.ndarray
        h before the step, shape (batch, hidden).
    gradient : tuple of numpy.ndarray
        That of the state after the step, each (..., batch, hidden): leading dimensions are several at once.

    Returns
    -------
    p, q : numpy.ndarray
        Gradients of the projections of input and state, shape (..., batch, gates x hidden).
    state : tuple of numpy.ndarray
        That of the state before the step, shapes as of ``gradient``.
    """
    p, q, (h, *rest) = layer.cell.backward(derivative, saved, gradient)
    through = derivative.matmul_first(hidden, layer.weight_hh.T, q)  # [..., b, g h] -> [..., b, h]
    return p, q, (h + derivative.arithmetic.cast(through), *rest)


def _layer_backward(
    derivative: Derivative, layer: Layer, trace: LayerTrace, outputs: np.ndarray, state: State
) -> tuple[dict[str, np.ndarray], np.ndarray, State]:
    """Gradients of a layer's weights, its inputs (time, batch, inputs) and its initial state, in the layer's order."""
    arithmetic = derivative.arithmetic
    ps, qs = [], []
    for output, saved, hidden in zip(outputs[::-1], trace.saved[::-1], trace.hidden[-2::-1], strict=True):
        p, q, state = step_backward(derivative, layer, saved, hidden, (state[0] + output, *state[1:]))
        ps.append(p)
        qs.append(q)
    p, q = (_rows(np.stack(each[::-1])) for each in (ps, qs))  # [t, b, g h] -> [t b, g h]
    x, hidden = _rows(trace.x), _rows(trace.hidden[:-1])  # [t, b, i] -> [t b, i], [t, b, h] -> [t b, h]
    weights = {
        "weight_ih": derivative.matmul_second(x, layer.weight_ih.T, p).T,  # [i, g h] -> [g h, i]
        "weight_hh": derivative.matmul_second(hidden, layer.weight_hh.T, q).T,  # [h, g h] -> [g h, h]
    }
    if layer.bias_ih is not None:
        weights |= {"bias_ih": arithmetic.sum(p, axis=0), "bias_hh": arithmetic.sum(q, axis=0)}  # [t b, g h] -> [g h]
    of_x = arithmetic.cast(derivative.matmul_first(x, layer.weight_ih.T, p)).reshape(trace.x.shape)  # -> [t, b, i]
    return {name: arithmetic.cast(gradient) for name, gradient in weights.items()}, of_x, state


def _rows(steps: np.ndarray) -> np.ndarray:
    """Steps (time, batch, n) as rows (time x batch, n)."""
    return steps.reshape(-1, steps.shape[-1])
