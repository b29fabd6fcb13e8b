import numpy as np
import pytest
from simulate import clocked

from rtl.families.exact import POINTS, Divider, Multiplier
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
