"""Models of operators on floats against what the definitions say, bit for bit."""

import float_arrays
import float_reference
import hypothesis.strategies as st
import numpy as np
import pytest
from catalogue import examples
from hypothesis import given, settings

from pysoft.families import FAMILIES
from pysoft.float_formats import FLOAT_FORMATS
from pysoft.operation import OPERATIONS
from pysoft.operator import Operator

FLOATS = {name: family.floats for name, family in FAMILIES.items() if family.floats}
BINARY, UNARY = ("mul", "div"), ("square", "reciprocal", "sqrt", "rsqrt")
CONSTANTS = [(operation, family) for family in ("mitchell", "lmul", "gh") for operation in FAMILIES[family].floats]


def results(operator, *operands):
    """Bits of the model's results for bits of operands."""
    form = operator.format
    return form.to_bits(operator(*(form.from_bits(bits) for bits in operands)))


def assert_equals_scalar_reference(operator, *operands):
    expected = [float_reference.evaluate(operator, *each) for each in zip(*(o.tolist() for o in operands), strict=True)]
    got = results(operator, *operands)
    assert len(expected) == got.size > 0
    assert expected == got.tolist()


def assert_equals_arrays(operator, *operands):
    """Of the families that are one addition of patterns and constants, and of exact ones of few bits."""
    operation, form, family = operator.operation, operator.format.name, operator.family
    if family == "exact":
        expected = float_arrays.rounded(operation, form, *operands)
    else:
        c = float_arrays.constant(operation, family, form, *operands, **operator.parameters)
        expected = float_arrays.added(operation, form, *operands, c=c)
    assert np.array_equal(expected, results(operator, *operands))


def names(form, operations):
    """Every configuration that stands for a family, and some beyond the published."""
    form = FLOAT_FORMATS[form]
    chosen = [
        Operator(operation, form, family, configuration).name
        for family, floats in FLOATS.items()
        for operation in operations
        if operation in floats
        for configuration in floats[operation].configurations_at(form.precision)
    ]
    more = {"f8e4m3": ["mul-f8e4m3-mbm-t1", "mul-f8e4m3-realm-m8-t1-q10", "mul-f8e4m3-realm-m4-q4"]}
    return chosen + [name for name in more.get(form.name, []) if name.partition("-")[0] in operations]


def corners(form):
    """Both signs of: zeros, subnormals, limits of the normal numbers, infinity, NaN, and numbers near powers of two."""
    exponent_bits, F, _ = float_reference.FORMATS[form]
    bias, last = 2 ** (exponent_bits - 1) - 1, 2 ** (exponent_bits + F) - 1
    starts = [0, 1, 2, bias // 2, bias - 1, bias, bias + 1, 3 * bias // 2, 2 * bias - 1, 2 * bias, 2 * bias + 1]
    fractions = [0, 1, 2**F // 4, 2**F // 2 - 1, 2**F // 2, 2**F // 2 + 1, 2**F - 2, 2**F - 1]
    patterns = np.unique([e * 2**F + f for e in starts for f in fractions])
    assert patterns.max() == last
    return np.concatenate([patterns, patterns + last + 1]).astype(np.uint64)


def pairs(first, second):
    return tuple(bits.ravel() for bits in np.meshgrid(first, second, indexing="ij"))


def test_every_family_of_floats_is_stated_for_one_pair():
    assert set(FLOATS) == set(float_reference.FAMILIES)
    assert set(FLOAT_FORMATS) == set(float_reference.FORMATS)


# Eight bits: every bit pattern


@pytest.mark.parametrize("name", [name for form in ("f8e4m3", "f8e5m2") for name in names(form, BINARY)])
def test_every_pair_of_eight_bits_equals_the_definition(name):
    every = np.arange(256, dtype=np.uint64)
    assert_equals_scalar_reference(Operator.from_name(name), *pairs(every, every))


@pytest.mark.parametrize("name", [name for form in ("f8e4m3", "f8e5m2") for name in names(form, UNARY)])
def test_every_operand_of_eight_bits_equals_the_definition(name):
    assert_equals_scalar_reference(Operator.from_name(name), np.arange(256, dtype=np.uint64))


@pytest.mark.parametrize("family", ["mitchell", "lmul", "gh", "exact"])
def test_scalar_and_array_statements_agree(family):
    every = np.arange(256, dtype=np.uint64)
    for form in ("f8e4m3", "f8e5m2"):
        for operation in FLOATS[family]:
            operator = Operator(operation, FLOAT_FORMATS[form], family)
            assert_equals_arrays(operator, *(pairs(every, every) if operation in BINARY else [every]))


# Sixteen bits


@pytest.mark.parametrize("name", [name for form in ("bf16", "f16") for name in names(form, UNARY)])
def test_every_operand_of_sixteen_bits_equals_the_definition(name):
    assert_equals_arrays(Operator.from_name(name), np.arange(1 << 16, dtype=np.uint64))


@pytest.mark.parametrize(
    "name",
    [n for form in ("bf16", "f16") for n in names(form, BINARY) if n.split("-")[2] not in ("mbm", "realm")],
)
def test_random_and_corner_pairs_of_sixteen_bits_equal_the_definition(name):
    operator = Operator.from_name(name)
    assert_equals_arrays(operator, *np.random.default_rng(16).integers(1 << 16, size=(2, 10**5), dtype=np.uint64))
    assert_equals_arrays(operator, *pairs(corners(operator.format.name), corners(operator.format.name)))


@pytest.mark.parametrize(
    "name", [name for form in ("bf16", "f16", "f32") for op in BINARY for name in examples(op, form)]
)
def test_corner_and_some_random_pairs_equal_the_definition(name):
    operator = Operator.from_name(name)
    special = corners(operator.format.name)[::3]
    random = np.random.default_rng(3).integers(1 << operator.format.width, size=(2, 3000), dtype=np.uint64)
    assert_equals_scalar_reference(operator, *pairs(special, special))
    assert_equals_scalar_reference(operator, *random)


# Any format


def is_legal(floats, operation, form):
    return operation in floats and bool(floats[operation].configurations_at(form.precision))


@st.composite
def cases(draw):
    """An operator and bits of operands, most of them near a power of two or of a result near the limits."""
    form = FLOAT_FORMATS[draw(st.sampled_from(list(FLOAT_FORMATS)))]
    operation = draw(st.sampled_from(list(OPERATIONS)))
    family = draw(st.sampled_from([family for family, floats in FLOATS.items() if is_legal(floats, operation, form)]))
    legal = {p.name: p.legal(form.precision) for p in FLOATS[family][operation].parameters}
    parameters = {name: draw(st.sampled_from(values)) for name, values in legal.items()}
    fraction = st.sampled_from([0, 1, form.smallest // 2, form.smallest - 1]) | st.integers(0, form.smallest - 1)
    top = (1 << form.exponent_bits) - 1
    exponent = st.integers(0, top)
    first = draw(st.tuples(st.booleans(), exponent, fraction))
    second = draw(st.tuples(st.booleans(), exponent, fraction))
    if draw(st.booleans()):  # a product or quotient that nearly leaves the format
        end = draw(st.sampled_from([-1, 0, 1, 2, top - 2, top - 1, top, top + 1]))
        e = end - first[1] + form.bias if operation == "mul" else first[1] + form.bias - end
        second = (second[0], min(max(e, 0), top), second[2])
    operands = (first, second)[: len(OPERATIONS[operation].operands)]
    bits = [(((sign << form.exponent_bits) | e) << form.fraction_bits) | f for sign, e, f in operands]
    return Operator(operation, form, family, parameters), [np.array([value], dtype=np.uint64) for value in bits]


@given(cases())
@settings(deadline=None, max_examples=1500)
def test_any_operator_equals_the_definition(case):
    operator, operands = case
    assert_equals_scalar_reference(operator, *operands)


# 32 bits: all exponents, and many numbers


def all_exponents():
    """Every pair of exponents, zeros, infinities and NaN with them, with a few fractions each."""
    fractions = np.array([0, 1, 0x3504F3, 0x400000, 0x7FFFFF], dtype=np.uint64)
    exponents = np.arange(256, dtype=np.uint64) << np.uint64(23)
    for a, b in [(0, 0), (0, 4), (4, 0), (4, 4), (2, 3), (1, 2), (3, 3)]:
        first, second = pairs(exponents | fractions[a], exponents | fractions[b])
        yield first, second | np.uint64((a + b) % 2 << 31)


@pytest.mark.parametrize(("operation", "family"), CONSTANTS)
def test_every_pair_of_exponents_of_f32_equals_one_addition(operation, family):
    operator = Operator(operation, FLOAT_FORMATS["f32"], family)
    for a, b in all_exponents():
        assert_equals_arrays(operator, *((a, b) if operation in BINARY else (b,)))


@pytest.mark.parametrize("operation", [*BINARY, *UNARY])
def test_ten_million_of_f32_are_one_addition(operation):
    operator = Operator(operation, FLOAT_FORMATS["f32"], "mitchell")
    rng = np.random.default_rng(32)
    for _ in range(20):
        operands = rng.integers(1 << 32, size=(len(operator.operands), 500_000), dtype=np.uint64)
        assert_equals_arrays(operator, *operands)
