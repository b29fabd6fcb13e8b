"""Powers of one integer in plain Python integers: square, reciprocal and roots, exact and by a logarithm."""

from math import isqrt

from scalar_reference import ONE, antilog, split

HALVED = ("sqrt", "rsqrt")
FACTOR = {"square": 2, "reciprocal": -1, "sqrt": 1, "rsqrt": -1}


def logarithm(scheme, operation, a):
    """Of the power of a, in units of 1 / ONE: the constant is added before a root is halved."""
    k, x = split(a)
    row = scheme.table[k % len(scheme.table)]
    c = row[x * len(row) // ONE] * ONE // 2**scheme.bits
    L = FACTOR[operation] * (k * ONE + x) + c
    return L // 2 if operation in HALVED else L


def value(scheme, operation, a):
    """The power of a before anything is cut off, in units of 1 / ONE."""
    L = logarithm(scheme, operation, a)
    return antilog(L // ONE, L % ONE)


def power(scheme, operation, a, width, f):
    """In units of 2^-f, of a number above 0."""
    L = logarithm(scheme, operation, a)
    if operation == "square":  # at most the largest logarithm of 2 width bits
        L = min(L, 2 * width * ONE - ONE // 2 ** max(width - 1, scheme.bits))
    return antilog(L // ONE, L % ONE) * 2**f // ONE


def exact(operation, a, f):
    return {
        "square": lambda: a * a,
        "reciprocal": lambda: 2**f // a,
        "sqrt": lambda: isqrt(a * 4**f),
        "rsqrt": lambda: isqrt(4**f // a),
    }[operation]()


def evaluate(operator, a):
    """What the operator must give for a Python integer."""
    f = operator.parameters.get("f", 0)
    if a == 0:
        return 2 ** (f + 1) - 1 if operator.operation in ("reciprocal", "rsqrt") else 0
    if operator.family == "exact":
        return exact(operator.operation, a, f)
    return power(operator.scheme, operator.operation, a, operator.format.width, f)
