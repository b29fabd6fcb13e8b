"""PyTorch: float32 tensors seen as int32, added with broadcasting, seen as float32 again and summed up.

PyTorch adds up in an order of its own. Blocks of rows as in ``broadcast.py``.
"""

import numpy as np
from speed.options import Options

from .peer import Call, Peer, imported

__all__ = ["load"]

NAME = "PyTorch, int32 views"
PRODUCTS = 1 << 20
ONE = int(np.float32(1).view(np.int32))


def load(options: Options) -> list[Peer]:
    torch = imported("torch", NAME)

    def sums(a: np.ndarray, b: np.ndarray) -> Call:
        x, y = torch.from_numpy(a).view(torch.int32), torch.from_numpy(b).view(torch.int32)
        rows = max(1, PRODUCTS // y.numel())
        products = torch.empty((rows, *y.shape), dtype=torch.int32)

        def call() -> np.ndarray:
            patterns, c = y - ONE, torch.empty((len(a), b.shape[1]))
            for part, sums in zip(x.split(rows), c.split(rows), strict=True):
                block = torch.add(part[:, :, None], patterns, out=products[: len(part)])
                torch.sum(block.view(torch.float32), 1, out=sums)
            return c.numpy()

        return call

    def products(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        x, y = torch.from_numpy(a).view(torch.int32), torch.from_numpy(b).view(torch.int32)
        return (x + (y - ONE)).view(torch.float32).numpy()

    return [Peer(NAME, sums, float_products=products)]
