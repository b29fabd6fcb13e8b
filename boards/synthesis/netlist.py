"""From the text of a design to a netlist: Yosys' part of synthesis."""

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from rtl.tools import ToolError, run_yosys, yosys_version

from .targets import Target

__all__ = [
    "STRATEGIES",
    "HardBlockError",
    "Netlist",
    "count",
    "make_netlist",
    "read_statistics",
    "refuse_hard_blocks",
    "synthesis_script",
]

STRATEGIES = {"plain": "", "booth": "proc\nflatten\nopt\nwreduce\nbooth\n"}


class HardBlockError(ToolError):
    """A netlist for a comparison in soft logic holds DSP blocks or memories."""


@dataclass(frozen=True)
class Netlist:
    """One run of Yosys.

    Parameters
    ----------
    script : str
        What Yosys ran, file names relative to its folder.
    primitives : mapping of str to int
        Cell types of the operator in its harness and how many of each.
    version : str
        Of Yosys.
    seconds : float
        How long it took.
    """

    script: str
    primitives: Mapping[str, int]
    version: str
    seconds: float


def synthesis_script(target: Target, strategy: str, *, read: str = "read_rtlil top.il") -> str:
    """What Yosys is to run in a folder with the design; it leaves ``netlist.json`` and ``netlist.stat`` there.

    ``read`` are the commands that give it the module ``top``.
    """
    return (
        f"{read}\n{STRATEGIES[strategy]}{target.yosys} -top top -json netlist.json\ntee -q -o netlist.stat stat -json\n"
    )


def make_netlist(design: str, script: str, folder: Path, *, name: str = "top.il") -> Netlist:
    """Run ``script`` on the text of a design, and leave ``name``, ``synthesis.ys`` and what it writes in ``folder``.

    Raises
    ------
    MissingToolError, ToolError
        If Yosys is not installed, or fails.
    """
    version = yosys_version()
    start = time.monotonic()
    Path(folder, name).write_text(design)
    Path(folder, "synthesis.ys").write_text(script)
    run_yosys(script, folder=folder)
    primitives = read_statistics(Path(folder, "netlist.stat"))
    return Netlist(script, primitives, version, time.monotonic() - start)


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
