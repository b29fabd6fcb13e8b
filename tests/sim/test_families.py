"""Every family of the catalogue as Verilog in both simulators: small widths exhaustively, an odd width and 16 bits."""

import pytest
from catalogue import examples

from pysoft.operator import Operator
from sim.runner import simulate

OPERATIONS = ("mul", "div")
SMALL = [name for operation in OPERATIONS for name in examples(operation, "u4")]
ODD = [name for operation in OPERATIONS for name in examples(operation, "s13")]
LARGE = [name for operation in OPERATIONS for name in examples(operation, "u16")]


def assert_equal(name, simulator, stages, vectors, cache):
    result = simulate(Operator.from_name(name), simulator=simulator, stages=stages, vectors=vectors, cache=cache)
    assert result.passed, (result.failures, result.mismatches)
    assert result.checked == result.sent > 0
    return result


@pytest.mark.parametrize("simulator", ["icarus", "verilator"])
@pytest.mark.parametrize("name", SMALL)
def test_every_pair_of_4_bits_equals_the_model(name, simulator, cache):
    assert 256 == assert_equal(name, simulator, 0, "all", cache).checked


@pytest.mark.parametrize("simulator", ["icarus", "verilator"])
@pytest.mark.parametrize(("i", "name"), list(enumerate(ODD)))
def test_an_odd_width_equals_the_model(i, name, simulator, cache):
    assert_equal(name, simulator, i % 6, 300, cache)


@pytest.mark.parametrize("simulator", ["icarus", "verilator"])
@pytest.mark.parametrize(("i", "name"), list(enumerate(LARGE)))
def test_16_bits_equal_the_model(i, name, simulator, cache):
    assert_equal(name, simulator, (i + 3) % 6, 300, cache)
