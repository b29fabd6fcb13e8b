"""Operations on floats stated for one pair of numbers, in plain Python integers and fractions.

Written from the conventions of the formats and the papers' formulas, not from the models, which it judges. A normal
number is (k, x), 2^k (1 + x); fractions are integers in units of 1 / ONE, a power of two so large that nothing is ever
rounded but where the definition says so.
"""

from fractions import Fraction
from functools import cache, lru_cache
from math import isqrt

from scalar_reference import ONE, cut, dropped, entry, realm_table

from pysoft.families.float_tables import CARRIES, CONSTANTS
from pysoft.families.tuned_tables import CORRECTIONS

# Bits of the exponent and of the fraction, and whether the largest exponent is kept for infinity and NaN. If not, the
# pattern of all ones alone is NaN.
FORMATS = {
    "f32": (8, 23, True),
    "f16": (5, 10, True),
    "bf16": (8, 7, True),
    "f8e4m3": (4, 3, False),
    "f8e5m2": (5, 2, True),
}
ZERO, INFINITY, NAN = "zero", "infinity", "NaN"
ROOTS = ("sqrt", "rsqrt")

# O. Gustafsson, N. Hellman, ARITH 2021; that of a root is added before halving.
GH = {
    "mul": "0.0545458",
    "div": "-0.0593111",
    "square": "0.0540926",
    "reciprocal": "-0.1171358",
    "sqrt": "-0.0558152",
    "rsqrt": "-0.1715729",
}


# Bits to numbers and back


def fields(bits, form):
    """Sign, biased exponent and fraction."""
    exponent_bits, F, _ = FORMATS[form]
    return bits // 2 ** (exponent_bits + F), bits // 2**F % 2**exponent_bits, bits % 2**F


@lru_cache(1 << 12)  # all of 8 bits
def decode(bits, form):
    """Sign, and ZERO, INFINITY, NAN or (k, x). A subnormal number is a zero."""
    exponent_bits, F, has_infinity = FORMATS[form]
    sign, e, f = fields(bits, form)
    top = 2**exponent_bits - 1
    if e == top and (has_infinity or f == 2**F - 1):
        return sign, INFINITY if has_infinity and f == 0 else NAN
    return sign, (e - (2 ** (exponent_bits - 1) - 1), f * (ONE // 2**F)) if e else ZERO


@lru_cache(1 << 12)
def encode(sign, value, form):
    """Bits of ZERO, INFINITY, NAN or (k, x), x of as many bits as the format has; k has no limits."""
    exponent_bits, F, has_infinity = FORMATS[form]
    top, bias = 2**exponent_bits - 1, 2 ** (exponent_bits - 1) - 1
    negative = sign * 2 ** (exponent_bits + F)
    not_a_number = top * 2**F + (2 ** (F - 1) if has_infinity else 2**F - 1)
    if value == ZERO or (isinstance(value, tuple) and value[0] + bias < 1):
        return negative
    if isinstance(value, tuple):
        k, x = value
        assert x % (ONE // 2**F) == 0
        e, f = k + bias, x // (ONE // 2**F)
        if (e < top) if has_infinity else ((e, f) < (top, 2**F - 1)):
            return negative + e * 2**F + f
        value = INFINITY
    return negative + top * 2**F if value == INFINITY and has_infinity else not_a_number


def real(value):
    """2^k (1 + x) as a fraction."""
    k, x = value
    return Fraction(ONE + x, ONE) * Fraction(2) ** k


# Special cases


def special(operation, *operands):
    """ZERO, INFINITY or NAN if the result is known from what the operands are, else None."""
    negative = operands[0][0] == 1
    kinds = [kind for _, kind in operands]
    if NAN in kinds:
        return NAN
    if operation in ROOTS and negative and kinds[0] != ZERO:
        return NAN
    if operation == "mul" and set(kinds) == {INFINITY, ZERO}:
        return NAN
    if operation == "div" and kinds in ([ZERO, ZERO], [INFINITY, INFINITY]):
        return NAN
    if operation in ("mul", "square", "sqrt"):
        return INFINITY if INFINITY in kinds else ZERO if ZERO in kinds else None
    last = {ZERO: INFINITY, INFINITY: ZERO}.get(kinds[-1])  # 1 / 0 and 1 / infinity
    first = kinds[0] if operation == "div" and isinstance(kinds[0], str) else None
    return first or last


def sign_of(operation, *operands):
    signs = [sign for sign, _ in operands]
    if operation == "square" or (operation in ROOTS and operands[0][1] != ZERO):
        return 0
    return sum(signs) % 2


# Families, on normal numbers. Each gives (k, x), x of at most F bits.


def rounded(value, root, F):
    """The root (1 for none, 2 for a square root) of a fraction, to nearest, ties to even."""
    k = (value.numerator.bit_length() - value.denominator.bit_length()) // root
    while Fraction(2) ** (root * (k + 1)) <= value:
        k += 1
    while Fraction(2) ** (root * k) > value:
        k -= 1
    scaled = value * Fraction(2) ** (root * (F - k))
    n = int(scaled) if root == 1 else isqrt(int(scaled))
    middle = Fraction(2 * n + 1, 2) ** root
    n += scaled > middle or (scaled == middle and n % 2 == 1)
    return (k + 1, 0) if n == 2 ** (F + 1) else (k, n * (ONE // 2**F) - ONE)


def normalised(K, significand, F):
    """2^K significand, cut off to F fraction bits."""
    while significand >= 2 * ONE:
        K, significand = K + 1, significand // 2
    while significand < ONE:
        K, significand = K - 1, significand * 2
    return K, cut(significand - ONE, F)


def from_logarithm(L, F):
    return L // ONE, cut(L % ONE, F)


def exact(operation, F, *operands):
    values = [real(operand) for operand in operands]
    value = {
        "mul": lambda a, b: a * b,
        "div": lambda n, d: n / d,
        "square": lambda a: a * a,
        "reciprocal": lambda a: 1 / a,
        "sqrt": lambda a: a,
        "rsqrt": lambda a: 1 / a,
    }[operation](*values)
    return rounded(value, 2 if operation in ROOTS else 1, F)


def mitchell(operation, F, *operands):
    k, x = operands[0]
    if operation == "div":
        l, y = operands[1]
        return (k - l, x - y) if x >= y else (k - l - 1, ONE + x - y)
    if operation in ("mul", "square"):
        l, y = operands[-1]
        return (k + l, x + y) if x + y < ONE else (k + l + 1, x + y - ONE)
    if operation == "reciprocal":
        return (-k, 0) if x == 0 else (-k - 1, ONE - x)
    if operation == "sqrt":
        return (k // 2, cut(x // 2, F)) if k % 2 == 0 else ((k - 1) // 2, cut((ONE + x) // 2, F))
    if k % 2:
        return (-k - 1) // 2, cut((ONE - x) // 2, F)
    return (-k // 2, 0) if x == 0 else (-k // 2 - 1, cut(ONE - x // 2, F))


def lmul(operation, F, a, b):
    (k, x), (l, y) = a, b
    offset = F if F <= 3 else 3 if F == 4 else 4
    return from_logarithm((k + l) * ONE + x + y + ONE // 2**offset, F)


def corrected_logarithm(operation, F, operands, table, bits):
    """A constant of a table over the leading bits of the fractions; of a power also over the parity of k."""
    (k, x), (l, y) = operands[0], operands[-1]
    a, b = k * ONE + x, l * ONE + y
    if operation == "mul":
        return from_logarithm(a + b + entry(table, bits, x, y), F)
    if operation == "div":
        return from_logarithm(a - b - entry(table, bits, x, y), F)
    c = entry([table[k % len(table)]], bits, 0, x)
    L = {"square": 2 * a, "reciprocal": -a, "sqrt": a, "rsqrt": -a}[operation] + c
    return from_logarithm(L // 2 if operation in ROOTS else L, F)


def gh(operation, F, *operands):
    constant = Fraction(GH[operation]) * 2**F * (-1 if operation == "div" else 1)  # which subtracts it
    c = int(constant + Fraction(1, 2) * (1 if constant > 0 else -1))
    return corrected_logarithm(operation, F, operands, [[c]], F)


def table_of(family, operation, F, objective=None, m=None, g=None):
    """Our own tables, and their fraction bits."""
    if family == "carryin":
        return CARRIES[operation, F, g], F
    if m > 1 and operation in ("mul", "div"):
        bits, table = CORRECTIONS[operation, objective, m, "log"]
        return table, bits
    return CONSTANTS[operation, objective, m, F], F


def tuned(operation, F, *operands, **own):
    return corrected_logarithm(operation, F, operands, *table_of("tuned", operation, F, **own))


def carryin(operation, F, *operands, **own):
    return corrected_logarithm(operation, F, operands, *table_of("carryin", operation, F, **own))


def corrected_product(F, a, b, t, table, bits):
    (k, x), (l, y) = a, b
    s = dropped(x, F + 1, t) + dropped(y, F + 1, t)
    M = ONE + s if s < ONE else 2 * s
    return normalised(k + l, M + entry(table, bits, x, y), F)


def mbm(operation, F, a, b, t):
    return corrected_product(F, a, b, t, [[5]], 6)


def realm(operation, F, a, b, m, t, q):
    return corrected_product(F, a, b, t, realm_table(m, q), q)


FAMILIES = {
    "exact": exact,
    "mitchell": mitchell,
    "lmul": lmul,
    "gh": gh,
    "mbm": mbm,
    "realm": realm,
    "tuned": tuned,
    "carryin": carryin,
}


@cache
def _magnitude(family, operation, F, parameters, *operands):
    return FAMILIES[family](operation, F, *operands, **dict(parameters))


def evaluate(operator, *operands):
    """Bits of what the operator must give for numbers of these bits, Python integers."""
    form, operation = operator.format.name, operator.operation
    F = FORMATS[form][1]
    decoded = [decode(bits, form) for bits in operands]
    value = special(operation, *decoded)
    if value is None:
        values = [number for _, number in decoded]
        value = _magnitude(operator.family, operation, F, tuple(operator.parameters.items()), *values)
    return encode(sign_of(operation, *decoded), value, form)
