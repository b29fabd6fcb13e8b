"""Exponentials and logarithms against Mitchell's formulas and against decimals of 60 digits, number by number."""

import exponential_reference
import ml_dtypes
import numpy as np
import pytest

from pysoft import exact_exponential
from pysoft.exponential import (
    EXPONENTIALS,
    exp,
    exp2,
    exponential_bits,
    log,
    log2,
    logarithm_bits,
)
from pysoft.float_formats import FLOAT_FORMATS

FUNCTIONS = ("exp2", "exp", "log2", "log")
by_function = pytest.mark.parametrize("function", FUNCTIONS)
by_form = pytest.mark.parametrize("name", FLOAT_FORMATS)
REFERENCES = {"mitchell": exponential_reference.mitchell, "exact": exponential_reference.correctly_rounded}


def results(kind, function, bits, form):
    values = getattr(EXPONENTIALS[kind], function)(form.from_bits(bits), form)
    assert (values.shape, values.dtype) == (bits.shape, form.dtype)
    return form.to_bits(values).tolist()


def numbers_of_f32():
    """Next to where the functions have corners, at every exponent, and random ones."""
    exponents = np.arange(512, dtype=np.int64) << 23
    fractions = [0, 1, (1 << 23) - 1, 1 << 22]
    limits = np.array([88.0, 88.722839, 88.72284, 87.33654, 87.33655, 127, 128, 126, 149, 1, 2**-23], dtype=np.float32)
    near = (limits.view(np.int32).astype(np.int64)[:, None] + np.arange(-3, 4)).ravel()
    rng = np.random.default_rng(1)
    common = rng.normal(scale=30, size=4000).astype(np.float32).view(np.uint32)
    near_one = rng.normal(1, 1e-3, size=1000).astype(np.float32).view(np.uint32)
    patterns = rng.integers(1 << 32, size=4000)
    found = [*(exponents + fraction for fraction in fractions), near, near + (1 << 31), common, near_one, patterns]
    return np.concatenate(found).astype(np.uint64)


def cases(name):
    width = FLOAT_FORMATS[name].width
    return np.arange(1 << width, dtype=np.uint64) if width <= 16 else numbers_of_f32()


@by_form
@by_function
@pytest.mark.parametrize("kind", EXPONENTIALS)
def test_every_short_number_and_those_of_f32_become_what_they_must(kind, function, name):
    bits = cases(name)
    expected = [REFERENCES[kind](function, number, name) for number in bits.tolist()]
    assert expected == results(kind, function, bits, FLOAT_FORMATS[name])


def test_millions_of_numbers_of_f32_are_a_shift_and_an_addition():
    """2^23 x in float64, which holds it exactly, cut off."""
    f32, rng = FLOAT_FORMATS["f32"], np.random.default_rng(2)
    patterns = rng.integers(1 << 32, size=2_000_000, dtype=np.uint32).view(np.float32)
    x = np.concatenate([patterns[np.isfinite(patterns)], rng.uniform(-130, 130, 1_000_000).astype(np.float32)])
    flushed = np.where(np.abs(x) < 2.0**-126, 0, x).astype(np.float64)
    X = np.floor(np.ldexp(flushed, 23)) + 127 * 2.0**23
    expected = np.where(X < 2**23, 0, np.minimum(X, 255 * 2.0**23)).astype(np.uint32)
    assert np.array_equal(expected, exp2(x, f32).view(np.uint32))


@by_form
@pytest.mark.parametrize("function", ["exp2", "exp"])
@pytest.mark.parametrize("kind", EXPONENTIALS)
def test_exponentials_never_fall_and_are_one_at_zero(kind, function, name):
    form = FLOAT_FORMATS[name]
    bits = cases(name) % (1 << form.width - 1)
    bits = np.sort(bits[bits <= form.largest])
    up = np.array(results(kind, function, bits, form))
    down = np.array(results(kind, function, bits | np.uint64(1 << form.width - 1), form))
    assert (np.diff(up) >= 0).all()
    assert (np.diff(down) <= 0).all()
    assert up[0] == down[0] == form.bias << form.fraction_bits
    assert down[-1] == 0
    assert up[-1] == form.infinity


@by_form
def test_logarithm_undoes_exponential_of_mitchell_on_the_grid(name):
    """For they are the same straight lines."""
    form = FLOAT_FORMATS[name]
    x = (np.arange(-(1 << form.precision), 1 << form.precision)[:: 1 << max(0, form.precision - 12)]) / 2.0 ** (
        form.fraction_bits
    )
    assert np.array_equal(x, log2(exp2(x.astype(form.dtype), form), form).astype(np.float64))


# Special cases


@by_form
@pytest.mark.parametrize("kind", EXPONENTIALS)
def test_special_cases_are_those_of_the_table(kind, name):
    form, functions = FLOAT_FORMATS[name], EXPONENTIALS[kind]
    top = 1 << form.width - 1
    one = form.bias << form.fraction_bits
    minus_infinity = form.nan if name == "f8e4m3" else form.infinity + top
    zeros = [0, 1, form.smallest - 1, top, top + 1, top + form.smallest - 1]
    for function in (functions.exp2, functions.exp):
        assert [one] * 6 == form.to_bits(function(form.from_bits(np.array(zeros)), form)).tolist()
        ends = form.from_bits(np.array([form.infinity, minus_infinity, top - 1, 2 * top - 1]))
        expected = [form.infinity, form.nan if name == "f8e4m3" else 0, form.nan, form.nan]
        assert expected == form.to_bits(function(ends, form)).tolist()
    for function in (functions.log2, functions.log):
        assert [minus_infinity] * 6 == form.to_bits(function(form.from_bits(np.array(zeros)), form)).tolist()
        ends = [one, form.infinity, minus_infinity, top - 1, 2 * top - 1, one + top, form.smallest + top]
        expected = [0, form.infinity, *[form.nan] * 5]
        assert expected == form.to_bits(function(form.from_bits(np.array(ends)), form)).tolist()


# Arrays


EXACT = [getattr(exact_exponential, function) for function in FUNCTIONS]
ALL = [exp2, exp, log2, log, *EXACT]


@pytest.mark.parametrize("function", ALL)
def test_shapes_scalars_strides_and_empty_arrays(function):
    f32, bf16 = FLOAT_FORMATS["f32"], FLOAT_FORMATS["bf16"]
    grid = np.linspace(0.5, 3, 40_000, dtype=np.float32).reshape(200, 200)
    grid.flags.writeable = False
    view = grid.T[::2, ::-1]
    assert np.array_equal(function(np.ascontiguousarray(view), f32), function(view, f32))
    assert function(grid[:, :0], f32).shape == (200, 0)
    assert function([], bf16).dtype == bf16.dtype
    for scalar in (2, 2.0, np.int8(2), ml_dtypes.bfloat16(2), np.array(2, dtype=bf16.dtype)):
        result = function(scalar, bf16)
        assert type(result) is ml_dtypes.bfloat16
        assert result == function([2], bf16)[0]
    with pytest.raises(TypeError, match="x is an array of float64, which format f32 does not hold exactly"):
        function(np.ones(2), f32)


def test_entries_are_the_functions():
    for kind, functions in (("mitchell", ALL[:4]), ("exact", ALL[4:])):
        assert tuple(functions) == EXPONENTIALS[kind][:4]


def test_cores_are_functions_of_bits():
    f16 = FLOAT_FORMATS["f16"]
    x = np.array([1.5, -2.25], dtype=np.float16)
    assert exponential_bits(f16.to_bits(x), f16, ((1, 17),)).tolist() == f16.to_bits(exp2(x, f16)).tolist()
    assert logarithm_bits(f16.to_bits(x), f16, ((1, 17),)).tolist() == f16.to_bits(log2(x, f16)).tolist()
