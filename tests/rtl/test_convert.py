import numpy as np
import pytest
from simulate import clocked, combinational

from pysoft.convert import convert
from pysoft.float_formats import FLOAT_FORMATS, FloatFormat
from pysoft.formats import IntegerFormat
from rtl.convert import FloatToFloat, FloatToInteger, IntegerToFloat
from rtl.pipeline import Pipeline


def form_of(name):
    """Also of results, which are up to 64 bits wide."""
    return FLOAT_FORMATS.get(name) or IntegerFormat(signed=name[0] == "s", width=int(name[1:]))


def converter(source, target):
    if isinstance(source, IntegerFormat):
        return IntegerToFloat(source, target)
    return FloatToFloat(source, target) if isinstance(target, FloatFormat) else FloatToInteger(source, target)


def corners(form):
    """Bits: exponents with fractions next to ties of the narrower formats; powers of two, their neighbours and ties."""
    rng = np.random.default_rng(form.width)
    if isinstance(form, FloatFormat):
        F, top = form.fraction_bits, 1 << form.width - 1
        ties = [1 << F - 1 - bits for bits in (2, 3, 7, 10) if bits < F]
        fractions = {
            0,
            1,
            (1 << F) - 1,
            *(t + away for tie in ties for t in (tie, (1 << F) - tie) for away in (-1, 0, 1)),
        }
        near = (1, 5, 7, 8, 15, 16)
        middle = {form.bias + sign * e + away for e in near for sign in (-1, 1) for away in (-1, 0, 1)}
        exponents = {0, 1, 2, *middle, form.bias + 31, form.bias + 32, *(2 * form.bias + e for e in (-1, 0, 1))}
        patterns = [e << F | f for e in exponents if 0 <= e < 1 << form.exponent_bits for f in fractions]
        chosen = {pattern | sign for pattern in patterns for sign in (0, top)}
    else:
        few = range(0, form.width, 1 if form.width <= 16 else 5)
        centres = {m << k for k in few for m in (1, 3, 5, 9, 19, 33, 257, 259, 2049, 2051)}
        chosen = {sign * (c + away) for c in centres for away in (-1, 0, 1) for sign in (1, -1)}
        chosen |= {form.minimum, form.minimum + 1, form.maximum - 1, form.maximum}
        chosen = {value % (1 << form.width) for value in chosen if form.minimum <= value <= form.maximum}
    return sorted(chosen | set(rng.integers(1 << form.width, size=300, dtype=np.uint64).tolist()))


def expected(source, target, bits):
    return target.to_bits(convert(source.from_bits(np.array(bits, dtype=np.uint64)), source, target)).tolist()


def check(source, target):
    source, target = form_of(source), form_of(target)
    bits = range(256) if source.width == 8 else corners(source)
    results = combinational(converter(source, target), [{"i": value} for value in bits], "o")
    assert len(results) == len(bits)
    assert expected(source, target, bits) == results


@pytest.mark.parametrize("target", [*FLOAT_FORMATS, "u8", "s8", "s16", "u2", "s2", "u32", "s64"])
@pytest.mark.parametrize("source", ["f8e4m3", "f8e5m2"])
def test_every_float_of_eight_bits_equals_the_model(source, target):
    check(source, target)


@pytest.mark.parametrize("target", FLOAT_FORMATS)
@pytest.mark.parametrize("source", ["u8", "s8"])
def test_every_integer_of_eight_bits_equals_the_model(source, target):
    check(source, target)


@pytest.mark.parametrize("target", [*FLOAT_FORMATS, "u8", "s8", "s16", "u32", "s32", "u64", "s64"])
@pytest.mark.parametrize("source", ["f16", "bf16", "f32"])
def test_corners_of_wide_floats_equal_the_model(source, target):
    check(source, target)


@pytest.mark.parametrize("target", FLOAT_FORMATS)
@pytest.mark.parametrize("source", ["u2", "s3", "s9", "u16", "s16", "u24", "u32", "s32", "u64", "s64"])
def test_corners_of_integers_equal_the_model(source, target):
    check(source, target)


@pytest.mark.parametrize("live", [("normalise",), ("log",), ("normalise", "log")])
@pytest.mark.parametrize(("source", "target"), [("s16", "bf16"), ("u8", "f32"), ("s8", "f8e4m3")])
def test_registers_change_nothing_but_the_latency(source, target, live):
    source, target = form_of(source), form_of(target)
    pipeline = Pipeline(IntegerToFloat.points, live)
    bits = corners(source)[::3]
    component = IntegerToFloat(source, target, pipeline)
    results = clocked(component, [{"i": v} for v in bits], "o", enables=pipeline.enable, latency=len(live))
    assert expected(source, target, bits) == results
