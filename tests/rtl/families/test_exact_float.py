import numpy as np
import pytest
from simulate import clocked
from slow_tests import slow_unless

from pysoft.families.exact_float import EXACT_FLOATS
from pysoft.float_formats import FLOAT_FORMATS
from rtl.families.exact import POINTS
from rtl.families.exact_float import Divider, Multiplier, Reciprocal, ReciprocalRoot, Square, SquareRoot
from rtl.pipeline import Pipeline

DATAPATHS = {
    "mul": Multiplier,
    "div": Divider,
    "square": Square,
    "reciprocal": Reciprocal,
    "sqrt": SquareRoot,
    "rsqrt": ReciprocalRoot,
}
BINARY = ("mul", "div")


def assert_circuit_equals(operation, form, operands, stages):
    """The circuit gives for these patterns what the model gives, exponents beyond those of the format too."""
    datapath = DATAPATHS[operation]
    pipeline = Pipeline(POINTS, datapath.cuts[stages])
    component = datapath(form, pipeline)
    vectors = [dict(zip("ab", patterns, strict=False)) for patterns in zip(*operands, strict=True)]
    results = clocked(component, vectors, "o", enables=pipeline.enable, latency=stages)
    one = form.bias << form.fraction_bits
    logarithms = EXACT_FLOATS[operation].core(*(operand - one for operand in operands), form.precision)
    assert (logarithms + one).tolist() == results


def corner_fractions(form):
    """The least, the largest, those around the middle; 1.5 is in a tie with many, and so are squares of short ones."""
    F = form.fraction_bits
    half, short = 1 << F - 1, (F + 1) // 2
    shorts = {fraction << F - short for fraction in (1, 3, (1 << short) - 3, (1 << short) - 1)}
    return sorted({0, 1, 2, 3, half, half + 1, half + 2, (1 << F) - 1} | shorts)


def corners(operation, form):
    """Corner fractions, alone or in pairs, at exponents next to 0 of either parity; some at the ends of the range."""
    F = form.fraction_bits
    fractions = np.array(corner_fractions(form))
    ends = np.array([form.smallest, form.smallest + 1, form.largest - 1, form.largest])
    near = [((form.bias + k) << F) + fractions for k in (0, 1)]
    if operation not in BINARY:
        return [np.concatenate([ends, *near])]
    pairs = [np.meshgrid(near[0], near[1]), np.meshgrid(ends, ends)]
    return [np.concatenate([pair[i].ravel() for pair in pairs]) for i in (0, 1)]


def randoms(operation, form):
    rng = np.random.default_rng(form.width)
    return list(rng.integers(form.smallest, form.largest + 1, size=(1 + (operation in BINARY), 24)))


@pytest.mark.parametrize("stages", range(6))
@pytest.mark.parametrize("operation", DATAPATHS)
@pytest.mark.parametrize("name", slow_unless(lambda name: name == "f8e4m3", ["f8e4m3", "f8e5m2"]))
def test_all_normal_numbers_of_8_bits_are_as_in_the_model(name, operation, stages):
    form = FLOAT_FORMATS[name]
    patterns = np.arange(form.smallest, form.largest + 1)
    operands = [axis.ravel() for axis in np.meshgrid(*[patterns] * (1 + (operation in BINARY)))]
    assert_circuit_equals(operation, form, operands, stages)


@pytest.mark.parametrize("stages", [0, 3, 5])
@pytest.mark.parametrize("operation", DATAPATHS)
@pytest.mark.parametrize("name", ["bf16", "f16", "f32"])
def test_corners_and_random_numbers_are_as_in_the_model(name, operation, stages):
    form = FLOAT_FORMATS[name]
    operands = [np.concatenate(both) for both in zip(corners(operation, form), randoms(operation, form), strict=True)]
    assert_circuit_equals(operation, form, operands, stages)


@pytest.mark.parametrize("operation", ["mul", "square"])
@pytest.mark.parametrize("name", ["bf16", "f16", "f32"])
def test_corners_hold_ties(name, operation):
    """Rounded down and, of products, rounded up: else the test above does not see how they are broken."""
    form = FLOAT_FORMATS[name]
    significands = [operand % form.smallest + form.smallest for operand in corners(operation, form)]
    kept = set()
    for a, b in zip(significands[0].tolist(), significands[-1].tolist(), strict=True):
        below = (a * b).bit_length() - form.precision
        if a * b % (1 << below) == 1 << below - 1:
            kept.add(a * b >> below & 1)
    assert kept == ({0, 1} if operation == "mul" else {0})


@pytest.mark.parametrize("datapath", DATAPATHS.values())
def test_cuts_are_points(datapath):
    for stages in range(6):
        assert stages == len(set(datapath.cuts[stages]) & set(datapath.points))
