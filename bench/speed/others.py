"""Sums of products by an approximate multiplier as people compute them today, against ours."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from peers import BYTE_MODULES, BYTES, FLOAT_MODULES, FLOATS, Peer, load_all

from pysoft.elementwise import Elementwise
from pysoft.float_formats import FLOAT_FORMATS
from pysoft.kernels import compiled
from pysoft.operator import Operator

from .contest import Case, Contender, Skipped, must_agree
from .operands import matrices
from .options import Options
from .sums import has_tables, sum_of_products

__all__ = ["float_peer_cases", "table_peer_cases"]

MOST = 512  # rows and columns; theirs take seconds beyond


def float_peer_cases(options: Options) -> list[Case | Skipped]:
    """f32: the patterns are added as integers, then the products as floats."""
    peers, skipped = load_all(FLOAT_MODULES, options)

    def contenders(n: int) -> list[Contender]:
        a, b = matrices(options.rng(), FLOAT_FORMATS["f32"], n)
        ours = Contender("ours", sum_of_products(FLOATS, a, b), "sums")
        theirs = [_float_peer(peer, a, b) for peer in peers if peer.float_sums]
        return [ours, *theirs, Contender("sgemm, exact products", partial(np.matmul, a, b))]

    return _cases(options, contenders, skipped)


def table_peer_cases(options: Options) -> list[Case | Skipped]:
    """8-bit integers, any product of which is looked up in a table of 256 x 256."""
    peers, skipped = load_all(BYTE_MODULES, options)
    if not has_tables():
        skipped.append(Skipped("ours", "skipped, as pysoft.kernels._sums is not built; the first of the others is 1"))

    def contenders(n: int) -> list[Contender]:
        a, b = matrices(options.rng(), Operator.from_name(BYTES).format, n)
        x, y = a.astype(np.int8), b.astype(np.int8)
        units = enumerate(compiled("_sums").levels()) if has_tables() else ()
        ours = [Contender(f"ours, {unit}", sum_of_products(BYTES, a, b, level=level), "sums") for level, unit in units]
        theirs = [Contender(peer.name, peer.byte_sums(x, y), "sums") for peer in peers if peer.byte_sums]
        return [*ours, *theirs]

    return _cases(options, contenders, skipped)


def _cases(
    options: Options, contenders: Callable[[int], list[Contender]], skipped: Sequence[Skipped]
) -> list[Case | Skipped]:
    return [*skipped, *(Case(f"{n}", n**3, partial(contenders, n)) for n in options.sizes if n <= MOST)]


def _float_peer(peer: Peer, a: np.ndarray, b: np.ndarray) -> Contender:
    """Where the sums are in another order, the products at least must be ours, bit for bit."""
    assert peer.float_sums is not None
    call = peer.float_sums(a, b)
    if peer.float_products is None:
        return Contender(peer.name, call, "sums")
    ours = Elementwise(Operator.from_name(FLOATS))(a[:, 0, None], b[0])
    must_agree(peer.name, FLOATS, ours, "a product", peer.float_products(a[:, 0, None], b[0]))
    return Contender(peer.name, call, note="the same products, summed up in another order")
