"""From a netlist to logic cells and a clock frequency: nextpnr's part of synthesis."""

import shlex
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rtl.tools import run_tool

from .nextpnr import nextpnr_version, read_report
from .targets import Target

__all__ = ["Placement", "place", "placement_command"]


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
    version : str
        Of nextpnr.
    seconds : float
        How long it took.
    """

    command: str
    fmax: float | None
    utilization: Mapping[str, int]
    version: str
    seconds: float


def placement_command(target: Target, seed: int) -> tuple[str, ...]:
    """Command line of nextpnr for ``netlist.json``; it leaves ``seed<seed>.json``, its report."""
    files = ("--json", "netlist.json", "--report", f"seed{seed}.json")
    timing = ("--freq", str(target.frequency), "--timing-allow-fail")
    return (target.nextpnr, *target.arguments, *files, "--seed", str(seed), *timing)


def place(folder: Path, target: Target, seed: int) -> Placement:
    """Place and route ``netlist.json`` of ``folder``, and leave ``seed<seed>.json`` and ``seed<seed>.log`` there.

    Raises
    ------
    MissingToolError, ToolError
        If nextpnr is not installed, or fails, for example because the device is too small.
    """
    version = nextpnr_version(target.nextpnr)
    start = time.monotonic()
    if target.constraints:
        Path(folder, "pins.cst").write_text(target.constraints)
    command = placement_command(target, seed)
    Path(folder, f"seed{seed}.log").write_text(run_tool(*command, folder=folder))
    placed = read_report(Path(folder, f"seed{seed}.json"))
    utilization = {name: usage.used for name, usage in placed.blocks.items() if usage.used}
    return Placement(shlex.join(command), placed.fmax, utilization, version, time.monotonic() - start)
