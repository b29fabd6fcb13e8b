from fractions import Fraction
from math import floor

import numpy as np
import pytest
from family import assert_model_equals, choices, corner_pairs, every_pair, operands, random_pairs, slacks
from hypothesis import given, settings
from hypothesis import strategies as st

from pysoft.families.tosam import TOSAM

MULTIPLY = TOSAM.operations["mul"]


def product(a, b, h, t):
    if a == 0 or b == 0:
        return 0
    k1, k2 = a.bit_length() - 1, b.bit_length() - 1
    x, y = Fraction(a, 2**k1) - 1, Fraction(b, 2**k2) - 1
    xt, yt = (Fraction(floor(z * 2**t), 2**t) for z in (x, y))
    xh, yh = (Fraction(floor(z * 2**h), 2**h) + Fraction(1, 2 ** (h + 1)) for z in (x, y))
    return floor(2 ** (k1 + k2) * (1 + xt + yt + xh * yh))


def check(width, a, b, h, t):
    assert_model_equals(product, MULTIPLY, width, a, b, 2 * width, h=h, t=t)


@pytest.mark.parametrize("width", range(2, 6))
def test_product_equals_scalar_reference_for_every_pair(width):
    for parameters in choices(MULTIPLY, width):
        check(width, *every_pair(width), **parameters)


@pytest.mark.parametrize(("h", "t"), [(2, 6), (6, 3)])
def test_8_bit_product_equals_scalar_reference_for_every_pair(h, t):
    check(8, *every_pair(8), h, t)


@pytest.mark.parametrize("width", range(6, 33))
def test_corners_equal_scalar_reference(width):
    largest = width - 1
    for h, t in [
        (0, 1),
        (3, min(7, largest)),
        (largest - 1, largest),
        (largest - 1, 1),
        (largest - 2, 2),
        (0, largest),
    ]:
        for a, b in (corner_pairs(width), random_pairs(width)):
            check(width, a[::5], b[::5], h, t)


@given(st.data(), st.integers(9, 32))
@settings(deadline=None)
def test_wide_product_equals_scalar_reference(data, width):
    h, t = data.draw(st.integers(0, width - 2)), data.draw(st.integers(1, width - 1))
    pairs = data.draw(st.lists(st.tuples(operands(width), operands(width)), min_size=1, max_size=30))
    check(width, *np.array(pairs, dtype=np.uint64).T, h, t)


@pytest.mark.parametrize("width", range(2, 9))
def test_bound_holds_and_is_met_by_factors_with_the_top_bit_set(width):
    a, b = every_pair(width)
    top = (a & b) >> np.uint64(width - 1) > 0
    for parameters in choices(MULTIPLY, width):
        assert min(slacks(MULTIPLY, width, a[a * b > 0], b[a * b > 0], **parameters)) >= 0
        assert (0, 0) == slacks(MULTIPLY, width, a[top], b[top], truncated=False, **parameters)


def mean_relative_error(h, t):
    """Percent, of 16-bit factors with the top bit set, spread evenly."""
    values = np.arange(1 << 15, 1 << 16, 37, dtype=np.uint64)
    a, b = (factors.ravel() for factors in np.meshgrid(values, values))
    return 100 * np.abs(MULTIPLY.core(a, b, 16, h=h, t=t) / (a * b) - 1).mean()


def test_mean_error_spans_the_published_range():
    assert "11" == f"{mean_relative_error(0, 2):.0f}"
    assert "0.3" == f"{mean_relative_error(5, 9):.1f}"
