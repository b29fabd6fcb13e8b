"""Netlists of every kind of operator against their models, on the bench of the Verilog that they were made of."""

import dataclasses
import functools
import re

import pytest

from boards.synthesis.gate_level import gate_level_verilog
from boards.synthesis.netlist import HardBlockError
from boards.synthesis.targets import TARGETS
from pysoft.operator import Operator
from rtl.verilog import generate
from sim.runner import simulate, simulate_together

KINDS = [
    "mul-u6-mitchell",
    "div-s5-mitchell-f2",
    "sqrt-u8-mitchell-f2",
    "mul-u5-drum-k3",
    "mul-s5-exact",
    "mul-f8e4m3-mitchell",
    "rsqrt-f8e5m2-tuned-minimax",
]
VENDORS = ("ice40-hx8k", "ecp5-25k")
PIPELINES = [(name, VENDORS[i % 2]) for i, name in enumerate(KINDS)]

netlist = functools.cache(gate_level_verilog)


def assert_equal(operators, texts, **options):
    """Every operator gives what its model gives; returns how many results were checked of each."""
    results = simulate_together(operators, verilog="\n".join(texts), **options)
    assert {} == {each.operator.name: (each.failures, each.mismatches) for each in results if not each.passed}
    return [result.checked for result in results]


@pytest.mark.parametrize("target", VENDORS)
def test_netlist_equals_the_model_on_every_operand(target, cache):
    operators = [Operator.from_name(name) for name in KINDS]
    texts = [netlist(operator, target) for operator in operators]
    every = [1 << operator.format.width * len(operator.operands) for operator in operators]
    assert every == assert_equal(operators, texts, simulator="icarus", vectors="all", cache=cache)


@pytest.mark.parametrize(
    ("simulator", "pipelines"),
    [("icarus", PIPELINES), pytest.param("verilator", PIPELINES[:2], marks=pytest.mark.slow)],
)
def test_netlist_of_a_pipeline_equals_the_model(simulator, pipelines, cache):
    operators = [Operator.from_name(name) for name, _ in pipelines]
    texts = [netlist(operator, target, stages=2) for operator, (_, target) in zip(operators, pipelines, strict=True)]
    assert_equal(operators, texts, simulator=simulator, stages=2, vectors=300, cache=cache)


@pytest.mark.slow
@pytest.mark.parametrize("target", ["gowin-gw1n9", "xilinx7"])
def test_netlist_for_another_vendor_equals_the_model(target, cache):
    operator = Operator.from_name("mul-u4-mitchell")
    text = netlist(operator, target, stages=1)
    assert_equal([operator], [text], simulator="icarus", stages=1, vectors="all", cache=cache)


def test_netlist_of_another_strategy_equals_the_model(cache):
    operator = Operator.from_name("mul-s5-exact")
    text = netlist(operator, "ice40-hx8k", strategy="booth")
    assert text != netlist(operator, "ice40-hx8k")
    assert [1024] == assert_equal([operator], [text], simulator="icarus", vectors="all", cache=cache)


@pytest.mark.parametrize("target", VENDORS)
def test_one_wrong_bit_of_a_table_is_found(target, cache):
    operator = Operator.from_name("mul-u2-exact")  # a table reads its bit 0 at 0 x 0
    text = netlist(operator, target)
    faulty, flipped = re.subn(r"(?<=INIT\(16'h)\w+", lambda bits: f"{int(bits[0], 16) ^ 1:04x}", text, count=1)
    assert flipped == 1
    result = simulate(operator, simulator="icarus", vectors="all", verilog=faulty, cache=cache)
    assert not result.passed
    assert (0, 0) in [mismatch[:2] for mismatch in result.mismatches]


@pytest.mark.parametrize("target", VENDORS)
def test_a_cut_carry_is_found(target, cache):
    operator = Operator.from_name("mul-u6-mitchell")
    faulty, cut = re.subn(r"\.(CI|CIN)\((?!1'h).*?\)", r".\1(1'h0)", netlist(operator, target), count=1)
    assert cut == 1
    assert not simulate(operator, simulator="icarus", vectors="all", verilog=faulty, cache=cache).passed


def test_text_has_the_ports_of_the_generated_one_and_only_the_cells_that_are_used():
    operator = Operator.from_name("mul-u4-mitchell")
    text = gate_level_verilog(operator, "ecp5-25k", stages=1)
    ports = [
        set(re.search(r"^module mul_u4_mitchell\((.*?)\);", verilog, flags=re.MULTILINE)[1].split(", "))
        for verilog in (text, generate(operator, stages=1))
    ]
    assert ports[0] == ports[1]
    # LUT2 is inside CCU2C alone
    assert ["mul_u4_mitchell", "CCU2C", "LUT2", "LUT4", "TRELLIS_FF"] == re.findall(
        r"^module (\w+)", text, re.MULTILINE
    )
    assert "specify" not in text


def test_a_netlist_with_hard_blocks_is_refused():
    target = dataclasses.replace(TARGETS["ice40-up5k"], yosys="synth_ice40 -device u -dsp")
    with pytest.raises(HardBlockError, match="mul-u8-exact on ice40-up5k is to be soft logic"):
        gate_level_verilog(Operator.from_name("mul-u8-exact"), target)


@pytest.mark.parametrize(
    ("target", "options", "message"),
    [
        ("ice41", {}, "unknown target 'ice41': the targets are ice40-hx8k"),
        ("ecp5-25k", {"stages": 6}, "stages must be 0..5, not 6"),
        ("ecp5-25k", {"strategy": "booth"}, "unknown strategy 'booth': mul-u4-mitchell is built as plain"),
    ],
)
def test_wrong_arguments_are_refused(target, options, message):
    with pytest.raises(ValueError, match=message):
        gate_level_verilog(Operator.from_name("mul-u4-mitchell"), target, **options)
