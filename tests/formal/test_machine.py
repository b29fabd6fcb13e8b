import pytest
import z3

from formal.machine import cycles, read_machine
from formal.terms import variables
from rtl.tools import ToolError

COUNTER = """
    module counter(input clk, input rst, input [3:0] by, input up, output [3:0] count, output odd);
      reg [3:0] value = 4'd7;
      always @(posedge clk) value <= rst ? 4'd0 : up ? value + {by[0], by[1], by[2], by[3]} : value;
      assign count = value;
      assign odd = value[0];
    endmodule
"""


def register(body, ports="input clk, input other, input d, output reg q"):
    return f"module top({ports}); {body} endmodule"


def value(term, **values):
    """Of a term over constants of these names."""
    pairs = [(x, z3.BitVecVal(values[str(x)], x.size())) for x in z3.z3util.get_vars(term)]
    return z3.simplify(z3.substitute(term, *pairs)).as_long()


def test_read_machine_reads_ports_registers_and_what_they_hold_next():
    machine = read_machine(COUNTER, "counter")
    assert {"clk": 1, "rst": 1, "by": 4, "up": 1} == {
        name: x.size() for name, x in machine.inputs.items() if name != "undefined"
    }
    assert {"value": 4} == {name: x.size() for name, x in machine.registers.items()}
    assert 1 == value(machine.outputs["odd"], value=9)
    assert 9 == value(machine.outputs["count"], value=9)
    after = machine.next["value"]
    assert {"rst", "up", "by", "value"} == variables(after)
    assert (9 + 0b0010) % 16 == value(after, rst=0, up=1, by=0b0100, value=9)
    assert 9 == value(after, rst=0, up=0, by=0b0100, value=9)
    assert 0 == value(after, rst=1, up=1, by=0b0100, value=9)


def test_read_machine_gives_a_register_no_initial_value():
    """An optimisation would take it for 0: it never holds anything else, if it starts so."""
    machine = read_machine(register("reg r = 0; always @(posedge clk) begin r <= r & d; q <= r; end"), "top")
    assert {"r"} == variables(machine.next["q"])


@pytest.mark.parametrize("net", ["1'bx", "undriven"])
def test_read_machine_has_a_variable_for_what_is_undefined(net):
    machine = read_machine(register(f"wire undriven; always @(posedge clk) q <= d & {net};"), "top")
    assert {"d", "undefined"} == variables(machine.next["q"])


def test_read_machine_reads_a_combinational_circuit():
    machine = read_machine("module top(input [3:0] a, output [3:0] o); assign o = ~a; endmodule", "top")
    assert {} == machine.registers == machine.next
    assert 0b0101 == value(machine.outputs["o"], a=0b1010)


@pytest.mark.parametrize(
    "body",
    [
        "always @(negedge clk) q <= d;",
        "always @(posedge other) q <= d;",
        "always @(posedge other) q <= clk;",
        "wire gated = clk & other; always @(posedge gated) q <= d;",
        "always @(posedge clk or posedge other) if (other) q <= 0; else q <= d;",
        "always @* if (other) q = d;",
    ],
)
def test_read_machine_refuses_what_is_not_loaded_by_the_rising_edge_of_clk(body):
    with pytest.raises(ToolError):
        read_machine(register(body), "top")


def test_cycles_follow_each_other():
    machine = read_machine(COUNTER, "counter")
    count = machine.outputs["count"]
    first, second, third = cycles(machine, 3)
    assert {"value"} == variables(first(count))
    assert {"value", "rst@0", "up@0", "by@0"} == variables(second(count))
    inputs = {"rst@0": 0, "up@0": 1, "by@0": 0b1000, "rst@1": 0, "up@1": 1, "by@1": 0b0100}
    assert 9 + 1 + 2 == value(third(count), value=9, **inputs)
    assert 2 == value(third(count), value=9, **inputs | {"rst@0": 1})


def test_part_has_the_registers_that_its_outputs_depend_on_in_any_cycle():
    verilog = """
        module top(input clk, input i, output o, output p);
          reg a, b, c;
          always @(posedge clk) begin a <= i; b <= a; c <= c ^ b; end
          assign o = b;
          assign p = c;
        endmodule
    """
    machine = read_machine(verilog, "top")
    part = machine.part("o")
    assert ["o"] == list(part.outputs)
    assert {"a", "b"} == set(part.registers) == set(part.next)
    assert {"a", "b", "c"} == set(machine.part("p").registers)
