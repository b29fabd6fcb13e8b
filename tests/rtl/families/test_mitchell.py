import itertools

import numpy as np
import pytest
from simulate import clocked

from pysoft.families.mitchell import divide, multiply
from rtl.families.mitchell import CUTS, POINTS, SIGNED_CUTS, Divider, Multiplier
from rtl.pipeline import Pipeline

WIDTH = 3
SUBSETS = [live for count in range(6) for live in itertools.combinations(POINTS, count)]


def pairs():
    values = np.arange(1 << WIDTH, dtype=np.uint64)
    return tuple(operand.ravel() for operand in np.meshgrid(values, values))


def run(datapath, pipeline, port):
    vectors = [{"a": a, "b": b} for a, b in zip(*pairs(), strict=True)]
    return clocked(datapath, vectors, port, enables=pipeline.enable, latency=len(pipeline.live))


@pytest.mark.parametrize("live", SUBSETS, ids="-".join)
def test_multiplier_is_the_model_wherever_registers_stand(live):
    pipeline = Pipeline(POINTS, live)
    assert multiply(*pairs(), WIDTH).tolist() == run(Multiplier(WIDTH, pipeline), pipeline, "o")


@pytest.mark.parametrize("f", [0, 4])
@pytest.mark.parametrize("live", SUBSETS, ids="-".join)
def test_divider_is_the_model_wherever_registers_stand(live, f):
    n, d = pairs()
    pipeline = Pipeline(POINTS, live)
    quotients = np.array(run(Divider(WIDTH, pipeline, f=f), pipeline, "o"))
    assert divide(n, d, WIDTH, f)[d > 0].tolist() == quotients[d > 0].tolist()


@pytest.mark.parametrize("live", SUBSETS, ids="-".join)
def test_zero_divisor_is_flagged_as_late_as_its_quotient(live):
    pipeline = Pipeline(POINTS, live)
    assert (pairs()[1] == 0).astype(int).tolist() == run(Divider(WIDTH, pipeline), pipeline, "by_zero")


@pytest.mark.parametrize("cuts", [CUTS, SIGNED_CUTS])
def test_cuts_have_as_many_registers_as_stages(cuts):
    assert list(range(6)) == list(cuts)
    for stages, live in cuts.items():
        assert stages == len(set(live))
        assert set(live) <= {"magnitude", *POINTS, "sign"}
