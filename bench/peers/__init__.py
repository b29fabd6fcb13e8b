"""Programs that do what the sums of products do, by others or as one would write them in an afternoon.

A module has ``load(options)``, which gives its peers, or raises :class:`Absent`. Nothing of others is copied here:
their code is imported from where it is installed or from the folder that the user names.
"""

import importlib
from collections.abc import Iterable

from speed.contest import Skipped
from speed.options import Options

from .peer import BYTES, FLOATS, Absent, Peer

__all__ = ["BYTES", "BYTE_MODULES", "FLOATS", "FLOAT_MODULES", "Absent", "Peer", "load_all"]

FLOAT_MODULES = ("broadcast", "loops", "views")
BYTE_MODULES = ("broadcast", "loops", "torchapprox", "adapt")


def load_all(names: Iterable[str], options: Options) -> tuple[list[Peer], list[Skipped]]:
    """The peers of some modules, as far as they are there, and why the others are not."""
    peers, skipped = [], []
    for name in names:
        try:
            peers += importlib.import_module(f".{name}", __name__).load(options)
        except Absent as reason:
            skipped.append(Skipped(reason.peer, reason.why))
    return peers, skipped
