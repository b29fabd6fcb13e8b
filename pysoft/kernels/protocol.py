"""What every source of results has in common."""

from typing import Protocol

import numpy as np

__all__ = ["MAX_WIDTH", "Prepared", "Results"]

MAX_WIDTH = 16  # of the compiled loops: a result, and a quotient of 32 fraction bits, is exact in a float64

Prepared = tuple[np.ndarray, ...]


class Results(Protocol):
    """Unsigned results of one operator, in units of the last place. Zero is not an operand."""

    @property
    def commutes(self) -> bool:
        """Whether ``fill`` does the same, bit for bit, for (a, b) and (b, a): by its equation, not by trial."""

    def first(self, a: np.ndarray) -> Prepared:
        """What is known of first operands: uint64 magnitudes, shape (rows,). Every array has shape (rows, ...)."""

    def second(self, b: np.ndarray) -> Prepared:
        """What is known of second operands: uint64 magnitudes, shape (columns,)."""

    def fill(self, first: Prepared, second: Prepared, results: np.ndarray) -> None:
        """Put the results of all pairs into ``results``: float64, shape (rows, columns), C-contiguous."""
