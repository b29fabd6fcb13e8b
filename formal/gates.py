"""Verilog text as gates, which are evaluated for any number of inputs at once."""

import graphlib
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np

from pysoft.operator import Operator
from rtl.tools import run_yosys
from rtl.verilog import module_name, port_names

__all__ = ["FUNCTIONS", "INPUTS", "Gate", "GateNetlist", "Net", "pack", "read_gates"]

SCRIPT = """\
read_verilog top.v
synth -flatten -noabc -top {module}
abc -g simple
opt_clean -purge
rename -enumerate
write_json top.json
"""

FUNCTIONS = {
    "AND": lambda a, b: a & b,
    "MUX": lambda a, b, s: s & b | ~s & a,
    "NOT": lambda a: ~a,
    "OR": lambda a, b: a | b,
    "XOR": lambda a, b: a ^ b,
}
INPUTS = "ABS"  # names of the input pins, in the order of the arguments; the output is Y

Net = int | str
"""Yosys' number of a net; a constant is ``0`` or ``1`` as a string."""


@dataclass(frozen=True)
class Gate:
    """One gate.

    Parameters
    ----------
    name : str
        That Yosys gave it.
    kind : str
        One of :data:`FUNCTIONS`.
    inputs : tuple of Net
        In the order of :data:`INPUTS`.
    output : Net
    """

    name: str
    kind: str
    inputs: tuple[Net, ...]
    output: Net


@dataclass(frozen=True)
class GateNetlist:
    """A combinational circuit of gates.

    The value of a net may be anything that has ``& | ^ ~``: an integer, whose bit i belongs to input vector i, or a
    bit-vector term of one bit.

    Parameters
    ----------
    operands : tuple of tuples of Net
        Those of each operand, the lowest bit first.
    result : tuple of Net
        Those of the result, the lowest bit first.
    gates : tuple of Gate
        Each behind those that drive it.
    source : str
        The same in Yosys' JSON.
    """

    operands: tuple[tuple[Net, ...], ...]
    result: tuple[Net, ...]
    gates: tuple[Gate, ...]
    source: str = field(repr=False)

    @classmethod
    def from_json(cls, source: str, operands: Sequence[str], result: str) -> Self:
        """The one module of a netlist in Yosys' JSON, with ports of these names.

        Raises
        ------
        ValueError
            If a cell is none of these gates, a net has no driver or is undefined, or gates form a loop.
        """
        (module,) = json.loads(source)["modules"].values()
        ports = {name: tuple(port["bits"]) for name, port in module["ports"].items()}
        gates = {}
        for name, cell in module["cells"].items():
            kind = cell["type"].removeprefix("$_").removesuffix("_")
            if kind not in FUNCTIONS:
                raise ValueError(f"cell {name} is a {cell['type']}: map the netlist to {', '.join(FUNCTIONS)}")
            nets = {pin: bits[0] for pin, bits in cell["connections"].items()}
            gates[nets["Y"]] = Gate(name, kind, tuple(nets[pin] for pin in INPUTS if pin in nets), nets["Y"])
        driven = {"0", "1", *gates, *(net for port in operands for net in ports[port])}
        for net in (*ports[result], *(net for gate in gates.values() for net in gate.inputs)):
            if net not in driven:
                raise ValueError(f"net {net} is undefined: drive every net by a gate, an operand or a constant 0 or 1")
        try:
            order = list(graphlib.TopologicalSorter({net: gate.inputs for net, gate in gates.items()}).static_order())
        except graphlib.CycleError as error:
            raise ValueError(f"nets {error.args[1]} form a loop: only combinational circuits are read") from None
        ordered = tuple(gates[net] for net in order if net in gates)
        return cls(tuple(ports[port] for port in operands), ports[result], ordered, source)

    def evaluate(self, operands: Sequence[Sequence[Any]], zero: Any = 0) -> dict[Net, Any]:
        """The value of every net.

        Parameters
        ----------
        operands : sequence of sequences
            A value for each bit of each operand, the lowest first, such as :func:`pack` makes.
        zero : object
            The value of a constant 0. Integers have no width: of the complement of one only the bits of vectors count.
        """
        values = {"0": zero, "1": ~zero}
        for nets, bits in zip(self.operands, operands, strict=True):
            values.update(zip(nets, bits, strict=True))
        for gate in self.gates:
            values[gate.output] = FUNCTIONS[gate.kind](*(values[net] for net in gate.inputs))
        return values


def read_gates(operator: Operator, verilog: str) -> GateNetlist:
    """The gates that Yosys makes of Verilog text with the combinational ports of ``operator``.

    Parameters
    ----------
    operator : Operator
        Names the top module and its ports.
    verilog : str
        The text, usually :func:`rtl.verilog.generate`'s.

    Returns
    -------
    GateNetlist
        Optimised by ABC, so that few of its gates are redundant.

    Raises
    ------
    rtl.tools.ToolError
        If Yosys refuses the text, or is not installed.
    ValueError
        If it is not combinational, or a net is undefined.
    """
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "top.v").write_text(verilog)
        run_yosys(SCRIPT.format(module=module_name(operator)), folder=Path(folder))
        source = Path(folder, "top.json").read_text()
    *operands, result = port_names(operator)
    return GateNetlist.from_json(source, operands, result)


def pack(bits: np.ndarray, width: int) -> list[int]:
    """Patterns of ``width`` bits, one for each vector, as one integer for each bit, whose bit i is that of vector i."""
    columns = (bits.astype(np.uint64) >> np.arange(width, dtype=np.uint64)[:, None] & np.uint64(1)).astype(np.uint8)
    return [int.from_bytes(row.tobytes(), "little") for row in np.packbits(columns, axis=1, bitorder="little")]
