"""Several operators in one Verilog module: one build and one run of a simulator serve them all."""

from collections.abc import Sequence

from pysoft.operator import Operator
from rtl.verilog import module_name, port_names

__all__ = ["TOP", "port_prefix", "side_by_side"]

TOP = "side_by_side"


def port_prefix(operator: Operator) -> str:
    """What stands before the names of the operator's own ports in the module around them all."""
    return f"{module_name(operator)}__"


def side_by_side(operators: Sequence[Operator], *, stages: int) -> str:
    """Verilog of the module ``side_by_side``, whose ports are those of all operators, which share nothing.

    Parameters
    ----------
    operators : sequence of Operator
        Each once; their modules are not part of the text.
    stages : int
        Register stages of all of them, 0 if combinational.
    """
    ports, instances = [], []
    for operator in operators:
        *operands, o = port_names(operator, stages=stages)
        widths = dict.fromkeys(operands, operator.format.width) | {o: operator.result_format.width}
        widths |= dict.fromkeys(("clk", "rst", "i_valid", "i_ready", "o_valid", "o_ready") if stages else (), 1)
        prefix = port_prefix(operator)
        for name, width in widths.items():
            direction = "output" if name in (o, "i_ready", "o_valid") else "input"
            ports.append(f"  {direction} [{width - 1}:0] {prefix}{name}")
        connections = ", ".join(f".{name}({prefix}{name})" for name in widths)
        instances.append(f"  {module_name(operator)} {prefix}dut({connections});")
    return "\n".join([f"module {TOP}(", ",\n".join(ports), ");", *instances, "endmodule\n"])
