import dataclasses
import math
import pickle
from fractions import Fraction

import float_arrays
import float_reference
import ml_dtypes
import numpy as np
import pytest

from pysoft.float_formats import FLOAT_FORMATS, FloatFormat
from pysoft.formats import format_from_name
from pysoft.operator import Operator

FORMATS = list(FLOAT_FORMATS.values())
SHORT = [form for form in FORMATS if form.width <= 16]
by_name = pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)


@by_name
def test_names_go_both_ways(form):
    assert format_from_name(form.name) == form
    assert str(form) == form.name
    assert pickle.loads(pickle.dumps(form)) == form
    with pytest.raises(dataclasses.FrozenInstanceError):
        form.exponent_bits = 9


@by_name
def test_numbers_of_bits_and_limits_are_those_of_numpy_and_ml_dtypes(form):
    info = ml_dtypes.finfo(form.dtype)
    assert (form.width, form.fraction_bits) == (info.bits, info.nmant)
    assert form.precision == info.nmant + 1
    numbers = form.from_bits(np.array([form.smallest, form.largest, form.bias << form.fraction_bits], dtype=np.uint64))
    assert numbers.tolist() == [float(info.smallest_normal), float(info.max), 1.0]


@by_name
def test_patterns_of_infinity_and_nan(form):
    nan, infinity = form.from_bits(np.array([form.nan, form.infinity], dtype=np.uint64)).astype(np.float64)
    assert math.isnan(nan)
    assert infinity == math.inf if form.has_infinity else math.isnan(infinity)
    assert form.to_bits(np.full(1, np.nan).astype(form.dtype))[0] % 2 ** (form.width - 1) == form.nan


@pytest.mark.parametrize("form", SHORT, ids=lambda form: form.name)
def test_every_number_is_sign_exponent_and_fraction(form):
    values, bits = form.values(), np.arange(1 << form.width, dtype=np.uint64)
    assert values.dtype == form.dtype
    assert np.array_equal(form.to_bits(values), bits)
    expected = float_arrays.numbers(bits, form.name)
    with np.errstate(invalid="ignore"):  # of a signalling NaN
        exact = values.astype(np.float64)
    subnormal = bits % 2 ** (form.width - 1) < 1 << form.fraction_bits
    assert np.array_equal(exact[~subnormal], expected[~subnormal], equal_nan=True)
    assert np.abs(exact[subnormal]).max() < float(np.abs(exact[~subnormal & ~np.isnan(exact)]).min())
    assert not expected[subnormal].any()
    for i in range(0, 1 << form.width, 1 if form.width == 8 else 61):
        sign, value = float_reference.decode(i, form.name)
        if isinstance(value, tuple):
            assert float(float_reference.real(value)) * (-1) ** sign == exact[i]
            assert float_reference.encode(sign, value, form.name) == i


@by_name
def test_bits_and_numbers_of_any_shape_and_stride(form):
    bits = np.arange(24, dtype=np.uint64).reshape(2, 3, 4)
    numbers = form.from_bits(bits)
    assert numbers.shape == (2, 3, 4)
    assert np.array_equal(form.to_bits(numbers[::-1, :, ::3]), bits[::-1, :, ::3])
    assert form.to_bits(numbers[1, 2, 3]).shape == ()
    assert form.to_bits(numbers[1, 2, 3]) == 23
    assert form.to_bits(numbers[:, :0]).shape == (2, 0, 4)
    assert form.to_bits(np.broadcast_to(numbers[0, 0, 1], (5, 2))).tolist() == [[1, 1]] * 5


# Operands


HELD = {
    "f32": ["i1", "u1", "i2", "u2", "f2", ">f4", ml_dtypes.bfloat16, ml_dtypes.float8_e4m3fn, ml_dtypes.float8_e5m2],
    "f16": ["i1", "u1", ">f2", ml_dtypes.float8_e4m3fn, ml_dtypes.float8_e5m2],
    "bf16": ["i1", "u1", ml_dtypes.float8_e4m3fn, ml_dtypes.float8_e5m2],
    "f8e4m3": [],
    "f8e5m2": [],
}
DTYPES = ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8", "g", *(form.scalar for form in FORMATS)]


@by_name
def test_arrays_of_numbers_that_it_holds_are_taken_exactly(form):
    for dtype in [*HELD[form.name], form.dtype]:
        values = np.array([0, 1, 2, 3, 4], dtype=dtype)
        for case in (values, values[::2], values[3], values.reshape(5, 1), values[:0]):
            array = form.array(case)
            assert isinstance(array, np.ndarray)
            assert (array.dtype, array.shape) == (form.dtype, case.shape)
            assert np.array_equal(array.astype(float), case.astype(float))
    for dtype in HELD[form.name]:
        if np.dtype(dtype).itemsize == 1:
            every = np.arange(256, dtype=np.uint8).view(dtype)
            assert np.array_equal(form.array(every).astype(float), every.astype(float), equal_nan=True)


REFUSED = [
    pytest.param(form, dtype, id=f"{form}-{dtype}")
    for form in FORMATS
    for dtype in map(np.dtype, DTYPES)
    if dtype not in [form.dtype, *(np.dtype(held).newbyteorder("=") for held in HELD[form.name])]
]


@pytest.mark.parametrize(("form", "dtype"), REFUSED)
def test_arrays_that_would_have_to_be_rounded_are_refused(form, dtype):
    scalars = [] if dtype == np.float64 else [np.ones((), dtype=dtype)[()]]
    for case in (np.ones(3, dtype=dtype), np.ones((), dtype=dtype), np.ones(0, dtype=dtype), *scalars):
        with pytest.raises(TypeError, match=rf"^b is an array of {dtype}, which format {form} does not hold exactly"):
            form.array(case, "b")


@pytest.mark.parametrize("form", FORMATS, ids=str)
def test_the_float64_of_numpy_is_a_python_float(form):
    assert form.array(0.1).tobytes() == form.array(np.float64(0.1)).tobytes() == form.cast(np.float64(0.1)).tobytes()


@pytest.mark.parametrize("form", FORMATS, ids=str)
def test_cast_rounds_arrays_as_python_numbers_are_rounded(form):
    rng = np.random.default_rng(1)
    values = np.concatenate(
        [np.ldexp(rng.standard_normal(2000), rng.integers(-20, 20, 2000)), [0.0, -0.0, np.inf, 1e300]]
    )
    for dtype in (np.float64, np.float32):
        with np.errstate(over="ignore"):
            case = values.astype(dtype)
        assert form.array(case.tolist()).tobytes() == form.cast(case).tobytes()
    assert form.array([3, -200, 2**60 + 1]).tobytes() == form.cast(np.array([3, -200, 2**60 + 1])).tobytes()
    own = form.cast(values)
    assert form.cast(own) is own


def test_nan_of_any_kind_comes_without_a_warning():
    signalling = FLOAT_FORMATS["bf16"].from_bits(np.array([0x7F81, 0xFF81, 0x7FC0], dtype=np.uint64))
    assert np.isnan(FLOAT_FORMATS["f32"].array(signalling)).all()


@pytest.mark.parametrize(
    "values",
    [
        *(True, np.True_, None, "3", b"3", 1j, [1, None], ["1"], Fraction(1, 2)),
        *(np.zeros(2, "V2"), np.zeros(2, [("x", "f4")]), np.array([1, 2], dtype=object), np.array(["1"])),
        *(np.ma.array([1.0, 2.0], mask=[0, 1], dtype="f4"), np.array([1], dtype=ml_dtypes.int4)),
        *(np.array([1], dtype=ml_dtypes.float8_e4m3), np.datetime64(1, "s")),
    ],
    ids=repr,
)
@by_name
def test_what_is_no_number_is_refused(form, values):
    with pytest.raises(TypeError, match=f"value must be numbers for format {form.name}, not "):
        form.array(values)


def nearest(value, form):
    """Bits of the number of the format nearest to a fraction above its smallest normal number."""
    return float_reference.encode(0, float_reference.rounded(value, 1, form.fraction_bits), form.name)


@by_name
def test_python_numbers_are_rounded_once(form):
    """Next to a tie, where rounding to float32 on the way would end at the tie."""
    tie = 1 + Fraction(1, 2**form.precision)
    odd_tie = tie + Fraction(1, 2**form.fraction_bits)
    tiny = Fraction(1, 2**45)
    cases = [t + away for t in (tie, odd_tie, 3 * tie, 8 * odd_tie) for away in (-tiny, 0, tiny)]
    for value in cases:
        assert float(value) == value
        assert form.to_bits(form.array(float(value))) == nearest(value, form)
    assert form.to_bits(form.array([float(value) for value in cases])).tolist() == [nearest(v, form) for v in cases]
    negative = form.to_bits(form.array([-float(value) for value in cases])) - np.uint64(1 << form.width - 1)
    assert negative.tolist() == [nearest(value, form) for value in cases]


@by_name
def test_python_integers_are_rounded_once(form):
    integers = [1, 17, 18, 19, 100, 447, 463, 464, 465, 57343, 61439, 61440, 65503, 65519, 65520, 2**24 + 1]
    integers += [2**24 + 2**16, 2**24 + 2**16 + 1, 2**30 + 2**22 + 1, 2**63 + 2**55, 2**64, 10**30, 2**127, 2**200]
    for integer in integers:
        assert form.to_bits(form.array(integer)) == nearest(Fraction(integer), form), integer
    assert form.to_bits(form.array(integers)).tolist() == [nearest(Fraction(integer), form) for integer in integers]


@by_name
def test_signed_zeros_infinities_and_nan_stay_what_they_are(form):
    values = [0.0, -0.0, math.inf, -math.inf, math.nan, 1e300, -1e300]
    array = form.array(values).astype(float)
    assert np.signbit(array[:2]).tolist() == [False, True]
    infinite = np.array([1, -1, np.nan, 1, -1]) * np.inf if form.has_infinity else np.full(5, np.nan)
    assert np.array_equal(array[2:], infinite, equal_nan=True)


def test_format_of_an_operator_is_the_object_of_the_table():
    operator = Operator.from_name("mul-bf16-mitchell")
    assert operator.format is FLOAT_FORMATS["bf16"]
    twin = FloatFormat("bf16", 8, 7, True, ml_dtypes.bfloat16)
    assert operator == Operator("mul", twin, "mitchell")
    with pytest.raises(ValueError, match="not an operand format"):
        Operator("mul", FloatFormat("bf16", 7, 8, True, ml_dtypes.bfloat16), "mitchell")
