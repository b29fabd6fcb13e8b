"""Recurrent networks over any arithmetic, forward and backward: Elman, LSTM and GRU cells, with PyTorch's weights."""

from .architecture import CELLS, Architecture
from .backward import Gradients, backward, step_backward
from .cell import Cell, State
from .elman import Elman
from .gru import GRU
from .layer import Layer
from .lstm import LSTM
from .network import RecurrentNetwork, Trace

__all__ = [
    "CELLS",
    "GRU",
    "LSTM",
    "Architecture",
    "Cell",
    "Elman",
    "Gradients",
    "Layer",
    "RecurrentNetwork",
    "State",
    "Trace",
    "backward",
    "step_backward",
]
