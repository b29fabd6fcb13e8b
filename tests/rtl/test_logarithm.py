import numpy as np
import pytest
from simulate import combinational

from pysoft.logarithm import antilogarithm, logarithm
from rtl.antilogarithm import Antilogarithm
from rtl.logarithm import Logarithm
from rtl.pipeline import Pipeline

POINTS = ("normalise", "antilog")


@pytest.mark.parametrize("width", [2, 3, 4, 5, 8, 9])
def test_logarithm_equals_the_model_for_every_number(width):
    N = np.arange(1, 1 << width, dtype=np.uint64)
    F = width - 1
    component = Logarithm(width, Pipeline(POINTS))
    vectors = [{"i": value} for value in N]
    k = np.array(combinational(component, vectors, "k"))
    x = np.array(combinational(component, vectors, "x"))
    assert logarithm(N, F).tolist() == ((k << F) | x).tolist()


def test_logarithm_flags_zero():
    assert [0, 1] == combinational(Logarithm(5, Pipeline(POINTS)), [{"i": 0}, {"i": 1}], "nonzero")


@pytest.mark.parametrize("fraction_bits", [0, 3, 9])
def test_antilogarithm_equals_the_model_for_every_logarithm(fraction_bits):
    F, K_width = 4, 3
    L = np.arange(1 << F + K_width)
    component = Antilogarithm(F, K_width, F - fraction_bits, 8 + fraction_bits, Pipeline(POINTS))
    vectors = [{"f": value & 15, "K": value >> F, "nonzero": 1} for value in L]
    assert antilogarithm(L, F, fraction_bits).tolist() == combinational(component, vectors, "o")


def test_antilogarithm_of_a_zero_operand_is_zero():
    component = Antilogarithm(4, 3, 4, 8, Pipeline(POINTS))
    assert [0] == combinational(component, [{"f": 15, "K": 7, "nonzero": 0}], "o")
