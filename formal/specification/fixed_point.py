"""Formulas over whole numbers that stand for multiples of 2^-unit: shifts, tables, characteristics, antilogarithms."""

import itertools
from collections.abc import Iterator, Sequence
from functools import reduce

import z3

__all__ = ["antilogarithm", "characteristics", "fraction", "leading_bits", "lookup", "shifted"]


def shifted(number: z3.BitVecRef, left: int) -> z3.BitVecRef:
    """floor(number 2^left) of a number of either sign."""
    return number << left if left >= 0 else number >> -left


def leading_bits(fraction: z3.BitVecRef, unit: int, count: int) -> z3.BitVecRef:
    """The ``count`` leading bits of what is below the point, as a number of the same size."""
    return z3.LShR(fraction << count if unit < count else fraction, max(unit - count, 0)) & ((1 << count) - 1)


def characteristics(width: int, *magnitudes: z3.BitVecRef) -> Iterator[tuple[str, z3.BoolRef, tuple[int, ...]]]:
    """Every choice of characteristics of magnitudes of ``width`` bits: name, condition, and k of each."""
    symbols = ("k1", "k2") if len(magnitudes) > 1 else ("k",)
    for ks in itertools.product(range(width), repeat=len(magnitudes)):
        name = ", ".join(f"{symbol} = {k}" for symbol, k in zip(symbols, ks, strict=True))
        yield name, z3.And(*(z3.LShR(N, k) == 1 for N, k in zip(magnitudes, ks, strict=True))), ks


def fraction(magnitude: z3.BitVecRef, k: int, unit: int) -> z3.BitVecRef:
    """X of 2^k (1 + x), k <= unit."""
    return magnitude - (1 << k) << unit - k


def lookup(table: Sequence[int], place: z3.BitVecRef) -> z3.BitVecRef:
    """The entry of ``table``, a power of two of them, at ``place``."""
    if len(set(table)) == 1:
        return z3.BitVecVal(table[0], place.size())
    half = len(table) // 2
    return z3.If(place & half != 0, lookup(table[half:], place), lookup(table[:half], place))


def antilogarithm(
    t: z3.BitVecRef, unit: int, result_unit: int, characteristics: range, taken: z3.BitVecRef | None = None
) -> z3.BitVecRef:
    """2^K (1 + f - taken) of t = K + f with K in ``characteristics``, cut off at the unit of the result."""
    significands = [(K, t - (K - 1 << unit) - (0 if taken is None else taken)) for K in characteristics]
    values = [(K, shifted(significand, K + result_unit - unit)) for K, significand in significands]
    return reduce(lambda below, piece: z3.If(t >= piece[0] << unit, piece[1], below), values[1:], values[0][1])
