from fractions import Fraction
from math import factorial

import numpy as np
import pytest
import torch
from rounding import assert_rounds_like

from pysoft.arithmetic import Arithmetic
from pysoft.attention.linear import LinearAttention
from pysoft.attention.taylor import TaylorAttention, TaylorFeatures, taylor_exponential
from pysoft.named_arithmetic import named_arithmetic

EXACT = named_arithmetic("f32-exact", threads=1)


def of_torch(order, *, causal=False):
    def attention(q, k, v):
        t = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5
        w = sum(t**i / factorial(i) for i in range(order + 1))
        w = torch.tril(w) if causal else w
        return w / w.sum(-1, keepdim=True) @ v

    return attention


@pytest.mark.parametrize("order", [2, 4, 6, 8])
@pytest.mark.parametrize("d", [5, 16])
def test_taylor_attention_rounds_like_torch(order, d):
    random = np.random.default_rng(order)
    q, k, v = (random.standard_normal((2, 30, width)).astype(np.float32) for width in (d, d, 3))
    attention = TaylorAttention(order)
    assert_rounds_like(of_torch(order), attention(EXACT, q, k, v), q, k, v)
    assert_rounds_like(of_torch(order, causal=True), attention.memory().extend(EXACT, q, k, v), q, k, v)


@pytest.mark.parametrize("d", [5, 16])
def test_features_of_order_2_round_like_torch(d):
    random = np.random.default_rng(d)
    q, k, v = (random.standard_normal((2, 30, width)).astype(np.float32) for width in (d, d, 3))
    attention = LinearAttention(TaylorFeatures(), chunk=8)
    assert_rounds_like(of_torch(2), attention(EXACT, q, k, v), q, k, v, times=8)
    assert_rounds_like(of_torch(2, causal=True), attention.memory().extend(EXACT, q, k, v), q, k, v, times=8)


def test_features_of_order_2_have_the_polynomial_as_their_product():
    random = np.random.default_rng(0)
    q, k = (random.integers(-3, 4, (8, 16)) for _ in range(2))  # 16^(1/4) is 2
    features = TaylorFeatures()
    queries, keys = features.queries(EXACT, q.astype(np.float32)), features.keys(EXACT, k.astype(np.float32))
    assert (8, 17 * 18 // 2) == queries.shape == keys.features.shape
    assert not keys.exponents.any()
    for i, j in np.ndindex(8, 8):
        t = Fraction(int(q[i] @ k[j]), 4)
        product = sum(
            Fraction(float(a)) * Fraction(float(b)) for a, b in zip(queries[i], keys.features[j], strict=True)
        )
        assert 1 + t + t**2 / 2 == product


@pytest.mark.parametrize("order", [2, 4, 6, 8, 10, 12])
def test_the_polynomial_is_that_of_rationals_but_for_rounding(order):
    t = np.linspace(-order, order, 101).astype(np.float32)
    for x, p in zip(t.tolist(), taylor_exponential(EXACT, t, order).tolist(), strict=True):
        terms = [Fraction(x) ** i / factorial(i) for i in range(order + 1)]
        assert abs(Fraction(p) - sum(terms)) <= 4 * Fraction(2) ** -23 * sum(map(abs, terms))


def test_order_2_is_one_shift_and_one_product():
    class Counting(Arithmetic):
        products = 0

        def multiply(self, a, b):
            self.products += np.broadcast(a, b).size
            return super().multiply(a, b)

    counting, t = Counting.of_family("mitchell"), np.linspace(-4, 4, 33).astype(np.float32)
    value = taylor_exponential(counting, t, 2)
    assert t.size == counting.products
    assert np.array_equal(1 + counting.multiply(t, 1 + np.ldexp(t, -1)), value)


@pytest.mark.parametrize(
    ("order", "message"), [(1, "negative somewhere"), (3, "negative somewhere"), (0, "2 or more"), (-2, "2 or more")]
)
def test_other_orders_are_refused(order, message):
    with pytest.raises(ValueError, match=message):
        TaylorAttention(order)
    with pytest.raises(ValueError, match=message):
        taylor_exponential(EXACT, np.float32([0]), order)
