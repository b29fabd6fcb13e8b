import numpy as np
import pytest
from simulate import combinational

from pysoft.logarithm import antilogarithm
from rtl.antilogarithm import Antilogarithm
from rtl.pipeline import Pipeline

POINTS = ("antilog",)


@pytest.mark.parametrize(("F", "K_width"), [(4, 3), (1, 2), (5, 2), (2, 4), (3, 5)])
@pytest.mark.parametrize("fraction_bits", [0, 3, 9])
def test_antilogarithm_equals_the_model_for_every_logarithm(F, K_width, fraction_bits):
    L = np.arange(1 << F + K_width)
    component = Antilogarithm(F + 1, K_width, F - fraction_bits, (1 << K_width) + fraction_bits, Pipeline(POINTS))
    vectors = [{"significand": value & (1 << F) - 1 | 1 << F, "K": value >> F, "nonzero": 1} for value in L]
    assert antilogarithm(L, F, fraction_bits).tolist() == combinational(component, vectors, "o")


def test_antilogarithm_of_a_zero_operand_is_zero():
    component = Antilogarithm(5, 3, 4, 8, Pipeline(POINTS))
    assert [0] == combinational(component, [{"significand": 31, "K": 7, "nonzero": 0}], "o")


@pytest.mark.parametrize("drop", [0, 5, 9, 20])
def test_antilogarithm_cuts_off_what_is_below_its_window(drop):
    F, K_width, out_width = 3, 4, 6
    L = np.arange(1 << F + K_width)
    component = Antilogarithm(F + 1, K_width, drop, out_width, Pipeline(POINTS))
    vectors = [{"significand": value & 7 | 8, "K": value >> F, "nonzero": 1} for value in L]
    expected = [(((8 | int(value) & 7) << (int(value) >> F)) >> drop) % (1 << out_width) for value in L]
    assert expected == combinational(component, vectors, "o")


def test_antilogarithm_of_too_narrow_a_characteristic_is_refused():
    with pytest.raises(ValueError, match="K_width must be at least 2 bits, not 1"):
        Antilogarithm(4, 1, 4, 8, Pipeline(POINTS))
