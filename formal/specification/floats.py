"""Operations on floats: special operands, and the pattern of a normal result."""

from collections.abc import Callable
from functools import reduce

import z3

from pysoft.float_formats import FloatFormat
from pysoft.logarithmic import Scheme
from pysoft.operation import OPERATIONS
from pysoft.operator import Operator
from pysoft.power import PowerScheme

from .case import Case
from .fixed_point import shifted
from .logarithmic import significand
from .power import constant

__all__ = ["float_cases", "logarithmic_pattern", "power_pattern"]

ROOM = 48  # bits of a pattern: a sum of three of 31 bits, and the bits of a correction


def float_cases(pattern: Callable[..., z3.BitVecRef], operator: Operator, *operands: z3.BitVecRef) -> tuple[Case, ...]:
    """The cases of an operation on floats: those of IEEE 754, subnormal operands and results being zeros.

    Parameters
    ----------
    pattern : callable
        ``(operator, *patterns)`` of normal operands, as numbers with bits to spare, to the pattern of the magnitude of
        the result, of either sign and without limits.
    operator : Operator
    *operands : z3.BitVecRef
    """
    form = operator.format
    assert isinstance(form, FloatFormat)
    below = form.width - 1
    patterns = [z3.Extract(below - 1, 0, operand) for operand in operands]
    negatives = [z3.Extract(below, below, operand) == 1 for operand in operands]
    zeros = [z3.ULT(P, form.smallest) for P in patterns]
    nans = [z3.UGT(P, form.infinity if form.has_infinity else form.largest) for P in patterns]
    infinities = [P == form.infinity if form.has_infinity else z3.BoolVal(False) for P in patterns]
    invalid, infinite, zero, negative = _special(operator.operation, negatives, zeros, infinities)

    sign = z3.If(negative, z3.BitVecVal(1, 1), z3.BitVecVal(0, 1))
    nan = z3.BitVecVal(form.nan, form.width)
    too_large = z3.Concat(sign, z3.BitVecVal(form.infinity, below)) if form.has_infinity else nan
    no_number = z3.Or(*nans, invalid)
    normal = z3.Not(z3.Or(no_number, infinite, zero))
    r = pattern(operator, *(z3.ZeroExt(ROOM - below, P) for P in patterns))
    flushed = z3.If(r < form.smallest, z3.BitVecVal(0, below), z3.Extract(below - 1, 0, r))
    return (
        Case("the result is no number", no_number, nan),
        Case("infinite", z3.And(z3.Not(no_number), infinite), too_large),
        Case("zero", z3.And(z3.Not(no_number), z3.Not(infinite), zero), z3.Concat(sign, z3.BitVecVal(0, below))),
        Case("normal operands", normal, z3.If(r > form.largest, too_large, z3.Concat(sign, flushed))),
    )


def _special(operation, negatives, zeros, infinities):
    """Where the result is invalid, infinite, zero, negative, if no operand is NaN."""
    no = z3.BoolVal(False)
    negative = reduce(z3.Xor, negatives)
    if operation == "mul":
        invalid = z3.Or(z3.And(zeros[0], infinities[1]), z3.And(infinities[0], zeros[1]))
        return invalid, z3.Or(*infinities), z3.Or(*zeros), negative
    if operation == "div":
        invalid = z3.Or(z3.And(*zeros), z3.And(*infinities))
        return invalid, z3.Or(infinities[0], zeros[1]), z3.Or(zeros[0], infinities[1]), negative
    if operation == "square":
        return no, infinities[0], zeros[0], no
    if operation == "reciprocal":
        return no, zeros[0], infinities[0], negative
    invalid = z3.And(negative, z3.Not(zeros[0]))
    swapped = (zeros[0], infinities[0]) if operation == "rsqrt" else (infinities[0], zeros[0])
    return invalid, *swapped, negative


def logarithmic_pattern(operator: Operator, P1: z3.BitVecRef, P2: z3.BitVecRef) -> z3.BitVecRef:
    """Of a product or a quotient whose family is a scheme: the exponents added or subtracted, and what a carry adds."""
    form, scheme = operator.format, operator.scheme
    assert isinstance(form, FloatFormat)
    assert isinstance(scheme, Scheme)
    F = form.fraction_bits
    made = significand(operator.operation, scheme, *(P & ((1 << F) - 1) for P in (P1, P2)), F)
    e1, e2 = z3.LShR(P1, F), z3.LShR(P2, F)
    e = e1 + e2 - form.bias if operator.operation == "mul" else e1 - e2 + form.bias
    # The logarithm of a significand in [2^K, 2^(K+1)), cut off to F bits.
    pieces = [(K, (e + K - 1 << F) + shifted(made.value, F - K - made.unit)) for K in range(-2, 3)]
    return reduce(
        lambda below, piece: z3.If(made.value >= 1 << piece[0] + made.unit, piece[1], below), pieces[1:], pieces[0][1]
    )


def power_pattern(operator: Operator, P: z3.BitVecRef) -> z3.BitVecRef:
    """Of a power by a constant: n times the logarithm, and a constant, halved for a root."""
    form, scheme, exponent = operator.format, operator.scheme, OPERATIONS[operator.operation].exponent
    assert isinstance(form, FloatFormat)
    assert isinstance(scheme, PowerScheme)
    assert exponent is not None
    F = form.fraction_bits
    spare = max(scheme.bits - F, 0)
    L = P - (form.bias << F)
    parity = z3.LShR(P, F) + form.bias & 1
    c = constant(scheme, parity, P & ((1 << F) - 1), F) << F + spare - scheme.bits
    halved = exponent.denominator - 1
    return (form.bias << F) + shifted(exponent.numerator * (L << spare) + c, -spare - halved)
