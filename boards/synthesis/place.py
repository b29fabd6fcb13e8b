"""From a netlist to logic cells and a clock frequency: nextpnr's part of synthesis."""

import functools
import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rtl.tools import run_tool

from .targets import Target

__all__ = ["Placement", "nextpnr_version", "place", "read_placement"]


@dataclass(frozen=True)
class Placement:
    """One run of nextpnr.

    Parameters
    ----------
    command : str
        The command line, file names relative to the netlist's folder.
    fmax : float or None
        Highest clock frequency, in MHz, that nextpnr's timing analysis allows after routing; None where it finds none.
    utilization : mapping of str to int
        What was placed, by nextpnr's names.
    """

    command: str
    fmax: float | None
    utilization: Mapping[str, int]


def place(folder: Path, target: Target, seed: int) -> Placement:
    """Place and route ``netlist.json`` of ``folder``, and leave ``seed<seed>.json`` and ``seed<seed>.log`` there.

    Raises
    ------
    ToolError
        If nextpnr fails, for example because the device is too small.
    """
    report = f"seed{seed}.json"
    if target.constraints:
        Path(folder, "pins.cst").write_text(target.constraints)
    arguments = [*target.arguments, "--json", "netlist.json", "--seed", str(seed), "--freq", str(target.frequency)]
    arguments += ["--timing-allow-fail", "--report", report]
    Path(folder, f"seed{seed}.log").write_text(run_tool(target.nextpnr, *arguments, folder=folder))
    fmax, utilization = read_placement(Path(folder, report))
    return Placement(shlex.join([target.nextpnr, *arguments]), fmax, utilization)


def read_placement(file: Path) -> tuple[float | None, dict[str, int]]:
    """Lowest fmax in MHz over all clocks (or None), and the utilization, from what nextpnr's ``--report`` wrote."""
    report = json.loads(file.read_text())
    utilization = {name: entry["used"] for name, entry in sorted(report["utilization"].items()) if entry["used"]}
    return min((clock["achieved"] for clock in report["fmax"].values()), default=None), utilization


@functools.cache
def nextpnr_version(program: str) -> str:
    """Version of a nextpnr, such as ``0.11.1``."""
    return run_tool(program, "--version").rsplit("nextpnr-", 1)[1].strip().rstrip(")")
