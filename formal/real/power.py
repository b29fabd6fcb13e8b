"""Squares, reciprocals and roots by logarithms, over the reals."""

import itertools
from collections.abc import Iterator
from fractions import Fraction

from pysoft.float_formats import FloatFormat
from pysoft.operation import OPERATIONS
from pysoft.operator import Operator
from pysoft.power import PowerScheme

from .piece import Piece, lost_below, operand, real

__all__ = ["power_pieces"]


def power_pieces(operator: Operator) -> Iterator[Piece]:
    """The antilogarithm of n times the logarithm and a constant, for either parity of k and each segment of x."""
    scheme, exponent = operator.scheme, OPERATIONS[operator.operation].exponent
    assert isinstance(scheme, PowerScheme)
    assert exponent is not None
    F, (_, columns) = operator.format.precision - 1, scheme.index_bits
    place = Fraction(1, 1 << F) if isinstance(operator.format, FloatFormat) else Fraction(0)
    for parity, j in itertools.product(range(exponent.denominator), range(1 << columns)):
        entry = scheme.table[parity % len(scheme.table)][j]
        of = operand("", F, j, columns, F)
        t = real(exponent) * (parity + of.x) + real(Fraction(entry, exponent.denominator << scheme.bits))
        lost, cut = lost_below(place - Fraction(1, exponent.denominator << max(F, scheme.bits)))
        t, conditions = t - lost, (*of.conditions, *cut)
        a = real(1 << parity) * (1 + of.x)
        exact = {2: (a * a, real(1)), -1: (real(1), a), Fraction(1, 2): (a, real(1)), Fraction(-1, 2): (real(1), a)}
        for K in range(-2, 3):
            value = real(Fraction(2) ** K) * (1 + t - K)
            where = (*conditions, t >= K, t < K + 1)
            yield Piece(f"parity {parity}, segment {j}, carry {K}", where, value, exact[exponent], exponent.denominator)
