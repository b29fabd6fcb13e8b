"""Exact derivatives against autograd over straight pieces in float64, and against differences in fractions."""

from fractions import Fraction

import numpy as np
import piecewise
import pytest
import torch
from guarded import GuardedArithmetic, guarded

from pysoft.arithmetic import Arithmetic
from pysoft.constant_product import LOG2_E
from pysoft.derivatives import ExactDerivative, StraightThrough, exact
from pysoft.float_formats import FLOAT_FORMATS
from pysoft.named_arithmetic import named_arithmetic

FORMATS = ("f32", "bf16")
by_format = pytest.mark.parametrize("name", FORMATS)


def normal(form, *shape, seed, scale=1.0):
    return form.cast(scale * np.random.default_rng(seed).standard_normal(shape))


def tensor(array):
    return torch.tensor(array.astype(np.float64), requires_grad=True)


def relative(ours, reference):
    """The largest error, in units of the last place of the format where the reference is not tiny."""
    ours, eps = ours.astype(np.float64), {2: 2.0**-8, 4: 2.0**-24}[ours.dtype.itemsize]
    return np.max(np.abs(ours - reference) / (np.abs(reference) + np.finfo(np.float32).tiny)) / eps


@by_format
@pytest.mark.parametrize("function", ["multiply", "divide"])
def test_products_and_quotients_are_as_autograd_has_them(name, function):
    arithmetic = named_arithmetic(f"{name}-mitchell")
    form = arithmetic.format
    a, b, g = (normal(form, 2000, seed=seed) for seed in range(3))
    x, y = tensor(a), tensor(b)
    result = getattr(piecewise.Mitchell(name), function)(x, y)
    assert np.array_equal(result.detach().numpy(), getattr(arithmetic, function)(a, b).astype(np.float64))
    result.backward(tensor(g).detach())
    ga, gb = getattr(ExactDerivative(arithmetic), function)(a, b, g)
    assert ga.dtype == gb.dtype == form.dtype
    assert np.array_equal(x.grad.numpy(), ga.astype(np.float64))
    assert np.array_equal(y.grad.numpy(), gb.astype(np.float64))


@by_format
def test_product_at_zeros_is_as_autograd_has_it(name):
    arithmetic = named_arithmetic(f"{name}-mitchell")
    a, b, g = (normal(arithmetic.format, 200, seed=seed) for seed in range(3))
    a[::3], b[::4] = 0, 0
    x, y = tensor(a), tensor(b)
    piecewise.Mitchell(name).multiply(x, y).backward(tensor(g).detach())
    ga, gb = ExactDerivative(arithmetic).multiply(a, b, g)
    assert np.array_equal(x.grad.numpy(), ga.astype(np.float64))
    assert np.array_equal(y.grad.numpy(), gb.astype(np.float64))


@by_format
@pytest.mark.parametrize("function", ["exp", "sigmoid", "tanh"])
def test_activations_are_as_autograd_has_them(name, function):
    arithmetic = named_arithmetic(f"{name}-mitchell")
    x, g = normal(arithmetic.format, 3000, seed=3, scale=3), normal(arithmetic.format, 3000, seed=4)
    values = tensor(x)
    result = getattr(piecewise.Mitchell(name), function)(values)
    y = getattr(arithmetic, function)(x)
    assert np.array_equal(result.detach().numpy(), y.astype(np.float64))
    result.backward(tensor(g).detach())
    gx = getattr(ExactDerivative(arithmetic), function)(x, y, g)
    assert gx.dtype == arithmetic.format.dtype
    # Roundings: of the product by log2 e, and of the sum of two gradients in sigmoid and tanh, with no cancellation
    # but in sigmoid below 0, where at least half is left.
    assert relative(gx, values.grad.numpy()) <= 4


@pytest.mark.parametrize("name", FLOAT_FORMATS)
def test_exp2_has_the_slope_of_its_differences_exactly(name):
    form = FLOAT_FORMATS[name]
    arithmetic = Arithmetic(exponential="mitchell", format=name)
    exponents = np.arange(-form.bias // 2, form.bias // 2)
    F, compared = form.fraction_bits, 0
    whole = np.random.default_rng(1).choice(exponents, 40)
    fractions = np.random.default_rng(2).integers(0, 1 << F, 40)
    x = form.cast(whole + fractions / (1 << F))
    one = form.cast(np.ones(40))
    y = arithmetic.exp2(x)
    slope = ExactDerivative(arithmetic).exp2(x, y, one)
    for step in (2.0**-F, 2.0 ** (1 - F), 0.25):
        moved = form.cast(x.astype(float) + step)
        after = arithmetic.exp2(moved)
        for p, q, u, v, s in zip(y, after, x, moved, slope, strict=True):
            if abs(float(u)) < 1 or np.floor(float(u)) != np.floor(float(v)) or u == v:
                continue
            assert Fraction(float(q)) - Fraction(float(p)) == Fraction(float(s)) * (
                Fraction(float(v)) - Fraction(float(u))
            )
            compared += 1
    assert compared > 10


@by_format
def test_exp_has_the_slope_of_its_differences_but_for_what_is_cut_off(name):
    arithmetic = Arithmetic(exponential="mitchell", format=name)
    form = arithmetic.format
    x = normal(form, 300, seed=5, scale=4)
    y, last = arithmetic.exp(x), 2.0**-form.fraction_bits
    slope = ExactDerivative(arithmetic).exp(x, y, form.cast(np.ones(300)))
    moved = form.cast(x.astype(float) + 0.1)
    after = arithmetic.exp(moved)
    compared = 0
    for p, q, u, v, s in zip(*(map(float, each) for each in (y, after, x, moved, slope)), strict=True):
        unit = 2.0 ** np.floor(np.log2(p))
        if not unit <= q < 2 * unit:
            continue
        real = Fraction(unit) * Fraction(LOG2_E).limit_denominator(10**12)
        assert abs(Fraction(s) - real) <= real * Fraction(last)
        assert abs(Fraction(q) - Fraction(p) - real * (Fraction(v) - Fraction(u))) <= Fraction(unit * last * 1.01)
        compared += 1
    assert compared > 100


def test_tanh_of_small_numbers_passes_gradients_on():
    derivative = ExactDerivative(named_arithmetic("f32-mitchell"))
    x = np.float32([-0.499, 0.0, 0.3, 0.5])
    gx = derivative.tanh(x, derivative.arithmetic.tanh(x), np.float32([1.5, 2, -3, 1]))
    assert np.array_equal(np.float32([1.5, 2, -3]), gx[:3])
    assert gx[3] != 1


def test_derivatives_of_the_largest_numbers_are_zero():
    derivative = ExactDerivative(named_arithmetic("f32-mitchell"))
    x = np.float32([-np.inf, -3e38, 3e38, np.inf])
    for function in ("sigmoid", "tanh"):
        y = getattr(derivative.arithmetic, function)(x)
        assert np.array_equal(np.zeros(4), getattr(derivative, function)(x, y, np.ones(4, np.float32)))


def plain_matmul_gradients(derivative, a, b, g):
    """Element by element, summed up in order."""
    ga, gb = np.zeros(a.shape, np.float32), np.zeros(b.shape, np.float32)
    for i in range(a.shape[0]):
        for k in range(a.shape[1]):
            for j in range(b.shape[1]):
                pair = derivative.multiply(a[i, k], b[k, j], g[i, j])
                ga[i, k] += np.float32(pair[0])
                gb[k, j] += np.float32(pair[1])
    return ga, gb


@pytest.mark.parametrize(
    "name", ["f32-mitchell", "bf16-mitchell", "f32-tuned-minimax-m16", "bf16-realm-m4", "f32-lmul"]
)
@pytest.mark.parametrize("block", [1, 40, 1 << 20])
def test_matmul_is_the_sum_of_its_products_in_order(name, block, monkeypatch):
    monkeypatch.setattr(exact, "_BLOCK", block)
    derivative = ExactDerivative(named_arithmetic(name, threads=1))
    form = derivative.arithmetic.format
    a, b, g = normal(form, 5, 4, seed=1), normal(form, 4, 7, seed=2), normal(form, 5, 7, seed=3)
    a[1, 2] = 0
    for ours, plain in zip(derivative.matmul(a, b, g), plain_matmul_gradients(derivative, a, b, g), strict=True):
        assert ours.dtype == np.float32
        assert np.array_equal(plain, ours)


def test_leading_dimensions_of_gradients_are_several_at_once():
    derivative = ExactDerivative(named_arithmetic("f32-mitchell", threads=1))
    form = derivative.arithmetic.format
    a, b, g = normal(form, 2, 4, seed=1), normal(form, 4, 3, seed=2), normal(form, 6, 2, 3, seed=3)
    ga, gb = derivative.matmul(a, b, g)
    assert ga.shape == (6, 2, 4)
    assert gb.shape == (6, 4, 3)
    for each in range(6):
        one = derivative.matmul(a, b, g[each])
        assert np.array_equal(one[0], ga[each])
        assert np.array_equal(one[1], gb[each])


def test_matmul_of_no_rows_has_gradients():
    derivative = ExactDerivative(named_arithmetic("f32-mitchell"))
    ga, gb = derivative.matmul(*(np.zeros(shape, np.float32) for shape in ((0, 3), (3, 2), (0, 2))))
    assert ga.shape == (0, 3)
    assert np.array_equal(np.zeros((3, 2)), gb)


@pytest.mark.parametrize("function", ["multiply", "divide", "matmul"])
def test_exact_operators_have_the_ordinary_derivative(function):
    arithmetic = Arithmetic()
    a, b, g = (normal(arithmetic.format, 4, 4, seed=seed) for seed in range(3))
    ours = getattr(ExactDerivative(arithmetic), function)(a, b, g)
    for one, other in zip(ours, getattr(StraightThrough(arithmetic), function)(a, b, g), strict=True):
        assert np.array_equal(one, other)


@pytest.mark.parametrize("function", ["exp", "exp2", "sigmoid", "tanh"])
def test_exact_functions_have_the_true_derivative(function):
    arithmetic = Arithmetic()
    x, g = normal(arithmetic.format, 500, seed=1, scale=2), np.ones(500, np.float32)
    values = tensor(x)
    getattr(torch, function)(values).sum().backward()
    gx = getattr(ExactDerivative(arithmetic), function)(x, getattr(arithmetic, function)(x), g)
    small = 2.0**-16 * (function == "tanh")  # tanh x = x below 2^-8, whose slope is 1 - x^2
    assert np.max(np.abs(gx - values.grad.numpy()) / values.grad.numpy()) < 4e-6 + small


@pytest.mark.parametrize("function", ["relu"])
def test_relu_is_the_same_by_both(function):
    x, g = np.float32([-1, -0.0, 0, 1e-45, 2]), np.float32([1, 2, 3, 4, 5])
    arithmetic = named_arithmetic("f32-mitchell")
    for derivative in (ExactDerivative(arithmetic), StraightThrough(arithmetic)):
        assert np.array_equal([0, 0, 0, 4, 5], derivative.relu(x, np.maximum(x, 0), g))


def test_no_product_is_made_beside_the_arithmetic():
    plain, strict = Arithmetic.of_family("mitchell"), GuardedArithmetic.of_family("mitchell")
    x, g = normal(plain.format, 3, 3, seed=1), normal(plain.format, 3, 3, seed=2)
    for function in ("multiply", "divide", "matmul"):
        one = getattr(ExactDerivative(plain), function)(x, g, x)
        other = getattr(ExactDerivative(strict), function)(guarded(x), guarded(g), guarded(x))
        assert all(map(np.array_equal, one, other))
    for function in ("exp2", "exp", "sigmoid", "tanh", "relu"):
        y = np.maximum(x, 0) if function == "relu" else getattr(plain, function)(x)
        one = getattr(ExactDerivative(plain), function)(x, y, g)
        assert np.array_equal(one, getattr(ExactDerivative(strict), function)(guarded(x), guarded(y), guarded(g)))


@pytest.mark.parametrize("name", ["f8e4m3-mitchell", "s8-mitchell"])
def test_narrow_products_are_refused(name):
    with pytest.raises(ValueError, match="take StraightThrough"):
        ExactDerivative(named_arithmetic(name))


def test_families_without_slopes_and_integers_are_refused():
    with pytest.raises(ValueError, match="mul-f32-mbm-t2"):
        ExactDerivative(Arithmetic(multiply="mul-f32-mbm-t2"))
    with pytest.raises(ValueError, match="s8"):
        ExactDerivative(Arithmetic(multiply="mul-s8-mitchell"))


@by_format
def test_gradients_that_are_not_finite_stay_so(name):
    derivative = ExactDerivative(named_arithmetic(f"{name}-mitchell"))
    x, g = derivative.arithmetic.cast([0.5, 0.5, 0.5]), derivative.arithmetic.cast([np.nan, np.inf, -np.inf])
    gx = derivative.exp(x, derivative.arithmetic.exp(x), g).astype(np.float64)
    assert np.array_equal([np.nan, np.inf, -np.inf], gx, equal_nan=True)
