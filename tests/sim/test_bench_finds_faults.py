"""The bench must fail where the circuit is wrong: otherwise its passing says nothing."""

from pathlib import Path

import pytest

from pysoft.operator import Operator
from rtl.tools import ToolError
from rtl.verilog import generate
from sim.runner import simulate, simulate_together

FAULTY_STREAM = Path(__file__).with_name("faulty_stream.v").read_text()

FAULTS = {
    "BUBBLES_STAY": "bubbles_close_under_stall: 1 results wait in 2 stages",
    "HALF_THROUGHPUT": "no_stall: 256 results took",
    "NEVER_READY": "no_stall",
    "PAYLOAD_CHANGES": "back_pressure: a result waited for o_ready and went from",
    "READY_UNRESOLVED": "i_ready is",
    "RESET_INCOMPLETE": "reset_in_mid_stream: o_valid is high",
    "RESET_LETS_IN": "reset_in_mid_stream: o_valid is high",
    "RESULT_FROM_INPUTS": "results are wrong",
    "RESULT_UNRESOLVED": "no_stall: 1 of 256 results are wrong",
    "RESULT_WRONG": "no_stall: 1 of 256 results are wrong",
    "STALL_IGNORED": "back_pressure",
    "TRANSFER_DOUBLED": "idle: o_valid is high",
    "TRANSFER_DROPPED": "no_stall",
    "VALID_DROPS": "to not valid",
    "VALID_WAITS_FOR_READY": "bubbles_close_under_stall: o_valid waits for o_ready",
}


def run_faulty(fault, cache, **options):
    operator = Operator.from_name("mul-u4-exact")
    options = {"simulator": "icarus", "stages": 2, "vectors": "all"} | options
    return simulate(operator, verilog=f"`define {fault}\n{FAULTY_STREAM}", cache=cache, **options)


def test_stream_without_fault_passes(cache):
    result = run_faulty("NO_FAULT", cache)
    assert result.failures == ()
    assert result.passed


@pytest.mark.parametrize("fault", FAULTS)
def test_stream_with_fault_fails(fault, cache):
    result = run_faulty(fault, cache)
    assert not result.passed
    assert FAULTS[fault] in "\n".join(result.failures)


def test_latency_other_than_stages_fails(cache):
    result = run_faulty("NO_FAULT", cache, stages=3)
    assert not result.passed
    assert any("latency is 2 cycles" in failure for failure in result.failures)


def test_unresolved_result_has_no_value(cache):
    result = run_faulty("RESULT_UNRESOLVED", cache)
    assert (15, 15, None, 225) in result.mismatches


def test_verilator_finds_a_wrong_result(cache):
    result = run_faulty("RESULT_WRONG", cache, simulator="verilator")
    assert not result.passed
    assert (7, 6, 43, 42) in result.mismatches


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("mul-u4-mitchell", " + ", " - "),
        ("mul-u4-mitchell", " & ", " | "),
        ("mul-u4-mitchell", " ? ", " | 1'b1 ? "),
        ("div-s4-mitchell-f2", "} - {", "} + {"),
        ("div-s4-mitchell-f2", " ^ ", " & "),
        ("div-s4-mitchell-f2", " ? ", " & 1'b0 ? "),
    ],
)
def test_mutant_of_generated_verilog_fails(name, old, new, cache):
    operator = Operator.from_name(name)
    head, body = generate(operator).split("\n  assign ", 1)
    assert old in body
    mutant = f"{head}\n  assign {body.replace(old, new, 1)}"
    result = simulate(operator, simulator="icarus", vectors="all", verilog=mutant, cache=cache)
    assert not result.passed
    assert result.sent == result.checked == 256
    assert 0 < len(result.mismatches) <= 10
    for a, b, got, expected in result.mismatches:
        assert expected == operator(a, b)
        assert got != expected


TOGETHER = {
    "mul-u4-mitchell": (" + ", " - "),
    "div-s4-mitchell-f2": ("} - {", "} + {"),
    "square-u4-exact": (" + ", " - "),
}


@pytest.mark.parametrize("stages", [0, 2])
@pytest.mark.parametrize(
    ("simulator", "faulty"), [*(("icarus", name) for name in TOGETHER), ("verilator", "div-s4-mitchell-f2")]
)
def test_mutant_among_others_is_the_only_one_that_fails(faulty, stages, simulator, cache):
    operators = [Operator.from_name(name) for name in TOGETHER]
    texts = {operator.name: generate(operator, stages=stages) for operator in operators}
    old, new = TOGETHER[faulty]
    assert old in texts[faulty]
    texts[faulty] = texts[faulty].replace(old, new, 1)
    options = {"simulator": simulator, "stages": stages, "vectors": "all", "cache": cache}
    results = simulate_together(operators, verilog="\n".join(texts.values()), **options)
    assert [faulty] == [result.operator.name for result in results if not result.passed]
    for result in results:
        assert result.sent == result.checked >= 1 << 4 * len(result.operator.operands)
        assert bool(result.mismatches) == bool(result.failures) == (result.operator.name == faulty)
        for *operands, got, expected in result.mismatches:
            assert expected == result.operator(*operands)
            assert got != expected


def test_result_that_stays_unresolved_fails(cache):
    verilog = "module mul_u4_exact(a, b, p);\n  input [3:0] a, b;\n  output [7:0] p;\nendmodule\n"
    result = simulate(Operator.from_name("mul-u4-exact"), simulator="icarus", verilog=verilog, cache=cache)
    assert not result.passed
    assert all(got is None for _, _, got, _ in result.mismatches)


@pytest.mark.parametrize("body", ["this is not Verilog", "initial $finish;", "wire x;"])
def test_no_complete_result_is_an_error(body, cache):
    with pytest.raises(ToolError, match="icarus"):
        simulate(
            Operator.from_name("mul-u4-exact"),
            simulator="icarus",
            verilog=f"module mul_u4_exact(a, b);\n  input [3:0] a, b;\n  {body}\nendmodule\n",
            cache=cache,
        )
