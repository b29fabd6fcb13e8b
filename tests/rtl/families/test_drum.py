import pytest
from family import all_cuts, assert_circuit_equals, assert_cuts_are_points, every_pair, random_pairs

from pysoft.families.drum import DRUM
from rtl.families.drum import Multiplier

MODEL = DRUM.operations["mul"]


@pytest.mark.parametrize("k", [3, 4, 5])
@pytest.mark.parametrize("live", all_cuts(Multiplier), ids="-".join)
def test_multiplier_is_the_model_wherever_registers_stand(live, k):
    assert_circuit_equals(Multiplier, MODEL, 5, *every_pair(5), live, k=k)


@pytest.mark.parametrize(("width", "k"), [(3, 3), (4, 3), (4, 4), (6, 3), (6, 5)])
def test_small_multiplier_is_the_model_for_every_pair(width, k):
    assert_circuit_equals(Multiplier, MODEL, width, *every_pair(width), (), k=k)


@pytest.mark.parametrize(("width", "k"), [(9, 4), (16, 6), (16, 16), (23, 7), (31, 30), (32, 3), (32, 32)])
@pytest.mark.parametrize("stages", [0, 4, 5])
def test_wide_multiplier_is_the_model(stages, width, k):
    assert_circuit_equals(Multiplier, MODEL, width, *random_pairs(width), Multiplier.cuts[stages], k=k)


def test_cuts_have_as_many_registers_as_stages():
    assert_cuts_are_points(Multiplier)
