from fractions import Fraction
from itertools import product as pairs_of
from math import floor

import numpy as np
import pytest
from family import assert_model_equals, choices, corner_pairs, every_pair, operands, slacks
from hypothesis import given, settings
from hypothesis import strategies as st

from pysoft.families.drum import DRUM

MULTIPLY = DRUM.operations["mul"]


def window(number, k):
    """The paper's words on the digits of a number."""
    digits = f"{number:b}"
    return number if len(digits) <= k else int(digits[: k - 1] + "1" + "0" * (len(digits) - k), 2)


def product(a, b, k):
    return window(a, k) * window(b, k)


def check(width, a, b, k):
    assert_model_equals(product, MULTIPLY, width, a, b, 2 * width, k=k)


@pytest.mark.parametrize("width", range(3, 9))
def test_product_equals_scalar_reference_for_every_pair(width):
    for parameters in choices(MULTIPLY, width):
        check(width, *every_pair(width), **parameters)


@pytest.mark.parametrize("width", range(9, 33))
def test_corners_equal_scalar_reference(width):
    for k in (3, 6, width - 1, width):
        check(width, *corner_pairs(width), k)


@given(st.data(), st.integers(9, 32))
@settings(deadline=None)
def test_wide_product_equals_scalar_reference(data, width):
    k = data.draw(st.integers(3, width))
    pairs = data.draw(st.lists(st.tuples(operands(width), operands(width)), min_size=1, max_size=30))
    check(width, *np.array(pairs, dtype=np.uint64).T, k)


@pytest.mark.parametrize("width", range(3, 9))
def test_bound_is_met_at_both_ends(width):
    a, b = every_pair(width)
    for parameters in choices(MULTIPLY, width):
        assert (0, 0) == slacks(MULTIPLY, width, a[a * b > 0], b[a * b > 0], **parameters)


@pytest.mark.parametrize(("k", "worst"), [(4, "26.563"), (5, "12.891"), (6, "6.348")])
def test_bound_of_16_bits_is_the_published_worst_relative_error(k, worst):
    thousandths = floor(100_000 * MULTIPLY.bound(16, k=k).peak + Fraction(1, 2))  # of a percent; 26.5625 was rounded up
    assert worst == f"{thousandths / 1000:.3f}"


def windows_of_16_bits(k):
    """Every operand of 16 bits but 0, and what the model makes of it: its product with 1."""
    operand = np.arange(1, 1 << 16, dtype=np.uint64)
    return operand, MULTIPLY.core(operand, np.ones_like(operand), 16, k=k)


@pytest.mark.parametrize(("k", "mred", "nmed"), [(4, "5.89", "1.410"), (5, "2.94", "0.705"), (6, "1.47", "0.353")])
def test_mean_errors_of_16_bits_are_the_published_ones(k, mred, nmed):
    # The error of a pair is positive if the second factor's ratio window / operand is above the inverse of the first
    # one's, so that with operands sorted by ratio all 2^32 pairs are sums up to one place in that order.
    operand, shown = (values.astype(float) for values in windows_of_16_bits(k))
    ratio = shown / operand
    order = np.argsort(ratio)
    place = np.searchsorted(ratio[order], 1 / ratio)

    def mean_of_distances(weight, value):
        """Of |value_i value_j - weight_i weight_j| over all pairs of 16 bits, a zero among them being no error."""
        below = [np.concatenate([[0], np.cumsum(values[order])]) for values in (value, weight)]
        above = [total[-1] - 2 * total[place] for total in below]
        return (value * above[0] - weight * above[1]).sum() / 2**32

    relative = mean_of_distances(np.ones_like(ratio), ratio)
    assert mred == f"{100 * relative:.2f}"
    assert nmed == f"{100 * mean_of_distances(operand, shown) / (2**16 - 1) ** 2:.3f}"


@pytest.mark.parametrize(("k", "published"), [(4, "519.96"), (5, "264.11"), (6, "133.04")])
def test_worst_error_of_16_bits_is_the_published_one(k, published):
    # Operands with the same window differ most at the least and the largest of them.
    operand, shown = (values.tolist() for values in windows_of_16_bits(k))
    least = dict(zip(reversed(shown), reversed(operand), strict=True))
    largest = dict(zip(shown, operand, strict=True))
    above = max(x * y - least[x] * least[y] for x, y in pairs_of(least, repeat=2))
    below = max(largest[x] * largest[y] - x * y for x, y in pairs_of(least, repeat=2))
    assert published == f"{max(above, below) / 1e6:.2f}"
