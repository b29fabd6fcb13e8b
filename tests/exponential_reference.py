"""Exponentials and logarithms of floats stated for one number, in plain Python integers, fractions and decimals.

Written from Mitchell's formulas and the conventions of the formats, not from the models, which it judges.
"""

from decimal import Context, Decimal
from fractions import Fraction
from functools import cache
from math import floor

from float_reference import FORMATS, INFINITY, NAN, ONE, ZERO, decode, encode, real, rounded

CONTEXT = Context(prec=60, Emax=10**6, Emin=-(10**6))
LN_2 = Decimal("0.693147180559945309417232121458176568075500134360255254120680009493393621969694716")
LOG2_E = Decimal("1.442695040888963407359924681001892137426645954152985934135449406931109219181185080")
FACTORS = {"exp2": 1, "exp": LOG2_E, "log2": 1, "log": LN_2}


def number(bits, form):
    """A finite number as a fraction; a subnormal one is 0."""
    sign, value = decode(bits, form)
    return Fraction(0) if value == ZERO else (-1) ** sign * real(value)


def decimal(x):
    return CONTEXT.divide(Decimal(x.numerator), Decimal(x.denominator))


def exact(function, x):
    """The exact value at a fraction, to 60 digits; an integer, which may lie halfway between numbers, is one."""
    if function in ("exp2", "exp"):
        value = Fraction(CONTEXT.exp(CONTEXT.multiply(decimal(x), LN_2) if function == "exp2" else decimal(x)))
    else:
        value = Fraction(CONTEXT.ln(decimal(x))) / (Fraction(LN_2) if function == "log2" else 1)
    return Fraction(round(value)) if abs(value - round(value)) < Fraction(1, 10**50) else value


def special(function, sign, value):
    """Sign and ZERO, INFINITY or NAN if the result is known from what the operand is, else None."""
    if value == NAN:
        return 0, NAN
    if function in ("exp2", "exp"):
        return (0, ZERO if sign else INFINITY) if value == INFINITY else None
    if value == ZERO:
        return 1, INFINITY
    return (0, NAN) if sign else (0, INFINITY) if value == INFINITY else None


@cache
def factor(function, form):
    """The constant of a Mitchell function, with one bit more behind the point than the format has."""
    unit = 2 ** (sum(FORMATS[form][:2]) + 2)
    return Fraction(round(Fraction(FACTORS[function]) * unit), unit)


def mitchell(function, bits, form):
    """Bits of the result for a number of these bits."""
    sign, value = decode(bits, form)
    result = special(function, sign, value)
    if result:
        return encode(*result, form)
    F = FORMATS[form][1]
    if function in ("exp2", "exp"):
        X = floor(number(bits, form) * factor(function, form) * 2**F)
        return encode(0, (X // 2**F, X % 2**F * (ONE // 2**F)), form)
    k, x = value
    return nearest((k + Fraction(x, ONE)) * factor(function, form), form)


def correctly_rounded(function, bits, form):
    """Bits of the result for a number of these bits."""
    sign, value = decode(bits, form)
    result = special(function, sign, value)
    if result:
        return encode(*result, form)
    x = number(bits, form)
    if function in ("exp2", "exp") and abs(x) > 1000:
        return encode(0, ZERO if sign else INFINITY, form)
    return nearest(exact(function, x), form)


def nearest(value, form):
    """Bits of the number of a format nearest to a fraction."""
    return encode(int(value < 0), rounded(abs(value), 1, FORMATS[form][1]) if value else ZERO, form)
