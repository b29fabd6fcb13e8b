import numpy as np
import pytest
import torch
from rounding import assert_rounds_like

from pysoft.attention.elu import EluPlusOne
from pysoft.named_arithmetic import named_arithmetic


def test_elu_plus_one_rounds_like_torch():
    x = np.random.default_rng(0).normal(0, 3, (50, 8)).astype(np.float32)
    exact = named_arithmetic("f32-exact")
    assert_rounds_like(lambda x: torch.nn.functional.elu(x) + 1, EluPlusOne().queries(exact, x), x)
    keys = EluPlusOne().keys(exact, x)
    assert np.array_equal(EluPlusOne().queries(exact, x), keys.features)
    assert not keys.exponents.any()


@pytest.mark.parametrize("name", ["f32-mitchell", "bf16-mitchell"])
def test_elu_plus_one_is_the_exponential_of_the_arithmetic_or_a_sum(name):
    arithmetic = named_arithmetic(name)
    x = arithmetic.cast([[-2.5, -0.25, 0, 0.5, 3]])
    expected = np.concatenate([arithmetic.exp(x[:, :3]), x[:, 3:] + 1], axis=-1)
    result = EluPlusOne().queries(arithmetic, x)
    assert arithmetic.format.dtype == result.dtype
    assert np.array_equal(expected, result)
