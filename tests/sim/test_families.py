"""Every family of the catalogue as Verilog in both simulators: small widths exhaustively, an odd width and 16 bits.

A pipeline is simulated at the odd width in Icarus, which knows X, and at 16 bits in Verilator, of which some always.
"""

import pytest
from catalogue import examples
from slow_tests import slow_unless
from verilog_against_model import SIMULATORS, assert_equal

OPERATIONS = ("mul", "div")
SMALL = {operation: examples(operation, "u4") for operation in OPERATIONS}
ODD = [name for operation in OPERATIONS for name in examples(operation, "s13")]
LARGE = [name for operation in OPERATIONS for name in examples(operation, "u16")]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_pair_of_4_bits_equals_the_model(operation, cache):
    assert {256} == set(assert_equal(SMALL[operation], SIMULATORS, 0, "all", cache))


@pytest.mark.slow
@pytest.mark.parametrize("stages", range(6))
def test_an_odd_width_equals_the_model(stages, cache):
    assert_equal(ODD[stages::6], ["icarus"] if stages else SIMULATORS, stages, 300, cache)


@pytest.mark.parametrize("stages", slow_unless(lambda stages: stages in (0, 3), range(6)))
def test_16_bits_equal_the_model(stages, cache):
    assert_equal(LARGE[(stages + 3) % 6 :: 6], ["verilator"] if stages else SIMULATORS, stages, 300, cache)
