"""The shape of a recurrent network: its cell, its sizes, and its weights, by the names that PyTorch gives them."""

from dataclasses import dataclass

from .cell import Cell
from .elman import Elman
from .gru import GRU
from .lstm import LSTM

__all__ = ["CELLS", "Architecture"]

CELLS: dict[str, Cell] = {"elman": Elman(), "elman-relu": Elman("relu"), "lstm": LSTM(), "gru": GRU()}


@dataclass(frozen=True)
class Architecture:
    """What ``torch.nn.RNN``, ``LSTM`` and ``GRU`` take as their arguments.

    Parameters
    ----------
    cell : str
        A key of :data:`CELLS`: ``elman``, ``elman-relu``, ``lstm`` or ``gru``.
    input_size, hidden_size : int
        Features of an input and of a state.
    layers : int
        Each layer above the first has the outputs of the one below for its inputs.
    bidirectional : bool
        Whether each layer has a second direction, from the end on, whose outputs stand behind those of the first.
    bias : bool
        Whether there are two vectors that are added to the projections.

    Raises
    ------
    TypeError
        If a size is no integer.
    ValueError
        If there is no such cell, or a size is less than 1.

    Examples
    --------
    >>> Architecture("gru", 3, 5).tensors
    {'weight_ih_l0': (15, 3), 'weight_hh_l0': (15, 5), 'bias_ih_l0': (15,), 'bias_hh_l0': (15,)}
    """

    cell: str
    input_size: int
    hidden_size: int
    layers: int = 1
    bidirectional: bool = False
    bias: bool = True

    def __post_init__(self) -> None:
        if self.cell not in CELLS:
            raise ValueError(f"cell must be one of {', '.join(CELLS)}, not {self.cell!r}")
        for name in ("input_size", "hidden_size", "layers"):
            size = getattr(self, name)
            if type(size) is not int:
                raise TypeError(f"{name} must be an int, not {size!r}")
            if size < 1:
                raise ValueError(f"{name} must be 1 or more, not {size}")

    @property
    def directions(self) -> int:
        """1 or 2."""
        return 1 + self.bidirectional

    @property
    def output_size(self) -> int:
        """Features of an output: directions x hidden."""
        return self.directions * self.hidden_size

    @property
    def suffixes(self) -> tuple[tuple[str, ...], ...]:
        """What the names of weights end in: ``_l0``, ``_l0_reverse``, ... by layer and direction."""
        return tuple(
            tuple(f"_l{layer}{direction}" for direction in ("", "_reverse")[: self.directions])
            for layer in range(self.layers)
        )

    @property
    def tensors(self) -> dict[str, tuple[int, ...]]:
        """Shapes by name, in the order of PyTorch's state dict."""
        rows = CELLS[self.cell].gates * self.hidden_size
        shapes: dict[str, tuple[int, ...]] = {}
        for layer, ends in enumerate(self.suffixes):
            inputs = self.output_size if layer else self.input_size
            for end in ends:
                shapes |= {f"weight_ih{end}": (rows, inputs), f"weight_hh{end}": (rows, self.hidden_size)}
                if self.bias:
                    shapes |= {f"bias_ih{end}": (rows,), f"bias_hh{end}": (rows,)}
        return shapes
