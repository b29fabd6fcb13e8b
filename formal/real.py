"""What an operator computes over the reals: a formula in fractions, piece by piece.

The bits of an operand that a family drops are a real number of its own in a closed range, so that a statement about
all of these reals is one about the fractions of every operand of the width.
"""

import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import z3

from pysoft.float_formats import FloatFormat
from pysoft.logarithmic import LowerPart, Scheme, SplitCorrection
from pysoft.operation import OPERATIONS
from pysoft.operator import Operator
from pysoft.power import PowerScheme

__all__ = ["Piece", "pieces", "real"]

Real = z3.ArithRef


@dataclass(frozen=True)
class Piece:
    """The result on a part of the operands, up to a power of two and before its last bits are cut off.

    Parameters
    ----------
    name : str
    conditions : tuple of z3.BoolRef
        On the reals in the formulas.
    value : z3.ArithRef
        The result r.
    exact : tuple of z3.ArithRef
        Numerator and denominator of e^power, e being the exact result.
    power : int
        2 for a root, so that both are polynomials, else 1.
    """

    name: str
    conditions: tuple[z3.BoolRef, ...]
    value: Real
    exact: tuple[Real, Real]
    power: int = 1


def real(value: Fraction | int) -> z3.RatNumRef:
    """A constant of the solver."""
    value = Fraction(value)
    return z3.Q(value.numerator, value.denominator)


def pieces(operator: Operator) -> tuple[Piece, ...]:
    """All pieces of an operator, empty if its family has no formula over the reals here.

    Parameters
    ----------
    operator : Operator
    """
    kind = operator.family if operator.scheme is None else type(operator.scheme)
    made = FORMULAS.get(kind)
    return () if made is None else tuple(made(operator))


@dataclass(frozen=True)
class _Operand:
    """A fraction x in a segment: x = y + d, y the kept part as the circuit has it, between ``least`` and ``most``."""

    x: Real
    y: Real
    least: Fraction
    most: Fraction
    conditions: tuple[z3.BoolRef, ...]


def _operand(symbol: str, F: int, segment: int, bits: int, kept: int, last_one: bool = False) -> _Operand:
    """A fraction of F bits whose ``bits`` leading bits are ``segment``."""
    x, d = z3.Reals(f"x{symbol} d{symbol}")
    place, unit = Fraction(1, 1 << F), Fraction(1, 1 << kept)
    low, high = Fraction(segment, 1 << bits), Fraction(segment + 1, 1 << bits)
    inside = x >= real(low), x <= real(high - place)
    if kept == F and not last_one:
        return _Operand(x, x, low, high - place, inside)
    if bits >= kept:  # the segment is finer than what is kept
        low = math.floor(low / unit) * unit
        high = low + unit
    least, most = low + unit * (last_one and bits < kept), high - unit
    lost = d >= real(-unit if last_one else 0), d <= real(unit - place)
    return _Operand(x, x - d, least, most, (*inside, *lost, x - d >= real(least), x - d <= real(most)))


def _logarithmic(operator: Operator) -> Iterator[Piece]:
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
        first = _operand("1", F, i, rows, scheme.kept, scheme.last_one)
        second = _operand("2", F, j, columns, scheme.kept, scheme.last_one)
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
            lost, cut = _lost(place - min(step, unit))
            of_sum = Piece(name, (*conditions, *cut), s + real(c), exact)
            yield from _carries(of_sum, _characteristics(least + c, most + c), step, carry_in + c, lost)
            continue
        characteristics = _characteristics(least, most)
        plain = _carries(Piece(name, conditions, s, exact), characteristics, step, carry_in)
        for K, piece in zip(characteristics, plain, strict=True):
            corrected = replace(piece, value=piece.value + real(c))
            finest = min(step * Fraction(2) ** K, unit)
            yield from _cut_off(corrected, place, finest) if place else (corrected,)


def _lost(most: Fraction) -> tuple[Real, tuple[z3.BoolRef, ...]]:
    """What is below the last place of a float, and its range."""
    lost = z3.Real("lost")
    return lost, (lost >= 0, lost <= real(max(most, Fraction(0))))


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
        lost, cut = _lost(place * Fraction(2) ** K - finest)
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


def _power(operator: Operator) -> Iterator[Piece]:
    scheme, exponent = operator.scheme, OPERATIONS[operator.operation].exponent
    assert isinstance(scheme, PowerScheme)
    assert exponent is not None
    F, (_, columns) = operator.format.precision - 1, scheme.index_bits
    place = Fraction(1, 1 << F) if isinstance(operator.format, FloatFormat) else Fraction(0)
    for parity, j in itertools.product(range(exponent.denominator), range(1 << columns)):
        entry = scheme.table[parity % len(scheme.table)][j]
        operand = _operand("", F, j, columns, F)
        t = real(exponent) * (parity + operand.x) + real(Fraction(entry, exponent.denominator << scheme.bits))
        lost, cut = _lost(place - Fraction(1, exponent.denominator << max(F, scheme.bits)))
        t, conditions = t - lost, (*operand.conditions, *cut)
        a = real(1 << parity) * (1 + operand.x)
        exact = {2: (a * a, real(1)), -1: (real(1), a), Fraction(1, 2): (a, real(1)), Fraction(-1, 2): (real(1), a)}
        for K in range(-2, 3):
            value = real(Fraction(2) ** K) * (1 + t - K)
            where = (*conditions, t >= K, t < K + 1)
            yield Piece(f"parity {parity}, segment {j}, carry {K}", where, value, exact[exponent], exponent.denominator)


def _exact(operator: Operator) -> Iterator[Piece]:
    """The exact result e; of a float with 1 <= e < 2 the nearest multiple of the last place."""
    e, r, x1, x2 = z3.Reals("e r x1 x2")
    a, b = 1 + x1, 1 + x2
    exact, power = {
        "mul": ((a * b, real(1)), 1),
        "div": ((a, b), 1),
        "square": ((a * a, real(1)), 1),
        "reciprocal": ((real(1), a), 1),
        "sqrt": ((a, real(1)), 2),
        "rsqrt": ((real(1), a), 2),
    }[operator.operation]
    if isinstance(operator.format, FloatFormat):
        half = real(Fraction(1, 2 << operator.format.fraction_bits))
        conditions = (e >= 1, e < 2, r - e <= half, e - r <= half, z3.Or(r == 1, r >= 1 + 2 * half))
        yield Piece("rounded", conditions, r, (e, real(1)))
        return
    numerator, denominator = exact
    r_power = r if power == 1 else r * r
    yield Piece("exact", (x1 >= 0, x2 >= 0, r > 0, r_power * denominator == numerator), r, exact, power)


def _nearest_power(operator: Operator) -> Iterator[Piece]:
    F = operator.format.width - 1
    for i, j in itertools.product(range(2), repeat=2):
        first, second = _operand("1", F, i, 1, F), _operand("2", F, j, 1, F)
        # The operand 3, with x = 1/2, is the only one that a family may round down where others round up.
        for up1, up2 in itertools.product(_ways(operator, i), _ways(operator, j)):
            conditions = [*first.conditions, *second.conditions]
            conditions += [x.x == real(Fraction(1, 2)) for x, i_, up in ((first, i, up1), (second, j, up2)) if i_ > up]
            a, b = 1 + first.x, 1 + second.x
            value = real(1 << up2) * a + real(1 << up1) * b - real(1 << up1 + up2)
            yield Piece(f"rounded by {up1}, {up2}", tuple(conditions), value, (a * b, real(1)))


def _ways(operator: Operator, upper_half: int) -> tuple[int, ...]:
    return (1, 0) if upper_half and operator.family == "roba" else (upper_half,)


def _babic(operator: Operator) -> Iterator[Piece]:
    """Powers p of two that are removed, each at most half the one before, and what remains below the last."""
    width, blocks = operator.format.width, int(operator.parameters["i"]) + 1
    conditions: list[z3.BoolRef] = []
    shares = []
    for symbol in ("1", "2"):
        powers = [z3.Real(f"p{symbol}_{block}") for block in range(blocks)]
        rest = z3.Real(f"r{symbol}")
        conditions += [powers[0] <= 1 << width - 1, powers[-1] >= 1, rest >= 0, rest <= powers[-1] - 1]
        conditions += [2 * lower <= upper for upper, lower in itertools.pairwise(powers)]
        shares.append((sum(powers, rest), rest))
    (a, rest_a), (b, rest_b) = shares
    # An operand with fewer ones leaves nothing, and its product is exact.
    yield Piece("residues left", tuple(conditions), a * b - rest_a * rest_b, (a * b, real(1)))


def _drum(operator: Operator) -> Iterator[Piece]:
    """Windows T, even or odd, in the unit of their last place, with what is dropped behind them."""
    width, window = operator.format.width, int(operator.parameters["k"])
    lost = 1 - Fraction(1, 1 << width - window)
    for odd1, odd2 in itertools.product(range(2), repeat=2):
        T1, T2, l1, l2 = z3.Reals("T1 T2 l1 l2")
        conditions = [z3.And(l >= 0, l <= real(lost)) for l in (l1, l2)]
        for T, odd in ((T1, odd1), (T2, odd2)):
            conditions += [T >= (1 << window - 1) + odd, T <= (1 << window) - 2 + odd]
        value = (T1 + 1 - odd1) * (T2 + 1 - odd2)
        yield Piece(f"last bits {odd1}, {odd2}", tuple(conditions), value, ((T1 + l1) * (T2 + l2), real(1)))
    whole, other, l = z3.Reals("T1 T2 l2")
    for odd in range(2):  # beside an operand that fits into its window
        conditions = [whole >= 1, l >= 0, l <= real(lost)]
        conditions += [other >= (1 << window - 1) + odd, other <= (1 << window) - 2 + odd]
        yield Piece(f"whole, {odd}", tuple(conditions), whole * (other + 1 - odd), (whole * (other + l), real(1)))


def _tosam(operator: Operator) -> Iterator[Piece]:
    F, h, t = operator.format.width - 1, int(operator.parameters["h"]), int(operator.parameters["t"])
    for i, j in itertools.product(range(1 << h), repeat=2):
        first, second = (_operand(symbol, F, segment, h, t) for symbol, segment in (("1", i), ("2", j)))
        product = Fraction((2 * i + 1) * (2 * j + 1), 1 << 2 * h + 2)
        exact = (1 + first.x) * (1 + second.x), real(1)
        yield Piece(
            f"segments {i}, {j}", (*first.conditions, *second.conditions), 1 + first.y + second.y + real(product), exact
        )


def _aaxd(operator: Operator) -> Iterator[Piece]:
    """The small quotient Q of whole numbers n' and d', and what is dropped of n and d behind them."""
    width, k = operator.format.width, int(operator.parameters["k"])
    n, d, Q, ln, ld = z3.Reals("n d Q ln ld")
    conditions = (
        Q >= 1 << k - 1,  # a whole number, and n' / d' is above this one
        n >= 1 << 2 * k - 1, n <= (1 << 2 * k) - 1, d >= 1 << k - 1, d <= (1 << k) - 1,
        Q * d <= n, n <= (Q + 1) * d - 1,
        ln >= 0, ln <= 1, ld >= 0, ld <= real(1 - Fraction(1, 1 << width - k)),
    )  # fmt: skip
    yield Piece("small quotient", conditions, Q, (n + ln, d + ld))


FORMULAS: dict[object, Callable[[Operator], Iterator[Piece]]] = {
    Scheme: _logarithmic,
    PowerScheme: _power,
    "exact": _exact,
    "ilm": _nearest_power,
    "roba": _nearest_power,
    "babic": _babic,
    "drum": _drum,
    "tosam": _tosam,
    "aaxd": _aaxd,
}
