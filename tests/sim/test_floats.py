"""Every operator of floats as Verilog in both simulators: 8 bits over all operands, others over corners and some.

What differs within a family are constants: of all operands of 8 bits Verilator sees two configurations of each, Icarus
one. One format of 8 bits is always looked at, and larger ones without a pipeline and with one.
"""

import itertools

import pytest
from catalogue import examples
from slow_tests import slow_unless
from verilog_against_model import SIMULATORS, assert_equal

from pysoft.float_formats import FLOAT_FORMATS
from pysoft.operation import OPERATIONS
from pysoft.operator import Operator


def one_of_each_family(operation, form):
    """The last configuration of every family: of several tables the largest."""
    return list({Operator.from_name(name).family: name for name in examples(operation, form)}.values())


def by_simulator_and_stages(names):
    """Every number of stages in Verilator; mostly none in Icarus, which takes three times as long with a clock."""
    groups = {}
    for simulator in SIMULATORS:
        for i, name in enumerate(names):
            stages = i % 6 if simulator == "verilator" or i % 4 == 1 else 0
            groups.setdefault((simulator, stages), []).append(name)
    return groups


SMALL = {pair: examples(*pair) for pair in itertools.product(OPERATIONS, ("f8e4m3", "f8e5m2"))}
LARGE = [n for form in ("f16", "bf16", "f32") for operation in OPERATIONS for n in one_of_each_family(operation, form)]
LARGE_GROUPS = by_simulator_and_stages(LARGE)
POWERS = [
    name
    for form in ("u13", "u32")
    for operation, described in OPERATIONS.items()
    if described.exponent
    for name in one_of_each_family(operation, form)
]
POWER_GROUPS = by_simulator_and_stages(POWERS)


def in_one_format(case):
    return case[1] == "f8e4m3"


def of_few_operands(case):
    """One operand, or products."""
    operation, form = case
    return (operation == "mul" and form == "f8e4m3") or len(OPERATIONS[operation].operands) == 1


def with_few_stages(case):
    return case[1] in (0, 3)


@pytest.mark.parametrize(("operation", "form"), slow_unless(in_one_format, SMALL))
def test_every_operand_of_8_bits_equals_the_model(operation, form, cache):
    every = 1 << 8 * len(OPERATIONS[operation].operands)
    assert {every} == set(assert_equal(SMALL[operation, form], ["verilator"], 0, "all", cache))


@pytest.mark.parametrize(("operation", "form"), slow_unless(of_few_operands, SMALL))
def test_every_operand_of_8_bits_equals_the_model_in_icarus(operation, form, cache):
    every = 1 << 8 * len(OPERATIONS[operation].operands)
    assert {every} == set(assert_equal(one_of_each_family(operation, form), ["icarus"], 0, "all", cache))


@pytest.mark.parametrize(("simulator", "stages"), slow_unless(with_few_stages, LARGE_GROUPS))
def test_large_floats_equal_the_model(simulator, stages, cache):
    assert_equal(LARGE_GROUPS[simulator, stages], [simulator], stages, 400, cache)


@pytest.mark.parametrize(("simulator", "stages"), slow_unless(with_few_stages, POWER_GROUPS))
def test_powers_of_integers_equal_the_model(simulator, stages, cache):
    assert_equal(POWER_GROUPS[simulator, stages], [simulator], stages, 400, cache)


def test_formats_are_all_there():
    assert set(FLOAT_FORMATS) == {form for _, form in SMALL} | {Operator.from_name(n).format.name for n in LARGE}
