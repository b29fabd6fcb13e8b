"""``mitchell eval`` on floats, on one operand, and on patterns of bits."""

import json
from fractions import Fraction

import pytest
from command_line import sheet

from mitchell.cli.numerals import float_bits
from pysoft.float_formats import FLOAT_FORMATS


def test_floats_that_are_rounded_say_so(run):
    status, out, _ = run("eval", "mul-bf16-mitchell", "-1.5", "0.1")
    cells = sheet(out)
    assert 0 == status
    assert ["-1.5", "0xbfc0"] == cells["a"]
    assert ["0.10009765625  (nearest to 0.1)", "0x3dcd"] == cells["b"]
    # 0.1 is 2^-4 1.1001101b, and 1.1b + 0.1001101b is 2 0.0001101b with the carry.
    assert ["-0.13769531", "0xbe0d"] == cells["p"]
    exact = Fraction(-3, 2) * Fraction(0xCD, 0x800)
    assert [f"{float(exact):.10g}", ""] == cells["exact"]
    relative = Fraction(0x8D, 0x80) / 8 / -exact - 1
    assert [f"{100 * float(relative):.4f} %", ""] == cells["relative error"]
    assert ["-11.1111 % .. 0.0000 %", ""] == cells["proved"]
    answer = json.loads(run("eval", "mul-bf16-mitchell", "-1.5", "0.1", "--json")[1])
    assert {"b": "0.1"} == answer["rounded_from"]
    assert {"a": "0xbfc0", "b": "0x3dcd", "p": "0xbe0d"} == answer["bits"]
    assert ({"a": -1.5, "b": 0xCD / 0x800}, -0x8D / 0x400) == (answer["operands"], answer["result"])
    assert (float(exact), float(relative)) == (answer["exact"], answer["relative_error"])


@pytest.mark.parametrize(
    ("arguments", "value", "bits"),
    [
        (("mul-f32-exact", "-0x1p3", "-1.5"), 12.0, "0x41400000"),
        (("square-f8e4m3-exact", "0x1.8p0"), 2.25, "0x41"),
        (("rsqrt-f16-exact", "4e0"), 0.5, "0x3800"),
        (("reciprocal-f16-exact", "-inf"), -0.0, "0x8000"),
        (("div-f8e5m2-exact", "--bits", "0b0111100", "124"), 0.0, "0x00"),
        (("sqrt-bf16-exact", "--bits", "0x3fc0"), 1.2265625, "0x3f9d"),
    ],
)
def test_operands_are_written_in_many_ways(run, arguments, value, bits):
    status, out, _ = run("eval", *arguments, "--json")
    answer = json.loads(out)
    assert 0 == status
    assert str(value) == str(answer["value"])
    assert bits == list(answer["bits"].values())[-1]


@pytest.mark.parametrize(
    ("arguments", "result", "exact"),
    [
        (("mul-bf16-mitchell", "inf", "0"), "nan", None),
        (("div-f32-gh", "-3", "0"), "-inf", None),
        (("sqrt-f16-gh", "-1"), "nan", None),
        (("mul-f8e4m3-lmul", "448", "448"), "nan", 448.0**2),
        (("mul-f16-mitchell", "6e4", "6e4"), "inf", 6e4**2),
        (("mul-bf16-exact", "--bits", "0x3f80", "0x0001"), 0.0, 2.0**-133),
        (("mul-f16-exact", "0x1p-14", "0x1p-14"), 0.0, 2.0**-28),
        (("square-f32-exact", "0"), 0.0, 0.0),
    ],
)
def test_special_results_have_no_relative_error(run, arguments, result, exact):
    answer = json.loads(run("eval", *arguments, "--json")[1])
    assert (result, exact, None) == (answer["result"], answer["exact"], answer["relative_error"])
    assert "-" == sheet(run("eval", *arguments)[1])["relative error"][0]


def test_bits_of_integers_are_twos_complement(run):
    arguments = ("eval", "div-s8-mitchell-f2", "--bits", "0xff", "0b11")
    cells = sheet(run(*arguments)[1])
    assert ["-1", "0xff"] == cells["n"]
    assert ["3", "0x03"] == cells["d"]
    assert ["-1  = -0.25 (unit 2^-2)", "0x3ff"] == cells["q"]
    assert {"n": "0xff", "d": "0x03", "q": "0x3ff"} == json.loads(run(*arguments, "--json")[1])["bits"]


def test_integers_of_one_operand(run):
    cells = sheet(run("eval", "sqrt-u16-mitchell-f4", "2")[1])
    assert ["24  = 1.5 (unit 2^-4)"] == cells["r"]
    assert ["1.414213562"] == cells["exact"]
    assert ["6.0660 %"] == cells["relative error"]
    assert ["undefined"] == sheet(run("eval", "reciprocal-u8-mitchell-f8", "0")[1])["exact"]


# Numbers in text


def value_of(bits, form):
    """The finite number with these bits, by the definition of the format."""
    sign, magnitude = divmod(bits, 1 << form.width - 1)
    e, f = divmod(magnitude, 1 << form.fraction_bits)
    return (-1) ** sign * Fraction(2) ** (max(e, 1) - form.bias) * (bool(e) + Fraction(f, 1 << form.fraction_bits))


@pytest.mark.parametrize("form", ["f8e4m3", "f8e5m2"])
def test_text_is_rounded_to_the_nearest_number_and_ties_to_the_even_one(form):
    form = FLOAT_FORMATS[form]
    last = form.largest
    for bits in range(last):
        low, high = value_of(bits, form), value_of(bits + 1, form)
        middle, hair = (low + high) / 2, (high - low) / 1024
        for value, expected in (
            *((low, bits), (middle - hair, bits), (middle + hair, bits + 1)),
            (middle, bits + bits % 2),
        ):
            text = f"{value.numerator / value.denominator:.40f}"
            assert Fraction(text) == Fraction(float(value))
            assert (expected, value == low) == float_bits(text, form), text
            assert expected | 1 << form.width - 1 == float_bits(f"-{text}", form)[0]
    step = value_of(last, form) - value_of(last - 1, form)
    assert (last, False) == float_bits(str(float(value_of(last, form) + step * Fraction(49, 100))), form)
    assert (form.infinity, False) == float_bits(str(float(value_of(last, form) + step * Fraction(51, 100))), form)


def test_text_is_rounded_once():
    # Just above halfway between 1 and the next bf16: float64 would already have lost what decides.
    assert (0x3F81, False) == float_bits("1.00390625000000000000000000000000001", FLOAT_FORMATS["bf16"])
    assert (0x3F80, False) == float_bits("1.00390625", FLOAT_FORMATS["bf16"])


@pytest.mark.parametrize(
    ("text", "bits", "is_exact"),
    [
        ("1", 0x3F800000, True),
        ("+.5", 0x3F000000, True),
        ("5.", 0x40A00000, True),
        ("-0", 0x80000000, True),
        ("0X1.8P+1", 0x40400000, True),
        ("0x.8", 0x3F000000, True),
        ("-Infinity", 0xFF800000, True),
        ("-nan", 0x7FC00000, True),
        ("1e-45", 0x00000001, False),
        ("1e999999999999", 0x7F800000, False),
        ("-1e-999999999999", 0x80000000, False),
    ],
)
def test_forms_of_text(text, bits, is_exact):
    assert (bits, is_exact) == float_bits(text, FLOAT_FORMATS["f32"])


@pytest.mark.parametrize("text", ["", ".", "0x", "1e", "e5", "1,5", "0x1.8g", "1p3", "--1", "infinite", "1_0", "½"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError, match="is not a number; write it as"):
        float_bits(text, FLOAT_FORMATS["f32"])
