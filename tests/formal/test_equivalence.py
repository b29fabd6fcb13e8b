import re

import numpy as np
import pytest
import z3

from formal import solver
from formal.equivalence import prove_coverage, prove_equivalence
from formal.netlist import read_netlist
from formal.specification import specification
from pysoft.operator import Operator
from rtl.tools import run_yosys
from rtl.verilog import generate, module_name

# One planted fault each: operator, pattern in the Verilog, replacement.
MUTANTS = [
    ("mul-u8-mitchell", r"(assign .*) \+ ", r"\1 ^ "),  # no carries
    ("mul-s8-mitchell", r"(assign .*) \| ", r"\1 & "),  # one leading-one detector is deaf
    ("div-u8-mitchell", r"8'hff", "8'hfe"),  # wrong only for d = 0
    ("div-s8-mitchell-f2", r"(assign .*\[7\]) \^ ", r"\1 | "),  # minus by minus gives minus
    ("mul-u8-exact", r"(assign .*) \* ", r"\1 + "),
    ("div-s6-exact", r"(assign .*\[5\]) \^ ", r"\1 & "),
    ("mul-u8-drum-k4", r"(assign .*) \| ", r"\1 & "),
    ("mul-bf16-mitchell", r"(assign .*) \+ ", r"\1 ^ "),
    ("sqrt-f8e4m3-exact", r"(assign .*) - ", r"\1 + "),
    ("rsqrt-f16-mitchell", r"(assign .*) - ", r"\1 + "),
]


def problem(name, pattern=None, replacement=None):
    """Operator, Verilog, netlist and cases; with a pattern, its first match in the Verilog is replaced."""
    operator = Operator.from_name(name)
    verilog = generate(operator)
    if pattern is not None:
        verilog, count = re.subn(pattern, replacement, verilog, count=1)
        assert count == 1
    netlist = read_netlist(operator, verilog)
    return operator, verilog, netlist, specification(operator, *netlist.operands)


def evaluated(operator, verilog, operands, folder):
    """Bits that the Verilog gives, by Yosys' own evaluator."""
    (folder / "top.v").write_text(verilog)
    width = operator.format.width
    values = zip(operator.operands, operands, strict=True)
    settings = " ".join(f"-set {port} {width}'b{bits(operator.format, value):0{width}b}" for port, value in values)
    show = f"tee -o value.txt eval {settings} -show {operator.result} {module_name(operator)}"
    run_yosys(f"read_verilog top.v\nproc\n{show}\n", folder=folder)
    return int(re.search(r" = \d+'([01]+)", (folder / "value.txt").read_text())[1], 2)


@pytest.mark.parametrize(("name", "pattern", "replacement"), MUTANTS)
def test_prove_equivalence_refutes_a_planted_fault_with_operands_that_fail(name, pattern, replacement, tmp_path):
    operator, verilog, netlist, cases = problem(name, pattern, replacement)
    part = prove_equivalence(operator, netlist, cases)
    assert part.result == "refuted"
    operands = part.counterexample
    assert evaluated(operator, generate(operator), operands, tmp_path) == bits(
        operator.result_format, operator(*operands)
    )
    assert evaluated(operator, verilog, operands, tmp_path) != bits(operator.result_format, operator(*operands))


def bits(form, value):
    return int(form.to_bits(np.array([value], form.dtype))[0])


@pytest.mark.parametrize("name", ["mul-s4-mitchell", "div-u4-mitchell-f3"])
def test_prove_coverage_refutes_the_cases_when_any_one_is_missing(name):
    operator, _, netlist, cases = problem(name)
    assert prove_coverage(operator, netlist, cases).result == "proved"
    for i, missing in enumerate(cases):
        part = prove_coverage(operator, netlist, cases[:i] + cases[i + 1 :])
        assert part.result == "refuted"
        assert holds(missing.condition, operator, netlist, *part.counterexample)


def holds(condition, operator, netlist, a, b):
    """Whether a condition on the operands is true for a and b."""
    solver = z3.Solver()
    solver.add(netlist.operands[0] == a, netlist.operands[1] == b, condition)
    return solver.check() == z3.sat


@pytest.mark.parametrize("net", ["1'hx", "undriven"])
def test_prove_equivalence_trusts_no_undefined_net(net):
    """Every other bit is right, and so would be this one if an optimisation chose its value."""
    operator = Operator.from_name("mul-u2-exact")
    verilog = f"""
        module mul_u2_exact(input [1:0] a, input [1:0] b, output [3:0] p);
          wire undriven;
          wire [3:0] product = a * b;
          assign p = {{&a & &b ? product[3] : {net} & product[3] | {net} & ~a[0], product[2:0]}};
        endmodule
    """
    netlist = read_netlist(operator, verilog)
    assert prove_equivalence(operator, netlist, specification(operator, *netlist.operands)).result == "refuted"


@pytest.mark.parametrize(
    ("ports", "message"),
    [
        ("input [1:0] a, input b, output [3:0] p", "a port b of 2 bits"),
        ("input [1:0] a, input [1:0] c, output [3:0] p", "a port b of 2 bits"),
        ("input clk, input [1:0] a, input [1:0] b, output reg [3:0] p", "not have the registers p"),
    ],
)
def test_read_netlist_refuses_other_circuits(ports, message):
    assign = "always @(posedge clk) p <= a;" if "reg" in ports else "assign p = a;"
    with pytest.raises(ValueError, match=message):
        read_netlist(Operator.from_name("mul-u2-exact"), f"module mul_u2_exact({ports});\n{assign}\nendmodule\n")


def test_prove_equivalence_is_unknown_where_the_solver_gives_up(monkeypatch):
    monkeypatch.setattr(solver, "LIMIT_MS", 100)
    monkeypatch.setattr(solver, "SECOND_LIMIT_MS", 100)
    part = prove_equivalence(*(problem("div-u14-exact")[i] for i in (0, 2, 3)))
    assert part.result == "unknown"
    assert part.counterexample is None
    assert part.note.startswith("operands that are not 0: ")
