import numpy as np
import pytest
from simulate import combinational

from pysoft.logarithm import logarithm
from rtl.logarithm import Logarithm
from rtl.pipeline import Pipeline

POINTS = ("normalise",)


@pytest.mark.parametrize("width", [2, 3, 4, 5, 8, 9])
def test_logarithm_equals_the_model_for_every_number(width):
    N = np.arange(1, 1 << width, dtype=np.uint64)
    F = width - 1
    component = Logarithm(width, Pipeline(POINTS))
    vectors = [{"i": value} for value in N]
    k = np.array(combinational(component, vectors, "k"))
    x = np.array(combinational(component, vectors, "x"))
    assert logarithm(N, F).tolist() == ((k << F) | x).tolist()


@pytest.mark.parametrize(("width", "fraction_bits"), [(3, 1), (8, 1), (8, 4), (9, 5), (13, 7)])
def test_logarithm_of_fewer_fraction_bits_is_cut_off(width, fraction_bits):
    N = np.arange(1, 1 << width, dtype=np.uint64)
    component = Logarithm(width, Pipeline(POINTS), fraction_bits=fraction_bits)
    x = combinational(component, [{"i": value} for value in N], "x")
    assert (logarithm(N, width - 1) % (1 << width - 1) >> width - 1 - fraction_bits).tolist() == x


def test_logarithm_flags_zero():
    assert [0, 1] == combinational(Logarithm(5, Pipeline(POINTS)), [{"i": 0}, {"i": 1}], "nonzero")
