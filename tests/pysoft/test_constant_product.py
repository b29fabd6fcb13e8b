"""Products by shifts and additions against Python's own."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from pysoft.constant_product import LN_2, LOG2_E, constant_bits, constant_product, signed_digits
from pysoft.float_formats import FLOAT_FORMATS


@pytest.mark.parametrize("start", [-70_000, 0, 2**33 - 40_000])
def test_digits_make_the_constant_and_no_two_are_neighbours(start):
    for constant in range(start, start + 70_000):
        digits = signed_digits(constant)
        assert constant == sum(digit * 2**place for digit, place in digits)
        assert all(digit in (-1, 1) for digit, _ in digits)
        places = [place for _, place in digits]
        assert all(b - a >= 2 for a, b in pairwise(places))


@pytest.mark.parametrize("constant", [0, 1, -1, 23, 0x1_7154_7653, 2**33 - 1])
def test_products_are_those_of_python(constant):
    n = np.concatenate([np.random.default_rng(3).integers(-(2**29), 2**29, 1000), [0, 1, -1, 2**29, -(2**29)]])
    products = constant_product(n, signed_digits(constant))
    assert products.dtype == np.int64
    assert [value * constant for value in n.tolist()] == products.tolist()


def test_constants_are_those_of_the_tables():
    assert abs(Fraction("0.69314718055994530941723212145817656807550013436025525412068001") - LN_2) < Fraction(
        1, 10**59
    )
    assert LN_2 * LOG2_E == 1


def test_product_with_log2_e_is_right_to_a_sixteenth_of_a_last_place():
    for form in FLOAT_FORMATS.values():
        scale = 2 ** constant_bits(form)
        error = abs(Fraction(round(LOG2_E * scale), scale) - LOG2_E)
        assert error * (form.bias + 1) * LN_2 < Fraction(1, 16 << form.fraction_bits)
