"""Layers against torch in float64, and bits where sums are exact."""

import ml_dtypes
import numpy as np
import pytest
import torch
from rounding import assert_rounds_like

from pysoft.arithmetic import Arithmetic
from pysoft.layers import gelu, layer_norm, linear

RANDOM = np.random.default_rng(11)
X = RANDOM.standard_normal((2, 5, 24)).astype(np.float32)
W, B, G = (RANDOM.standard_normal(shape).astype(np.float32) for shape in ((24, 7), (7,), (24,)))


def test_linear_is_torchs():
    assert_rounds_like(lambda x, w, b: torch.nn.functional.linear(x, w.T, b), linear(Arithmetic(), X, W, B), X, W, B)


def test_layer_norm_is_torchs():
    bias = X[0, 0]
    ours = layer_norm(Arithmetic(), X, G, bias, epsilon=1e-3)
    assert_rounds_like(lambda x, g, b: torch.nn.functional.layer_norm(x, (24,), g, b, 1e-3), ours, X, G, bias)


def test_gelu_is_torchs():
    x = np.linspace(-4, 9, 1001, dtype=np.float32)
    assert_rounds_like(lambda x: torch.nn.functional.gelu(x, approximate="tanh"), gelu(Arithmetic(), x), x)


@pytest.mark.parametrize("name", ["exact", "mitchell"])
def test_linear_rounds_the_sums_and_then_the_bias(name):
    arithmetic = Arithmetic.of_family(name, "bf16")
    x, w, b = np.float32([[[1, 2, 256]]]), np.float32([[1, 0], [1, 1], [1, 2]]), np.float32([0.5, 1])
    y = linear(arithmetic, *map(arithmetic.cast, (x, w, b)))
    assert (ml_dtypes.bfloat16, (1, 1, 2)) == (y.dtype, y.shape)
    # 259 and 514 are ties of bf16, and go to 260 and 512; 260.5 and 513 are none either
    assert [[[260, 512]]] == y.astype(np.float32).tolist()


def test_layer_norm_of_equal_numbers_is_the_bias():
    arithmetic = Arithmetic.of_family("mitchell")
    assert [0.5] * 8 == layer_norm(
        arithmetic, np.full(8, 3, np.float32), np.ones(8, np.float32), np.full(8, 0.5, np.float32)
    ).tolist()


def test_linear_of_no_rows_is_empty():
    assert (0, 7) == linear(Arithmetic(), X[0, :0], W, B).shape
