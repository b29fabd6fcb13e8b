"""Netlists of every kind of operator against their models, on the bench of the Verilog that they were made of."""

import re

import pytest

from boards.synthesis.gate_level import gate_level_verilog
from boards.synthesis.netlist import HardBlockError
from boards.synthesis.targets import TARGETS
from pysoft.operator import Operator
from sim.runner import simulate, simulate_together

KINDS = [
    "mul-u5-mitchell",
    "div-s5-mitchell-f2",
    "square-u8-mitchell",
    "sqrt-u8-mitchell-f2",
    "mul-u5-drum-k3",
    "mul-s4-exact",
    "mul-f8e4m3-mitchell",
    "rsqrt-f8e5m2-tuned-minimax",
]
LATTICE = ("ice40-hx8k", "ecp5-25k")


@pytest.mark.parametrize("target", LATTICE)
def test_netlist_of_every_operand_equals_the_model(target, tmp_path):
    operators = [Operator.from_name(name) for name in KINDS]
    verilog = "\n".join(gate_level_verilog(operator, target) for operator in operators)
    results = simulate_together(operators, simulator="icarus", vectors="all", verilog=verilog, cache=tmp_path)
    assert {} == {each.operator.name: (each.failures, each.mismatches) for each in results if not each.passed}
    for result in results:
        every = 1 << result.operator.format.width * len(result.operator.operands)
        assert every == result.checked == result.sent
