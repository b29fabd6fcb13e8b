import numpy as np
import pytest
from rounding import assert_rounds_like
from torch.nn.functional import scaled_dot_product_attention

from pysoft.attention.softmax import SoftmaxAttention
from pysoft.named_arithmetic import named_arithmetic

EXACT = named_arithmetic("f32-exact", threads=1)


@pytest.mark.parametrize("d", [4, 7, 64])
@pytest.mark.parametrize("scale", [0.1, 1, 6])
def test_softmax_attention_rounds_like_torch(d, scale):
    random = np.random.default_rng(d)
    q, k, v = (random.normal(0, s, (2, 3, 20, width)).astype(np.float32) for s, width in ((scale, d), (1, d), (1, 5)))
    assert_rounds_like(scaled_dot_product_attention, SoftmaxAttention()(EXACT, q, k, v), q, k, v)
    assert_rounds_like(
        lambda q, k, v: scaled_dot_product_attention(q, k, v, is_causal=True),
        SoftmaxAttention().memory().extend(EXACT, q, k, v),
        q, k, v,
    )  # fmt: skip


def test_mitchell_attention_has_the_bits_of_its_parts():
    mitchell = named_arithmetic("f32-mitchell", threads=1)
    random = np.random.default_rng(0)
    q, k, v = (random.standard_normal((5, 16)).astype(np.float32) for _ in range(3))
    shares = mitchell.softmax(mitchell.matmul(np.ldexp(q, -2), k.T))  # 1 / sqrt 16 is a shift
    assert np.array_equal(mitchell.matmul(shares, v), SoftmaxAttention()(mitchell, q, k, v))


def test_the_cache_holds_keys_and_values():
    q, k, v = (np.random.default_rng(1).standard_normal((2, 6, 3)).astype(np.float32) for _ in range(3))
    memory = SoftmaxAttention().memory()
    memory.extend(EXACT, q[:, :4], k[:, :4], v[:, :4])
    memory.extend(EXACT, q[:, 4:], k[:, 4:], v[:, 4:])
    assert 6 == memory.length
    assert np.array_equal(k, memory.keys)
    assert np.array_equal(v, memory.values)


def test_an_empty_cache_has_no_keys():
    memory = SoftmaxAttention().memory()
    assert 0 == memory.length
    with pytest.raises(ValueError, match="nothing was appended"):
        _ = memory.keys


def test_what_is_masked_has_no_share_however_small_the_others_are():
    random = np.random.default_rng(2)
    q, k, v = (random.normal(mean, 1, (20, 16)).astype(np.float32) for mean in (8, -8, 0))  # scores about -256
    causal = SoftmaxAttention().memory().extend(EXACT, q, k, v)
    assert np.array_equal(v[0], causal[0])
    assert_rounds_like(lambda q, k, v: scaled_dot_product_attention(q, k, v, is_causal=True), causal, q, k, v)
