"""The forms of linear attention: dense, in chunks, as a recurrence; over any feature map."""

import tracemalloc
from fractions import Fraction

import numpy as np
import pytest
import torch
from rounding import assert_rounds_like

from pysoft.attention.dense import DenseLinearAttention
from pysoft.attention.elu import EluPlusOne
from pysoft.attention.features import Keys
from pysoft.attention.linear import LinearAttention
from pysoft.attention.recurrent import RecurrentAttention
from pysoft.attention.state import State
from pysoft.attention.taylor import TaylorFeatures
from pysoft.named_arithmetic import named_arithmetic

EXACT = named_arithmetic("f32-exact", threads=1)
FORMS = [
    DenseLinearAttention,
    RecurrentAttention,
    LinearAttention,
    lambda feature_map: LinearAttention(feature_map, chunk=1),
    lambda feature_map: LinearAttention(feature_map, chunk=4),
]


class Given:
    """Features that are the numbers themselves, the last of a key its exponent."""

    def queries(self, arithmetic, q):
        return q[..., :-1]

    def keys(self, arithmetic, k):
        return Keys(k[..., :-1], k[..., -1].astype(np.int32))


def powers_of_two(random, shape, low, high):
    """Of both signs."""
    return np.ldexp(random.choice([-1, 1], shape), random.integers(low, high, shape)).astype(np.float32)


def exact_operands(seed, n=10, *, exponents=1):
    """Powers of two, so that every product is exact by every multiplier that has Mitchell's, and small sums."""
    random = np.random.default_rng(seed)
    q, k = (np.abs(powers_of_two(random, (2, n, 5), 0, 2)) for _ in range(2))
    k[..., -1] = random.integers(0, exponents, (2, n))
    return q, k, powers_of_two(random, (2, n, 3), -1, 2)


def by_fractions(q, k, v, *, causal):
    """Numerators and denominators by the sum over keys, in rationals, each correctly rounded once: one head."""
    outputs = np.zeros_like(v)
    for i in range(len(q)):
        w = [
            sum(Fraction(float(a)) * Fraction(float(b)) for a, b in zip(q[i, :-1], key[:-1], strict=True))
            * Fraction(2) ** int(key[-1])
            for key in (k[: i + 1] if causal else k)
        ]
        for column in range(v.shape[1]):
            exact = sum(x * Fraction(float(y)) for x, y in zip(w, v[:, column], strict=False)) / sum(w)
            outputs[i, column] = np.float32(float(exact))
    return outputs


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("exponents", [1, 6])
def test_forms_have_the_bits_of_rationals_where_every_sum_is_exact(form, exponents):
    q, k, v = exact_operands(0, exponents=exponents)
    attention = form(Given())
    causal, every = attention.memory().extend(EXACT, q, k, v), attention(EXACT, q, k, v)
    for head in range(2):
        operands = q[head], k[head], v[head]
        assert np.array_equal(by_fractions(*operands, causal=True), causal[head])
        assert np.array_equal(by_fractions(*operands, causal=False), every[head])


@pytest.mark.parametrize("name", ["f32-mitchell", "bf16-mitchell", "bf16-exact"])
@pytest.mark.parametrize("form", FORMS[1:])
@pytest.mark.parametrize("exponents", [1, 3])
def test_forms_are_equal_in_every_arithmetic_where_products_are_exact(name, form, exponents):
    arithmetic = named_arithmetic(name, threads=1)
    q, k, v = map(arithmetic.cast, exact_operands(1, exponents=exponents))
    dense = DenseLinearAttention(Given())
    assert np.array_equal(
        dense.memory().extend(arithmetic, q, k, v), form(Given()).memory().extend(arithmetic, q, k, v)
    )
    assert np.array_equal(dense(arithmetic, q, k, v), form(Given())(arithmetic, q, k, v))


@pytest.mark.parametrize("feature_map", [EluPlusOne(), TaylorFeatures()])
@pytest.mark.parametrize("form", FORMS[1:])
def test_feature_maps_keep_forms_equal(feature_map, form):
    mitchell = named_arithmetic("f32-mitchell", threads=1)
    random = np.random.default_rng(2)
    q, k = (random.choice([0, 1, 3] if isinstance(feature_map, EluPlusOne) else [0, 2, 4], (9, 16)) for _ in range(2))
    q, k, v = q.astype(np.float32), k.astype(np.float32), powers_of_two(random, (9, 3), 0, 3)
    expected = DenseLinearAttention(feature_map).memory().extend(mitchell, q, k, v)
    assert np.array_equal(expected, form(feature_map).memory().extend(mitchell, q, k, v))


@pytest.mark.parametrize("form", FORMS)
def test_forms_round_like_torch(form):
    random = np.random.default_rng(3)
    q, k, v = (random.standard_normal((2, 100, 8)).astype(np.float32) for _ in range(3))

    def features(x):
        return torch.nn.functional.elu(x) + 1

    def recurrence(q, k, v):
        keys, outputs = features(k), []
        S = torch.cumsum(keys[..., None] * v[..., None, :], dim=1)  # [2, n, f, e]
        z = torch.cumsum(keys, dim=1)
        for i in range(v.shape[1]):
            now = features(q[:, i])
            outputs.append(torch.einsum("hf,hfe->he", now, S[:, i]) / (now * z[:, i]).sum(-1, keepdim=True))
        return torch.stack(outputs, dim=1)

    def every(q, k, v):
        w = features(q) @ features(k).transpose(-1, -2)
        return w / w.sum(-1, keepdim=True) @ v

    attention = form(EluPlusOne())
    assert_rounds_like(recurrence, attention.memory().extend(EXACT, q, k, v), q, k, v)
    assert_rounds_like(every, attention(EXACT, q, k, v), q, k, v)


@pytest.mark.parametrize("form", FORMS)
def test_a_much_larger_key_acts_on_no_query_before_it(form):
    q, k, v = exact_operands(4)
    expected = form(Given()).memory().extend(EXACT, q, k, v)
    k[..., 7:, -1] = 5000  # later keys are larger by 2^5000
    outputs = form(Given()).memory().extend(EXACT, q, k, v)
    assert np.array_equal(expected[..., :7, :], outputs[..., :7, :])
    assert np.isfinite(outputs).all()
    assert np.array_equal(v[..., 7, :], outputs[..., 7, :])


def test_a_smaller_key_is_shifted_and_a_larger_one_shifts_the_state():
    state = State((2,), 1, 1)
    for exponents in ([0, 0], [-3, 4], [0, 4]):
        state.add(
            EXACT, Keys(np.ones((2, 1, 1), np.float32), np.int32(exponents)[:, None]), np.ones((2, 1, 1), np.float32)
        )
    assert [0, 4] == state.exponent.tolist()
    assert [[2.125], [2.0625]] == state.z.tolist()
    assert [[[2.125]], [[2.0625]]] == state.S.tolist()


@pytest.mark.parametrize("attention", [LinearAttention(EluPlusOne(), chunk=16), RecurrentAttention(EluPlusOne())])
def test_the_state_does_not_grow(attention):
    memory = attention.memory()
    tokens = np.ones((40, 4), np.float32)
    memory.extend(EXACT, tokens, tokens, tokens)
    assert (4, 4) == memory.state.S.shape
    assert 40 == memory.length


def peak(attention, n):
    x = np.random.default_rng(n).standard_normal((n, 16)).astype(np.float32)
    tracemalloc.start()
    try:
        attention.memory().extend(EXACT, x, x, x)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_room_is_linear_in_the_length_and_of_the_dense_form_quadratic():
    linear, dense = LinearAttention(EluPlusOne(), chunk=64), DenseLinearAttention(EluPlusOne())
    peak(linear, 128), peak(dense, 128)  # what is kept for good
    short, long, longer = (peak(linear, n) for n in (1024, 2048, 4096))
    token = 16 * 4  # bytes of an output
    assert 0 < long - short < 1.25 * 1024 * token
    assert 0 < longer - long < 1.25 * 2048 * token
    assert peak(dense, 1024) > 3.5 * peak(dense, 512) > 20 * short


def test_a_chunk_needs_a_token():
    with pytest.raises(ValueError, match="1 token or more"):
        LinearAttention(EluPlusOne(), chunk=0)
