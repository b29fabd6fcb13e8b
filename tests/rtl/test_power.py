import itertools

import numpy as np
import pytest
from simulate import clocked

from pysoft.operation import OPERATIONS
from pysoft.power import PowerScheme, power
from rtl.pipeline import Pipeline
from rtl.power import CUTS, POINTS, Power

POWERS = [name for name, operation in OPERATIONS.items() if operation.exponent]
SCHEMES = [
    PowerScheme(),
    PowerScheme(((-5,),), 6),
    PowerScheme(((5,),), 6),
    PowerScheme(((1, 3), (-3, -2)), 4),
    PowerScheme(((-60,),), 5),
]


def check(operation, width, f, scheme, live=()):
    exponent = OPERATIONS[operation].exponent
    if exponent.denominator == 1:
        scheme = PowerScheme(scheme.table[:1], scheme.bits)
    pipeline = Pipeline(POINTS, live)
    datapath = Power(width, pipeline, scheme=scheme, operation=operation, f=f)
    values = np.arange(1 << width, dtype=np.uint64) if width < 10 else corners(width)
    vectors = [{"a": int(value)} for value in values]
    results = np.array(clocked(datapath, vectors, "o", enables=pipeline.enable, latency=len(live)), dtype=np.uint64)
    modulo = np.uint64((1 << len(datapath.o)) - 1)
    model = power(scheme, exponent, values, width, f) & modulo
    defined = values > 0 if OPERATIONS[operation].inverts else values >= 0
    assert model[defined].tolist() == results[defined].tolist()
    if OPERATIONS[operation].inverts:
        by_zero = clocked(datapath, vectors, "by_zero", enables=pipeline.enable, latency=len(live))
        assert (values == 0).tolist() == by_zero


def corners(width):
    near = {(1 << k) + away for k in range(width) for away in (-1, 0, 1)} | {3 << k for k in range(width - 1)}
    return np.array(sorted(near | {(1 << width) - 1}), dtype=np.uint64)


@pytest.mark.parametrize("operation", POWERS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_power_is_the_model_for_every_small_operand(operation, scheme):
    for width, f in itertools.product((2, 3, 4, 6), (0, 7)):
        check(operation, width, f if OPERATIONS[operation].parameters else 0, scheme)


@pytest.mark.parametrize("operation", POWERS)
@pytest.mark.parametrize("live", list(itertools.chain(*(itertools.combinations(POINTS, n) for n in (0, 1, 2, 4, 5)))))
def test_power_is_the_model_wherever_registers_stand(operation, live):
    check(operation, 5, 6 if OPERATIONS[operation].parameters else 0, SCHEMES[3], live)


@pytest.mark.parametrize("operation", POWERS)
@pytest.mark.parametrize("width", [13, 16, 32])
def test_power_is_the_model_in_large_formats(operation, width):
    for scheme in SCHEMES[:2]:
        check(operation, width, 32 if OPERATIONS[operation].parameters else 0, scheme, CUTS[width % 6])


def test_cuts_have_as_many_registers_as_stages():
    assert list(range(6)) == list(CUTS)
    for stages, live in CUTS.items():
        assert stages == len(set(live) & set(POINTS)) == len(live)
