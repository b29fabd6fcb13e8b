"""A bound against results over many pairs of operands: whether it holds, and whether both of its limits are met."""

import re
from fractions import Fraction

import numpy as np

from pysoft.logarithmic import multiply

FINE = 20  # fraction bits: enough that no quotient of at most 8-bit operands is cut off


def pairs(width):
    """All pairs of operands but 0."""
    a, b = np.meshgrid(*[np.arange(1, 1 << width, dtype=np.uint64)] * 2)
    return a.ravel(), b.ravel()


def signs(limit, results, numerators, denominators):
    """Of r - (1 + limit) e, where e = numerator / denominator: exact, in Python integers where 64 bits are too few."""
    low, high = results * denominators, numerators
    p, q = limit.denominator, limit.numerator + limit.denominator
    if max(int(low.max()) * p, int(high.max()) * abs(q)) >= 1 << 62:
        low, high = low.astype(object), high.astype(object)
    return np.sign(low * p - high * q)


def check_limits(bound, results, numerators, denominators=1):
    """Results that nothing is cut off of are within the limits, and some are at either."""
    assert signs(bound.lower, results, numerators, denominators).min() == 0
    assert signs(bound.upper, results, numerators, denominators).max() == 0


def count_product_examples(bound, scheme, width):
    """How many of the limits are met by operands that the bound names: all of those are tried."""
    count = 0
    for limit, place in zip((bound.lower, bound.upper), bound.attained.split("; "), strict=True):
        if not place.endswith("before truncation"):
            error, a, b, p = re.fullmatch(r"(\S+) at .*, such as (\d+) x (\d+) -> (\d+)", place).groups()
            assert p == str(multiply(scheme, *np.array([[a], [b]], dtype=np.uint64), width)[0])
            assert limit == Fraction(error) == Fraction(int(p), int(a) * int(b)) - 1
            count += 1
    return count
