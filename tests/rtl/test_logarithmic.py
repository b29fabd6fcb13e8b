import itertools

import numpy as np
import pytest
from family import every_pair
from simulate import clocked

from pysoft.logarithmic import Correction, LowerPart, Scheme, SplitCorrection, divide, multiply
from rtl.logarithmic import (
    CORRECTED_CUTS,
    CORRECTED_SIGNED_CUTS,
    CUTS,
    POINTS,
    SIGNED_CUTS,
    CorrectedDivider,
    CorrectedMultiplier,
    Divider,
    Multiplier,
)
from rtl.pipeline import Pipeline

WIDTH = 3
SUBSETS = [live for count in (0, 1, 2, 5, 6) for live in itertools.combinations(POINTS, count)]
TABLE = ((0, 3), (2, 1))
SPLIT = SplitCorrection((1, 3), (2, 1), (0, 5, 2, 1), 4)


def run(datapath, pipeline, port):
    width = len(datapath.a)
    vectors = [{"a": a, "b": b} for a, b in zip(*every_pair(width), strict=True)]
    return clocked(datapath, vectors, port, enables=pipeline.enable, latency=len(pipeline.live))


def multiplier(width, scheme, live=()):
    pipeline = Pipeline(POINTS, live)
    datapath = (CorrectedMultiplier if scheme.correction else Multiplier)(width, pipeline, scheme=scheme)
    return run(datapath, pipeline, "o")


def divider(width, scheme, f, live=(), port="o"):
    pipeline = Pipeline(POINTS, live)
    datapath = (CorrectedDivider if scheme.correction else Divider)(width, pipeline, scheme=scheme, f=f)
    return np.array(run(datapath, pipeline, port))


PRODUCTS = [
    Scheme(kept=2),
    Scheme(kept=2, last_one=True, carry_in=1),
    Scheme(kept=2, lower_part=LowerPart(1, "or")),
    Scheme(kept=2, correction=Correction(TABLE, 4, "log")),
    Scheme(kept=2, last_one=True, correction=Correction(TABLE, 4, "linear")),
    Scheme(kept=2, correction=SPLIT),
]
QUOTIENTS = [
    Scheme(kept=2),
    Scheme(kept=2, correction=Correction(TABLE, 4, "log")),
    Scheme(kept=2, correction=Correction(TABLE, 4, "linear")),
    Scheme(kept=2, correction=SPLIT),
]


@pytest.mark.parametrize("live", SUBSETS, ids="-".join)
def test_multiplier_is_the_model_wherever_registers_stand(live):
    for scheme in PRODUCTS:
        assert multiply(scheme, *every_pair(WIDTH), WIDTH).tolist() == multiplier(WIDTH, scheme, live)


@pytest.mark.parametrize("live", SUBSETS, ids="-".join)
def test_divider_is_the_model_wherever_registers_stand(live):
    n, d = every_pair(WIDTH)
    for scheme in QUOTIENTS:
        quotients = divider(WIDTH, scheme, 3, live)
        assert divide(scheme, n, d, WIDTH, 3)[d > 0].tolist() == quotients[d > 0].tolist()
        assert (d == 0).tolist() == divider(WIDTH, scheme, 3, live, "by_zero").tolist()


# Where a correction leads beyond the port, below the least characteristic, or has more bits than the fractions: every
# width has its own length of the characteristic.
@pytest.mark.parametrize("width", [2, 3, 4, 5, 6])
@pytest.mark.parametrize("domain", ["log", "linear"])
@pytest.mark.parametrize("bits", [2, 4, 7])
def test_large_corrections_are_those_of_the_model_at_every_width(width, domain, bits):
    largest = Correction((((1 << bits) - 1,),), bits, domain)
    half = Correction(((1 << bits - 1, 0), (0, 1 << bits - 1)), bits, domain)
    n, d = every_pair(width)
    for correction in (largest, half):
        scheme = Scheme(kept=width - 1, correction=correction)
        assert multiply(scheme, n, d, width).tolist() == multiplier(width, scheme)
    # The quotient of a correction of almost 1 may be next to nothing; that of the linear domain must stay above 0.
    quarter = Correction(((1 << bits - 2,),), bits, domain)
    for correction, f in itertools.product((quarter, half) if domain == "log" else (quarter,), (0, 5)):
        scheme = Scheme(kept=width - 1, correction=correction)
        assert divide(scheme, n, d, width, f)[d > 0].tolist() == divider(width, scheme, f)[d > 0].tolist()


@pytest.mark.parametrize("width", [4, 7])
@pytest.mark.parametrize("index", [(0, 0), (1, 0), (2, 1), (3, 3)])
def test_fewer_kept_bits_than_index_bits_are_those_of_the_model(width, index):
    rows, columns = (1 << bits for bits in index)
    table = tuple(tuple((3 * i + 5 * j) % 8 for j in range(columns)) for i in range(rows))
    for kept, last_one in ((1, False), (2, True), (3, True)):
        scheme = Scheme(kept=kept, last_one=last_one, correction=Correction(table, 5, "log"))
        assert multiply(scheme, *every_pair(width), width).tolist() == multiplier(width, scheme)


@pytest.mark.parametrize("bits", [1, 2, 4])
@pytest.mark.parametrize("result", ["ones", "or"])
def test_lower_part_adder_is_that_of_the_model(bits, result):
    scheme = Scheme(kept=4, lower_part=LowerPart(bits, result))
    assert multiply(scheme, *every_pair(5), 5).tolist() == multiplier(5, scheme)


@pytest.mark.parametrize("cuts", [CUTS, SIGNED_CUTS, CORRECTED_CUTS, CORRECTED_SIGNED_CUTS])
def test_cuts_have_as_many_registers_as_stages(cuts):
    assert list(range(6)) == list(cuts)
    for stages, live in cuts.items():
        assert stages == len(set(live))
        assert set(live) <= {"magnitude", *POINTS, "sign"}
