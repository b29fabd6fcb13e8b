import numpy as np
import pytest
import torch
from guarded import GuardedArithmetic, guarded
from rounding import rounding_limit

from pysoft.arithmetic import Arithmetic
from pysoft.derivatives import StraightThrough
from pysoft.named_arithmetic import named_arithmetic


def normal(form, *shape, seed):
    return form.cast(np.random.default_rng(seed).standard_normal(shape))


def autograd(function, operands, g, dtype):
    tensors = [torch.tensor(each, dtype=dtype, requires_grad=True) for each in operands]
    function(*tensors).backward(torch.tensor(g, dtype=dtype))
    return [each.grad.numpy().astype(np.float64) for each in tensors]


@pytest.mark.parametrize("name", ["multiply", "divide", "matmul"])
def test_exact_gradients_of_two_operands_are_those_of_torch(name):
    derivative = StraightThrough(Arithmetic())
    a, b, g = (normal(derivative.arithmetic.format, 6, 6, seed=seed) for seed in range(3))
    ours = getattr(derivative, name)(a, b, g)
    reference, single = (autograd(getattr(torch, name), (a, b), g, dtype) for dtype in (torch.float64, torch.float32))
    for one, true, rounded in zip(ours, reference, single, strict=True):
        assert np.abs(one - true).max() <= rounding_limit(true, rounded)


@pytest.mark.parametrize("name", ["exp", "exp2", "sigmoid", "tanh", "relu"])
def test_exact_gradients_of_activations_are_those_of_torch(name):
    derivative = StraightThrough(Arithmetic())
    x, g = (normal(derivative.arithmetic.format, 500, seed=seed) for seed in range(2))
    y = np.maximum(x, 0) if name == "relu" else getattr(derivative.arithmetic, name)(x)
    ours = getattr(derivative, name)(x, y, g)
    reference, single = (autograd(getattr(torch, name), (x,), g, dtype)[0] for dtype in (torch.float64, torch.float32))
    assert np.abs(ours - reference).max() <= rounding_limit(reference, single)


@pytest.mark.parametrize("name", ["f32-mitchell", "bf16-lmul", "s8-mitchell"])
def test_products_are_those_of_the_arithmetic(name):
    arithmetic = named_arithmetic(name)
    derivative = StraightThrough(arithmetic)
    a, b, g = (normal(arithmetic.format, 4, 4, seed=seed) for seed in range(3))
    ga, gb = derivative.multiply(a, b, g)
    assert np.array_equal(arithmetic.multiply(g, b), ga)
    assert np.array_equal(arithmetic.multiply(g, a), gb)
    ga, gb = derivative.matmul(a, b, g)
    assert np.array_equal(arithmetic.matmul(g, b.T), ga)
    assert np.array_equal(arithmetic.matmul(a.T, g), gb)
    y = arithmetic.tanh(a)
    assert np.array_equal(arithmetic.multiply(g, 1 - arithmetic.square(y)), derivative.tanh(a, y, g))


def test_slope_of_tanh_is_at_most_a_seventh_too_large_by_mitchell():
    derivative = StraightThrough(named_arithmetic("f32-mitchell"))
    y = np.arange(1, 4096, dtype=np.float32) / 4096
    slope = derivative.tanh(y, y, np.ones_like(y))
    ratio = slope / (1 - np.float64(y) ** 2)
    assert ratio.min() >= 1
    assert y[ratio.argmax()] == 0.75
    assert ratio.max() == 8 / 7


def test_no_product_is_made_beside_the_arithmetic():
    plain, strict = Arithmetic.of_family("mitchell"), GuardedArithmetic.of_family("mitchell")
    x, g = normal(plain.format, 3, 3, seed=1), normal(plain.format, 3, 3, seed=2)
    for function in ("multiply", "divide", "matmul"):
        one = getattr(StraightThrough(plain), function)(x, g, x)
        other = getattr(StraightThrough(strict), function)(guarded(x), guarded(g), guarded(x))
        assert all(map(np.array_equal, one, other))
    for function in ("exp2", "exp", "sigmoid", "tanh", "relu"):
        one = getattr(StraightThrough(plain), function)(x, x, g)
        assert np.array_equal(one, getattr(StraightThrough(strict), function)(guarded(x), guarded(x), guarded(g)))


def test_integers_are_refused():
    with pytest.raises(ValueError, match="s8"):
        StraightThrough(Arithmetic(multiply="mul-s8-mitchell"))
