import numpy as np
import pytest
from family import assert_model_equals, corner_pairs, every_pair, operands, slacks
from hypothesis import given, settings
from hypothesis import strategies as st

from pysoft.families.aaxd import AAXD

DIVIDE = AAXD.operations["div"]


def quotient(n, d, f, k):
    """On digits: a dividend of 2k and a divisor of k, and where the quotient's point then stands."""
    if n == 0:
        return 0
    n_digits, d_digits = f"{n:b}", f"{d:b}"
    small_n = int(n_digits.ljust(2 * k, "0")[: 2 * k], 2)
    small_d = int(d_digits.ljust(k, "0")[:k], 2)
    point = (len(n_digits) - 2 * k) - (len(d_digits) - k) + f
    small = small_n // small_d
    return small * 2**point if point >= 0 else small // 2**-point


def check(width, n, d, f, k):
    assert_model_equals(quotient, DIVIDE, width, n[d > 0], d[d > 0], width + f, f=f, k=k)


@pytest.mark.parametrize("f", [0, 3])
@pytest.mark.parametrize("width", range(2, 9))
def test_quotient_equals_scalar_reference_for_every_pair(width, f):
    for k in range(2, width + 1):
        check(width, *every_pair(width), f, k)


@pytest.mark.parametrize("width", range(9, 33))
def test_corners_equal_scalar_reference(width):
    for f, k in [(0, 2), (0, 4), (0, width), (7, 6), (32, 2), (32, width)]:
        check(width, *corner_pairs(width), f, k)


@given(st.data(), st.integers(9, 32), st.integers(0, 32))
@settings(deadline=None)
def test_wide_quotient_equals_scalar_reference(data, width, f):
    k = data.draw(st.integers(2, width))
    pairs = data.draw(st.lists(st.tuples(operands(width), operands(width)), min_size=1, max_size=30))
    n, d = np.array(pairs, dtype=np.uint64).T
    check(width, n, np.maximum(d, 1), f, k)


@pytest.mark.parametrize("f", [0, 5])
@pytest.mark.parametrize("width", range(2, 9))
def test_bound_holds_and_is_met_from_above(width, f):
    n, d = every_pair(width)
    for k in range(2, width + 1):
        lower, upper = slacks(DIVIDE, width, n[n * d > 0], d[n * d > 0], f=f, k=k)
        assert lower > 0
        assert upper == 0


def test_division_by_zero_is_left_to_the_operation_without_a_warning():
    n = np.arange(256, dtype=np.uint64)
    with np.errstate(all="raise"):
        assert n.shape == DIVIDE.core(n, np.zeros_like(n), 8, f=0, k=4).shape


def test_small_divisor_and_dividend_give_exact_quotients():
    n, d = every_pair(4)
    n, d = n[d > 0], d[d > 0]
    exact = n << np.uint64(8)
    exact_only = exact % d == 0
    results = DIVIDE.core(n, d, 8, f=8, k=8)
    assert (exact // d)[exact_only].tolist() == results[exact_only].tolist()
