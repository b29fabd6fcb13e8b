"""Slopes against differences of results, in fractions, which must be equal within a straight piece."""

from fractions import Fraction

import numpy as np
import pytest

from pysoft.derivatives.slopes import Slopes, exponent_part
from pysoft.float_formats import FLOAT_FORMATS
from pysoft.operator import Operator

by_format = pytest.mark.parametrize("name", FLOAT_FORMATS)

LOG = ("mitchell", "lmul", "gh", "tuned-minimax", "tuned-mred", "tuned-zerobias-m4", "tuned-minimax-m16")
LINEAR = ("mbm", "realm-m4", "realm-m8", "realm-m16-q9")
OPERATORS = [
    operator
    for form in FLOAT_FORMATS
    for operation, families in (("mul", LOG + LINEAR), ("div", LOG))
    for operator in (f"{operation}-{form}-{family}" for family in families)
]


def legal(names):
    """Those that there are, and have a slope, in this format."""
    kept = []
    for name in names:
        try:
            Slopes(Operator.from_name(name))
        except ValueError:
            continue
        kept.append(name)
    return kept


SMOOTH = legal(OPERATORS)


def test_families_that_have_slopes_are_as_many_as_expected():
    count = {form: sum(f"-{form}-" in name for name in SMOOTH) for form in FLOAT_FORMATS}
    assert count == {"f32": 17, "f16": 17, "bf16": 17, "f8e4m3": 11, "f8e5m2": 10}


def is_linear(operator):
    correction = operator.scheme.correction
    return correction is not None and correction.domain == "linear"


def piece(operator, values):
    """What must be the same for two pairs of operands to be on one straight piece: exponents, and places in a table."""
    form, correction = operator.format, operator.scheme.correction
    rows = correction.index_bits if correction else (0, 0)
    parts = [operator.with_family("mitchell")(*values) if is_linear(operator) else operator(*values), *values]
    return [
        form.to_bits(part) >> np.uint64(form.fraction_bits - bits) for part, bits in zip(parts, (0, *rows), strict=True)
    ]


def operands(form, count, seed):
    """Normal numbers of either sign, most of them of middling size, some fractions all zeros or ones."""
    generator = np.random.default_rng(seed)
    F = form.fraction_bits
    spread = min(form.bias // 2, 20)
    exponents = form.bias + generator.integers(-spread, spread + 1, count)
    fractions = np.where(
        generator.random(count) < 0.1,
        generator.choice([0, 1, (1 << F) - 1], count),
        generator.integers(0, 1 << F, count),
    )
    signs = generator.integers(0, 2, count)
    return form.from_bits((signs << form.width - 1 | exponents << F | fractions).astype(np.uint64))


@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize("place", [0, 1])
def test_differences_within_a_piece_are_the_slope_times_those_of_the_operand(name, place):
    operator = Operator.from_name(name)
    form, slopes = operator.format, Slopes(operator)
    compared = 0
    for seed, steps in enumerate((1, 2, 4)):
        pair = [operands(form, 1500, 10 * seed), operands(form, 1500, 10 * seed + 1)]
        moved = list(pair)
        moved[place] = form.from_bits(form.to_bits(pair[place]) + np.uint64(steps))
        before, after, slope = operator(*pair), operator(*moved), (slopes.first, slopes.second)[place](*pair)
        same = np.all([np.isfinite(each.astype(float)) & (each != 0) for each in (before, after, slope)], axis=0)
        for one, other in zip(piece(operator, pair), piece(operator, moved), strict=True):
            same &= one == other
        if is_linear(operator):  # the last place is cut off where the significand has left its binade
            same &= exponent_part(before, form) == exponent_part(after, form)
            if steps == 1:
                same &= exponent_part(operator.with_family("mitchell")(*pair), form) == exponent_part(before, form)
        values = (before, after, pair[place], moved[place], slope)
        for p, q, x, y, s in zip(*(map(Fraction, each[same].astype(float)) for each in values), strict=True):
            assert q - p == s * (y - x)
            compared += 1
    assert compared > (300 if form.fraction_bits < 4 else 2000)


@by_format
def test_slopes_are_powers_of_two_with_the_sign_of_the_other_operand(name):
    form = FLOAT_FORMATS[name]
    a, b = operands(form, 500, 1), operands(form, 500, 2)
    slope = Slopes(Operator("mul", form, "mitchell")).first(a, b)
    finite = np.isfinite(slope.astype(float)) & (slope != 0)
    assert finite.sum() > 300
    assert np.array_equal(np.signbit(b)[finite], np.signbit(slope)[finite])
    assert np.array_equal(np.frexp(np.abs(slope[finite]).astype(float))[0], np.full(finite.sum(), 0.5))


@by_format
def test_slope_of_mitchell_over_a_binade_has_the_mean_of_the_other_factor(name):
    """Mitchell's product is exact at powers of two, so that its slopes between two of them make up b exactly."""
    form = FLOAT_FORMATS[name]
    F = min(form.fraction_bits, 10)
    ones = np.arange(1 << F, 2 << F) / (1 << F)
    slopes = Slopes(Operator("mul", form, "mitchell"))
    for b in ones[:: max(1, len(ones) // 16)]:
        a, factor = form.cast(ones), form.cast(b)
        slope = slopes.first(a, factor).astype(np.float64)
        assert slope.mean() == float(factor)


def test_slopes_of_zeros_are_those_of_ones_and_none_of_a_zero_factor():
    slopes = Slopes(Operator.from_name("mul-f32-mitchell"))
    a = np.float32([0.0, -0.0, 1e-40, 3.0, 0.0])
    b = np.float32([-1.5, 6.0, 1.5, 0.0, 0.0])
    assert np.array_equal([-1, 4, 1, 0, 0], slopes.first(a, b))
    assert np.array_equal([0, 0, 0, 2, 0], slopes.second(a, b))


def test_slope_at_a_power_of_two_is_that_away_from_zero():
    operator = Operator.from_name("mul-f32-mitchell")
    b = np.float32(1.5)
    for a in (np.float32(1.0), np.float32(-1.0), np.float32(1.5)):
        away = np.nextafter(a, a * np.float32(2))
        assert (operator(away, b) - operator(a, b)) / (away - a) == Slopes(operator).first(a, b)


def test_slopes_of_results_beyond_the_format():
    slopes = Slopes(Operator.from_name("mul-f32-mitchell"))
    a = np.float32([1e-30, 1e30, np.nan, np.inf])
    b = np.float32([1e-30, 1e30, 1.0, 1.0])
    first = slopes.first(a, b)
    assert first[0] == 0
    assert not np.isfinite(first[1:]).any()


def test_exponent_part_has_no_fraction():
    for form in FLOAT_FORMATS.values():
        values = form.cast([1.0, -1.75, 3.5, 0.0])
        assert np.array_equal([1, -1, 2, 0], exponent_part(values, form).astype(float))
        assert np.isnan(exponent_part(form.cast([np.nan]), form).astype(float)).all()
        assert exponent_part(values[1], form).shape == ()


@pytest.mark.parametrize(
    "name",
    [
        "mul-f32-exact",
        "mul-f32-mbm-t2",
        "mul-f32-realm-m4-t1",
        "mul-f8e4m3-carryin-g5",
        "mul-f8e4m3-carryin-full",
        "mul-f8e5m2-realm-m4",
        "mul-u8-mitchell",
        "sqrt-f32-mitchell",
    ],
)
def test_what_has_no_slope_is_refused(name):
    with pytest.raises(ValueError, match=name):
        Slopes(Operator.from_name(name))


@pytest.mark.parametrize("name", ["mul-f32-mbm-t2", "mul-f8e4m3-carryin-full"])
def test_refusal_says_what_to_take_instead(name):
    with pytest.raises(ValueError, match="take StraightThrough"):
        Slopes(Operator.from_name(name))
