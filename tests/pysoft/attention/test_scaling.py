from fractions import Fraction

import ml_dtypes
import numpy as np
import pytest

from pysoft.attention.scaling import scaled
from pysoft.named_arithmetic import named_arithmetic


@pytest.mark.parametrize("factor", [1, 0.5, 0.125, 2.0**-20, 8])
def test_a_power_of_two_is_exact(factor):
    x = np.random.default_rng(0).standard_normal(100).astype(np.float32)
    assert np.array_equal(x * np.float32(factor), scaled(named_arithmetic("f32-lmul"), x, factor))


@pytest.mark.parametrize("factor", [48**-0.5, 3**-0.25, 1 / 24, 0.999999, 5.5])
def test_a_product_is_rounded_once(factor):
    x = np.random.default_rng(0).standard_normal(300).astype(np.float32)
    fraction, exponent = np.frexp(factor)
    constant = Fraction(round(float(fraction) * 2**27), 2**27) * Fraction(2) ** int(exponent)
    result = scaled(named_arithmetic("f32-mitchell"), x, factor)
    for a, r in zip(x.tolist(), result, strict=True):
        exact = Fraction(a) * constant
        assert abs(exact - Fraction(float(r))) <= Fraction(float(np.spacing(np.abs(r)))) / 2
        assert abs(constant / Fraction(factor) - 1) <= Fraction(1, 2**27)


def test_a_bfloat16_is_rounded_once_too():
    x = np.arange(128, 256).astype(ml_dtypes.bfloat16)
    expected = (x.astype(np.float64) / 3).astype(np.float32).astype(ml_dtypes.bfloat16)
    assert np.array_equal(expected, scaled(named_arithmetic("bf16-mitchell"), x, 1 / 3))


@pytest.mark.parametrize("factor", [0, -1, float("inf"), float("nan")])
def test_a_factor_must_be_above_zero(factor):
    with pytest.raises(ValueError, match="above 0"):
        scaled(named_arithmetic("f32-exact"), np.float32([1]), factor)


def test_infinity_stays_infinite():
    assert np.array_equal(
        [np.inf, -np.inf], scaled(named_arithmetic("f32-exact"), np.float32([np.inf, -np.inf]), 1 / 3)
    )
