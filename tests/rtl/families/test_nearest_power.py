import pytest
from family import all_cuts, assert_circuit_equals, assert_cuts_are_points, corner_pairs, every_pair, random_pairs

from pysoft.families.nearest_power import ILM, ROBA
from rtl.families.nearest_power import IlmMultiplier, RobaMultiplier

PAIRS = [(IlmMultiplier, ILM.operations["mul"]), (RobaMultiplier, ROBA.operations["mul"])]
NAMES = ["ilm", "roba"]


@pytest.mark.parametrize(("datapath", "model"), PAIRS, ids=NAMES)
@pytest.mark.parametrize("live", all_cuts(IlmMultiplier), ids="-".join)
def test_multiplier_is_the_model_wherever_registers_stand(live, datapath, model):
    assert_circuit_equals(datapath, model, 3, *every_pair(3), live)


@pytest.mark.parametrize(("datapath", "model"), PAIRS, ids=NAMES)
@pytest.mark.parametrize("width", [2, 4, 5, 6])
def test_small_multiplier_is_the_model_for_every_pair(width, datapath, model):
    assert_circuit_equals(datapath, model, width, *every_pair(width), ())


@pytest.mark.parametrize(("datapath", "model"), PAIRS, ids=NAMES)
@pytest.mark.parametrize("width", [9, 16, 23, 31, 32])
@pytest.mark.parametrize("stages", [0, 3, 5])
def test_wide_multiplier_is_the_model(stages, width, datapath, model):
    assert_circuit_equals(datapath, model, width, *random_pairs(width), datapath.cuts[stages])


@pytest.mark.parametrize(("datapath", "model"), PAIRS, ids=NAMES)
@pytest.mark.parametrize("width", [8, 16, 32])
def test_multiplier_is_the_model_at_all_ones_and_ties(width, datapath, model):
    a, b = (values[-40:] for values in corner_pairs(width))
    assert_circuit_equals(datapath, model, width, a, b, ())


@pytest.mark.parametrize(("datapath", "model"), PAIRS, ids=NAMES)
def test_cuts_have_as_many_registers_as_stages(datapath, model):
    assert_cuts_are_points(datapath)
