"""Mitchell's equations (1962) transcribed for one pair of numbers, in plain Python integers and fractions.

Written from the paper's piecewise equations and the conventions of the formats, not from the models, which it judges.
"""

from fractions import Fraction
from functools import cache
from math import floor


@cache
def split(number):
    """(k, x) with number = 2^k (1 + x), 0 <= x < 1."""
    k = 0
    while 2 ** (k + 1) <= number:
        k += 1
    return k, Fraction(number, 2**k) - 1


def power_of_two(k):
    return Fraction(2) ** k


@cache
def mitchell_product(a, b):
    """Of two magnitudes."""
    if a == 0 or b == 0:
        return 0
    (k1, x1), (k2, x2) = split(a), split(b)
    p = power_of_two(k1 + k2) * (1 + x1 + x2) if x1 + x2 < 1 else power_of_two(k1 + k2 + 1) * (x1 + x2)
    assert p.denominator == 1
    return int(p)


@cache
def mitchell_quotient(n, d):
    """Of two magnitudes, d > 0, with all its fraction bits."""
    if n == 0:
        return Fraction(0)
    (k1, x1), (k2, x2) = split(n), split(d)
    return power_of_two(k1 - k2) * (1 + x1 - x2) if x1 >= x2 else power_of_two(k1 - k2 - 1) * (2 + x1 - x2)


def exact_product(a, b):
    return a * b


def exact_quotient(n, d):
    return Fraction(n, d)


PRODUCTS = {"mitchell": mitchell_product, "exact": exact_product}
QUOTIENTS = {"mitchell": mitchell_quotient, "exact": exact_quotient}


def multiply(family, a, b):
    """The product of two numbers of either sign."""
    magnitude = PRODUCTS[family](abs(a), abs(b))
    return -magnitude if (a < 0) != (b < 0) else magnitude


def divide(family, n, d, *, f, width, signed):
    """The quotient of two numbers of either sign in units of 2^-f, with the special cases of integer division."""
    if d == 0:
        return -1 if signed else 2 ** (width + f) - 1
    magnitude = floor(QUOTIENTS[family](abs(n), abs(d)) * 2**f)
    largest = 2 ** (width - 1 + f) - 1 if signed else 2 ** (width + f) - 1
    return -magnitude if (n < 0) != (d < 0) else min(magnitude, largest)


def evaluate(operator, a, b):
    """What the operator must give for two Python integers."""
    if operator.operation == "mul":
        return multiply(operator.family, a, b)
    form = operator.format
    return divide(operator.family, a, b, f=operator.parameters["f"], width=form.width, signed=form.signed)
