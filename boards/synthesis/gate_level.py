"""The netlist of an operator as Verilog that simulates: what Yosys made of it, with the vendor's cells."""

import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from pysoft.operator import Operator
from rtl.verilog import generate, module_name

from .job import SynthesisJob
from .netlist import make_netlist, refuse_hard_blocks, synthesis_script
from .targets import Target

__all__ = ["gate_level_verilog"]

# Behind the synthesis itself. Yosys' preprocessor settles what differs between the vendors' files: includes, macros and
# conditions; its compiler has nothing to do with the models, which are left as they are written.
SCRIPT = """\
rename top {module}
splitnets -driver
write_verilog -noattr netlist.v
design -reset
tee -o models.v read_verilog -nooverwrite -defer -ppdump {models}
"""

TEXT = """\
// {operator} on {target}, {stages} stages: netlist by Yosys {version}, and its models of the cells
/* verilator lint_off INITIALDLY */
/* verilator lint_off PINMISSING */
/* verilator lint_off UNOPTFLAT */
/* verilator lint_off WIDTHEXPAND */
{modules}
/* verilator lint_on WIDTHEXPAND */
/* verilator lint_on UNOPTFLAT */
/* verilator lint_on PINMISSING */
/* verilator lint_on INITIALDLY */
"""

# Files of several netlists may be read together: each cell counts once.
ONCE = """\
`ifndef MODEL_OF_{name}
`define MODEL_OF_{name}
{text}
`endif"""


def gate_level_verilog(operator: Operator, target: Target | str, *, stages: int = 0, strategy: str = "plain") -> str:
    """Verilog of the netlist of the generated Verilog, synthesised as for a report but without the harness.

    Parameters
    ----------
    operator : Operator
    target : Target or str
        A name is looked up.
    stages : int
        0 for a combinational module, 1 to 5 for a pipeline with handshake.
    strategy : str
        One of the job's: ``plain``, and ``booth`` of an exact multiplier.

    Returns
    -------
    str
        One self-contained text for any simulator of Verilog-2005: a module with the name and the ports of the generated
        one (:func:`rtl.verilog.generate`), of cells only, and the cells that are used, without their timing. Texts for
        one target may be joined.

    Raises
    ------
    TypeError, ValueError
        If an argument is out of its range.
    HardBlockError
        If DSP blocks or memories were inferred.
    MissingToolError, ToolError
        If Yosys is not installed, or fails.
    """
    job = SynthesisJob(operator, target, stages)
    if strategy not in job.strategies:
        raise ValueError(f"unknown strategy {strategy!r}: {operator.name} is built as {', '.join(job.strategies)}")
    module = module_name(operator)
    script = synthesis_script(job.target, strategy, read=f"read_verilog top.v\nrename {module} top")
    script += SCRIPT.format(module=module, models=job.target.models)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        netlist = make_netlist(generate(operator, stages=stages), script, folder, name="top.v")
        refuse_hard_blocks(netlist.primitives, job.target, operator.name)
        top = (folder / "netlist.v").read_text().split("\n", 1)[1].strip()  # without Yosys' own first line
        models = _modules((folder / "models.v").read_text())
    cells = [ONCE.format(name=name, text=models[name]) for name in _needed(netlist.primitives, models)]
    return TEXT.format(
        operator=operator.name,
        target=job.target.name,
        stages=stages,
        version=netlist.version,
        modules="\n\n".join([top, *cells]),
    )


def _modules(text: str) -> dict[str, str]:
    """Modules in a text by their names, without blank lines and delays."""
    text = re.sub(r"\bspecify\b.*?\bendspecify\b", "", text, flags=re.DOTALL)
    text = re.sub(r"\n\s*\n", "\n", text)
    found = re.finditer(r"^\s*(module\s+(\w+).*?\bendmodule)\b", text, flags=re.DOTALL | re.MULTILINE)
    return {module[2]: module[1] for module in found}


def _needed(cells: Iterable[str], models: Mapping[str, str]) -> list[str]:
    """Names of ``cells`` and, below them, of all that are instantiated in their models."""
    needed, waiting = set(), set(cells)
    while waiting:
        needed |= waiting
        instances = (re.findall(r"\b(\w+)\s+(?:#|\w+\s*\()", models[name]) for name in waiting)
        waiting = {name for names in instances for name in names if name in models} - needed
    return sorted(needed)
