"""What an operator computes over the reals: a formula in fractions, piece by piece.

The bits of an operand that a family drops are a real number of its own in a closed range, so that a statement about
all of these reals is one about the fractions of every operand of the width.
"""

from collections.abc import Callable, Iterator

from pysoft.logarithmic import Scheme
from pysoft.operator import Operator
from pysoft.power import PowerScheme

from .families import aaxd_pieces, babic_pieces, drum_pieces, exact_pieces, nearest_power_pieces, tosam_pieces
from .logarithmic import logarithmic_pieces
from .piece import Piece, real
from .power import power_pieces

__all__ = ["Piece", "pieces", "real"]

FORMULAS: dict[object, Callable[[Operator], Iterator[Piece]]] = {
    Scheme: logarithmic_pieces,
    PowerScheme: power_pieces,
    "exact": exact_pieces,
    "ilm": nearest_power_pieces,
    "roba": nearest_power_pieces,
    "babic": babic_pieces,
    "drum": drum_pieces,
    "tosam": tosam_pieces,
    "aaxd": aaxd_pieces,
}


def pieces(operator: Operator) -> tuple[Piece, ...]:
    """All pieces of an operator.

    Parameters
    ----------
    operator : Operator
    """
    kind = operator.family if operator.scheme is None else type(operator.scheme)
    return tuple(FORMULAS[kind](operator))
