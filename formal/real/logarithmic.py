"""Products and quotients by logarithms, over the reals."""

import itertools
import math
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import z3

from pysoft.float_formats import FloatFormat
from pysoft.logarithmic import LowerPart, Scheme, SplitCorrection
from pysoft.operator import Operator

from .piece import Piece, Real, lost_below, operand, real

__all__ = ["logarithmic_pieces"]


def logarithmic_pieces(operator: Operator) -> Iterator[Piece]:
    """The four slots of a scheme, for each pair of segments of the fractions and each carry."""
    scheme = operator.scheme
    assert isinstance(scheme, Scheme)
    F, correction, sign = operator.format.precision - 1, scheme.correction, -1 if operator.operation == "div" else 1
    rows, columns = correction.index_bits if correction else (0, 0)
    kept_place = Fraction(1, 1 << scheme.kept)
    # The sum of kept fractions is a multiple of this step and an offset: two places if both of them end in a one.
    step, carry_in = kept_place * (1 + scheme.last_one), kept_place * scheme.carry_in
    # Of a float what is below the last place of the result is lost; of an integer it is cut off with the rest.
    place = Fraction(1, 1 << F) if isinstance(operator.format, FloatFormat) else Fraction(0)
    for i, j in itertools.product(range(1 << rows), range(1 << columns)):
        first = operand("1", F, i, rows, scheme.kept, scheme.last_one)
        second = operand("2", F, j, columns, scheme.kept, scheme.last_one)
        conditions = (*first.conditions, *second.conditions)
        exact = ((1 + first.x) * (1 + second.x), real(1)) if sign > 0 else (1 + first.x, 1 + second.x)
        s = first.y + sign * second.y + real(carry_in)
        if scheme.lower_part is not None:
            wrong, where = _lower_part(scheme.lower_part, scheme.kept, first.y, second.y)
            s, conditions = s + wrong, (*conditions, *where)
        name = f"segments {i}, {j}"
        ends = (second.least, second.most) if sign > 0 else (-second.most, -second.least)
        least, most = first.least + ends[0] + carry_in, first.most + ends[1] + carry_in
        if isinstance(correction, SplitCorrection):
            c = Fraction(correction.first[i] + sign * correction.second[j], 1 << correction.bits)
            yield from _split(Piece(name, conditions, s + real(c), exact), correction, least + c, most + c)
            continue
        if correction is None:  # a lower part may carry once more
            characteristics = _characteristics(least, most + (1 if scheme.lower_part else 0))
            yield from _carries(Piece(name, conditions, s, exact), characteristics, step, carry_in)
            continue
        unit, c = Fraction(1, 1 << correction.bits), Fraction(sign * correction.table[i][j], 1 << correction.bits)
        if correction.domain == "log":
            lost, cut = lost_below(place - min(step, unit))
            of_sum = Piece(name, (*conditions, *cut), s + real(c), exact)
            yield from _carries(of_sum, _characteristics(least + c, most + c), step, carry_in + c, lost)
            continue
        characteristics = _characteristics(least, most)
        plain = _carries(Piece(name, conditions, s, exact), characteristics, step, carry_in)
        for K, piece in zip(characteristics, plain, strict=True):
            corrected = replace(piece, value=piece.value + real(c))
            finest = min(step * Fraction(2) ** K, unit)
            yield from _cut_off(corrected, place, finest) if place else (corrected,)


def _carries(
    of_sum: Piece, characteristics: range, step: Fraction, offset: Fraction, lost: Real | int = 0
) -> Iterator[Piece]:
    """The antilogarithm of s, a multiple of ``step`` and ``offset``, less what is lost: a piece for each of its K."""
    s = of_sum.value
    for K in characteristics:
        first = math.ceil((K - offset) / step) * step + offset
        last = (math.ceil((K + 1 - offset) / step) - 1) * step + offset
        where = s >= real(first), s <= real(last)
        value = real(Fraction(2) ** K) * (1 + s - lost - K)
        yield replace(of_sum, name=f"{of_sum.name}, carry {K}", conditions=(*of_sum.conditions, *where), value=value)


def _characteristics(least: Fraction, most: Fraction) -> range:
    """The K of all s between these."""
    return range(math.floor(least), math.floor(most) + 1)


def _split(of_sum: Piece, correction: SplitCorrection, least: Fraction, most: Fraction) -> Iterator[Piece]:
    """The corrected antilogarithm of s, between these: a piece for each of its entries."""
    s, m = of_sum.value, len(correction.antilog)
    for place in range(math.floor(least * m), math.floor(most * m) + 1):
        K, entry = divmod(place, m)
        taken = correction.antilog[entry]
        where = s >= real(K + Fraction(entry, m)), s < real(K + Fraction(entry + 1, m))
        value = real(Fraction(2) ** K) * (1 + s - K - real(Fraction(taken, 1 << correction.bits)))
        name = f"{of_sum.name}, antilogarithm {K}, {entry}"
        yield replace(of_sum, name=name, conditions=(*of_sum.conditions, *where), value=value)


def _cut_off(piece: Piece, place: Fraction, finest: Fraction) -> Iterator[Piece]:
    """A float's significand, a multiple of ``finest``, without what is below its last place, ``place`` 2^K."""
    for K in range(-2, 3):
        lost, cut = lost_below(place * Fraction(2) ** K - finest)
        where = piece.value >= real(Fraction(2) ** K), piece.value < real(Fraction(2) ** (K + 1))
        yield replace(piece, conditions=(*piece.conditions, *where, *cut), value=piece.value - lost)


def _lower_part(lower: LowerPart, kept: int, y1: Real, y2: Real) -> tuple[Real, tuple[z3.BoolRef, ...]]:
    """What an adder that is cheaper in its low bits adds too much: of low parts that are reals of their own."""
    place, half = Fraction(1, 1 << kept), Fraction(1 << lower.bits - 1, 1 << kept)
    l1, l2, low = z3.Reals("l1 l2 low")
    most = real(2 * half - place)
    both = z3.And(l1 >= real(half), l2 >= real(half))
    conditions = [l1 >= 0, l2 >= 0, l1 <= most, l2 <= most, l1 <= y1, l2 <= y2]
    conditions += [z3.Or(l <= real(half - place), l >= real(half)) for l in (l1, l2)]
    if lower.result == "ones":
        conditions.append(low == most)
    else:  # an OR is at least the larger one, and at most the sum, in which a bit that is in both counts once
        conditions += [low >= l1, low >= l2, low <= l1 + l2 - z3.If(both, real(half), 0), low <= most]
    return low + z3.If(both, real(2 * half), 0) - l1 - l2, tuple(conditions)
