"""One self-contained Verilog-2005 file per operator, the same bytes every time."""

import importlib.metadata
import re
import tempfile
import textwrap
from pathlib import Path

from amaranth.back import rtlil
from amaranth.hdl import Elaboratable, Module
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from pysoft.float_formats import FloatFormat
from pysoft.formats import Format
from pysoft.operator import Operator

from .core import Core, check_stages
from .shell import Shell
from .tools import run_yosys, yosys_version

__all__ = ["FlatTop", "convert", "generate", "module_name", "port_names"]

SCRIPT = """\
read_rtlil top.il
proc
flatten
opt -nosdff
wreduce
opt -nosdff
opt_clean -purge
splitnets -driver
opt_clean -purge
write_verilog -norename -noattr top.v
"""

LINT_OFF = """\
// Meant: widths that Yosys leaves to the rules of the language, bits of sums that are there for their carry, and bits
// of a vector that are made of others of it.
/* verilator lint_off UNOPTFLAT */
/* verilator lint_off UNUSEDSIGNAL */
/* verilator lint_off WIDTHEXPAND */
/* verilator lint_off WIDTHTRUNC */"""

LINT_ON = """\
/* verilator lint_on WIDTHTRUNC */
/* verilator lint_on WIDTHEXPAND */
/* verilator lint_on UNUSEDSIGNAL */
/* verilator lint_on UNOPTFLAT */"""


def module_name(operator: Operator) -> str:
    """Name of the Verilog module: the operator's name with ``_`` for ``-``."""
    return operator.name.replace("-", "_")


def port_names(operator: Operator, *, stages: int = 0) -> tuple[str, ...]:
    """Names of the operand ports and, last, of the result port."""
    names, o = operator.operands, operator.result
    return (*(f"i_{name}" for name in names), f"o_{o}") if stages else (*names, o)


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
    a, b, p (mul), n, d, q (div), or a, r (one operand) : In, In, Out
        Without stages.
    i_a, i_b, i_valid, o_ready : In; i_ready, o_p, o_valid : Out
        With stages (``i_n``, ``i_d``, ``o_q`` for div, and so on), besides ``clk`` and ``rst``.

    Latency
    -------
    ``stages`` cycles.
    """

    def __init__(self, operator: Operator, *, stages: int = 0):
        self.inner = Shell(operator, stages=stages) if check_stages(stages) else Core(operator)
        self.names = port_names(operator, stages=stages)
        *operands, o = self.names
        members = dict.fromkeys(operands, In(operator.format.width))
        if stages:
            members |= {"i_valid": In(1), "i_ready": Out(1)}
        members |= {o: Out(operator.result_format.width)}
        if stages:
            members |= {"o_valid": Out(1), "o_ready": In(1)}
        super().__init__(members)

    def elaborate(self, platform):
        m = Module()
        m.submodules.inner = inner = self.inner
        *operands, o = (getattr(self, name) for name in self.names)
        if isinstance(inner, Shell):
            names = inner.core.operands
            m.d.comb += [getattr(inner.i.payload, name).eq(port) for name, port in zip(names, operands, strict=True)]
            m.d.comb += o.eq(inner.o.payload)
            m.d.comb += [inner.i.valid.eq(self.i_valid), self.i_ready.eq(inner.i.ready)]
            m.d.comb += [self.o_valid.eq(inner.o.valid), inner.o.ready.eq(self.o_ready)]
        else:
            m.d.comb += [getattr(inner, name).eq(port) for name, port in zip(inner.operands, operands, strict=True)]
            m.d.comb += o.eq(inner.o)
        return m


def generate(operator: Operator, *, stages: int = 0, module: str | None = None) -> str:
    """Text of one self-contained Verilog-2005 file.

    Parameters
    ----------
    operator : Operator
    stages : int
        0 for a combinational module, 1 to 5 for a pipeline with handshake.
    module : str
        Name of the module, by default the operator's with ``_`` for ``-``. Two variants of one operator in the same
        design need two names.

    Returns
    -------
    str
        The same bytes for the same versions of mitchell, Amaranth and Yosys, which the header names.

    Raises
    ------
    ValueError
        If ``stages`` is outside 0..5, or ``module`` is no Verilog identifier.
    """
    check_stages(stages)
    module = module_name(operator) if module is None else module
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_$]*", module):
        raise ValueError(
            f"{module!r} cannot name a Verilog module: letters, digits, _ and $, not beginning with a digit"
        )
    body = convert(FlatTop(operator, stages=stages), module)
    return f"{_header(operator, stages, module)}\n{body}"


def convert(top: Elaboratable, name: str) -> str:
    """Verilog-2005 of any component with a signature, as one module called ``name``.

    Processes become plain assignments, so that no simulator has an ``always @*`` to wake up for at time 0.
    """
    text = rtlil.convert(top, name=name, emit_src=False)
    # Amaranth counts ports from 0, Yosys from 1: left alone, the first port would be listed last.
    text = re.sub(r"\b(input|output|inout) (\d+)", lambda port: f"{port[1]} {int(port[2]) + 1}", text)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "top.il").write_text(text)
        run_yosys(SCRIPT, folder=Path(folder))
        body = Path(folder, "top.v").read_text().split("\n", 1)[1]  # without Yosys' own first line
    # An initial value in a declaration is a lint warning, a statement of its own is not.
    body = re.sub(r"^( *)reg (.*?)(\S+ ?) = (\S+;)$", r"\1reg \2\3;\n\1initial \3 = \4", body, flags=re.MULTILINE)
    return f"{LINT_OFF}\n{body.strip()}\n{LINT_ON}\n"


def _header(operator: Operator, stages: int, module: str) -> str:
    *operands, o = port_names(operator, stages=stages)
    form, result = operator.format, operator.result_format
    unit = f", unit 2^-{operator.fraction_bits}" if operator.fraction_bits else ""
    kind = _kind(form)
    ports = []
    if stages:
        ports.append("in  clk, rst: rising edge; synchronous reset, active high")
    ports.append(f"in  {', '.join(operands)} [{form.width - 1}:0]: {kind}")
    ports.append(f"out {o} [{result.width - 1}:0]: {kind}{unit}")
    if stages:
        taken = "operands" if len(operands) > 1 else "operand"
        ports.append(f"i_valid & i_ready take the {taken}, o_valid & o_ready the result; valid never waits for ready")
    latency = f"{stages} cycle{'s'[: stages > 1]}, one result per cycle" if stages else "combinational"
    command = f"mitchell generate {operator.name}"
    if stages:
        command += f" --stages {stages}"
    if module != module_name(operator):
        command += f" --module {module}"
    bound = operator.bound
    rows = [
        ("Ports", ports),
        ("Latency", [latency]),
        (
            "Bound",
            [
                f"{bound.statement} for magnitudes r of {o} and e of the exact value"
                f"{' of a normal result' * isinstance(form, FloatFormat)} ({bound.source}),"
                f" a relative error of {bound.percent}" + " and what is cut off" * (bound.truncation > 0)
                if bound
                else "none proved"
            ],
        ),
        ("Special", [_special(operator, operands[-1])]),
        ("Made by", [command]),
        ("Tools", [f"mitchell {_version('mitchell')}, Amaranth {_version('amaranth')}, Yosys {yosys_version()}"]),
    ]
    lines = [f"// {operator.name}: module {module}"]
    for title, entries in rows:
        for i, entry in enumerate(entries):
            label = f"//   {title if i == 0 else '':<9}"
            lines += textwrap.wrap(entry, 110, initial_indent=label, subsequent_indent="//" + " " * 12)
    return "\n".join(lines)


def _kind(form: Format) -> str:
    if isinstance(form, FloatFormat):
        return f"{form}, a sign, {form.exponent_bits} bits of exponent, {form.fraction_bits} of fraction"
    return {True: "two's complement", False: "unsigned"}[form.signed]


def _special(operator: Operator, last: str) -> str:
    """What is special about some results; ``last`` is the port of the last operand."""
    form = operator.format
    if isinstance(form, FloatFormat):
        overflow = "" if form.has_infinity else "; what overflows is NaN, for there is no infinity"
        return f"IEEE 754, NaN results canonical; subnormal operands and results are zero{overflow}"
    if operator.operation == "mul":
        return "zero times anything is zero"
    if operator.operation in ("square", "sqrt"):
        return "of zero it is zero"
    return f"{last} = 0 gives all ones" + "; the most negative number / -1 gives the largest" * form.signed


def _version(package: str) -> str:
    return importlib.metadata.version(package)
