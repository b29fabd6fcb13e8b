import pytest
from family import all_cuts, assert_circuit_equals, assert_cuts_are_points, choices, every_pair, random_pairs

from pysoft.families.tosam import TOSAM
from rtl.families.tosam import Multiplier

MODEL = TOSAM.operations["mul"]


@pytest.mark.parametrize(("h", "t"), [(0, 1), (0, 3), (1, 2), (2, 1), (2, 3)])
@pytest.mark.parametrize("live", all_cuts(Multiplier), ids="-".join)
def test_multiplier_is_the_model_wherever_registers_stand(live, h, t):
    assert_circuit_equals(Multiplier, MODEL, 4, *every_pair(4), live, h=h, t=t)


@pytest.mark.parametrize("width", [2, 3, 4])
def test_small_multiplier_is_the_model_for_every_pair(width):
    for parameters in choices(MODEL, width):
        assert_circuit_equals(Multiplier, MODEL, width, *every_pair(width), (), **parameters)


@pytest.mark.parametrize(
    ("width", "h", "t"), [(9, 2, 6), (16, 0, 2), (16, 3, 7), (16, 5, 9), (23, 0, 22), (31, 29, 30), (32, 30, 1)]
)
@pytest.mark.parametrize("stages", [0, 4, 5])
def test_wide_multiplier_is_the_model(stages, width, h, t):
    assert_circuit_equals(Multiplier, MODEL, width, *random_pairs(width), Multiplier.cuts[stages], h=h, t=t)


def test_cuts_have_as_many_registers_as_stages():
    assert_cuts_are_points(Multiplier)
