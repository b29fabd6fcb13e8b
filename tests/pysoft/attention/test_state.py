import numpy as np
import pytest

from pysoft.attention.linear import LinearAttention
from pysoft.attention.random_features import FavorPlus
from pysoft.attention.state import quotient
from pysoft.named_arithmetic import named_arithmetic


@pytest.mark.parametrize("name", ["f32-mitchell", "bf16-mitchell"])
def test_a_query_of_no_weight_takes_nothing(name):
    arithmetic = named_arithmetic(name)
    numerator = np.float32([[3, -6], [3, -6], [3, -6], [0, 0]])
    outputs = quotient(arithmetic, numerator, np.float32([2, 0, 1e-39, -0.0]))
    assert np.array_equal(arithmetic.divide(arithmetic.cast(numerator[0]), 2.0), outputs[0])
    assert not outputs[1:].any()


def test_what_is_not_a_number_is_not_hidden():
    exact = named_arithmetic("f32-exact")
    assert np.isnan(quotient(exact, np.float32([[1], [np.nan]]), np.float32([np.nan, 2]))).all()


def test_sums_of_8_bits_that_vanish_give_no_nan():
    narrow = named_arithmetic("s8-mitchell", threads=1)
    q, k, v = (
        np.random.default_rng(i).normal(0, scale, (100, 16)).astype(np.float32) for i, scale in enumerate((4, 4, 1))
    )
    attention = LinearAttention(FavorPlus(64))
    for outputs in (attention(narrow, q, k, v), attention.memory().extend(narrow, q, k, v)):
        assert np.isfinite(outputs).all()
        assert not outputs.all(axis=-1).all()  # some vanish, or this is no test
