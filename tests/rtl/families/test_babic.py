import pytest
from family import all_cuts, assert_circuit_equals, assert_cuts_are_points, every_pair, random_pairs

from pysoft.families.babic import BABIC
from rtl.families.babic import Multiplier

MODEL = BABIC.operations["mul"]


@pytest.mark.parametrize("i", range(5))
@pytest.mark.parametrize("live", all_cuts(Multiplier), ids="-".join)
def test_multiplier_is_the_model_wherever_registers_stand(live, i):
    assert_circuit_equals(Multiplier, MODEL, 3, *every_pair(3), live, i=i)


@pytest.mark.parametrize("i", range(5))
@pytest.mark.parametrize("width", [2, 4, 5])
def test_small_multiplier_is_the_model_for_every_pair(width, i):
    assert_circuit_equals(Multiplier, MODEL, width, *every_pair(width), (), i=i)


@pytest.mark.parametrize(("width", "i"), [(9, 1), (16, 0), (16, 2), (23, 3), (31, 1), (32, 4)])
@pytest.mark.parametrize("stages", [0, 2, 5])
def test_wide_multiplier_is_the_model(stages, width, i):
    assert_circuit_equals(Multiplier, MODEL, width, *random_pairs(width), Multiplier.cuts[stages], i=i)


def test_cuts_have_as_many_registers_as_stages():
    assert_cuts_are_points(Multiplier)
