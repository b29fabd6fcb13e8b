"""Every operator of floats as Verilog in both simulators: 8 bits over all operands, others over corners and some."""

import pytest
from catalogue import examples

from pysoft.float_formats import FLOAT_FORMATS
from pysoft.operation import OPERATIONS
from pysoft.operator import Operator
from sim.runner import simulate


def one_of_each_family(operation, form):
    """The last configuration of every family: of several tables the largest."""
    return list({Operator.from_name(name).family: name for name in examples(operation, form)}.values())


SMALL = [name for form in ("f8e4m3", "f8e5m2") for operation in OPERATIONS for name in examples(operation, form)]
LARGE = [n for form in ("f16", "bf16", "f32") for operation in OPERATIONS for n in one_of_each_family(operation, form)]
POWERS = [
    name
    for form in ("u13", "u32")
    for operation, described in OPERATIONS.items()
    if described.exponent
    for name in one_of_each_family(operation, form)
]


def stages_of(i, simulator):
    """Every number of stages in Verilator; mostly none in Icarus, which takes three times as long with a clock."""
    return i % 6 if simulator == "verilator" or i % 4 == 1 else 0


def assert_equal(name, simulator, stages, vectors, cache):
    result = simulate(Operator.from_name(name), simulator=simulator, stages=stages, vectors=vectors, cache=cache)
    assert result.passed, (result.failures, result.mismatches)
    assert result.checked == result.sent > 0
    return result.checked


@pytest.mark.parametrize("simulator", ["icarus", "verilator"])
@pytest.mark.parametrize("name", SMALL)
def test_every_operand_of_8_bits_equals_the_model(name, simulator, cache):
    operands = len(Operator.from_name(name).operands)
    assert 1 << 8 * operands == assert_equal(name, simulator, 0, "all", cache)


@pytest.mark.parametrize("simulator", ["icarus", "verilator"])
@pytest.mark.parametrize(("i", "name"), list(enumerate(LARGE)))
def test_large_floats_equal_the_model(i, name, simulator, cache):
    assert_equal(name, simulator, stages_of(i, simulator), 400, cache)


@pytest.mark.parametrize("simulator", ["icarus", "verilator"])
@pytest.mark.parametrize(("i", "name"), list(enumerate(POWERS)))
def test_powers_of_integers_equal_the_model(i, name, simulator, cache):
    assert_equal(name, simulator, stages_of(i, simulator), 400, cache)


def test_formats_are_all_there():
    assert set(FLOAT_FORMATS) == {Operator.from_name(name).format.name for name in SMALL + LARGE}
