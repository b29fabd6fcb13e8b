"""Recurrent networks before any training: their cells and how their weights are drawn."""

from dataclasses import dataclass

import numpy as np

from pysoft.recurrent import CELLS, Architecture

__all__ = ["SETTINGS", "Setting", "initial_weights"]


@dataclass(frozen=True)
class Setting:
    """A cell at its initialisation, before any training.

    Parameters
    ----------
    name : str
    cell : str
        A key of :data:`pysoft.recurrent.CELLS`.
    gain : float, optional
        Recurrent matrices are orthogonal ones times this; if it is not given, all weights are even between
        -1/sqrt(hidden) and 1/sqrt(hidden), as PyTorch has them.
    memory : float, optional
        Bias of the gate that keeps the state, f of an LSTM and z of a GRU, in place of a random one around 0.
    """

    name: str
    cell: str
    gain: float | None = None
    memory: float | None = None


SETTINGS = (
    Setting("elman", "elman"),
    Setting("elman, gain 0.9", "elman", gain=0.9),
    Setting("elman, gain 1", "elman", gain=1.0),
    Setting("elman, gain 1.1", "elman", gain=1.1),
    Setting("elman, gain 1.5", "elman", gain=1.5),
    Setting("lstm", "lstm", memory=0.0),
    Setting("lstm, forget bias 1", "lstm", memory=1.0),
    Setting("lstm, forget bias 2", "lstm", memory=2.0),
    Setting("gru", "gru", memory=0.0),
    Setting("gru, update bias 1", "gru", memory=1.0),
    Setting("gru, update bias 2", "gru", memory=2.0),
)


def initial_weights(architecture: Architecture, setting: Setting, seed: int) -> dict[str, np.ndarray]:
    """Weights of one layer at its initialisation, float32 by PyTorch's names."""
    generator, hidden = np.random.default_rng(seed), architecture.hidden_size
    limit = hidden**-0.5
    weights = {name: generator.uniform(-limit, limit, shape) for name, shape in architecture.tensors.items()}
    if setting.gain is not None:
        gates = CELLS[architecture.cell].gates
        matrices = [np.linalg.qr(generator.standard_normal((hidden, hidden)))[0] for _ in range(gates)]
        weights["weight_hh_l0"] = setting.gain * np.concatenate(matrices)  # gates x [h, h] -> [g h, h]
    if setting.memory is not None:
        weights["bias_ih_l0"][hidden : 2 * hidden] = setting.memory  # f and z are the second gates
        weights["bias_hh_l0"][hidden : 2 * hidden] = 0
    return {name: array.astype(np.float32) for name, array in weights.items()}
