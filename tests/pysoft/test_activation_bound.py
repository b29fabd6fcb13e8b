"""Bounds of activations over every number of the short formats, and over millions of f32."""

from fractions import Fraction

import float_arrays
import numpy as np
import pytest

from pysoft.activation import linear_exponent, sigmoid, softmax, tanh
from pysoft.activation_bound import sigmoid_bound, softmax_bound, tanh_bound
from pysoft.exponential import EXPONENTIALS
from pysoft.float_formats import FLOAT_FORMATS
from pysoft.operator import Operator

PAIRS = [("exact", "exact"), ("mitchell", "mitchell"), ("mitchell", "exact"), ("exact", "tuned-minimax")]
by_form = pytest.mark.parametrize("name", FLOAT_FORMATS)
by_pair = pytest.mark.parametrize(("kind", "family"), PAIRS)
EXACT = {sigmoid: lambda x: 1 / (1 + np.exp(-x)), tanh: np.tanh}


def numbers(form):
    if form.width <= 16:
        return form.values()
    rng = np.random.default_rng(8)
    patterns = rng.integers(1 << 32, size=1_000_000, dtype=np.uint32).view(np.float32)
    return np.concatenate([patterns, rng.uniform(-20, 20, 1_000_000).astype(np.float32)])


def errors(function, name, kind, family):
    """Relative errors of all normal results, in float64."""
    form = FLOAT_FORMATS[name]
    typed = numbers(form)
    x = float_arrays.numbers(form.to_bits(typed), name)
    result = function(typed, form, EXPONENTIALS[kind], Operator.from_name(f"div-{name}-{family}")).astype(np.float64)
    normal = np.isfinite(x) & (result != 0)
    x, result = x[normal], result[normal]
    assert len(x) > 100
    with np.errstate(over="ignore"):
        return result / EXACT[function](x) - 1


def inside(error, bound):
    """Whether the smallest and the largest error are within a bound that none comes within 10^-13 of."""
    return float(bound.lower) + 1e-13 < error.min() and error.max() < float(bound.upper) - 1e-13


@by_form
@by_pair
@pytest.mark.parametrize(("function", "bound"), [(sigmoid, sigmoid_bound), (tanh, tanh_bound)])
def test_every_result_keeps_the_bound(function, bound, name, kind, family):
    form, exponential = FLOAT_FORMATS[name], EXPONENTIALS[kind]
    divide = Operator.from_name(f"div-{name}-{family}").bound
    assert inside(errors(function, name, kind, family), bound(form, exponential, divide))


@pytest.mark.parametrize("name", ["f16", "bf16", "f32"])
def test_bounds_with_exact_division_are_nearly_attained(name):
    """An error that is all of the exponential, or all of x in place of tanh x."""
    form, exponential = FLOAT_FORMATS[name], EXPONENTIALS["mitchell"]
    divide = Operator.from_name(f"div-{name}-exact").bound
    error, bound = errors(sigmoid, name, "mitchell", "exact"), sigmoid_bound(form, exponential, divide)
    assert error.max() > 0.9 * float(bound.upper)
    assert error.min() < 0.6 * float(bound.lower)
    error, bound = errors(tanh, name, "mitchell", "exact"), tanh_bound(form, exponential, divide)
    assert error.max() > 0.9 * float(bound.upper)
    assert error.min() < 0.8 * float(bound.lower)


@by_form
@by_pair
@pytest.mark.parametrize("n", [1, 2, 30])
def test_softmax_keeps_its_bound(name, kind, family, n):
    form, exponential = FLOAT_FORMATS[name], EXPONENTIALS[kind]
    divide = Operator.from_name(f"div-{name}-{family}")
    rng = np.random.default_rng(n)
    x = np.concatenate([rng.normal(scale=s, size=(2000, n)) for s in (0.1, 1, 3, 10, 30)]).astype(form.dtype)
    result = softmax(x, form, exponential, divide).astype(np.float64)
    wide = float_arrays.numbers(form.to_bits(x), name)
    w = np.exp(wide - wide.max(axis=1, keepdims=True))
    exact = w / w.sum(axis=1, keepdims=True)
    for share in (None, 0, 1, 3, min(10, form.bias)):
        kept = (result != 0) & (exact >= 2.0 ** -(1000 if share is None else share))
        assert (kept.sum() > 8000) or share in (0, 1)
        if kept.any():
            bound = softmax_bound(form, exponential, divide.bound, n, share=share)
            assert inside(result[kept] / exact[kept] - 1, bound)


def test_roundings_of_many_differences_add_up_to_more_than_one_may():
    """All but one of 9001 elements are 8 + 1/32 below it, which is halfway between -8.0625 and -8, and becomes -8."""
    divide, exact = Operator.from_name("div-bf16-exact"), EXPONENTIALS["exact"]
    x = np.full(9001, -8.0)
    x[0] = 1 / 32
    result = softmax(x.astype(divide.format.dtype), divide.format, exact, divide)
    error = float(result[0]) * np.exp(x - x[0]).sum() - 1
    bounds = [softmax_bound(divide.format, exact, divide.bound, n, share=2) for n in (2, 9001)]
    assert bounds[0].lower > error > bounds[1].lower


def test_softmax_has_no_bound_where_what_is_lost_could_be_all():
    divide = Operator.from_name("div-f8e4m3-mitchell")
    form, exponential = divide.format, EXPONENTIALS["mitchell"]
    found = [softmax_bound(form, exponential, divide.bound, n) for n in range(1, 100)]
    assert found[0] is not None
    assert found[-1] is None
    widths = [bound.upper - bound.lower for bound in found if bound is not None]
    assert widths == sorted(widths)
    f32 = Operator.from_name("div-f32-mitchell")
    assert softmax_bound(f32.format, exponential, f32.bound, 1 << 24) is not None
    assert softmax_bound(f32.format, exponential, f32.bound, (1 << 24) + 1) is None


def test_softmax_bound_refuses_what_is_out_of_range():
    divide, exponential = Operator.from_name("div-f16-exact"), EXPONENTIALS["exact"]
    with pytest.raises(ValueError, match="n must be 1 or more, not 0"):
        softmax_bound(divide.format, exponential, divide.bound, 0)
    for share in (-1, 16):
        with pytest.raises(ValueError, match=f"share must be 0..15, not {share}"):
            softmax_bound(divide.format, exponential, divide.bound, 2, share=share)


@by_form
@pytest.mark.parametrize("kind", EXPONENTIALS)
def test_tanh_would_be_worse_with_another_power_of_two(name, kind):
    """By the larger of the two errors at that place, that of x and that of 1 - u."""
    form, exponential = FLOAT_FORMATS[name], EXPONENTIALS[kind]
    peak = exponential.exp_bound(form).peak
    place = linear_exponent(form, exponential)

    def worst(k):
        t = Fraction(2) ** k
        return max(t * t / 3, peak / (2 * t))

    assert worst(place) == min(worst(k) for k in range(-20, 3))
