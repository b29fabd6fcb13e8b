from fractions import Fraction
from math import floor

import numpy as np
import pytest

from pysoft.logarithm import antilogarithm, logarithm


def characteristic_and_fraction(number):
    k = number.bit_length() - 1
    return k + Fraction(number - 2**k, 2**k)


@pytest.mark.parametrize("F", [7, 8, 20, 31])
def test_logarithm_is_k_plus_x_for_every_byte(F):
    N = np.arange(1, 256, dtype=np.uint64)
    L = logarithm(N, F)
    assert L.dtype == np.int64
    assert [Fraction(value, 2**F) for value in L.tolist()] == [characteristic_and_fraction(n) for n in N.tolist()]


def test_logarithm_is_exact_around_every_power_of_two_of_32_bits():
    candidates = {2**k + away for k in range(33) for away in (-1, 0, 1)}
    numbers = sorted(number for number in candidates if 1 <= number < 2**32)
    L = logarithm(np.array(numbers, dtype=np.uint64), 31)
    assert [Fraction(value, 2**31) for value in L.tolist()] == [characteristic_and_fraction(n) for n in numbers]


@pytest.mark.parametrize("F", [1, 7, 15, 31])
def test_antilogarithm_undoes_logarithm(F):
    N = np.random.default_rng(F).integers(1, 2 ** (F + 1), 1000, dtype=np.uint64)
    assert np.array_equal(antilogarithm(logarithm(N, F), F), N)


@pytest.mark.parametrize("fraction_bits", [0, 3, 32])
def test_antilogarithm_truncates_to_its_fraction_bits(fraction_bits):
    F = 5
    L = np.arange(-40 << F, 31 << F)
    expected = [
        floor(Fraction(2) ** (value // 2**F) * (1 + Fraction(value % 2**F, 2**F)) * 2**fraction_bits)
        for value in L.tolist()
    ]
    result = antilogarithm(L, F, fraction_bits)
    assert result.dtype == np.uint64
    assert result.tolist() == expected


def test_antilogarithm_reaches_64_bits():
    assert antilogarithm(np.array([(64 << 31) - 1]), 31).tolist() == [2**64 - 2**32]


def test_shapes_are_kept():
    N = np.ones((2, 0, 3), dtype=np.uint64)
    assert logarithm(N, 7).shape == antilogarithm(logarithm(N, 7), 7).shape == (2, 0, 3)
