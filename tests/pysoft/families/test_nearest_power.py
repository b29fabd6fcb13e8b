import numpy as np
import pytest
from family import assert_model_equals, corner_pairs, every_pair, operands, slacks
from hypothesis import given, settings
from hypothesis import strategies as st

from pysoft.families.nearest_power import ILM, ROBA

FAMILIES = {"ilm": ILM.operations["mul"], "roba": ROBA.operations["mul"]}


def nearest_power(number, family):
    if family == "roba" and number == 3:
        return 2
    powers = [2**k for k in range(number.bit_length() + 1)]
    return min(powers, key=lambda power: (abs(number - power), -power))


def product(a, b, family):
    """The formula of both papers."""
    if a == 0 or b == 0:
        return 0
    rounded_a, rounded_b = nearest_power(a, family), nearest_power(b, family)
    return rounded_a * b + rounded_b * a - rounded_a * rounded_b


def check(family, width, a, b):
    assert_model_equals(lambda x, y: product(x, y, family), FAMILIES[family], width, a, b, 2 * width)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("width", range(2, 9))
def test_product_equals_scalar_reference_for_every_pair(width, family):
    check(family, width, *every_pair(width))


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("width", range(9, 33))
def test_corners_equal_scalar_reference(width, family):
    check(family, width, *corner_pairs(width))


@given(st.data(), st.integers(9, 32), st.sampled_from(sorted(FAMILIES)))
@settings(deadline=None)
def test_wide_product_equals_scalar_reference(data, width, family):
    pairs = data.draw(st.lists(st.tuples(operands(width), operands(width)), min_size=1, max_size=30))
    check(family, width, *np.array(pairs, dtype=np.uint64).T)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("width", range(2, 9))
def test_bound_is_met_at_both_ends(width, family):
    a, b = every_pair(width)
    assert (0, 0) == slacks(FAMILIES[family], width, a[a * b > 0], b[a * b > 0])


@pytest.mark.parametrize(
    ("family", "a", "b", "expected"),
    [
        ("ilm", 3, 3, 8),
        ("ilm", 3, 6, 16),
        ("roba", 3, 3, 8),
        ("roba", 3, 6, 20),
        ("roba", 6, 6, 32),
        ("ilm", 95, 3, 316),
    ],
)
def test_products_that_the_bounds_name(family, a, b, expected):
    arrays = np.array([a], dtype=np.uint64), np.array([b], dtype=np.uint64)
    assert [expected] == FAMILIES[family].core(*arrays, 8).tolist()


def test_families_differ_only_where_an_operand_is_three():
    a, b = every_pair(8)
    differ = FAMILIES["ilm"].core(a, b, 8) != FAMILIES["roba"].core(a, b, 8)
    assert differ.any()
    assert ((a == 3) | (b == 3))[differ].all()
