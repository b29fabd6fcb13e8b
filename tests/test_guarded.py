import numpy as np
import pytest
from guarded import Guarded, GuardedArithmetic, guarded

from pysoft.arithmetic import Arithmetic
from pysoft.layers import gelu, layer_norm, linear

X = np.float32([[0.5, -1.25, 3.0], [1.0, 2.0, -4.0]])


@pytest.mark.parametrize(
    "exact",
    [
        lambda x: x * x,
        lambda x: 2 * x,
        lambda x: x / 3,
        lambda x: x**2,
        lambda x: x @ x.T,
        lambda x: np.exp(x[0]),
        lambda x: np.where(x > 0, x, 0) * 2,
        lambda x: (x + 1).reshape(-1)[::2] * 3,
        lambda x: np.concatenate([x, x]) * 2,
        lambda x: np.einsum("ij,ij->i", x, x),
        lambda x: x.mean(),
        lambda x: np.multiply.reduce(x),
        lambda x: np.sqrt(x.max(axis=-1)),
    ],
)
def test_exact_multiplications_are_refused(exact):
    x = GuardedArithmetic().multiply(X, 1.0)
    assert isinstance(x, Guarded)
    with pytest.raises(AssertionError, match="exact"):
        exact(x)


def test_sums_and_shifts_are_allowed_and_have_the_same_bits():
    x = guarded(X.copy())
    assert np.array_equal(X + X - np.maximum(np.ldexp(X, 3), 1), x + x - np.maximum(np.ldexp(x, 3), 1))
    x += 1
    assert np.array_equal(X + 1, x)
    assert isinstance(x.sum(), Guarded)


@pytest.mark.parametrize("family", ["exact", "mitchell"])
def test_layers_multiply_by_the_arithmetic_alone(family):
    plain, strict = Arithmetic.of_family(family), GuardedArithmetic.of_family(family)
    gain, bias = np.float32([1.0, 2.0, 0.5]), np.float32([0.0, 0.25, 1.0])
    weight = np.arange(6, dtype=np.float32).reshape(3, 2)
    assert np.array_equal(linear(plain, X, weight), linear(strict, guarded(X), guarded(weight)))
    assert np.array_equal(
        layer_norm(plain, X, gain, bias), layer_norm(strict, guarded(X), guarded(gain), guarded(bias))
    )
    assert np.array_equal(gelu(plain, X), gelu(strict, guarded(X)))
