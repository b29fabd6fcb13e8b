"""Numba: the three loops, compiled; the innermost runs along a row of b, so that it can be vectorised as it stands."""

import numpy as np
from speed.options import Options

from .peer import Call, Peer, byte_table, imported

__all__ = ["load"]

NAME = "Numba, loops"
ONE = np.float32(1).view(np.int32)


def load(options: Options) -> list[Peer]:
    numba = imported("numba", NAME)
    compile_loops = numba.njit(fastmath=False, error_model="numpy")
    add_products, add_entries = compile_loops(_add_products), compile_loops(_add_entries)

    def float_sums(a: np.ndarray, b: np.ndarray) -> Call:
        x, y = a.view(np.int32), b.view(np.int32)
        return lambda: add_products(x, y, np.zeros((len(a), b.shape[1]), np.float32))

    def byte_sums(a: np.ndarray, b: np.ndarray) -> Call:
        table, x, y = byte_table(), a.view(np.uint8), b.view(np.uint8)
        return lambda: add_entries(table, x, y, np.zeros((len(a), b.shape[1]), np.int32))

    return [Peer(NAME, float_sums, byte_sums)]


def _add_products(a, b, c):
    for i in range(a.shape[0]):
        for k in range(a.shape[1]):
            x = a[i, k] - ONE
            for j in range(b.shape[1]):
                c[i, j] += np.int32(x + b[k, j]).view(np.float32)
    return c


def _add_entries(table, a, b, c):
    for i in range(a.shape[0]):
        for k in range(a.shape[1]):
            row = table[a[i, k]]
            for j in range(b.shape[1]):
                c[i, j] += row[b[k, j]]
    return c
