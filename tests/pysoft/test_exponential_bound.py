"""Bounds of exponentials and logarithms: every result keeps them, and some come close to both ends or are there.

Errors are found in float64. What comes within 1e-12 of a limit is looked at with decimals of 60 digits.
"""

import re
from fractions import Fraction

import exponential_reference
import float_arrays
import numpy as np
import pytest

from pysoft.absolute_bound import AbsoluteBound
from pysoft.constant_product import LN_2
from pysoft.exponential import EXPONENTIALS
from pysoft.exponential_bound import antilogarithm_bound, exponential_bound, logarithm_bound, outward_exp
from pysoft.float_formats import FLOAT_FORMATS

NUMPY = {"exp2": np.exp2, "exp": np.exp, "log2": np.log2, "log": np.log}
CLOSE = 1e-12
by_form = pytest.mark.parametrize("name", FLOAT_FORMATS)
by_kind = pytest.mark.parametrize("kind", EXPONENTIALS)


def numbers(name, function):
    """Every number, or three million of f32: random patterns, and exponents of all results alike."""
    form = FLOAT_FORMATS[name]
    if form.width <= 16:
        return form.values()
    rng = np.random.default_rng(5)
    patterns = rng.integers(1 << 32, size=2_000_000, dtype=np.uint32).view(np.float32)
    if function in ("exp2", "exp"):
        return np.concatenate([patterns, rng.uniform(-90, 90, 1_000_000).astype(np.float32)])
    powers = np.ldexp(np.float32(1), np.arange(-126, 128))
    return np.concatenate([patterns, rng.uniform(0, 4, 1_000_000).astype(np.float32), powers])


def pairs(kind, function, name):
    """Operands, exact values and results, all in float64, where operands and results are normal numbers."""
    form = FLOAT_FORMATS[name]
    smallest, largest = (float(form.from_bits(np.array(bits))) for bits in (form.smallest, form.largest))
    typed = numbers(name, function)
    x = float_arrays.numbers(form.to_bits(typed), name)
    kept = np.isfinite(x) & (np.abs(x) >= smallest) & ((x > 0) | (function in ("exp2", "exp")))
    result = getattr(EXPONENTIALS[kind], function)(typed[kept], form).astype(np.float64)
    normal = np.isfinite(result) & (result != 0)
    if function in ("log2", "log"):
        normal[:] = True
    x, result = x[kept][normal], result[normal]
    assert len(x) > 25
    assert np.abs(result).max() <= largest
    return x, NUMPY[function](x), result


def looked_at(bound, function, x, result):
    """Whether results are within the bound, in exact arithmetic."""
    return [
        bound.allows(Fraction(r), exponential_reference.exact(function, Fraction(a)))
        for a, r in zip(x.tolist(), result.tolist(), strict=True)
    ]


@by_form
@by_kind
@pytest.mark.parametrize("function", ["exp2", "exp"])
def test_every_exponential_keeps_its_bound(kind, function, name):
    bound = getattr(EXPONENTIALS[kind], f"{function}_bound")(FLOAT_FORMATS[name])
    x, exact, result = pairs(kind, function, name)
    error = result / exact - 1
    assert (error > float(bound.lower) - CLOSE).all()
    assert (error < float(bound.upper) + CLOSE).all()
    close = (error < float(bound.lower) + CLOSE) | (error > float(bound.upper) - CLOSE)
    assert close.sum() < 3000
    assert all(looked_at(bound, function, x[close], result[close]))


@by_form
@by_kind
@pytest.mark.parametrize("function", ["log2", "log"])
def test_every_logarithm_keeps_its_bound(kind, function, name):
    bound = getattr(EXPONENTIALS[kind], f"{function}_bound")(FLOAT_FORMATS[name])
    x, exact, result = pairs(kind, function, name)
    share = float(bound.relative) * np.abs(exact)
    low = result - exact - (float(bound.lower) - share)
    high = float(bound.upper) + share - (result - exact)
    assert min(low.min(), high.min()) > -CLOSE
    close = (low < CLOSE) | (high < CLOSE)
    assert close.sum() < 3000
    assert all(looked_at(bound, function, x[close], result[close]))


@by_form
def test_both_ends_of_exp2_are_attained_where_it_says(name):
    form = FLOAT_FORMATS[name]
    bound = antilogarithm_bound(form)
    for limit, place in zip((bound.lower, bound.upper), bound.attained.split("; "), strict=True):
        error, x, result = re.fullmatch(r"(\S+) at x = (\S+) -> (\S+)", place).groups()
        assert float(x) == float(form.array(float(x)))
        assert Fraction(result) == Fraction(float(EXPONENTIALS["mitchell"].exp2(float(x), form)))
        exact = exponential_reference.exact("exp2", Fraction(float(x)))
        assert abs(Fraction(result) / exact - 1 - limit) < Fraction(1, 10**39)
        assert error == f"{float(limit):.5g}"


@by_form
def test_greatest_error_of_log2_is_attained_where_it_says(name):
    form = FLOAT_FORMATS[name]
    bound = logarithm_bound(form)
    error, x = re.fullmatch(r"(\S+) at x = (\S+)", bound.attained).groups()
    short = Fraction(float(x)) - 1 - exponential_reference.exact("log2", Fraction(float(x)))
    assert abs(short * (1 + bound.relative) - bound.lower) < Fraction(1, 10**39)
    assert float(EXPONENTIALS["mitchell"].log2(float(x), form)) == float(x) - 1
    assert abs(float(error) - float(short)) < abs(float(short)) * 2 * float(bound.relative) + 1e-6


@pytest.mark.parametrize("name", ["f16", "bf16", "f32"])
def test_exp_and_log_come_close_to_both_ends(name):
    form = FLOAT_FORMATS[name]
    x, exact, result = pairs("mitchell", "exp", name)
    error, bound = result / exact - 1, exponential_bound(form)
    assert error.min() < 0.93 * bound.lower
    assert error.max() > 0.99 * bound.upper
    x, exact, result = pairs("mitchell", "log", name)
    bound = EXPONENTIALS["mitchell"].log_bound(form)
    near, power = (x > 0.25) & (x < 4), (np.frexp(x)[0] == 0.5) & (x != 1)
    assert (result - exact)[near].min() < 0.99 * bound.lower
    assert ((result - exact)[power] / np.abs(exact[power])).max() > 0.5 * bound.relative


@pytest.mark.parametrize("name", ["f16", "bf16", "f32"])
@pytest.mark.parametrize("function", NUMPY)
def test_exact_functions_come_close_to_half_a_last_place(function, name):
    _, exact, result = pairs("exact", function, name)
    different = exact != 0
    error = (result - exact)[different] / np.abs(exact[different])
    bound = getattr(EXPONENTIALS["exact"], f"{function}_bound")(FLOAT_FORMATS[name])
    limit = float(bound.relative if isinstance(bound, AbsoluteBound) else bound.peak)
    assert error.min() < -0.9 * limit
    assert error.max() > 0.9 * limit


def test_mitchells_figures():
    """6.148 % at f = 1 / ln 2 - 1, and 0.0861 there."""
    f32 = FLOAT_FORMATS["f32"]
    assert round(100 * float(antilogarithm_bound(f32).upper), 3) == 6.148
    assert round(float(logarithm_bound(f32).lower), 4) == -0.0861


@by_form
def test_rounding_to_nearest_would_have_a_larger_error_above(name):
    """Why what is below the grid is cut off: half a last place more above, on top of the greatest error."""
    form = FLOAT_FORMATS[name]
    half = Fraction(1, 2 << form.fraction_bits)
    bound = antilogarithm_bound(form)
    nearest = (1 + bound.upper) * outward_exp(half * LN_2, 1) - 1
    assert nearest > bound.upper
    if form.fraction_bits > 2:
        assert nearest > bound.peak


def test_outward_exponential_is_outward():
    for x in (Fraction(-90), Fraction(-1, 3), Fraction(0), Fraction(1, 10**9), Fraction(50)):
        exact = Fraction(exponential_reference.CONTEXT.exp(exponential_reference.decimal(x)))
        assert exact * (1 - Fraction(1, 10**39)) < outward_exp(x, -1) < exact < outward_exp(x, 1)
        assert outward_exp(x, 1) < exact * (1 + Fraction(1, 10**39))
