"""What a circuit has to compute, written down without looking at the circuit or the model.

A Mitchell operator is specified by ONE formula in the fractions x1 and x2. Its cases fix the characteristics k1 and
k2, so that over bit-vectors nothing but additions and constant shifts is left; over the reals the same formula has to
keep the bound.
"""

from collections.abc import Callable
from dataclasses import dataclass

import z3

from pysoft.operator import Operator

__all__ = ["EXACT_DIVISION_BITS", "SPECIFICATIONS", "Case", "Specification"]

EXACT_DIVISION_BITS = 12  # measured: up to here seconds; no answer within 20 s at 16


@dataclass(frozen=True)
class Case:
    """``value`` is the result wherever ``condition`` holds.

    Parameters
    ----------
    name : str
    condition : z3.BoolRef
        On the operands.
    value : z3.BitVecRef
        The result as a two's-complement number with bits to spare, unit 2^-f.
    """

    name: str
    condition: z3.BoolRef
    value: z3.BitVecRef


@dataclass(frozen=True)
class Specification:
    """One operation of one family.

    Parameters
    ----------
    definition : str
        The formula in words.
    cases : callable
        ``(operator, a, b)`` with the operands as bit-vectors of the operator's width, to a tuple of :class:`Case`.
    significand : callable
        ``(x1, x2)`` of real fractions, 0 <= x < 1, to the result over 2^(k1+k2) or 2^(k1-k2), before truncation.
    obstacle : callable
        ``(operator)`` to why no solver should be asked for equivalence, empty if one should.
    """

    definition: str
    cases: Callable[[Operator, z3.BitVecRef, z3.BitVecRef], tuple[Case, ...]]
    significand: Callable[[z3.ArithRef, z3.ArithRef], z3.ArithRef]
    obstacle: Callable[[Operator], str] = lambda _: ""


def _mitchell_product(one, x1, x2):
    """Both branches of the product (Mitchell 1962, eqs. 22 and 23), for fractions in units where 1 is ``one``."""
    return z3.If(x1 + x2 < one, one + x1 + x2, 2 * (x1 + x2))


def _mitchell_quotient(one, x1, x2):
    """TWICE the quotient, so that the branch with a borrow needs no half."""
    return z3.If(x1 >= x2, 2 * (one + x1 - x2), 2 * one + x1 - x2)


def _product_cases(operator, a, b):
    a, b = _widened(operator, a, b)
    cases = [Case("a factor is 0", z3.Or(a == 0, b == 0), z3.BitVecVal(0, a.size()))]
    for name, condition, one, x1, x2, _ in _characteristics(operator, a, b):
        cases.append(Case(name, condition, _signed(a, b, _mitchell_product(one, x1, x2))))
    return tuple(cases)


def _quotient_cases(operator, n, d):
    n, d = _widened(operator, n, d)
    cases = [
        _zero_divisor(operator, d),
        Case("the dividend is 0", z3.And(n == 0, d != 0), z3.BitVecVal(0, n.size())),
    ]
    for name, condition, one, x1, x2, k2 in _characteristics(operator, n, d):
        # 2^(k1-k2) q 2^f from 2q 2^(k1+k2): a constant shift, to the right it cuts bits off.
        left = operator.fraction_bits - 1 - 2 * k2
        twice = _mitchell_quotient(one, x1, x2)
        magnitude = twice << left if left >= 0 else z3.LShR(twice, -left)
        cases.append(Case(name, condition, _saturated(operator, n, d, _signed(n, d, magnitude))))
    return tuple(cases)


def _exact_product_cases(operator, a, b):
    a, b = _widened(operator, a, b)
    return (Case("any factors", z3.BoolVal(True), a * b),)


def _exact_quotient_cases(operator, n, d):
    n, d = _widened(operator, n, d)
    quotient = (n << operator.fraction_bits) / d  # signed: truncates towards zero
    return _zero_divisor(operator, d), Case("any divisor but 0", d != 0, _saturated(operator, n, d, quotient))


def _widened(operator, *operands):
    """Operands as two's-complement numbers wide enough for every intermediate value, which is below 2^(2 width + f)."""
    width = operator.format.width
    extend = z3.SignExt if operator.format.signed else z3.ZeroExt
    return tuple(extend(width + operator.fraction_bits + 2, operand) for operand in operands)


def _characteristics(operator, a, b):
    """For each pair (k1, k2): name, condition, 1 and x1 and x2 in units of 2^-(k1+k2), and k2."""
    magnitudes = [z3.If(operand < 0, -operand, operand) for operand in (a, b)]
    width = operator.format.width
    for k1 in range(width):
        for k2 in range(width):
            one = z3.BitVecVal(1 << k1 + k2, a.size())
            condition = z3.And(z3.LShR(magnitudes[0], k1) == 1, z3.LShR(magnitudes[1], k2) == 1)
            x1, x2 = (magnitudes[0] << k2) - one, (magnitudes[1] << k1) - one
            yield f"k1 = {k1}, k2 = {k2}", condition, one, x1, x2, k2


def _signed(a, b, magnitude):
    return z3.If(z3.Xor(a < 0, b < 0), -magnitude, magnitude)


def _zero_divisor(operator, d):
    all_ones = -1 if operator.format.signed else operator.result_format.maximum
    return Case("the divisor is 0", d == 0, z3.BitVecVal(all_ones, d.size()))


def _saturated(operator, n, d, quotient):
    """The one signed quotient that its format cannot hold becomes the largest it can."""
    if not operator.format.signed:
        return quotient
    overflow = z3.And(n == operator.format.minimum, d == -1)
    return z3.If(overflow, z3.BitVecVal(operator.result_format.maximum, n.size()), quotient)


def _exact_division_obstacle(operator):
    bits = operator.format.width + operator.fraction_bits
    return f"a solver needs too long for an exact quotient of {bits} > {EXACT_DIVISION_BITS} bits" * (
        bits > EXACT_DIVISION_BITS
    )


_CUT_OFF = "cut off towards 0 to a multiple of 2^-f, all ones if d = 0, the largest number if it overflows"

SPECIFICATIONS: dict[tuple[str, str], Specification] = {
    ("mul", "exact"): Specification(
        definition="p = a b",
        cases=_exact_product_cases,
        significand=lambda x1, x2: (1 + x1) * (1 + x2),
    ),
    ("div", "exact"): Specification(
        definition=f"q = n / d, {_CUT_OFF}",
        cases=_exact_quotient_cases,
        significand=lambda x1, x2: (1 + x1) / (1 + x2),
        obstacle=_exact_division_obstacle,
    ),
    ("mul", "mitchell"): Specification(
        definition="|p| = 2^(k1+k2) (1 + x1 + x2) if x1 + x2 < 1, else 2^(k1+k2+1) (x1 + x2), 0 if a factor is 0",
        cases=_product_cases,
        significand=lambda x1, x2: _mitchell_product(1, x1, x2),
    ),
    ("div", "mitchell"): Specification(
        definition=f"|q| = 2^(k1-k2) (1 + x1 - x2) if x1 >= x2, else 2^(k1-k2-1) (2 + x1 - x2), 0 if n = 0, {_CUT_OFF}",
        cases=_quotient_cases,
        significand=lambda x1, x2: _mitchell_quotient(1, x1, x2) / 2,
    ),
}
