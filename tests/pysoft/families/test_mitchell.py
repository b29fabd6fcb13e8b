from fractions import Fraction

import hypothesis.strategies as st
import numpy as np
import pytest
import scalar_reference
from hypothesis import given, settings

from pysoft.formats import IntegerFormat
from pysoft.operator import Operator, Parameters

SMALL_WIDTHS = range(2, 9)


def assert_equals_scalar_reference(operator, pairs):
    a, b = (list(values) for values in zip(*pairs, strict=True))
    result = operator(a, b)
    assert result.shape == (len(pairs),)
    assert result.dtype == operator.result_format.dtype
    assert result.tolist() == [scalar_reference.evaluate(operator, *pair) for pair in pairs]


def every_pair(operator):
    values = operator.format.values().tolist()
    return [(a, b) for a in values for b in values]


@pytest.mark.parametrize("sign", "us")
@pytest.mark.parametrize("width", SMALL_WIDTHS)
def test_product_equals_scalar_reference_for_every_pair(sign, width):
    operator = Operator.from_name(f"mul-{sign}{width}-mitchell")
    assert_equals_scalar_reference(operator, every_pair(operator))


@pytest.mark.parametrize("f", [0, 1, 7, 32])
@pytest.mark.parametrize("sign", "us")
@pytest.mark.parametrize("width", SMALL_WIDTHS)
def test_quotient_equals_scalar_reference_for_every_pair(sign, width, f):
    operator = Operator.from_name(f"div-{sign}{width}-mitchell" + (f"-f{f}" if f else ""))
    assert_equals_scalar_reference(operator, every_pair(operator))


@st.composite
def operators_and_pairs(draw):
    """An operator of 9 to 32 bits and pairs of operands, most of them powers of two, neighbours and limits."""
    operation = draw(st.sampled_from(["mul", "div"]))
    form = IntegerFormat(signed=draw(st.booleans()), width=draw(st.integers(9, 32)))
    parameters = {"f": draw(st.integers(0, 32))} if operation == "div" else {}
    operator = Operator(operation, form, draw(st.sampled_from(["mitchell", "exact"])), Parameters(parameters))
    near_powers = st.builds(
        lambda k, away, sign: min(max(sign * (2**k + away), form.minimum), form.maximum),
        st.integers(0, form.width),
        st.integers(-2, 2),
        st.sampled_from([1, -1] if form.signed else [1]),
    )
    operand = near_powers | st.integers(form.minimum, form.maximum) | st.sampled_from([0, form.minimum, form.maximum])
    return operator, draw(st.lists(st.tuples(operand, operand), min_size=1, max_size=30))


@given(operators_and_pairs())
@settings(deadline=None, max_examples=300)
def test_wide_operators_equal_scalar_reference(case):
    assert_equals_scalar_reference(*case)


@pytest.mark.parametrize("width", [9, 16, 24, 31, 32])
@pytest.mark.parametrize("name", ["mul-{}-mitchell", "div-{}-mitchell", "div-{}-mitchell-f32"])
@pytest.mark.parametrize("sign", "us")
def test_powers_of_two_and_limits_equal_scalar_reference(sign, width, name):
    operator = Operator.from_name(name.format(f"{sign}{width}"))
    form = operator.format
    magnitudes = {2**k + away for k in range(width + 1) for away in (-1, 0, 1)}
    candidates = magnitudes | {-magnitude for magnitude in magnitudes}
    values = sorted(value for value in candidates if form.minimum <= value <= form.maximum)
    chosen = [*values[::3], form.minimum, 0, 1, 3, form.maximum]
    assert_equals_scalar_reference(operator, [(a, b) for a in values for b in chosen])


@pytest.mark.parametrize(
    ("name", "a", "b", "expected"),
    [
        ("mul-u8-mitchell", 3, 3, 8),
        ("mul-u8-mitchell", 10, 3, 28),
        ("mul-u8-mitchell", 255, 255, 65024),
        ("mul-u16-mitchell", 1000, 3000, 2973696),
        ("mul-s8-mitchell", -128, -128, 16384),
        ("mul-s8-mitchell", -3, 3, -8),
        ("mul-u32-mitchell", 2**32 - 1, 2**32 - 1, 2**64 - 2**33),
        ("mul-s32-mitchell", -(2**31), -(2**31), 2**62),
        ("div-u8-mitchell", 8, 3, 3),
        ("div-u8-mitchell", 7, 0, 255),
        ("div-u8-mitchell-f8", 0, 0, 65535),
        ("div-u8-mitchell", 0, 5, 0),
        ("div-s8-mitchell", -8, 3, -3),
        ("div-s8-mitchell", -7, 2, -3),
        ("div-s8-mitchell", 5, 0, -1),
        ("div-s8-mitchell", -5, 0, -1),
        ("div-s8-mitchell", -128, -1, 127),
        ("div-s8-mitchell", -128, 1, -128),
        ("div-s32-mitchell-f32", -(2**31), -1, 2**63 - 1),
        ("div-s32-mitchell-f32", -(2**31), 1, -(2**63)),
        ("div-u32-mitchell-f32", 2**32 - 1, 1, 2**64 - 2**32),
    ],
)
def test_printed_and_corner_results(name, a, b, expected):
    assert Operator.from_name(name)(a, b) == expected


def test_integer_product_is_commutative_and_scales_by_powers_of_two():
    operator = Operator.from_name("mul-u16-mitchell")
    a, b = np.random.default_rng(62).integers(0, 2**12, (2, 1000))
    assert np.array_equal(operator(a, b), operator(b, a))
    assert np.array_equal(operator(a << 4, b << 3), operator(a, b) << np.uint64(7))


def test_quotient_with_fewer_fraction_bits_is_a_truncation_of_one_with_more():
    n, d = np.meshgrid(np.arange(256), np.arange(1, 256))
    fine = Operator.from_name("div-u8-mitchell-f20")(n, d)
    assert np.array_equal(Operator.from_name("div-u8-mitchell-f3")(n, d), fine >> np.uint64(17))


def test_bounds_are_those_of_the_paper():
    product = Operator.from_name("mul-u16-mitchell").bound
    assert (product.lower, product.upper, product.truncation) == (Fraction(-1, 9), 0, 0)
    quotient = Operator.from_name("div-u16-mitchell-f3").bound
    assert (quotient.lower, quotient.upper, quotient.truncation) == (0, Fraction(1, 8), Fraction(1, 8))
