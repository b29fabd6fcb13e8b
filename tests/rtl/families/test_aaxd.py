import pytest
from family import all_cuts, assert_circuit_equals, assert_cuts_are_points, every_pair, random_pairs
from simulate import clocked

from pysoft.families.aaxd import AAXD
from rtl.families.aaxd import Divider
from rtl.pipeline import Pipeline

MODEL = AAXD.operations["div"]


def check(width, n, d, live, **parameters):
    assert_circuit_equals(Divider, MODEL, width, n, d, live, defined=d > 0, **parameters)


@pytest.mark.parametrize(("k", "f"), [(2, 0), (3, 4)])
@pytest.mark.parametrize("live", all_cuts(Divider), ids="-".join)
def test_divider_is_the_model_wherever_registers_stand(live, k, f):
    check(3, *every_pair(3), live, k=k, f=f)


@pytest.mark.parametrize(("width", "k"), [(2, 2), (4, 2), (4, 3), (5, 2), (6, 3), (6, 4)])
@pytest.mark.parametrize("f", [0, 1, 9])
def test_small_divider_is_the_model_for_every_pair(f, width, k):
    check(width, *every_pair(width), (), k=k, f=f)


@pytest.mark.parametrize(
    ("width", "k", "f"), [(9, 4, 0), (16, 4, 0), (16, 6, 8), (23, 12, 3), (31, 2, 32), (32, 20, 32)]
)
@pytest.mark.parametrize("stages", [0, 3, 5])
def test_wide_divider_is_the_model(stages, width, k, f):
    check(width, *random_pairs(width), Divider.cuts[stages], k=k, f=f)


@pytest.mark.parametrize("live", all_cuts(Divider), ids="-".join)
def test_zero_divisor_is_flagged_as_late_as_its_quotient(live):
    n, d = every_pair(3)
    live = tuple(point for point in live if point in Divider.points)
    pipeline = Pipeline(Divider.points, live)
    vectors = [{"a": x, "b": y} for x, y in zip(n, d, strict=True)]
    flags = clocked(Divider(3, pipeline, k=2), vectors, "by_zero", enables=pipeline.enable, latency=len(live))
    assert (d == 0).astype(int).tolist() == flags


def test_cuts_have_as_many_registers_as_stages():
    assert_cuts_are_points(Divider)
