"""Verilog text as one formula: the result in terms of the operands."""

from dataclasses import dataclass

import z3

from pysoft.operator import Operator
from rtl.verilog import module_name, port_names

from .machine import read_machine

__all__ = ["Netlist", "read_netlist"]


@dataclass(frozen=True)
class Netlist:
    """A combinational circuit as bit-vector terms.

    Parameters
    ----------
    operands : tuple of z3.BitVecRef
        One or two, in the order of the operator's.
    o : z3.BitVecRef
        The result, a term over the same variables. An undefined or undriven net is one more variable in it, so that a
        statement about every value of the variables holds whatever such a net does.
    """

    operands: tuple[z3.BitVecRef, ...]
    o: z3.BitVecRef


def read_netlist(operator: Operator, verilog: str) -> Netlist:
    """The netlist that Yosys reads from Verilog text with the combinational ports of ``operator``.

    Parameters
    ----------
    operator : Operator
        Names the top module and its ports.
    verilog : str
        The text, usually :func:`rtl.verilog.generate`'s.

    Returns
    -------
    Netlist

    Raises
    ------
    rtl.tools.ToolError
        If Yosys refuses the text, or is not installed.
    ValueError
        If a port is missing or has another width, or there is a register.
    """
    machine = read_machine(verilog, module_name(operator))
    *operands, result = port_names(operator)
    expected = dict.fromkeys(operands, operator.format.width) | {result: operator.result_format.width}
    ports = {**machine.inputs, **machine.outputs}
    for name, width in expected.items():
        if name not in ports or ports[name].size() != width:
            raise ValueError(f"{module_name(operator)} must have a port {name} of {width} bits")
    if machine.registers:
        raise ValueError(
            f"{module_name(operator)} must be combinational, not have the registers {', '.join(machine.registers)}"
        )
    return Netlist(tuple(machine.inputs[name] for name in operands), machine.outputs[result])
