import dataclasses
import pickle

import numpy as np
import pytest

from pysoft.formats import MAX_WIDTH, MIN_WIDTH, IntegerFormat, format_from_name

OPERAND_FORMATS = [IntegerFormat(signed=signed, width=width) for signed in (False, True) for width in range(2, 33)]
WRONG_NAMES = [
    "",
    "u",
    "u1",
    "u33",
    "s0",
    "s64",
    "u08",
    "U8",
    "u8 ",
    " u8",
    "u8\n",
    "u-8",
    "i8",
    "8",
    "u8.0",
    "f64",
    "F32",
    "bf16 ",
    "bfloat16",
    "f8",
    "f8e3m4",
]
WRONG_NAMES += ["u\u0661\u0666", "u\u00b2", "\uff558", "u" + "9" * 5000, "x" * 100_000]


@pytest.mark.parametrize("form", OPERAND_FORMATS, ids=lambda form: form.name)
def test_names_go_both_ways(form):
    assert format_from_name(form.name) == form
    assert form.name == f"{'s' if form.signed else 'u'}{form.width}"


@pytest.mark.parametrize("name", WRONG_NAMES, ids=lambda name: ascii(name[:12]))
def test_wrong_name_is_refused_with_the_legal_ones(name):
    with pytest.raises(
        ValueError, match=r"unknown format .*: the formats are u2\.\.u32, s2\.\.s32, f32, f16, bf16, f8e4m3"
    ):
        format_from_name(name)


@pytest.mark.parametrize("name", [None, 8, b"u8"])
def test_name_that_is_no_string_is_a_type_error(name):
    with pytest.raises(TypeError):
        format_from_name(name)


@pytest.mark.parametrize("form", OPERAND_FORMATS, ids=lambda form: form.name)
def test_limits_are_those_of_twos_complement(form):
    assert form.minimum == (-(2 ** (form.width - 1)) if form.signed else 0)
    assert form.maximum == (2 ** (form.width - 1) - 1 if form.signed else 2**form.width - 1)
    assert form.maximum - form.minimum + 1 == 2**form.width
    assert np.iinfo(form.dtype).min <= form.minimum
    assert form.maximum <= np.iinfo(form.dtype).max
    assert form.dtype == (np.int64 if form.signed else np.uint64)


def test_operand_widths_are_2_to_32():
    assert (MIN_WIDTH, MAX_WIDTH) == (2, 32)


@pytest.mark.parametrize("width", [-1, 0, 65, 10**30])
def test_width_out_of_range_is_refused(width):
    with pytest.raises(ValueError, match=f"width must be 1..64 bits, not {width}"):
        IntegerFormat(signed=False, width=width)


def test_values_are_all_in_increasing_order():
    assert IntegerFormat(signed=True, width=3).values().tolist() == [-4, -3, -2, -1, 0, 1, 2, 3]
    assert IntegerFormat(signed=False, width=3).values().tolist() == [0, 1, 2, 3, 4, 5, 6, 7]
    assert IntegerFormat(signed=True, width=8).values().dtype == np.int64


@pytest.mark.parametrize("form", OPERAND_FORMATS, ids=lambda form: form.name)
def test_array_takes_the_limits_and_refuses_one_beyond(form):
    assert form.array([form.minimum, form.maximum]).tolist() == [form.minimum, form.maximum]
    for outside in (form.minimum - 1, form.maximum + 1):
        message = rf"^value {outside} is outside format {form.name}, which holds {form.minimum}\.\.{form.maximum}$"
        with pytest.raises(ValueError, match=message):
            form.array([form.minimum, outside])


def test_64_bit_limits_survive_mixed_signs():
    with pytest.raises(ValueError, match="value 9223372036854775808 is outside format s64"):
        IntegerFormat(signed=True, width=64).array([-1, 2**63])
    assert IntegerFormat(signed=False, width=64).array(2**64 - 1) == np.uint64(2**64 - 1)


def test_format_is_frozen_hashable_and_pickles():
    form = IntegerFormat(signed=True, width=8)
    with pytest.raises(dataclasses.FrozenInstanceError):
        form.width = 9
    assert pickle.loads(pickle.dumps(form)) == form
    assert len({form, IntegerFormat(signed=True, width=8), IntegerFormat(signed=False, width=8)}) == 2


@pytest.mark.parametrize(("signed", "width"), [(False, 8.5), (False, "8"), (False, True), ("x", 8), (0, 8)])
def test_format_of_parts_of_the_wrong_type_is_a_type_error(signed, width):
    with pytest.raises(TypeError, match="signed must be a bool and width an int"):
        IntegerFormat(signed=signed, width=width)
