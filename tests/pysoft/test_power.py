"""Powers of unsigned integers against Python integers."""

import hypothesis.strategies as st
import numpy as np
import power_reference
import pytest
from hypothesis import given, settings

from pysoft.families import FAMILIES
from pysoft.formats import IntegerFormat
from pysoft.operation import OPERATIONS
from pysoft.operator import Operator
from pysoft.power import PowerScheme, power, raise_logarithm

POWERS = ("square", "reciprocal", "sqrt", "rsqrt")
FAMILY_NAMES = [name for name, family in FAMILIES.items() if set(POWERS) & set(family.operations)]
FRACTION_BITS = (0, 1, 5, 16, 31, 32)


def operators(width):
    """Every family with every number of fraction bits that is tried."""
    form = IntegerFormat(signed=False, width=width)
    for family in FAMILY_NAMES:
        for operation in POWERS:
            implementation = FAMILIES[family].operations.get(operation)
            for own in implementation.configurations_at(width) if implementation else ():
                for f in FRACTION_BITS if operation != "square" else (None,):
                    yield Operator(operation, form, family, dict(own) | ({} if f is None else {"f": f}))


def assert_equals_scalar_reference(operator, operands):
    results = operator(operands)
    assert results.dtype == np.uint64
    expected = [power_reference.evaluate(operator, a) for a in operands]
    assert expected == results.tolist()
    assert max(expected) <= operator.result_format.maximum


def test_families_of_powers_are_those_with_a_statement_for_one_number():
    for family in FAMILY_NAMES:
        assert family == "exact" or all(FAMILIES[family].operations[power].scheme for power in POWERS)


@pytest.mark.parametrize("width", range(2, 10))
def test_every_operand_equals_scalar_reference(width):
    for operator in operators(width):
        assert_equals_scalar_reference(operator, list(range(1 << width)))


@pytest.mark.parametrize("width", [16, 17, 24, 31, 32])
def test_powers_of_two_and_squares_and_their_neighbours_equal_scalar_reference(width):
    roots = {3, 5, 255, 4097, 46341, 65535}
    centres = {1 << k for k in range(width + 1)} | {3 << k for k in range(width - 1)} | {r * r for r in roots}
    chosen = {centre + away for centre in centres for away in (-1, 0, 1)}
    operands = sorted(a for a in chosen if 0 <= a < 1 << width)
    for operator in operators(width):
        assert_equals_scalar_reference(operator, operands)


@pytest.mark.parametrize("f", [0, 13, 32])
@pytest.mark.parametrize("operation", ["reciprocal", "sqrt", "rsqrt"])
def test_random_exact_powers_of_32_bits_equal_python_integers(operation, f):
    operands = np.random.default_rng(f).integers(1 << 32, size=20_000) >> np.arange(20_000) % 32
    assert_equals_scalar_reference(Operator.from_name(f"{operation}-u32-exact-f{f}"), operands.tolist())


# Any scheme


@st.composite
def schemes(draw, width, operation):
    """Constants of either sign, below 1/2 in magnitude, one or two rows, one to many columns."""
    bits = draw(st.integers(1, width + 3))
    rows = draw(st.sampled_from([1, 2])) if operation.endswith("sqrt") else 1
    columns = 1 << draw(st.integers(0, min(width - 1, 3)))
    entry = st.integers(-(1 << bits - 1) + 1, (1 << bits - 1) - 1)
    row = st.lists(entry, min_size=columns, max_size=columns).map(tuple)
    return PowerScheme(tuple(draw(st.lists(row, min_size=rows, max_size=rows))), bits)


@st.composite
def cases(draw):
    operation, width = draw(st.sampled_from(POWERS)), draw(st.integers(2, 32))
    near = st.builds(
        lambda k, away: min(max((1 << k) + away, 1), (1 << width) - 1), st.integers(0, width), st.integers(-3, 3)
    )
    operands = draw(st.lists(near | st.integers(1, (1 << width) - 1), min_size=1, max_size=20))
    return operation, draw(schemes(width, operation)), width, draw(st.integers(0, 32)), operands


@given(cases())
@settings(deadline=None, max_examples=400)
def test_any_scheme_equals_scalar_reference(case):
    operation, scheme, width, f, operands = case
    f = 0 if operation == "square" else f
    a = np.array([0, *operands], dtype=np.uint64)
    results = power(scheme, OPERATIONS[operation].exponent, a, width, f)
    assert results.dtype == np.uint64
    expected = [power_reference.power(scheme, operation, number, width, f) for number in operands]
    assert [0, *expected] == results.tolist()


def test_square_that_its_constant_would_carry_too_far_becomes_the_largest_logarithm():
    scheme = PowerScheme(((0, 3),), 2)
    squares = power(scheme, OPERATIONS["square"].exponent, np.array([15, 14], dtype=np.uint64), 4)
    assert [240, 240] == squares.tolist()  # 2^7 (1 + 7/8)


def test_logarithm_of_a_root_has_one_bit_more_and_loses_none():
    L = np.arange(-64, 64)
    halved, bits = raise_logarithm(PowerScheme(), OPERATIONS["sqrt"].exponent, L, 4)
    assert bits == 5
    assert np.array_equal(halved, L)
    doubled, bits = raise_logarithm(PowerScheme(((1,),), 6), OPERATIONS["square"].exponent, L, 4)
    assert bits == 6
    assert np.array_equal(doubled, 8 * L + 1)
