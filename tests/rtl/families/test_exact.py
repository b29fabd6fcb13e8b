from math import isqrt

import numpy as np
import pytest
from family import corner_pairs, random_pairs
from simulate import clocked

from rtl.families.exact import POINTS, Divider, Multiplier, Reciprocal, ReciprocalRoot, Square, SquareRoot
from rtl.pipeline import Pipeline


@pytest.mark.parametrize("stages", range(6))
@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("width", [2, 3, 5])
def test_multiplier_is_exact_for_every_pair(width, signed, stages):
    pipeline = Pipeline(POINTS, Multiplier.cuts[stages])
    component = Multiplier(width, pipeline, signed_operands=signed)
    low = -(1 << width - 1) if signed else 0
    values = range(low, low + (1 << width))
    pairs = [(a, b) for a in values for b in values]
    vectors = [{"a": a, "b": b} for a, b in pairs]
    assert [a * b for a, b in pairs] == clocked(component, vectors, "o", enables=pipeline.enable, latency=stages)


@pytest.mark.parametrize("stages", range(6))
@pytest.mark.parametrize(("width", "f"), [(2, 0), (3, 5), (4, 0)])
def test_divider_is_exact_and_flags_a_zero_divisor(width, f, stages):
    values = np.arange(1 << width)
    n, d = (operand.ravel() for operand in np.meshgrid(values, values))
    vectors = [{"a": a, "b": b} for a, b in zip(n, d, strict=True)]
    results = {}
    for port in ("o", "by_zero"):
        pipeline = Pipeline(POINTS, Divider.cuts[stages])
        component = Divider(width, pipeline, f=f)
        results[port] = clocked(component, vectors, port, enables=pipeline.enable, latency=stages)
    assert (d == 0).astype(int).tolist() == results["by_zero"]
    expected = [(a << f) // b for a, b in zip(n.tolist(), d.tolist(), strict=True) if b]
    assert expected == np.array(results["o"])[d > 0].tolist()


UNARY = {
    Square: lambda a: a * a,
    SquareRoot: lambda a, f: isqrt(a << 2 * f),
    Reciprocal: lambda a, f: (1 << f) // a,
    ReciprocalRoot: lambda a, f: isqrt((1 << 2 * f) // a),
}
WITH_FRACTION = list(UNARY)[1:]
OF_ZERO = (Reciprocal, ReciprocalRoot)


def assert_unary_is_exact(datapath, width, values, stages, **options):
    """For these operands, but for the reciprocals of 0."""
    pipeline = Pipeline(POINTS, datapath.cuts[stages])
    component = datapath(width, pipeline, **options)
    vectors = [{"a": a} for a in values]
    results = clocked(component, vectors, "o", enables=pipeline.enable, latency=stages)
    defined = [(a, o) for a, o in zip(values, results, strict=True) if a or datapath not in OF_ZERO]
    assert [UNARY[datapath](a, **options) for a, _ in defined] == [o for _, o in defined]


@pytest.mark.parametrize("stages", range(6))
@pytest.mark.parametrize("width", range(2, 7))
def test_square_is_exact_for_every_operand(width, stages):
    assert_unary_is_exact(Square, width, range(1 << width), stages)


@pytest.mark.parametrize("stages", range(6))
@pytest.mark.parametrize("f", [0, 1, 4, 9])
@pytest.mark.parametrize("width", range(2, 7))
@pytest.mark.parametrize("datapath", WITH_FRACTION)
def test_roots_and_reciprocals_are_exact_for_every_operand(datapath, width, f, stages):
    assert_unary_is_exact(datapath, width, range(1 << width), stages, f=f)


@pytest.mark.parametrize("stages", [0, 3, 5])
@pytest.mark.parametrize(("width", "f"), [(8, 8), (16, 5), (16, 16), (32, 32)])
@pytest.mark.parametrize("datapath", UNARY)
def test_wide_unary_operations_are_exact_at_corners_and_random_operands(datapath, width, f, stages):
    values = sorted({*corner_pairs(width)[0].tolist(), *random_pairs(width, 24)[0].tolist()})
    assert_unary_is_exact(datapath, width, values, stages, **({} if datapath is Square else {"f": f}))


@pytest.mark.parametrize("stages", range(6))
@pytest.mark.parametrize("datapath", OF_ZERO)
def test_reciprocals_flag_a_zero_operand(datapath, stages):
    pipeline = Pipeline(POINTS, datapath.cuts[stages])
    component = datapath(4, pipeline, f=3)
    by_zero = clocked(component, [{"a": a} for a in range(16)], "by_zero", enables=pipeline.enable, latency=stages)
    assert [1] + [0] * 15 == by_zero
