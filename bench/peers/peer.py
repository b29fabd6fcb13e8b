"""What a peer can do."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from types import ModuleType

import numpy as np

from pysoft.operator import Operator

__all__ = ["BYTES", "FLOATS", "Absent", "Call", "Peer", "byte_table", "imported"]

Call = Callable[[], np.ndarray]

FLOATS, BYTES = "mul-f32-mitchell", "mul-s8-mitchell"  # what all of them compute


@dataclass(frozen=True)
class Peer:
    name: str
    float_sums: Callable[[np.ndarray, np.ndarray], Call] | None = None  # of float32, in float32
    byte_sums: Callable[[np.ndarray, np.ndarray], Call] | None = None  # of int8, in int32
    float_products: Callable[[np.ndarray, np.ndarray], np.ndarray] | None = None  # if the sums are in another order


class Absent(Exception):  # noqa: N818, as it is no error
    def __init__(self, peer: str, why: str):
        super().__init__(peer, why)
        self.peer, self.why = peer, why


@cache
def byte_table() -> np.ndarray:
    """Products by the bits of both factors: int32, shape (256, 256)."""
    operator = Operator.from_name(BYTES)
    every = np.arange(256, dtype=np.uint8).view(np.int8).astype(operator.format.dtype)
    return operator(every[:, None], every).astype(np.int32)


def imported(name: str, peer: str) -> ModuleType:
    """A library that a peer needs; PyTorch with one thread."""
    try:
        module = importlib.import_module(name)
    except ImportError:
        raise Absent(peer, f"skipped, as {name} is not installed") from None
    if name == "torch":
        module.set_num_threads(1)
    return module
