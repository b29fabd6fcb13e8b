import numpy as np
import pytest
from family import assert_model_equals, choices, corner_pairs, every_pair, operands, slacks
from hypothesis import given, settings
from hypothesis import strategies as st

from pysoft.families.babic import BABIC

MULTIPLY = BABIC.operations["mul"]


def product(a, b, i):
    """Block by block, each on the residues of the one before, until one of them is zero."""
    total = 0
    for _ in range(i + 1):
        if a == 0 or b == 0:
            break
        k1, k2 = a.bit_length() - 1, b.bit_length() - 1
        r1, r2 = a - 2**k1, b - 2**k2
        total += 2 ** (k1 + k2) + r1 * 2**k2 + r2 * 2**k1
        a, b = r1, r2
    return total


def check(width, a, b, i):
    assert_model_equals(product, MULTIPLY, width, a, b, 2 * width, i=i)


@pytest.mark.parametrize("i", range(5))
@pytest.mark.parametrize("width", range(2, 9))
def test_product_equals_scalar_reference_for_every_pair(width, i):
    check(width, *every_pair(width), i)


@pytest.mark.parametrize("i", range(5))
@pytest.mark.parametrize("width", [9, 16, 17, 31, 32])
def test_corners_equal_scalar_reference(width, i):
    check(width, *corner_pairs(width), i)


@given(st.data(), st.integers(9, 32), st.integers(0, 4))
@settings(deadline=None)
def test_wide_product_equals_scalar_reference(data, width, i):
    pairs = data.draw(st.lists(st.tuples(operands(width), operands(width)), min_size=1, max_size=30))
    check(width, *np.array(pairs, dtype=np.uint64).T, i)


@pytest.mark.parametrize("width", range(2, 33))
def test_product_of_all_ones_fits(width):
    ones = np.array([(1 << width) - 1], dtype=np.uint64)
    for parameters in choices(MULTIPLY, width):
        check(width, ones, ones, **parameters)


@pytest.mark.parametrize("i", range(5))
@pytest.mark.parametrize("width", range(2, 9))
def test_bound_is_met_at_both_ends(width, i):
    a, b = every_pair(width)
    assert (0, 0) == slacks(MULTIPLY, width, a[a * b > 0], b[a * b > 0], i=i)


def test_bound_is_below_a_power_of_four_at_every_width():
    for width in range(2, 33):
        for i in range(5):
            bound = MULTIPLY.bound(width, i=i)
            assert -1 < bound.lower * 4 ** (i + 1) <= bound.upper == 0


def test_product_is_exact_once_the_blocks_exhaust_an_operand():
    a, b = every_pair(5)
    assert (a * b).tolist() == MULTIPLY.core(a, b, 5, i=4).tolist()
