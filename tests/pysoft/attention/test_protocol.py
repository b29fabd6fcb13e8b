"""What every attention promises, of every attention."""

import numpy as np
import pytest
from guarded import GuardedArithmetic, guarded

from pysoft.arithmetic import Arithmetic
from pysoft.attention.dense import DenseLinearAttention
from pysoft.attention.elu import EluPlusOne
from pysoft.attention.linear import LinearAttention
from pysoft.attention.random_features import FavorPlus, TrigonometricFeatures
from pysoft.attention.recurrent import RecurrentAttention
from pysoft.attention.softmax import SoftmaxAttention
from pysoft.attention.taylor import TaylorAttention, TaylorFeatures
from pysoft.named_arithmetic import named_arithmetic

ATTENTIONS = [
    SoftmaxAttention(),
    TaylorAttention(2),
    TaylorAttention(4),
    DenseLinearAttention(FavorPlus(8)),
    LinearAttention(EluPlusOne(), chunk=4),
    LinearAttention(FavorPlus(8), chunk=4),
    LinearAttention(TrigonometricFeatures(8), chunk=64),
    LinearAttention(TaylorFeatures(), chunk=1),
    RecurrentAttention(EluPlusOne()),
    RecurrentAttention(FavorPlus(8)),
]
CACHED = (SoftmaxAttention, TaylorAttention, DenseLinearAttention)
NAMES = ["f32-exact", "f32-mitchell", "bf16-mitchell", "f32-lmul"]
N, D, E = 11, 4, 3


@pytest.fixture(params=NAMES)
def arithmetic(request):
    return named_arithmetic(request.param, threads=1)


@pytest.fixture(params=ATTENTIONS, ids=repr)
def attention(request):
    return request.param


def operands(arithmetic, *, lead=(2,), n=N, seed=0):
    random = np.random.default_rng(seed)
    return tuple(arithmetic.cast(random.standard_normal((*lead, n, width))) for width in (D, D, E))


def bits(arithmetic, values):
    assert values.dtype == arithmetic.format.dtype
    assert np.isfinite(values.astype(np.float32)).all()
    return arithmetic.format.to_bits(values).tolist()


def part(arrays, start, stop):
    return (each[..., start:stop, :] for each in arrays)


@pytest.mark.parametrize("ends", [range(1, N + 1), (3, 10, 11), (8, 11), (0, 11, 11)], ids=str)
def test_tokens_in_parts_give_the_bits_of_all_at_once(arithmetic, attention, ends):
    q, k, v = operands(arithmetic)
    memory, outputs = attention.memory(), []
    for start, stop in zip([0, *ends], ends, strict=False):
        outputs.append(memory.extend(arithmetic, *part((q, k, v), start, stop)))
        assert stop == memory.length
    whole = attention.memory().extend(arithmetic, q, k, v)
    assert bits(arithmetic, whole) == bits(arithmetic, np.concatenate(outputs, axis=-2))


def test_tokens_to_come_change_no_bit(arithmetic, attention):
    q, k, v = operands(arithmetic)
    other = [each.copy() for each in (q, k, v)]
    for each in other:
        each[..., 6:, :] = -np.ldexp(each[..., 6:, :], 3)
    first = attention.memory().extend(arithmetic, q, k, v)[..., :6, :]
    assert bits(arithmetic, first) == bits(arithmetic, attention.memory().extend(arithmetic, *other)[..., :6, :])


def test_narrow_products_hold_but_for_rounding(attention):
    narrow = named_arithmetic(
        "s8-exact", threads=1
    )  # which scales columns of values by the largest, of tokens to come, too
    q, k, v = operands(narrow)
    whole, memory = attention.memory().extend(narrow, q, k, v), attention.memory()
    parts = [memory.extend(narrow, *part((q, k, v), i, i + 1)) for i in range(N)]
    difference = np.abs(whole - np.concatenate(parts, axis=-2))
    if not (isinstance(attention, LinearAttention) and isinstance(attention.feature_map, TrigonometricFeatures)):
        assert difference.max() < 0.05 * np.abs(v).max()


def test_leading_dimensions_are_each_by_themselves(arithmetic, attention):
    q, k, v = operands(arithmetic, lead=(2, 3))
    every, causal = attention(arithmetic, q, k, v), attention.memory().extend(arithmetic, q, k, v)
    assert (2, 3, N, E) == every.shape == causal.shape
    for place in np.ndindex(2, 3):
        alone = q[place], k[place], v[place]
        assert bits(arithmetic, every[place]) == bits(arithmetic, attention(arithmetic, *alone))
        assert bits(arithmetic, causal[place]) == bits(arithmetic, attention.memory().extend(arithmetic, *alone))


def test_a_query_sees_keys_whatever_their_number(arithmetic, attention):
    q, k, v = operands(arithmetic)
    every = attention(arithmetic, q, k, v)
    assert bits(arithmetic, every[..., :2, :]) == bits(arithmetic, attention(arithmetic, q[..., :2, :], k, v))
    if isinstance(attention, CACHED):
        causal = attention.memory().extend(arithmetic, q, k, v)
        assert bits(arithmetic, every[..., -1, :]) == bits(arithmetic, causal[..., -1, :])


def test_the_first_token_sees_its_own_value(attention):
    q, k, v = operands(named_arithmetic("f32-exact"))
    first = attention.memory().extend(named_arithmetic("f32-exact"), q, k, v)[..., 0, :]
    np.testing.assert_allclose(v[..., 0, :], first, rtol=2e-6)


@pytest.mark.parametrize("form", ["f32", "bf16"])
def test_nothing_is_multiplied_beside_the_arithmetic(attention, form):
    strict, plain = (each.of_family("mitchell", form, threads=1) for each in (GuardedArithmetic, Arithmetic))
    q, k, v = operands(plain)
    for act in (lambda *a: attention(*a), lambda *a: attention.memory().extend(*a)):
        assert bits(plain, act(plain, q, k, v)) == bits(plain, act(strict, *map(guarded, (q, k, v))))


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        (((4, 3), (5, 3), (4, 2)), "one value"),
        (((4, 3), (4, 2), (4, 2)), "as many features"),
        (((4, 0), (4, 0), (4, 2)), "as many features"),
        (((2, 4, 3), (4, 3), (4, 2)), "leading dimensions"),
        (((3,), (4, 3), (4, 2)), "tokens, features"),
    ],
)
def test_shapes_that_do_not_fit_are_refused(attention, shapes, message):
    q, k, v = (np.ones(shape, np.float32) for shape in shapes)
    for act in (attention, attention.memory().extend):
        with pytest.raises(ValueError, match=message):
            act(named_arithmetic("f32-exact"), q, k, v)


def test_no_keys_and_odd_numbers_of_queries_are_refused(attention):
    q, k, v = operands(named_arithmetic("f32-exact"))
    with pytest.raises(ValueError, match="a key or more"):
        attention(named_arithmetic("f32-exact"), q, k[..., :0, :], v[..., :0, :])
    with pytest.raises(ValueError, match="one query and one key"):
        attention.memory().extend(named_arithmetic("f32-exact"), q[..., :2, :], k, v)


def test_tokens_unlike_those_before_are_refused(attention):
    exact, memory = named_arithmetic("f32-exact"), attention.memory()
    q, k, v = operands(exact)
    memory.extend(exact, q, k, v)
    for other in ((q[0], k[0], v[0]), (q, k, v[..., :2]), (q[..., :2], k[..., :2], v)):
        with pytest.raises(ValueError, match="tokens before"):
            memory.extend(exact, *other)
    assert N == memory.length
    assert 2 * N == N + len(memory.extend(exact, q, k, v)[0])


@pytest.mark.parametrize("other", [np.zeros((2, N, D)), [[1.0]], np.zeros((2, N, D), np.int8)])
def test_other_types_are_refused(attention, other):
    q, _, v = operands(named_arithmetic("f32-exact"))
    with pytest.raises(TypeError, match="k must be an array of float32"):
        attention(named_arithmetic("f32-exact"), q, other, v)
