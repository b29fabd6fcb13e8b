"""The published definitions transcribed for one pair of numbers, in plain Python integers.

Written from the papers' formulas and the conventions of the formats, not from the models, which it judges. Fractions
are integers in units of 1 / ONE, a power of two so large that nothing is ever rounded.
"""

from functools import cache

from pysoft.families.simdive import PRODUCT, QUOTIENT
from pysoft.families.tuned_tables import CORRECTIONS, SPLITS

ONE = 2**100


@cache
def split(number):
    """(k, x) with number = 2^k (1 + x), 0 <= x < 1."""
    k = 0
    while 2 ** (k + 1) <= number:
        k += 1
    return k, ONE * number // 2**k - ONE


def antilog(k, x):
    """2^k (1 + x) in units of 1 / ONE; x may pass 1 or be negative: then it carries into k, or borrows from it."""
    k, x = k + x // ONE, x % ONE
    return (ONE + x) * 2**k if k >= 0 else (ONE + x) // 2**-k


@cache
def cut(x, bits):
    """x cut off to ``bits`` fraction bits."""
    unit = ONE // 2**bits
    return x // unit * unit


@cache
def cut_with_one(x, bits):
    """x cut off to ``bits`` fraction bits, the lowest of which becomes a one."""
    return cut(x, bits - 1) + ONE // 2**bits


@cache
def dropped(x, width, t):
    """x without the t low bits of its width - 1; the new lowest one then becomes a one."""
    return cut_with_one(x, width - 1 - t) if t else x


def entry(table, bits, x1, x2):
    """Of a table over the leading fraction bits, in units of 1 / ONE."""
    i, j = x1 * len(table) // ONE, x2 * len(table[0]) // ONE
    return table[i][j] * ONE // 2**bits


# Products of two magnitudes, neither of them 0.


def exact_product(a, b, width):
    return a * b


def mitchell_product(a, b, width):
    (k1, x1), (k2, x2) = split(a), split(b)
    return (2 ** (k1 + k2) * (ONE + x1 + x2) if x1 + x2 < ONE else 2 ** (k1 + k2 + 1) * (x1 + x2)) // ONE


def mitchw_product(a, b, width, w):
    (k1, x1), (k2, x2) = split(a), split(b)
    return antilog(k1 + k2, cut(x1, w - 1) + cut(x2, w - 1)) // ONE


def alm_product(a, b, width, m, low):
    F = width - 1
    (k1, x1), (k2, x2) = split(a), split(b)
    L1, L2 = k1 * 2**F + x1 * 2**F // ONE, k2 * 2**F + x2 * 2**F // ONE
    carry = (L1 // 2 ** (m - 1)) % 2 * ((L2 // 2 ** (m - 1)) % 2)
    L = (L1 // 2**m + L2 // 2**m + carry) * 2**m + low(L1, L2, 2**m)
    return antilog(L // 2**F, L % 2**F * (ONE // 2**F)) // ONE


def almsoa_product(a, b, width, m):
    return alm_product(a, b, width, m, lambda L1, L2, end: end - 1)


def almloa_product(a, b, width, m):
    return alm_product(a, b, width, m, lambda L1, L2, end: (L1 | L2) % end)


def dralm_product(a, b, width, t):
    (k1, x1), (k2, x2) = split(a), split(b)
    return antilog(k1 + k2, cut_with_one(x1, t - 1) + cut_with_one(x2, t - 1) + ONE // 2 ** (t - 1)) // ONE


def product_corrected_in_linear_domain(a, b, width, t, table, bits):
    (k1, x1), (k2, x2) = split(a), split(b)
    c = entry(table, bits, x1, x2)
    s = dropped(x1, width, t) + dropped(x2, width, t)
    M = ONE + s if s < ONE else 2 * s
    p = 2 ** (k1 + k2) * (M + c) // ONE
    return p if p < 4**width else 2 ** (k1 + k2) * M // ONE


def mbm_product(a, b, width, t):
    return product_corrected_in_linear_domain(a, b, width, t, [[5]], 6)


@cache
def realm_table(m, q, points=40):
    """Both integrals as midpoint sums."""
    table = []
    for i in range(m):
        table.append([])
        for j in range(m):
            errors = shares = 0.0
            for u in range(points):
                for v in range(points):
                    x, y = (i + (u + 0.5) / points) / m, (j + (v + 0.5) / points) / m
                    errors += (x * y if x + y < 1 else (1 - x) * (1 - y)) / ((1 + x) * (1 + y))
                    shares += 1 / ((1 + x) * (1 + y))
            table[i].append(int(errors / shares * 2**q + 0.5))
    return table


def realm_product(a, b, width, m, t, q):
    return product_corrected_in_linear_domain(a, b, width, t, realm_table(m, q), q)


def product_corrected_in_log_domain(a, b, width, t, table, bits):
    (k1, x1), (k2, x2) = split(a), split(b)
    L = (k1 + k2) * ONE + dropped(x1, width, t) + dropped(x2, width, t) + entry(table, bits, x1, x2)
    largest = 2 * width * ONE - ONE // 2 ** max(bits, width - 1 - t)
    L = min(L, largest)
    return antilog(L // ONE, L % ONE) // ONE


@cache
def simdive_table(operation, bits):
    coefficients = {"mul": PRODUCT, "div": QUOTIENT}[operation]
    return [[coefficient // 2 ** (15 - bits) for coefficient in row] for row in coefficients]


def simdive_product(a, b, width):
    bits = min(15, width - 1)
    return product_corrected_in_log_domain(a, b, width, 0, simdive_table("mul", bits), bits)


def tuned_product(a, b, width, objective, m, domain, t):
    bits, table = CORRECTIONS["mul", objective, m, domain]
    corrected = {"log": product_corrected_in_log_domain, "linear": product_corrected_in_linear_domain}[domain]
    return corrected(a, b, width, t, table, bits)


def corrected_log(x, entries, bits, width, t):
    return dropped(x, width, t) + entry([entries], bits, 0, x)


def corrected_antilog(k, x, entries, bits):
    k, f = k + x // ONE, x % ONE
    significand = ONE + f - entry([entries], bits, 0, f)
    return significand * 2**k if k >= 0 else significand // 2**-k


def split_product(a, b, width, objective, m, t):
    bits, first, second, antilogs = SPLITS["mul", objective, m]
    (k1, x1), (k2, x2) = split(a), split(b)
    x = corrected_log(x1, first, bits, width, t) + corrected_log(x2, second, bits, width, t)
    return corrected_antilog(k1 + k2, x, antilogs, bits) // ONE


# Quotients of two magnitudes, neither of them 0, in units of 2^-f.


def exact_quotient(n, d, width, f):
    return n * 2**f // d


def mitchell_quotient(n, d, width, f):
    (k1, x1), (k2, x2) = split(n), split(d)
    twice = 2 * (ONE + x1 - x2) if x1 >= x2 else 2 * ONE + x1 - x2
    return twice * 2 ** (k1 + width + f) // (2 ** (k2 + width + 1) * ONE)


def quotient_corrected_in_linear_domain(n, d, width, f, t, table, bits):
    (k1, x1), (k2, x2) = split(n), split(d)
    c = entry(table, bits, x1, x2)
    s = dropped(x1, width, t) - dropped(x2, width, t)
    twice = 2 * (ONE + s) if s >= 0 else 2 * ONE + s
    return (twice - 2 * c) * 2 ** (k1 + width + f) // (2 ** (k2 + width + 1) * ONE)


def quotient_corrected_in_log_domain(n, d, width, f, t, table, bits):
    (k1, x1), (k2, x2) = split(n), split(d)
    x = dropped(x1, width, t) - dropped(x2, width, t) - entry(table, bits, x1, x2)
    return antilog(k1 - k2 + f, x) // ONE


def inzed_quotient(n, d, width, f, t):
    return quotient_corrected_in_linear_domain(n, d, width, f, t, [[5]], 7)


def simdive_quotient(n, d, width, f):
    bits = min(15, width - 1)
    return quotient_corrected_in_log_domain(n, d, width, f, 0, simdive_table("div", bits), bits)


def tuned_quotient(n, d, width, f, objective, m, t):
    bits, table = CORRECTIONS["div", objective, m, "log"]
    return quotient_corrected_in_log_domain(n, d, width, f, t, table, bits)


def split_quotient(n, d, width, f, objective, m, t):
    bits, first, second, antilogs = SPLITS["div", objective, m]
    (k1, x1), (k2, x2) = split(n), split(d)
    x = corrected_log(x1, first, bits, width, t) - corrected_log(x2, second, bits, width, t)
    return corrected_antilog(k1 - k2 + f, x, antilogs, bits) // ONE


PRODUCTS = {
    "exact": exact_product,
    "mitchell": mitchell_product,
    "mitchw": mitchw_product,
    "almsoa": almsoa_product,
    "almloa": almloa_product,
    "dralm": dralm_product,
    "mbm": mbm_product,
    "realm": realm_product,
    "simdive": simdive_product,
    "tuned": tuned_product,
    "split": split_product,
}
QUOTIENTS = {
    "exact": exact_quotient,
    "mitchell": mitchell_quotient,
    "inzed": inzed_quotient,
    "simdive": simdive_quotient,
    "tuned": tuned_quotient,
    "split": split_quotient,
}


def multiply(product, a, b, width, parameters):
    """The product of two numbers of either sign."""
    magnitude = product(abs(a), abs(b), width, **parameters) if a and b else 0
    return -magnitude if (a < 0) != (b < 0) else magnitude


def divide(quotient, n, d, width, signed, parameters):
    """The quotient of two numbers of either sign in units of 2^-f, with the special cases of integer division."""
    f = parameters["f"]
    if d == 0:
        return -1 if signed else 2 ** (width + f) - 1
    magnitude = quotient(abs(n), abs(d), width, **parameters) if n else 0
    largest = 2 ** (width - 1 + f) - 1 if signed else 2 ** (width + f) - 1
    return -magnitude if (n < 0) != (d < 0) else min(magnitude, largest)


def evaluate(operator, pairs):
    """What the operator must give for each of these pairs of Python integers."""
    form, parameters = operator.format, dict(operator.parameters)
    if operator.operation == "mul":
        return [multiply(PRODUCTS[operator.family], a, b, form.width, parameters) for a, b in pairs]
    return [divide(QUOTIENTS[operator.family], a, b, form.width, form.signed, parameters) for a, b in pairs]
