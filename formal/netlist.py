"""Verilog text as one formula: the result in terms of the operands."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import z3

from pysoft.operator import Operator
from rtl.tools import run_yosys
from rtl.verilog import module_name, port_names

__all__ = ["Netlist", "read_netlist"]

# What is undefined or undriven becomes a variable of its own, before an optimisation could choose a value for it.
SCRIPT = """\
read_verilog top.v
hierarchy -check -top {module}
proc
flatten
setundef -undriven -anyseq
opt
write_smt2 -stbv top.smt2
"""


@dataclass(frozen=True)
class Netlist:
    """A combinational circuit as bit-vector terms.

    Parameters
    ----------
    a, b : z3.BitVecRef
        The operands.
    o : z3.BitVecRef
        The result, a term over the same variables. An undefined or undriven net, or a register, is one more variable
        in it, so that a statement about every value of the variables holds whatever such a net does.
    """

    a: z3.BitVecRef
    b: z3.BitVecRef
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
    z3.Z3Exception
        If a port is missing or has another width.
    """
    module = module_name(operator)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "top.v").write_text(verilog)
        run_yosys(SCRIPT.format(module=module), folder=Path(folder))
        text = Path(folder, "top.smt2").read_text()
    widths = (operator.format.width, operator.format.width, operator.result_format.width)
    text += f"(declare-const state |{module}_s|)\n"
    for name, width in zip(port_names(operator), widths, strict=True):
        text += f"(declare-const |port {name}| (_ BitVec {width}))\n"
        text += f"(assert (= |port {name}| (|{module}_n {name}| state)))\n"
    return Netlist(*(equation.arg(1) for equation in z3.parse_smt2_string(text)))
