"""Operations on floats for whole arrays of bits, where float64 or one integer addition says what is due.

Independent of the models: special cases and signs are those of NumPy's own float64, whose range no result of these
formats leaves, on operands whose subnormal numbers are zeros.
"""

from fractions import Fraction

import numpy as np
from float_reference import FORMATS, GH, table_of

OPERATIONS = {
    "mul": np.multiply,
    "div": np.divide,
    "square": np.square,
    "reciprocal": np.reciprocal,
    "sqrt": np.sqrt,
    "rsqrt": lambda a: 1 / np.sqrt(a),
}


def numbers(bits, form):
    """The numbers with these bits (uint64) as float64; subnormal ones are zeros."""
    exponent_bits, F, has_infinity = FORMATS[form]
    pattern = (bits % 2 ** (exponent_bits + F)).astype(np.int64)
    e, f = pattern >> F, pattern % 2**F
    top = 2**exponent_bits - 1
    value = np.where(e > 0, np.ldexp(1 + f / 2**F, e - (2 ** (exponent_bits - 1) - 1)), 0)
    if has_infinity:
        value = np.where(e == top, np.where(f == 0, np.inf, np.nan), value)
    else:
        value = np.where(pattern == top << F | 2**F - 1, np.nan, value)
    return np.copysign(value, np.where(bits >> np.uint64(exponent_bits + F) == 1, -1, 1))


def bits_of(magnitude, value, form):
    """Bits of results: of normal numbers their pattern (int64, of any exponent), else and in sign as ``value`` is."""
    exponent_bits, F, has_infinity = FORMATS[form]
    ones = 2 ** (exponent_bits + F) - 1
    infinity = (2**exponent_bits - 1) << F if has_infinity else ones
    pattern = np.where(np.isinf(value) | (magnitude > infinity), infinity, magnitude)
    pattern = np.where((value == 0) | (magnitude < 1 << F), np.where(np.isinf(value), infinity, 0), pattern)
    result = pattern.astype(np.uint64) | np.signbit(value).astype(np.uint64) << np.uint64(exponent_bits + F)
    nan = ones ^ (2 ** (F - 1) - 1) if has_infinity else ones
    return np.where(np.isnan(value) | ((pattern == infinity) & (not has_infinity)), np.uint64(nan), result)


def added(operation, form, *operands, c=0):
    """One addition of bit patterns and a constant, in units of the last place: Mogami, Gustafsson and Hellman."""
    exponent_bits, F, _ = FORMATS[form]
    one = (2 ** (exponent_bits - 1) - 1) << F
    a, *b = ((bits % 2 ** (exponent_bits + F)).astype(np.int64) for bits in operands)
    magnitude = {
        "mul": lambda: a + b[0] - one + c,
        "div": lambda: a - b[0] + one + c,
        "square": lambda: 2 * a - one + c,
        "reciprocal": lambda: 2 * one - a + c,
        "sqrt": lambda: (a + one + c) >> 1,
        "rsqrt": lambda: (3 * one - a + c) >> 1,
    }[operation]()
    with np.errstate(all="ignore"):
        value = OPERATIONS[operation](*(numbers(bits, form) for bits in operands))
    return bits_of(magnitude, value, form)


def constant(operation, family, form, *operands, **own):
    """What is added, in units of the last place: one number, or of a table one for each of the operands."""
    exponent_bits, F, _ = FORMATS[form]
    if family == "mitchell":
        return 0
    if family == "lmul":
        return (1 << F) >> (F if F <= 3 else 3 if F == 4 else 4)
    if family == "gh":
        exact = Fraction(GH[operation]) * 2**F
        return int(exact + Fraction(1, 2) * (1 if exact > 0 else -1))
    table, bits = table_of(family, operation, F, **own)
    table = np.array(table) << (F - bits)
    patterns = [(each % 2 ** (exponent_bits + F)).astype(np.int64) for each in operands]
    columns = (patterns[-1] % 2**F) * table.shape[1] >> F
    if operation in ("mul", "div"):
        return table[(patterns[0] % 2**F) * table.shape[0] >> F, columns] * (-1 if operation == "div" else 1)
    k = (patterns[0] >> F) - (2 ** (exponent_bits - 1) - 1)
    return table[k % table.shape[0], columns]


def rounded(operation, form, *operands):
    """To nearest, ties to even, of formats of up to 11 bits of precision: so few that float64 is in no tie's way."""
    exponent_bits, F, _ = FORMATS[form]
    assert F <= 10
    with np.errstate(all="ignore"):
        value = OPERATIONS[operation](*(numbers(bits, form) for bits in operands))
        mantissa, exponent = np.frexp(np.where(np.isfinite(value), np.abs(value), 0))
    bias = 2 ** (exponent_bits - 1) - 1
    magnitude = (exponent.astype(np.int64) + bias - 2 << F) + np.rint(mantissa * 2 ** (F + 1)).astype(np.int64)
    return bits_of(magnitude, value, form)
