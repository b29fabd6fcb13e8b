"""Datapaths of floats by themselves: patterns of normal numbers in, a pattern without limits of its exponent out."""

import itertools

import numpy as np
import pytest
from simulate import clocked

from pysoft.float_formats import FLOAT_FORMATS
from pysoft.logarithmic import Correction, Scheme, add_logarithms, subtract_logarithms
from pysoft.operation import OPERATIONS
from pysoft.power import PowerScheme, raise_logarithm
from rtl.float_adder import FloatAdder, FloatCorrectedMultiplier, FloatPower
from rtl.pipeline import Pipeline

E4M3, BF16 = FLOAT_FORMATS["f8e4m3"], FLOAT_FORMATS["bf16"]
POWERS = [name for name, operation in OPERATIONS.items() if operation.exponent]
TABLE = ((0, 3), (2, 1))


def normal(form):
    """Some or, of 8 bits, all patterns of normal numbers."""
    last = form.largest
    if form.width == 8:
        return np.arange(form.smallest, last + 1)
    rng = np.random.default_rng(1962)
    near = [form.smallest, last, form.bias << form.fraction_bits]
    return np.unique([*near, *(value - 1 for value in near[1:]), *rng.integers(form.smallest, last, 12)])


def run(datapath, pipeline, patterns):
    points = [point for point in pipeline.live if point in datapath.points]
    enables = [enable for enable, point in zip(pipeline.enable, pipeline.live, strict=True) if point in points]
    vectors = [dict(zip("ab", values, strict=False)) for values in zip(*patterns, strict=True)]
    return clocked(datapath, vectors, "o", enables=enables, latency=len(points))


def expected(form, L, bits):
    """A logarithm of so many fraction bits as a pattern, what does not fit cut off."""
    F = form.fraction_bits
    return ((L << F >> bits) + (form.bias << F)).tolist()


def logarithms(form, patterns):
    return [values.astype(np.int64) - (form.bias << form.fraction_bits) for values in patterns]


def all_live(datapath):
    subsets = (itertools.combinations(datapath.points, count) for count in range(len(datapath.points) + 1))
    return list(itertools.chain(*subsets))


def check_pairs(form, scheme, make, combine, lives):
    values = normal(form)
    patterns = [column.ravel() for column in np.meshgrid(values, values)]
    L, bits = combine(scheme, *logarithms(form, patterns), form.fraction_bits)
    for live in lives:
        pipeline = Pipeline(make.points, live)
        options = {} if make is FloatCorrectedMultiplier else {"divide": combine is subtract_logarithms}
        assert expected(form, L, bits) == run(make(form, pipeline, scheme=scheme, **options), pipeline, patterns)


ADDED = [
    Scheme(kept=3),
    Scheme(kept=3, correction=Correction(((1,),), 3, "log")),
    Scheme(kept=3, correction=Correction(((3,),), 5, "log")),
    Scheme(kept=3, correction=Correction(TABLE, 3, "log")),
    Scheme(kept=2, last_one=True, correction=Correction(TABLE, 4, "log")),
]


@pytest.mark.parametrize("combine", [add_logarithms, subtract_logarithms])
@pytest.mark.parametrize("scheme", ADDED)
def test_adder_is_the_model_for_every_pair(scheme, combine):
    check_pairs(E4M3, scheme, FloatAdder, combine, [()])


@pytest.mark.parametrize("combine", [add_logarithms, subtract_logarithms])
def test_adder_is_the_model_wherever_registers_stand(combine):
    scheme = Scheme(kept=7, correction=Correction(((9, 0), (3, 5)), 7, "log"))
    check_pairs(BF16, scheme, FloatAdder, combine, all_live(FloatAdder))


@pytest.mark.parametrize(
    "scheme",
    [
        Scheme(kept=3, correction=Correction(((5,),), 6, "linear")),
        Scheme(kept=3, correction=Correction(TABLE, 3, "linear")),
        Scheme(kept=3, correction=Correction(((7,),), 3, "linear")),
        Scheme(kept=2, last_one=True, correction=Correction(TABLE, 2, "linear")),
    ],
)
def test_corrected_multiplier_is_the_model_for_every_pair(scheme):
    check_pairs(E4M3, scheme, FloatCorrectedMultiplier, add_logarithms, [()])


def test_corrected_multiplier_is_the_model_wherever_registers_stand():
    scheme = Scheme(kept=5, last_one=True, correction=Correction(TABLE, 4, "linear"))
    check_pairs(BF16, scheme, FloatCorrectedMultiplier, add_logarithms, all_live(FloatCorrectedMultiplier))


@pytest.mark.parametrize("operation", POWERS)
@pytest.mark.parametrize(
    "scheme", [PowerScheme(), PowerScheme(((-3,),), 3), PowerScheme(((1, -2), (-1, 4)), 3), PowerScheme(((5, -3),), 5)]
)
def test_power_is_the_model_wherever_registers_stand(operation, scheme):
    exponent = OPERATIONS[operation].exponent
    if len(scheme.table) > 1 and exponent.denominator == 1:
        scheme = PowerScheme(scheme.table[:1], scheme.bits)
    for form in (E4M3, BF16):
        patterns = [normal(form)]
        L, bits = raise_logarithm(scheme, exponent, *logarithms(form, patterns), form.fraction_bits)
        for live in all_live(FloatPower):
            pipeline = Pipeline(FloatPower.points, live)
            datapath = FloatPower(form, pipeline, scheme=scheme, operation=operation)
            assert expected(form, L, bits) == run(datapath, pipeline, patterns)


@pytest.mark.parametrize("datapath", [FloatAdder, FloatCorrectedMultiplier, FloatPower])
def test_cuts_have_as_many_registers_as_stages(datapath):
    assert list(range(6)) == list(datapath.cuts)
    for stages, live in datapath.cuts.items():
        assert stages == len(set(live))
        assert set(live) <= {"unpack", *datapath.points, "range"}
