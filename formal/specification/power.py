"""Squares, reciprocals and roots by logarithms: n times the logarithm, and a constant."""

import math
from collections.abc import Iterator
from fractions import Fraction

import z3

from pysoft.operation import OPERATIONS
from pysoft.operator import Operator
from pysoft.power import PowerScheme

from .case import MagnitudeCase
from .fixed_point import antilogarithm, characteristics, fraction, leading_bits, lookup

__all__ = ["constant", "power_cases"]


def constant(scheme: PowerScheme, parity: z3.BitVecRef, x: z3.BitVecRef, F: int) -> z3.BitVecRef:
    """What is added to the logarithm, or its negation or double, of 2^k (1 + x); unit 2^-(bits of the scheme).

    Parameters
    ----------
    scheme : PowerScheme
    parity : z3.BitVecRef
        The last bit of k.
    x : z3.BitVecRef
        Unit 2^-F.
    F : int
    """
    entries = [entry for row in scheme.table for entry in row]
    rows, columns = scheme.index_bits
    row = parity << columns if rows else 0
    return lookup(entries, row | leading_bits(x, F, columns))


def power_cases(operator: Operator, a: z3.BitVecRef) -> Iterator[MagnitudeCase]:
    """The cases of a power of integers whose family is a constant, or a table of them."""
    scheme, exponent = operator.scheme, OPERATIONS[operator.operation].exponent
    assert isinstance(scheme, PowerScheme)
    assert exponent is not None
    width = operator.format.width
    F = width - 1
    bits = max(F, scheme.bits)
    unit = bits + exponent.denominator - 1  # a root has one bit more
    constants = [Fraction(entry, 1 << scheme.bits) for row in scheme.table for entry in row]
    for name, condition, (k,) in characteristics(width, a):
        x = fraction(a, k, F)
        c = constant(scheme, z3.BitVecVal(k % 2, a.size()), x, F) << bits - scheme.bits
        # In this unit halving is done by the unit alone.
        t = exponent.numerator * ((x << bits - F) + (k << bits)) + c
        ends = [(exponent.numerator * (k + end) + add) / exponent.denominator for end in (0, 1) for add in constants]
        pieces = range(math.floor(min(ends)), math.floor(max(ends)) + 1)
        f = operator.fraction_bits
        value = antilogarithm(t, unit, f, pieces)
        if operator.operation == "square":  # beyond the port: the largest logarithm
            largest = (1 << 2 * width) - max(1, 1 << 2 * width - 1 - unit)
            value = z3.If(t < 2 * width << unit, value, z3.BitVecVal(largest, a.size()))
        yield name, condition, value
