"""What every family with a datapath of its own is asked: model against a scalar reference, bound, circuit."""

import itertools

import hypothesis.strategies as st
import numpy as np
from simulate import clocked

from rtl.pipeline import Pipeline


def choices(implementation, width):
    """Every legal choice of the family's own parameters, as dicts."""
    parameters = implementation.parameters
    values = itertools.product(*(parameter.legal(width) for parameter in parameters))
    return [dict(zip([parameter.name for parameter in parameters], chosen, strict=True)) for chosen in values]


def every_pair(width):
    """All pairs of operands, as two uint64 arrays."""
    values = np.arange(1 << width, dtype=np.uint64)
    return tuple(operands.ravel() for operands in np.meshgrid(values, values))


def corner_pairs(width):
    """Pairs of powers of two, their neighbours, ties between two powers, and all ones."""
    powers = [1 << k for k in range(width + 1)]
    values = {power + away for power in powers for away in (-1, 0, 1)} | {3 * power for power in powers}
    chosen = sorted(value for value in values if value < 1 << width)
    few = [*chosen[:: 1 + width // 4], 3 << width - 2, (1 << width) - 1]
    pairs = itertools.product(chosen, few)
    return tuple(np.array(operands, dtype=np.uint64) for operands in zip(*pairs, strict=True))


def random_pairs(width, count=100):
    """Pairs spread over all magnitudes."""
    rng = np.random.default_rng(width)
    values = rng.integers(1 << width, size=(2, count), dtype=np.uint64)
    return tuple(values >> rng.integers(width, size=(2, count), dtype=np.uint64))


def operands(width):
    """Hypothesis: near powers of two, and any others."""
    largest = (1 << width) - 1
    near = st.builds(lambda k, away: min(max((1 << k) + away, 0), largest), st.integers(0, width), st.integers(-2, 2))
    return near | st.integers(0, largest)


def assert_model_equals(reference, implementation, width, a, b, result_width, **parameters):
    """Equal for every pair, in uint64, in as many bits as the result has; pairs with a zero divisor are for others."""
    results = implementation.core(a, b, width, **parameters)
    assert results.dtype == np.uint64
    assert results.shape == a.shape
    expected = [reference(x, y, **parameters) for x, y in zip(a.tolist(), b.tolist(), strict=True)]
    assert expected == results.tolist()
    assert max(expected) < 1 << result_width


def slacks(implementation, width, a, b, *, truncated=True, **parameters):
    """How far the model stays within its bound, the least of all pairs: at the lower and at the upper end.

    Whole numbers, exact up to 8 bits: 0 means that the end is met, less that the bound is broken. A product is compared
    with a b, a quotient, which has the parameter ``f``, with a / b. No exact value may be zero. With ``truncated`` off
    the result must do without the truncation that the bound allows.
    """
    bound = implementation.bound(width, **parameters)
    results = implementation.core(a, b, width, **parameters)
    a, b, results = (values.astype(np.int64) for values in (a, b, results))
    divides = "f" in parameters
    unit = b << parameters["f"] if divides else 1
    exact, results = (a << parameters["f"], results * b) if divides else (a * b, results)
    low, high = 1 + bound.lower, 1 + bound.upper
    spare = bound.truncation * truncated
    least = spare.numerator * unit // spare.denominator + results  # 2^-f of a unit is a whole number
    return (
        int((least * low.denominator - low.numerator * exact).min()),
        int((high.numerator * exact - high.denominator * results).min()),
    )


def assert_circuit_equals(datapath, implementation, width, a, b, live, *, defined=None, **parameters):
    """The circuit with registers at the points ``live`` gives what the model gives, where ``defined``."""
    pipeline = Pipeline(("magnitude", *datapath.points, "sign"), live)
    enables = [enable for enable, p in zip(pipeline.enable, pipeline.live, strict=True) if p in datapath.points]
    vectors = [{"a": x, "b": y} for x, y in zip(a, b, strict=True)]
    component = datapath(width, pipeline, **parameters)
    results = np.array(clocked(component, vectors, "o", enables=enables, latency=len(enables)), dtype=np.uint64)
    expected = implementation.core(a, b, width, **parameters)
    defined = np.full(a.shape, True) if defined is None else defined
    assert expected[defined].tolist() == results[defined].tolist()


def assert_cuts_are_points(datapath):
    """As many different registers as stages, at the points of the class and of the signs around it."""
    for stages in range(6):
        assert stages == len(set(datapath.cuts[stages]) & set(datapath.points)) == len(datapath.cuts[stages])
        signed = datapath.signed_cuts[stages]
        assert stages == len(set(signed) & {"magnitude", *datapath.points, "sign"}) == len(signed)


def all_cuts(datapath):
    """Every set of live points that some number of stages asks for, with signs around the datapath or without."""
    return sorted({cuts[stages] for cuts in (datapath.cuts, datapath.signed_cuts) for stages in range(6)})
