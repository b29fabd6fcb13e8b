"""Families with a formula of their own, over the reals; of integers, and the exact operations of floats, too."""

import itertools
from collections.abc import Iterator
from fractions import Fraction

import z3

from pysoft.float_formats import FloatFormat
from pysoft.operator import Operator

from .piece import Piece, operand, real

__all__ = ["aaxd_pieces", "babic_pieces", "drum_pieces", "exact_pieces", "nearest_power_pieces", "tosam_pieces"]


def exact_pieces(operator: Operator) -> Iterator[Piece]:
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


def nearest_power_pieces(operator: Operator) -> Iterator[Piece]:
    """ILM and RoBA, for fractions below and from 1/2 on."""
    F = operator.format.width - 1
    for i, j in itertools.product(range(2), repeat=2):
        first, second = operand("1", F, i, 1, F), operand("2", F, j, 1, F)
        # The operand 3, with x = 1/2, is the only one that a family may round down where others round up.
        for up1, up2 in itertools.product(_ways(operator, i), _ways(operator, j)):
            conditions = [*first.conditions, *second.conditions]
            conditions += [x.x == real(Fraction(1, 2)) for x, i_, up in ((first, i, up1), (second, j, up2)) if i_ > up]
            a, b = 1 + first.x, 1 + second.x
            value = real(1 << up2) * a + real(1 << up1) * b - real(1 << up1 + up2)
            yield Piece(f"rounded by {up1}, {up2}", tuple(conditions), value, (a * b, real(1)))


def _ways(operator: Operator, upper_half: int) -> tuple[int, ...]:
    return (1, 0) if upper_half and operator.family == "roba" else (upper_half,)


def babic_pieces(operator: Operator) -> Iterator[Piece]:
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


def drum_pieces(operator: Operator) -> Iterator[Piece]:
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


def tosam_pieces(operator: Operator) -> Iterator[Piece]:
    """TOSAM, for each pair of the top bits that are multiplied."""
    F, h, t = operator.format.width - 1, int(operator.parameters["h"]), int(operator.parameters["t"])
    for i, j in itertools.product(range(1 << h), repeat=2):
        first, second = (operand(symbol, F, segment, h, t) for symbol, segment in (("1", i), ("2", j)))
        product = Fraction((2 * i + 1) * (2 * j + 1), 1 << 2 * h + 2)
        exact = (1 + first.x) * (1 + second.x), real(1)
        yield Piece(
            f"segments {i}, {j}", (*first.conditions, *second.conditions), 1 + first.y + second.y + real(product), exact
        )


def aaxd_pieces(operator: Operator) -> Iterator[Piece]:
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
