"""NumPy: all products of some rows at once, (rows, k, n), and their sum over k.

The sum over an axis that is not the last is in increasing order. As many rows are taken at a time as give a million
products, in an array that is there already: memory that comes anew from the system with every block costs more than all
the rest.
"""

from collections.abc import Iterator

import numpy as np
from speed.options import Options

from .peer import Call, Peer, byte_table

__all__ = ["load"]

PRODUCTS = 1 << 20
ONE = np.float32(1).view(np.int32)


def load(options: Options) -> list[Peer]:
    return [Peer("NumPy, broadcast", _float_sums, _byte_sums)]


def _float_sums(a: np.ndarray, b: np.ndarray) -> Call:
    x, y = a.view(np.int32), b.view(np.int32)
    products = np.empty((_rows(b), *b.shape), np.int32)

    def call() -> np.ndarray:
        patterns, c = y - ONE, np.empty((len(a), b.shape[1]), np.float32)
        for part, sums in _blocks(x, c, len(products)):
            block = np.add(part[:, :, None], patterns, out=products[: len(part)])
            block.view(np.float32).sum(axis=1, out=sums)
        return c

    return call


def _byte_sums(a: np.ndarray, b: np.ndarray) -> Call:
    flat, x, y = byte_table().ravel(), a.view(np.uint8), b.view(np.uint8)
    places = np.empty((_rows(b), *b.shape), np.intp)
    products = np.empty(places.shape, np.int32)

    def call() -> np.ndarray:
        columns, c = y.astype(np.intp), np.empty((len(a), b.shape[1]), np.int32)
        for part, sums in _blocks(x.astype(np.intp) << 8, c, len(products)):
            block = np.bitwise_or(part[:, :, None], columns, out=places[: len(part)])
            flat.take(block, out=products[: len(part)], mode="wrap").sum(axis=1, dtype=np.int32, out=sums)
        return c

    return call


def _rows(b: np.ndarray) -> int:
    return max(1, PRODUCTS // b.size)


def _blocks(a: np.ndarray, c: np.ndarray, rows: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    return ((a[start : start + rows], c[start : start + rows]) for start in range(0, len(a), rows))
