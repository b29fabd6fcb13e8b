"""Operations on integers: zeros, signs and limits around what a family says of magnitudes."""

from collections.abc import Callable, Iterable
from functools import reduce

import z3

from pysoft.operation import OPERATIONS
from pysoft.operator import Operator

from .case import Case, MagnitudeCase

__all__ = ["integer_cases"]


def integer_cases(
    of_magnitudes: Callable[..., Iterable[MagnitudeCase]], operator: Operator, *operands: z3.BitVecRef
) -> tuple[Case, ...]:
    """The cases of an operation on integers.

    Zero times anything and the root of zero are zero; what is divided by zero is all ones; a signed result has the sign
    of the exact one and is the largest number where it would be beyond.

    Parameters
    ----------
    of_magnitudes : callable
        ``(operator, *magnitudes)`` to the cases of magnitudes that are not 0.
    operator : Operator
    *operands : z3.BitVecRef
    """
    form, result = operator.format, operator.result_format
    # Enough for a product or a quotient in the unit of any family's formula.
    room = 2 * form.width + operator.fraction_bits + 48
    extend = z3.SignExt if form.signed else z3.ZeroExt
    operands = tuple(extend(room, operand) for operand in operands)
    magnitudes = [z3.If(operand < 0, -operand, operand) if form.signed else operand for operand in operands]
    negative = reduce(z3.Xor, [operand < 0 for operand in operands]) if form.signed else z3.BoolVal(False)
    size = operands[0].size()

    inverts = OPERATIONS[operator.operation].inverts
    factors = operands[:-1] if inverts else operands
    cases = []
    if inverts:
        all_ones = z3.BitVecVal(-1 if form.signed else result.maximum, size)
        cases.append(Case(f"{operator.operands[-1]} = 0", operands[-1] == 0, all_ones))
    if factors:
        zero = z3.Or(*(factor == 0 for factor in factors))
        name = " or ".join(f"{name} = 0" for name in operator.operands[: len(factors)])
        cases.append(Case(name, z3.And(zero, operands[-1] != 0) if inverts else zero, z3.BitVecVal(0, size)))
    not_zero = z3.And(*(operand != 0 for operand in operands))
    for name, condition, magnitude in of_magnitudes(operator, *magnitudes):
        positive = z3.If(magnitude > result.maximum, result.maximum, magnitude) if form.signed else magnitude
        cases.append(Case(name, z3.And(not_zero, condition), z3.If(negative, -magnitude, positive)))
    return tuple(cases)
