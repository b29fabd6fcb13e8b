from math import sqrt

import numpy as np
import pytest

from pysoft.errors.pictures.curve import operand_curve
from pysoft.operator import Operator


def mitchells(operation, a):
    """Mitchell's powers of numbers from 1 to 4, by the broken line that his logarithm is."""
    log = np.where(a < 2, a - 1, a / 2)
    power = {"square": 2, "reciprocal": -1, "sqrt": 0.5, "rsqrt": -0.5}[operation]
    K = np.floor(power * log)
    return 2.0**K * (1 + power * log - K), a**power


@pytest.mark.parametrize("form", ["u32", "u16", "f32", "f16"])
@pytest.mark.parametrize("operation", ["square", "reciprocal", "sqrt", "rsqrt"])
def test_curve_is_mitchells_whatever_the_fraction_bits(operation, form):
    f = "-f3" if form.startswith("u") and operation != "square" else ""
    a, error = operand_curve(Operator.from_name(f"{operation}-{form}-mitchell{f}"))
    assert np.array_equal(a, np.arange(1024, 4096 if "sqrt" in operation else 2048) / 1024)
    approximate, exact = mitchells(operation, a)
    last_place = 2.0**-21 if form != "f16" else 2.0**-10  # the float has no more bits, and integers are cut off
    assert np.abs(error - (approximate / exact - 1)).max() <= last_place
    peak = {"square": -1 / 9, "reciprocal": 1 / 8, "sqrt": 1.5 / sqrt(2) - 1, "rsqrt": 0.0886621}[operation]
    assert abs(error[np.abs(error).argmax()] - peak) <= 2 * last_place


@pytest.mark.parametrize(("name", "expected"), [("square-u2-exact", [1, 1.5]), ("sqrt-u2-exact", [1, 2, 3])])
def test_narrow_operands_are_few(name, expected):
    a, error = operand_curve(Operator.from_name(name))
    assert expected == a.tolist()
    assert np.abs(error).max() < 2**-30


def test_curve_needs_one_operand():
    with pytest.raises(ValueError, match="a curve has one axis, and mul-u4-exact two operands"):
        operand_curve(Operator.from_name("mul-u4-exact"))
