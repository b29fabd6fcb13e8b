"""From an operator to a netlist: Yosys' part of synthesis."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from amaranth.back import rtlil

from pysoft.operator import Operator
from rtl.tools import ToolError, run_yosys
from rtl.verilog import FlatTop

from .harness import Harness
from .targets import Target

__all__ = ["STRATEGIES", "HardBlockError", "Netlist", "count", "make_netlist", "read_statistics", "refuse_hard_blocks"]

STRATEGIES = {"plain": "", "booth": "proc\nflatten\nopt\nwreduce\nbooth\n"}


class HardBlockError(ToolError):
    """A netlist for a comparison in soft logic holds DSP blocks or memories."""


@dataclass(frozen=True)
class Netlist:
    """A synthesised operator in its harness.

    Parameters
    ----------
    folder : pathlib.Path
        Holds ``netlist.json``, what Yosys read and what it counted.
    strategy : str
        ``plain``, or ``booth`` where Yosys' ``booth`` pass made the multipliers.
    script : str
        What Yosys ran, file names relative to ``folder``.
    primitives : mapping of str to int
        Cell types of the operator in its harness and how many of each.
    """

    folder: Path
    strategy: str
    script: str
    primitives: Mapping[str, int]


def make_netlist(operator: Operator, target: Target, stages: int, strategy: str, folder: Path) -> Netlist:
    """Synthesise ``operator`` for ``target`` in the existing, empty ``folder``.

    Raises
    ------
    HardBlockError
        If DSP blocks or memories were inferred.
    ToolError
        If Yosys fails.
    """
    harness = Harness(FlatTop(operator, stages=stages), has_reset=stages > 0)
    Path(folder, "top.il").write_text(rtlil.convert(harness, name="top", emit_src=False))
    script = (
        f"read_rtlil top.il\n{STRATEGIES[strategy]}{target.yosys} -top top -json netlist.json\n"
        "tee -q -o netlist.stat stat -json\n"
    )
    Path(folder, "synthesis.ys").write_text(script)
    run_yosys(script, folder=folder)
    primitives = read_statistics(Path(folder, "netlist.stat"))
    refuse_hard_blocks(primitives, target, operator.name)
    return Netlist(folder, strategy, script, primitives)


def read_statistics(file: Path) -> dict[str, int]:
    """Cell types and their numbers in the whole design, from what Yosys' ``stat -json`` wrote."""
    types = json.loads(file.read_text())["design"]["num_cells_by_type"]
    return {name: number for name, number in sorted(types.items()) if not name.startswith("$")}


def count(cells: Mapping[str, int], patterns: Iterable[str]) -> int:
    """How many cells are of a type that matches one of the patterns."""
    return sum(number for name, number in cells.items() if any(fnmatchcase(name, pattern) for pattern in patterns))


def refuse_hard_blocks(primitives: Mapping[str, int], target: Target, what: str) -> None:
    """Raise HardBlockError if the netlist holds any of the target's DSP blocks or memories."""
    hard = {name: number for name, number in primitives.items() if count({name: number}, target.hard)}
    if hard:
        found = ", ".join(f"{number} {name}" for name, number in hard.items())
        raise HardBlockError(f"{what} on {target.name} is to be soft logic, but its netlist has {found}")
