"""Operators as functions of whole arrays: the same results, errors and types as the model gives."""

import hypothesis.extra.numpy as hnp
import hypothesis.strategies as st
import ml_dtypes
import numpy as np
import pytest
from float_values import STYLES, random_numbers, words
from hypothesis import given, settings

from pysoft.elementwise import Elementwise
from pysoft.float_formats import FLOAT_FORMATS
from pysoft.kernels import extension
from pysoft.operation import OPERATIONS
from pysoft.operator import Operator

_module = extension("_arithmetic")
LEVELS = range(len(_module.levels()) if _module else 1)
NAMES = [
    f"{operation}-{form}-{family}"
    for operation in OPERATIONS
    for form in FLOAT_FORMATS
    for family in ("exact", "mitchell", "tuned-minimax")
]


def same(expected, got):
    """Whether type, dtype, shape and bits are equal."""
    assert type(expected) is type(got)
    assert (expected.dtype, expected.shape) == (got.dtype, got.shape)
    assert np.array_equal(words(expected), words(got))


@pytest.mark.parametrize("name", [*NAMES, "mul-f32-realm-m16-t20", "mul-f8e4m3-carryin-full"])
def test_results_are_those_of_the_model(name):
    operator, rng = Operator.from_name(name), np.random.default_rng(1)
    for style in STYLES[-1:] if operator.format.width == 8 else STYLES:
        operands = [random_numbers(operator.format, (3, 171), style, rng) for _ in operator.operands]
        for level in LEVELS:
            same(operator(*operands), Elementwise(operator, level=level)(*operands))


@pytest.mark.parametrize("name", ["mul-u8-mitchell", "div-s12-exact-f3", "sqrt-u16-mitchell-f2"])
def test_integers_are_taken_too(name):
    operator = Operator.from_name(name)
    operands = [[1, 2, 100], [[7], [9]]][: len(operator.operands)]
    same(operator(*operands), Elementwise(operator)(*operands))


@settings(deadline=None, max_examples=150, derandomize=True)
@given(
    st.sampled_from([f"{operation}-{form}-mitchell" for operation in ("mul", "div") for form in FLOAT_FORMATS]),
    hnp.mutually_broadcastable_shapes(num_shapes=2, min_side=0, max_side=7, max_dims=4),
    st.lists(st.tuples(st.booleans(), st.integers(-3, 3).filter(bool)), min_size=2, max_size=2),
    st.integers(0, 2**32 - 1),
)
def test_shapes_and_strides_of_two_operands(name, shapes, layouts, seed):
    operator, rng = Operator.from_name(name), np.random.default_rng(seed)
    operands = []
    for shape, (fortran, step) in zip(shapes.input_shapes, layouts, strict=True):
        wide = (*shape[:-1], shape[-1] * abs(step)) if shape else shape
        values = random_numbers(operator.format, wide, "any", rng)
        values = np.array(values, order="F" if fortran else "C")
        operands.append(values[..., ::step] if shape else values)
    result = Elementwise(operator)(*operands)
    assert result.shape == shapes.result_shape
    same(operator(*operands), result)


@pytest.mark.parametrize("name", ["square-f32-mitchell", "sqrt-bf16-exact", "rsqrt-f16-gh"])
def test_strides_of_one_operand(name):
    operator = Operator.from_name(name)
    a = random_numbers(operator.format, (6, 5, 4), "any", np.random.default_rng(2))
    for view in (
        a,
        a.T,
        a[::-2, ::3],
        a[:, :, 1],
        a[2, 1, 3],
        a[:0],
        a[:, None, ::-1],
        np.broadcast_to(a[0, 0], (7, 4)),
    ):
        same(operator(view), Elementwise(operator)(view))


@pytest.mark.parametrize("form", ["f32", "f16", "bf16"])
def test_whatever_the_model_takes_is_taken(form):
    for operation in ("div", "sqrt"):
        operator = Operator.from_name(f"{operation}-{form}-exact")
        scalar, count = operator.format.scalar, len(operator.operands)
        array = np.array([1, 2, 3], operator.format.dtype)
        cases = [
            2,
            2.5,
            scalar(2),
            np.array(2, scalar),
            [2, 3],
            [[2.5], [3]],
            [],
            np.empty((0, 3), scalar),
            np.uint8([2, 3]),
        ]
        cases += [
            array.byteswap().view(array.dtype.newbyteorder()) if form != "bf16" else array,
            np.array([0.5, -3], ml_dtypes.float8_e4m3fn),
        ]
        for case in cases:
            same(operator(*[case] * count), Elementwise(operator)(*[case] * count))
            if count == 2:
                same(operator(case, 3.0), Elementwise(operator)(case, 3.0))
                same(operator(3.0, case), Elementwise(operator)(3.0, case))


def test_results_are_new_and_operands_stay_as_they_are():
    multiply = Elementwise(Operator.from_name("mul-f32-mitchell"))
    a = np.arange(20, dtype=np.float32)
    a.flags.writeable = False
    for first, second in ((a, a), (a[::-1], a), (a, a[::-1]), (np.broadcast_to(a, (2, 20)), a)):
        result = multiply(first, second)
        same(multiply.operator(first, second), result)
        assert result.flags.writeable
        assert not np.shares_memory(result, a)
    assert np.array_equal(np.arange(20), a)


@pytest.mark.parametrize("form", ["f32", "bf16", "f8e5m2"])
def test_errors_are_those_of_the_model(form):
    operator = Operator.from_name(f"mul-{form}-mitchell")
    multiply = Elementwise(operator)
    one = np.ones(3, operator.format.dtype)
    masked = np.ma.masked_array(np.ones(3, np.float32))
    cases = [
        (),
        (one,),
        (one, one, one),
        (one, np.ones(3)),
        ("x", one),
        (one, None),
        (one, one[:2]),
        (one, one[:0]),
        (masked, one),
    ]
    for case in cases:
        with pytest.raises((TypeError, ValueError)) as due:
            operator(*case)
        with pytest.raises((TypeError, ValueError)) as raised:
            multiply(*case)
        assert (due.type, str(due.value)) == (raised.type, str(raised.value))


@pytest.mark.skipif(_module is None, reason="the compiled part is not there")
def test_unknown_level_is_refused():
    with pytest.raises(ValueError, match=r"level must be 0\.\.\d, not 9"):
        Elementwise(Operator.from_name("mul-f32-mitchell"), level=9)([1.0], [2.0])
