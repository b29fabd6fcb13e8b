import pytest
import z3
from two_stages import PIPELINE

from formal.handshake import control_invariant, observe
from formal.machine import read_machine
from formal.stages import find_stages, prove_stages, unroll

MUTANTS = [
    (
        "if (leaves) begin there <= here; inverse <= ~less; end",
        "if (leaves) there <= here; inverse <= ~less;",
        "inverse",
    ),
    ("if (i_ready) begin here <= i_valid; less", "if (i_ready) here <= i_valid; if (leaves) begin less", "less"),
    ("inverse <= ~less", "inverse <= ~i_a", "inverse depends on i_a"),
    ("inverse <= ~less", "if (~here) inverse <= ~less", "inverse"),
    ("o_r = inverse", "o_r = inverse ^ there", "o_r depends on there"),
    ("less <= i_a - 1", "less <= i_a - 4'bx", "less depends on undefined"),
]


def examined(verilog):
    machine = read_machine(verilog, "top")
    data, handshake = machine.part("o_r"), observe(machine.part("i_ready", "o_valid"), 2)
    stages = find_stages(data, handshake)
    return data, stages, prove_stages(data, handshake, control_invariant(handshake), stages, ["i_a"])


def test_stages_are_found_and_proved_and_unroll_to_the_result():
    data, stages, part = examined(PIPELINE)
    assert [{"less"}, {"inverse"}] == [set(loads) for loads in stages]
    assert ("proved", "") == (part.result, part.note)
    netlist = unroll(data, stages, ["i_a"])
    (a,) = netlist.operands
    for value in range(16):
        result = z3.simplify(z3.substitute(netlist.o, (a, z3.BitVecVal(value, 4))))
        assert (15 - (value - 1)) % 16 == result.as_long()


def test_a_register_that_is_always_loaded_with_a_constant_may_be_in_any_stage():
    constant = PIPELINE.replace("reg here", "reg [3:0] one; reg here").replace(
        "inverse <= ~less;", "inverse <= ~less ^ one;"
    )
    constant = constant.replace("less <= i_a - 1;", "less <= i_a - 1; one <= 1;")
    _, stages, part = examined(constant)
    assert [{"less", "one"}, {"inverse"}] == [set(loads) for loads in stages]
    assert "proved" == part.result


@pytest.mark.parametrize(("text", "replacement", "note"), MUTANTS)
def test_a_planted_fault_is_refuted(text, replacement, note):
    assert text in PIPELINE
    _, _, part = examined(PIPELINE.replace(text, replacement))
    assert "refuted" == part.result
    assert note in part.note
