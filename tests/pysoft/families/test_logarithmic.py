from fractions import Fraction

import hypothesis.strategies as st
import numpy as np
import pytest
import scalar_reference
from hypothesis import given, settings

from pysoft.families import FAMILIES
from pysoft.formats import IntegerFormat
from pysoft.operator import Operator

SMALL_WIDTHS = range(2, 9)


def assert_equals_scalar_reference(operator, pairs):
    a, b = (list(values) for values in zip(*pairs, strict=True))
    result = operator(a, b)
    assert result.shape == (len(pairs),)
    assert result.dtype == operator.result_format.dtype
    assert result.tolist() == scalar_reference.evaluate(operator, pairs)


def every_pair(operator):
    values = operator.format.values().tolist()
    return [(a, b) for a in values for b in values]


def schemes(operation, width):
    """Names of all families that are data, with their configurations at ``width``, and some beyond the published."""
    names = [
        Operator(operation, IntegerFormat(signed=False, width=width), family.name, configuration).name.split("-", 2)[2]
        for family in FAMILIES.values()
        if operation in family.operations and family.operations[operation].scheme
        for configuration in family.operations[operation].configurations_at(width)
    ]
    more = ["mbm-t1", "mbm-t5", "realm-m4-t1", "realm-m8-q4", "realm-m16-t3-q10", "tuned-minimax-m8-t3", "inzed-t2"]
    return names + [name for name in more if operation in FAMILIES[name.split("-")[0]].operations]


@pytest.mark.parametrize("name", schemes("mul", 8))
def test_product_equals_scalar_reference_for_every_pair(name):
    operator = Operator.from_name(f"mul-u8-{name}")
    assert_equals_scalar_reference(operator, every_pair(operator))


@pytest.mark.parametrize("name", schemes("div", 8))
def test_quotient_equals_scalar_reference_for_every_pair(name):
    operator = Operator.from_name(f"div-u8-{name}-f3")
    assert_equals_scalar_reference(operator, every_pair(operator))


@pytest.mark.parametrize("form", ["s5", "u5", "s6"])
def test_signed_and_narrow_products_equal_scalar_reference_for_every_pair(form):
    for name in schemes("mul", 5):
        if "mbm-t5" != name:
            operator = Operator.from_name(f"mul-{form}-{name.replace('m8-t3', 'm8-t2').replace('m16-t3', 'm16-t2')}")
            assert_equals_scalar_reference(operator, every_pair(operator))


@pytest.mark.parametrize("suffix", ["", "-f1", "-f32"])
@pytest.mark.parametrize("form", ["s5", "u5"])
def test_signed_and_narrow_quotients_equal_scalar_reference_for_every_pair(form, suffix):
    for name in schemes("div", 5):
        operator = Operator.from_name(f"div-{form}-{name.replace('m8-t3', 'm8-t2')}{suffix}")
        assert_equals_scalar_reference(operator, every_pair(operator))


@pytest.mark.parametrize("sign", "us")
@pytest.mark.parametrize("width", SMALL_WIDTHS)
def test_mitchell_equals_scalar_reference_at_every_small_width(sign, width):
    for name in ("mul-{}-mitchell", "div-{}-mitchell", "div-{}-mitchell-f7"):
        operator = Operator.from_name(name.format(f"{sign}{width}"))
        assert_equals_scalar_reference(operator, every_pair(operator))


@st.composite
def operators_and_pairs(draw):
    """An operator of 9 to 32 bits and pairs of operands, most of them powers of two, neighbours and limits."""
    operation = draw(st.sampled_from(["mul", "div"]))
    form = IntegerFormat(signed=draw(st.booleans()), width=draw(st.integers(9, 32)))
    names = {"mul": scalar_reference.PRODUCTS, "div": scalar_reference.QUOTIENTS}[operation]
    family = draw(st.sampled_from([name for name in names if name in FAMILIES]))
    parameters = {"f": draw(st.integers(0, 32))} if operation == "div" else {}
    for parameter in FAMILIES[family].operations[operation].parameters:
        parameters[parameter.name] = draw(st.sampled_from(parameter.legal(form.width)))
    operator = Operator(operation, form, family, parameters)
    near_powers = st.builds(
        lambda k, away, sign: min(max(sign * (2**k + away), form.minimum), form.maximum),
        st.integers(0, form.width),
        st.integers(-2, 2),
        st.sampled_from([1, -1] if form.signed else [1]),
    )
    operand = near_powers | st.integers(form.minimum, form.maximum) | st.sampled_from([0, form.minimum, form.maximum])
    return operator, draw(st.lists(st.tuples(operand, operand), min_size=1, max_size=30))


@given(operators_and_pairs())
@settings(deadline=None, max_examples=600)
def test_wide_operators_equal_scalar_reference(case):
    assert_equals_scalar_reference(*case)


@pytest.mark.parametrize("width", [9, 16, 24, 31, 32])
@pytest.mark.parametrize(
    "name",
    [
        *("mul-{}-mitchell", "mul-{}-mitchw-w5", "mul-{}-almsoa-m8", "mul-{}-almloa-m3", "mul-{}-dralm-t6"),
        *("mul-{}-mbm", "mul-{}-realm-m4", "mul-{}-realm-m16-t2", "mul-{}-simdive", "mul-{}-tuned-minimax"),
        *("mul-{}-tuned-mred-m8-t4", "div-{}-mitchell", "div-{}-mitchell-f32", "div-{}-inzed-f5", "div-{}-simdive"),
        *("div-{}-tuned-minimax-f9", "div-{}-tuned-zerobias-m16"),
    ],
)
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
