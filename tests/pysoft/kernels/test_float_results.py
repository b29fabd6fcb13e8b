"""Compiled results of operators on floats, on every vector unit, against the model."""

import hypothesis.strategies as st
import numpy as np
import pytest
from float_loops import LEVELS, OTHERS, by_level, elementwise, module
from float_values import FORMATS, LAYOUTS, STYLES, catalogue, corners, laid_out, pairs_at_limits, random_numbers, words
from hypothesis import given, settings

from pysoft.kernels import floats
from pysoft.operator import Operator

OPERATORS = [*(operator for form in FORMATS for operator in catalogue(form)), *OTHERS]
BINARY_AND_NOT = [
    f"{operation}-{form}-{family}"
    for operation in ("mul", "div", "sqrt")
    for form in FORMATS
    for family in ("exact", "mitchell")
]


def test_every_operator_of_these_formats_is_known():
    assert all(floats.packed(operator) for form in FORMATS for operator in catalogue(form))
    for name in ("mul-f8e4m3-mitchell", "mul-f8e5m2-carryin-g3", "mul-u16-mitchell", "sqrt-f8e5m2-exact"):
        assert floats.packed(Operator.from_name(name)) is None


@pytest.mark.parametrize("operator", OPERATORS, ids=str)
def test_results_are_those_of_the_model(operator):
    form, rng = operator.format, np.random.default_rng(1)
    a, b = pairs_at_limits(form)
    parts = [random_numbers(form, 300, style, rng) for style in ("about one", "any", "small", "large")]
    a, b = np.concatenate([a, *parts]), np.concatenate([b, *map(rng.permutation, parts)])
    if len(operator.operands) == 1:
        a = np.concatenate([corners(form), *parts]) if form.width > 16 else form.values()
    operands = (a, b)[: len(operator.operands)]
    expected = words(operator(*operands))
    for level in LEVELS:
        assert np.array_equal(expected, elementwise(level, operator, *operands)), level


@pytest.mark.parametrize("name", ["exact", "mitchell", "gh", "tuned-minimax"])
@pytest.mark.parametrize("operation", ["mul", "div"])
def test_one_corner_among_ordinary_numbers(operation, name):
    """Which are so many that they are taken by the way that is quick, but for that one."""
    operator, rng = Operator.from_name(f"{operation}-f32-{name}"), np.random.default_rng(2)
    x, y = pairs_at_limits(operator.format)
    a, b = (random_numbers(operator.format, (x.size, 64), "about one", rng) for _ in range(2))
    place = np.arange(x.size), rng.integers(0, 64, x.size)
    a[place], b[place] = x, y
    expected = words(operator(a, b))
    for level in LEVELS:
        assert np.array_equal(expected, elementwise(level, operator, a, b)), level


@by_level
@pytest.mark.parametrize(
    "name", ["mul-f32-exact", "mul-f32-gh", "div-f32-mitchell", "sqrt-f32-mitchell", "mul-bf16-lmul"]
)
def test_lines_of_any_length(level, name):
    """Up to two rounds of the longest step; what lies beside the results stays as it is."""
    operator, rng = Operator.from_name(name), np.random.default_rng(3)
    operands = [random_numbers(operator.format, (1, 131), "about one", rng) for _ in operator.operands]
    expected, unit = words(operator(*operands)), floats.FORMATS[operator.format.name]
    for count in range(132):
        memory = np.full((1, count + 2), 7, expected.dtype)
        a, *b = (words(operand)[:, :count] for operand in operands)
        module.broadcast(level, floats.packed(operator), unit, a, *(b or [a]), memory[:, 1:-1])
        assert np.array_equal(expected[:, :count], memory[:, 1:-1])
        assert memory[0, 0] == memory[0, -1] == 7


@by_level
@settings(deadline=None, max_examples=60, derandomize=True)
@given(
    st.sampled_from(BINARY_AND_NOT),
    st.integers(0, 3),
    st.one_of(st.integers(0, 130), st.sampled_from([511, 512, 513, 1025])),
    st.sampled_from(LAYOUTS),
    st.sampled_from(LAYOUTS),
    st.sampled_from(STYLES),
    st.integers(0, 2**32 - 1),
)
def test_lines_at_any_distance(level, name, rows, columns, layout_a, layout_b, style, seed):
    operator, rng = Operator.from_name(name), np.random.default_rng(seed)
    a, b = (laid_out(operator.format, (1, rows, columns), style, layout, rng)[0] for layout in (layout_a, layout_b))
    operands = (a, b)[: len(operator.operands)]
    memory = np.full((rows, columns + 2), 7, words(a).dtype)
    results = memory[::-1, 1:-1]
    unit = floats.FORMATS[operator.format.name]
    module.broadcast(level, floats.packed(operator), unit, words(a), words(operands[-1]), results)
    assert np.array_equal(words(operator(*operands)), results)
    assert np.all(memory[:, [0, -1]] == 7)
