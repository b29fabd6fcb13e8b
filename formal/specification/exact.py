"""Exact operations: on integers the largest number of units that is not too large, on floats the nearest number."""

from collections.abc import Callable, Iterator

import z3

from pysoft.float_formats import FloatFormat
from pysoft.operator import Operator

from .case import Case, MagnitudeCase
from .fixed_point import shifted

__all__ = ["exact_cases", "product_cases", "rounded_pattern"]


def product_cases(operator: Operator, a: z3.BitVecRef, b: z3.BitVecRef) -> tuple[Case, ...]:
    """The product of two integers of either sign."""
    extend = z3.SignExt if operator.format.signed else z3.ZeroExt
    product = extend(operator.format.width, a) * extend(operator.format.width, b)
    return (Case("any factors", z3.BoolVal(True), product),)


def exact_cases(operator: Operator, *operands: z3.BitVecRef) -> Iterator[MagnitudeCase]:
    """The one case of an exact operation on magnitudes, but for a product."""
    f, size = operator.fraction_bits, operands[0].size()
    end = operator.result_format.width
    exact = {
        "square": lambda a: a * a,
        "div": lambda n, d: z3.UDiv(n << f, d),
        "reciprocal": lambda a: z3.UDiv(z3.BitVecVal(1 << f, size), a),
        "sqrt": lambda a: _largest(end, size, lambda r: z3.ULE(r * r, a << 2 * f)),
        "rsqrt": lambda a: _largest(end, size, lambda r: z3.ULE(r * r * a, 1 << 2 * f)),
    }[operator.operation]
    yield "operands that are not 0", z3.BoolVal(True), exact(*operands)


def rounded_pattern(operator: Operator, *patterns: z3.BitVecRef) -> z3.BitVecRef:
    """Of an exact operation on normal floats: by the solver's own theory of them, to nearest, ties to even.

    In a format with two more bits of exponent no result leaves the range. That theory has no reciprocal of a root, but
    none is a tie: it is found digit by digit.
    """
    form = operator.format
    assert isinstance(form, FloatFormat)
    F, exponent_bits, size = form.fraction_bits, form.exponent_bits + 2, patterns[0].size()
    if operator.operation == "rsqrt":
        return _reciprocal_root(form, *patterns)
    more = (1 << exponent_bits - 1) - 1 - form.bias  # bias of the wide format

    def widened(P: z3.BitVecRef) -> z3.FPRef:
        exponent = z3.Extract(exponent_bits - 1, 0, z3.LShR(P, F) + more)
        return z3.fpFP(z3.BitVecVal(0, 1), exponent, z3.Extract(F - 1, 0, P))

    nearest, numbers = z3.RNE(), [widened(P) for P in patterns]
    result = {
        "mul": lambda a, b: z3.fpMul(nearest, a, b),
        "square": lambda a: z3.fpMul(nearest, a, a),
        "div": lambda n, d: z3.fpDiv(nearest, n, d),
        "reciprocal": lambda a: z3.fpDiv(nearest, z3.FPVal(1.0, a.sort()), a),
        "sqrt": lambda a: z3.fpSqrt(nearest, a),
    }[operator.operation](*numbers)
    bits = z3.fpToIEEEBV(result)
    return z3.ZeroExt(size - bits.size(), bits) - (more << F)


def _largest(bits: int, size: int, allowed: Callable[[z3.BitVecRef], z3.BoolRef]) -> z3.BitVecRef:
    """The largest number of so many bits that is allowed, if all below it are, too."""
    r = z3.BitVecVal(0, size)
    for i in reversed(range(bits)):
        r = z3.If(allowed(r + (1 << i)), r + (1 << i), r)
    return r


def _reciprocal_root(form: FloatFormat, P: z3.BitVecRef) -> z3.BitVecRef:
    """With a = 4^h A, 1 <= A < 4: 2^-h times 1 / sqrt A, between 1/2 and 1, rounded to F + 1 bits behind the point."""
    F = form.fraction_bits
    k = z3.LShR(P, F) - form.bias
    A = ((P & ((1 << F) - 1)) | (1 << F)) << (k & 1)  # unit 2^-F
    wide = z3.ZeroExt(3 * F, A)
    # r^2 A <= 1 with r in units of 2^-(F+2)
    r = _largest(F + 3, wide.size(), lambda r: z3.ULE(r * r * wide, z3.BitVecVal(1 << 3 * F + 4, wide.size())))
    rounded = z3.Extract(P.size() - 1, 0, z3.LShR(r + 1, 1))
    return (form.bias - shifted(k, -1) - 1 << F) + rounded - (1 << F)
