"""Products and quotients by logarithms: the four slots of a scheme as formulas over x1 and x2.

With N = 2^k (1 + x), the fractions are cut off (log), added or subtracted (combine) and corrected, to s with

    product = 2^(k1+k2) antilog(s)        quotient = 2^(k1-k2) antilog(s)        antilog(K + f) = 2^K (1 + f)

The scheme is data, which the circuit and the model read, too; what it means is written down here without looking at
either.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import z3

from pysoft.logarithmic import Correction, LowerPart, Scheme, SplitCorrection
from pysoft.operator import Operator

from .case import MagnitudeCase
from .fixed_point import antilogarithm, characteristics, fraction, leading_bits, lookup, shifted

__all__ = ["Significand", "cut_off", "logarithmic_cases", "significand"]


@dataclass(frozen=True)
class Significand:
    """A product over 2^(k1+k2), or a quotient over 2^(k1-k2), without a loss.

    Parameters
    ----------
    value : z3.BitVecRef
        Between 1/4 and 8, unit 2^-unit.
    uncorrected : z3.BitVecRef
        Without a correction in the linear domain.
    unit : int
    largest : int
        The largest significand that is the antilogarithm of a whole number of last places of s: just below 2.
    """

    value: z3.BitVecRef
    uncorrected: z3.BitVecRef
    unit: int
    largest: int


def significand(operation: str, scheme: Scheme, x1: z3.BitVecRef, x2: z3.BitVecRef, F: int) -> Significand:
    """What a scheme makes of two fractions of F bits.

    Parameters
    ----------
    operation : str
        ``mul`` or ``div``.
    scheme : Scheme
    x1, x2 : z3.BitVecRef
        Unit 2^-F, with room for 6 more bits to the left and for the correction's to the right.
    F : int
    """
    correction = scheme.correction
    unit = max(scheme.kept, correction.bits if correction else 0)
    pieces = range(3) if operation == "mul" else range(-2, 2)
    spare = unit + 1 - pieces[0]  # halves of a correction, and the lowest piece, stay whole numbers
    s = _combined(operation, scheme, *(shifted(x, scheme.kept - F) | int(scheme.last_one) for x in (x1, x2)))
    s <<= unit - scheme.kept
    largest = (2 << spare) - (1 << spare - unit)
    if correction is None:
        value = antilogarithm(s, unit, spare, pieces)
        return Significand(value, value, spare, largest)
    rows, columns = correction.index_bits
    i, j = leading_bits(x1, F, rows), leading_bits(x2, F, columns)
    sign = 1 if operation == "mul" else -1
    if isinstance(correction, SplitCorrection):
        s += lookup(correction.first, i) + sign * lookup(correction.second, j) << unit - correction.bits
        entries = correction.antilog
        taken = lookup(entries, leading_bits(s, unit, (len(entries) - 1).bit_length())) << unit - correction.bits
        value = antilogarithm(s, unit, spare, pieces, taken)
        return Significand(value, value, spare, largest)
    c = sign * lookup([entry for row in correction.table for entry in row], (i << columns) | j)
    if correction.domain == "log":
        value = antilogarithm(s + (c << unit - correction.bits), unit, spare, pieces)
        return Significand(value, value, spare, largest)
    uncorrected = antilogarithm(s, unit, spare, pieces)
    return Significand(uncorrected + (c << spare - correction.bits), uncorrected, spare, largest)


def logarithmic_cases(operator: Operator, a: z3.BitVecRef, b: z3.BitVecRef) -> Iterator[MagnitudeCase]:
    """The cases of a product or a quotient of integers whose family is a scheme."""
    width = operator.format.width
    for name, condition, (k1, k2), made in _significands(operator, a, b):
        if operator.operation == "div":
            yield name, condition, shifted(made.value, k1 - k2 + operator.fraction_bits - made.unit)
            continue
        product, beyond = (shifted(value, k1 + k2 - made.unit) for value in (made.value, made.uncorrected))
        correction = operator.scheme.correction
        if isinstance(correction, Correction) and correction.domain == "log":
            beyond = shifted(z3.BitVecVal(made.largest, a.size()), 2 * width - 1 - made.unit)
        yield name, condition, z3.If(product < 1 << 2 * width, product, beyond)


def cut_off(operator: Operator, a: z3.BitVecRef, b: z3.BitVecRef) -> Iterator[MagnitudeCase]:
    """The same cases of a product, with what is cut off in place of the result, in a unit of its own."""
    for name, condition, (k1, k2), made in _significands(operator, a, b):
        yield name, condition, made.value & ((1 << max(made.unit - k1 - k2, 0)) - 1)


def _significands(
    operator: Operator, a: z3.BitVecRef, b: z3.BitVecRef
) -> Iterator[tuple[str, z3.BoolRef, tuple[int, ...], Significand]]:
    scheme, F = operator.scheme, operator.format.width - 1
    assert isinstance(scheme, Scheme)
    for name, condition, ks in characteristics(F + 1, a, b):
        x1, x2 = (fraction(N, k, F) for N, k in zip((a, b), ks, strict=True))
        yield name, condition, ks, significand(operator.operation, scheme, x1, x2, F)


def _combined(operation: str, scheme: Scheme, y1: z3.BitVecRef, y2: z3.BitVecRef) -> z3.BitVecRef:
    """The sum or difference of kept fractions, unit 2^-kept."""
    if operation == "div":
        return y1 - y2
    if scheme.lower_part is None:
        return y1 + y2 + scheme.carry_in
    return _sum_with_lower_part(scheme.lower_part, y1, y2)


def _sum_with_lower_part(lower: LowerPart, y1: z3.BitVecRef, y2: z3.BitVecRef) -> z3.BitVecRef:
    """The upper bits added with a carry that is an AND, the lower ones all ones or an OR."""
    m = lower.bits
    carry = z3.LShR(y1 & y2, m - 1) & 1
    ones = z3.BitVecVal((1 << m) - 1, y1.size())
    low = ones if lower.result == "ones" else (y1 | y2) & ones
    return (z3.LShR(y1, m) + z3.LShR(y2, m) + carry << m) | low
