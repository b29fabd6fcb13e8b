"""Tuned constants of floats: which there are, and the constants that are well known."""

import numpy as np
import pytest

from pysoft.families import FAMILIES
from pysoft.families.float_tables import CONSTANTS
from pysoft.float_formats import FLOAT_FORMATS
from pysoft.operation import OPERATIONS
from pysoft.operator import Operator

FLOATS = FAMILIES["tuned"].floats
OBJECTIVES = ("minimax", "zerobias", "mred")


def test_segments_are_those_whose_entries_are_whole_last_places():
    legal = {
        form: [FLOATS[name].parameters[1].legal(FLOAT_FORMATS[form].precision) for name in ("mul", "div", "sqrt")]
        for form in FLOAT_FORMATS
    }
    tables, segments = (1, 4, 8, 16), (1, 2, 4, 8, 16)
    assert legal == {
        "f32": [tables, tables, segments],
        "f16": [tables, tables, segments],
        "bf16": [tables, tables, segments],
        "f8e4m3": [(1,), (1,), segments[:4]],
        "f8e5m2": [(1,), (1,), segments[:3]],
    }


@pytest.mark.parametrize("form", FLOAT_FORMATS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_corrections_are_whole_last_places(operation, form):
    F, implementation = FLOAT_FORMATS[form].fraction_bits, FLOATS[operation]
    for m in implementation.parameters[1].legal(F + 1):
        for objective in OBJECTIVES:
            scheme = Operator(operation, FLOAT_FORMATS[form], "tuned", {"objective": objective, "m": m}).scheme
            correction = scheme.correction if operation in ("mul", "div") else scheme
            assert correction.bits <= F
            assert len(correction.table[0]) == m
            if m == 1:
                assert (CONSTANTS[operation, objective, 1, F], F) == (correction.table, correction.bits)
            if operation in ("mul", "div"):
                assert min(map(min, correction.table)) >= 0


def test_rsqrt_of_f32_is_the_classic_trick_with_its_best_constant():
    """0x5F37642F - (i >> 1): the constant is odd, so that halving rounds as the shift does."""
    rng = np.random.default_rng(5)
    i = np.concatenate([rng.integers(0x00800000, 0x7F800000, 1 << 16), 0x3F800000 + np.arange(-99, 100)])
    trick = (0x5F37642F - (i >> 1)).astype(np.uint32)
    results = Operator.from_name("rsqrt-f32-tuned-minimax")(i.astype(np.uint32).view(np.float32))
    assert trick.tolist() == results.view(np.uint32).tolist()
    assert CONSTANTS["rsqrt", "minimax", 1, 23] == ((2 * 0x5F37642F + 1 - 3 * 127 * 2**23,),)


@pytest.mark.parametrize("form", ["f8e4m3", "f8e5m2", "bf16"])
@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_results_are_the_sum_of_the_bits_and_the_constant(operation, form, objective):
    form = FLOAT_FORMATS[form]
    one, c = form.bias << form.fraction_bits, CONSTANTS[operation, objective, 1, form.fraction_bits][0][0]
    a = np.arange(one, one + (2 << form.fraction_bits))  # from 1 up to 4: far from the limits
    if operation in ("mul", "div"):
        a, b = (values.ravel() for values in np.meshgrid(a, a))
    expected = {
        "mul": lambda: a + b - one + c,
        "div": lambda: a - b + one - c,
        "square": lambda: 2 * a - one + c,
        "reciprocal": lambda: 2 * one - a + c,
        "sqrt": lambda: (a + one + c) // 2,
        "rsqrt": lambda: (3 * one - a + c) // 2,
    }[operation]()
    operands = [form.from_bits(v.astype(np.uint64)) for v in ([a, b] if operation in ("mul", "div") else [a])]
    results = Operator(operation, form, "tuned", {"objective": objective})(*operands)
    assert expected.tolist() == form.to_bits(results).tolist()


def test_tables_of_integers_are_used_on_floats():
    """Both operands in [1, 2) and a carry: the 16-bit product of the same fractions, but for bits below the last."""
    x = np.arange(128)
    floats = (1 + x / 128).astype(FLOAT_FORMATS["bf16"].dtype)
    for m in (4, 8, 16):
        product = Operator.from_name(f"mul-bf16-tuned-mred-m{m}")(floats[:, None], floats).astype(float)
        whole = Operator.from_name(f"mul-u8-tuned-mred-m{m}")(128 + x[:, None], 128 + x)
        grid = np.where(whole >= 1 << 15, 1 << 8, 1 << 7)
        assert np.array_equal(whole // grid * grid, np.ldexp(product, 14).astype(np.uint64))


# As in the docstring of the family; of the real constants the theory says 6.8858, 6.9597, 5.0510, 3.4747, 3.4213 %.
WORST = {
    "mul-f8e4m3-tuned-minimax": 11.111,
    "mul-bf16-tuned-minimax": 7.031,
    "mul-f32-tuned-minimax": 6.886,
    "div-f32-tuned-minimax": 6.960,
    "square-f16-tuned-minimax-m4": 3.625,
    "reciprocal-f32-tuned-minimax": 5.051,
    "sqrt-f16-tuned-minimax": 3.511,
    "sqrt-f32-tuned-minimax": 3.475,
    "rsqrt-bf16-tuned-minimax-m4": 2.344,
    "rsqrt-f32-tuned-minimax": 3.421,
}


@pytest.mark.parametrize(("name", "percent"), WORST.items())
def test_worst_errors_are_those_that_are_stated(name, percent):
    assert percent == round(100 * float(Operator.from_name(name).bound.peak), 3)


def test_objective_must_be_given():
    with pytest.raises(ValueError, match="must be given: minimax, zerobias, mred"):
        Operator.from_name("rsqrt-f16-tuned")
