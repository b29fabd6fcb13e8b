"""Conversions against fractions, number by number, and against those of NumPy and ml_dtypes where these agree."""

from fractions import Fraction
from functools import cache

import float_reference
import numpy as np
import pytest
from scalar_reference import ONE, split

from pysoft.convert import convert
from pysoft.float_formats import FLOAT_FORMATS
from pysoft.formats import IntegerFormat, format_from_name

SHORT_FLOATS = ["f8e4m3", "f8e5m2", "f16", "bf16"]
INTEGERS = ["u8", "s8", "s16", "u2", "s5", "u32", "s32"]


def form_of(name):
    """Also of results, which are up to 64 bits wide."""
    return FLOAT_FORMATS.get(name) or IntegerFormat(signed=name[0] == "s", width=int(name[1:]))


@cache
def rounded(x, F):
    """1 + x with F fraction bits: the exponent has no part in it."""
    return float_reference.rounded(Fraction(ONE + x, ONE), 1, F)


def to_float(sign, value, target):
    """Bits of ZERO, INFINITY, NAN or (k, x)."""
    if isinstance(value, tuple):
        k, x = rounded(value[1], float_reference.FORMATS[target][1])
        value = value[0] + k, x
    return float_reference.encode(sign, value, target)


def to_integer(sign, value, target):
    form = form_of(target)
    if value == float_reference.NAN:
        return 0
    if value == float_reference.INFINITY:
        return form.minimum if sign else form.maximum
    number = 0 if value == float_reference.ZERO else int(float_reference.real(value))
    return min(max(-number if sign else number, form.minimum), form.maximum)


def expected(bits, source, target):
    """Of a float: bits of the float, or the integer, that it becomes."""
    sign, value = float_reference.decode(bits, source)
    return (to_float if target in FLOAT_FORMATS else to_integer)(sign, value, target)


def assert_floats_become(bits, source, target):
    given, wanted = form_of(source), form_of(target)
    results = convert(given.from_bits(bits), given, wanted)
    assert (results.shape, results.dtype) == (bits.shape, wanted.dtype)
    results = wanted.to_bits(results) if target in FLOAT_FORMATS else results
    assert [expected(number, source, target) for number in bits.tolist()] == results.tolist()


def assert_integers_become(values, source, target):
    given, wanted = form_of(source), form_of(target)
    results = convert(values, given, wanted)
    assert results.dtype == wanted.dtype
    numbers = [(number < 0, split(abs(number)) if number else float_reference.ZERO) for number in values]
    assert [to_float(sign, value, target) for sign, value in numbers] == wanted.to_bits(results).tolist()


# Floats


@pytest.mark.parametrize("target", [*FLOAT_FORMATS, *INTEGERS])
@pytest.mark.parametrize("source", ["f8e4m3", "f8e5m2"])
def test_every_number_of_eight_bits_becomes_what_it_must(source, target):
    assert_floats_become(np.arange(256, dtype=np.uint64), source, target)


@pytest.mark.parametrize("target", ["f8e4m3", "f8e5m2", "f32", "u8", "s8", "s16"])
@pytest.mark.parametrize("source", ["f16", "bf16"])
def test_every_number_of_sixteen_bits_becomes_what_it_must(source, target):
    assert_floats_become(np.arange(1 << 16, dtype=np.uint64), source, target)


def corners_of_f32():
    """Numbers next to powers of two and next to ties of every narrower format, all exponents, and random ones."""
    exponents = np.arange(512, dtype=np.int64) << 23
    ties = [
        t + away
        for F in (2, 3, 7, 10)
        for t in (1 << 22 - F, 3 << 22 - F, (1 << 23) - (1 << 22 - F))
        for away in (-1, 0, 1)
    ]
    special = [0, 1, 2, (1 << 23) - 1, 1 << 22, *ties]
    random = np.random.default_rng(4).integers(1 << 32, size=5000)
    numbers = [exponents[:: 1 if i < 5 else 3] + fraction for i, fraction in enumerate(special)]
    return np.concatenate([*numbers, random]).astype(np.uint64)


@pytest.mark.parametrize("target", [*FLOAT_FORMATS, "u8", "s8", "u32", "s32", "u64", "s64"])
def test_corners_and_random_numbers_of_f32_become_what_they_must(target):
    assert_floats_become(corners_of_f32(), "f32", target)


@pytest.mark.parametrize(("source", "target"), [("f16", "bf16"), ("bf16", "f16"), ("f16", "u32"), ("bf16", "s32")])
def test_sixteen_bits_to_sixteen_and_more(source, target):
    bits = np.concatenate([np.arange(0, 1 << 16, 7), np.arange(1 << 8) << 8]).astype(np.uint64)
    assert_floats_become(bits, source, target)


@pytest.mark.parametrize("name", FLOAT_FORMATS)
def test_conversion_to_the_same_format_flushes_and_makes_nan_canonical(name):
    form = FLOAT_FORMATS[name]
    top = 1 << form.width - 1
    bits = np.array([1, form.smallest - 1, form.smallest, form.largest, top - 1, top + 1, 2 * top - 1], dtype=np.uint64)
    results = form.to_bits(convert(form.from_bits(bits), form, form)).tolist()
    assert [0, 0, form.smallest, form.largest, form.nan, top, form.nan] == results


# Integers


@pytest.mark.parametrize("target", FLOAT_FORMATS)
@pytest.mark.parametrize("source", ["u8", "s8", "u16", "s16", "u2", "s3"])
def test_every_integer_becomes_the_nearest_float(source, target):
    assert_integers_become(form_of(source).values().tolist(), source, target)


@pytest.mark.parametrize("target", FLOAT_FORMATS)
@pytest.mark.parametrize("source", ["u32", "s32", "u33", "u64", "s64"])
def test_wide_integers_become_the_nearest_float(source, target):
    form = form_of(source)
    powers = {(1 << k) + away for k in range(form.width) for away in (-1, 0, 1)}
    ties = {
        (2 * m + 1 << k) + away
        for k in range(form.width)
        for m in (4, 5, 8, 9, 128, 129, 1024, 1025, 2**23, 2**23 + 1)
        for away in (-1, 0, 1)
    }
    near_limits = {form.maximum - away for away in (0, 1, 2**7, 2**20)} | {form.minimum, form.minimum + 1}
    chosen = powers | ties | {-number for number in powers | ties} | near_limits
    assert_integers_become(sorted(n for n in chosen if form.minimum <= n <= form.maximum), source, target)


# NumPy and ml_dtypes


@pytest.mark.parametrize("target", FLOAT_FORMATS)
def test_integers_become_what_numpy_makes_of_them(target):
    """Below 2^24, where nothing is rounded twice."""
    form = FLOAT_FORMATS[target]
    values = np.random.default_rng(2).integers(-(1 << 24), 1 << 24, 100_000)
    with np.errstate(over="ignore"):
        theirs = values.astype(np.float32).astype(form.dtype)
    ours = convert(values, format_from_name("s32"), form)
    nan = np.isnan(theirs)
    assert np.array_equal(form.to_bits(theirs)[~nan], form.to_bits(ours)[~nan])
    assert np.isnan(ours[nan]).all()


@pytest.mark.parametrize("target", SHORT_FLOATS)
def test_normal_numbers_of_f32_become_what_numpy_and_ml_dtypes_make_of_them(target):
    form = FLOAT_FORMATS[target]
    bits = np.random.default_rng(3).integers(1 << 32, size=1_000_000, dtype=np.uint32)
    values = bits.view(np.float32)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        theirs = values.astype(form.dtype)
    ours = form.to_bits(convert(values, FLOAT_FORMATS["f32"], form))
    pattern = form.to_bits(theirs) % (1 << form.width - 1)
    normal = (pattern > form.smallest) & (pattern <= form.largest)
    assert normal.sum() > 30_000
    assert np.array_equal(form.to_bits(theirs)[normal], ours[normal])


@pytest.mark.parametrize("source", FLOAT_FORMATS)
def test_floats_within_the_limits_become_what_numpy_makes_of_them(source):
    form = FLOAT_FORMATS[source]
    values = np.linspace(-40_000, 40_000, 20_001).astype(form.dtype)
    kept = np.abs(values.astype(float)) < 32_768
    theirs = values[kept].astype(np.float64).astype(np.int64)
    assert np.array_equal(theirs, convert(values[kept], form, format_from_name("s16")))


# Arrays


def test_shapes_scalars_strides_and_empty_arrays():
    f16, u8, bf16 = map(format_from_name, ("f16", "u8", "bf16"))
    grid = np.arange(24, dtype=np.float16).reshape(4, 6) / 4
    assert np.array_equal(convert(grid.T[::2, ::-1], f16, u8), np.floor(grid.T[::2, ::-1]))
    assert convert(grid[:, :0], f16, bf16).shape == (4, 0)
    assert convert([], u8, bf16).dtype == bf16.dtype
    for result in (convert(3, u8, bf16), convert(np.float16(3), f16, bf16), convert(3.0, f16, u8)):
        assert np.isscalar(result)
        assert result == 3
    for form, limit in (
        (IntegerFormat(signed=True, width=64), -(2**63)),
        (IntegerFormat(signed=False, width=64), 2**64 - 1),
    ):
        assert convert(limit, form, FLOAT_FORMATS["f32"]) == float(limit)


def test_operands_are_not_written_to():
    values = np.array([1.5, -0.0, np.nan], dtype=np.float32)
    values.flags.writeable = False
    assert convert(values, FLOAT_FORMATS["f32"], format_from_name("s8")).tolist() == [1, 0, 0]


def test_what_is_not_of_the_source_is_refused():
    u8, f16 = format_from_name("u8"), format_from_name("f16")
    with pytest.raises(ValueError, match="value 256 is outside format u8"):
        convert(256, u8, f16)
    with pytest.raises(TypeError, match="value is an array of float32, which format f16 does not hold exactly"):
        convert(np.ones(2, dtype=np.float32), f16, u8)
    with pytest.raises(ValueError, match="u8 and s8 are both integer formats: one must be a float format"):
        convert(1, u8, format_from_name("s8"))
