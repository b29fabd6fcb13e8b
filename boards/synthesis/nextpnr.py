"""What nextpnr says: its report, the utilization in its log, and its version."""

import functools
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rtl.tools import run_tool

__all__ = ["Placed", "Usage", "nextpnr_version", "read_log", "read_report", "usage_of"]


@dataclass(frozen=True)
class Usage:
    """How many of a device's blocks a design takes, and how many there are."""

    used: int
    available: int


@dataclass(frozen=True)
class Placed:
    """What nextpnr reports of one run.

    Parameters
    ----------
    fmax : float or None
        The lowest of all clocks that its timing analysis allows after routing, in MHz; None where it finds none.
    blocks : mapping of str to Usage
        What was placed, by nextpnr's names.
    """

    fmax: float | None
    blocks: Mapping[str, Usage]


def usage_of(blocks: Mapping[str, Usage], names: Iterable[str]) -> Usage:
    """All blocks of these names, which share their places; none of a kind that the device lacks."""
    found = [blocks.get(name, Usage(0, 0)) for name in names]
    return Usage(sum(usage.used for usage in found), max(usage.available for usage in found))


def read_report(file: Path) -> Placed:
    """What nextpnr wrote with ``--report``."""
    report = json.loads(file.read_text())
    blocks = {name: Usage(block["used"], block["available"]) for name, block in sorted(report["utilization"].items())}
    return Placed(min((clock["achieved"] for clock in report["fmax"].values()), default=None), blocks)


def read_log(text: str) -> dict[str, Usage]:
    """Blocks by nextpnr's names in its log, which has them also where it fails and writes no report."""
    counted = re.findall(r"^Info:\s+(\w+):\s+(\d+)/\s*(\d+)\s+\d+%", text, re.MULTILINE)
    return {name: Usage(int(used), int(available)) for name, used, available in counted}


@functools.cache
def nextpnr_version(program: str) -> str:
    """Version of a nextpnr, such as ``0.11.1``."""
    return run_tool(program, "--version").rsplit("nextpnr-", 1)[1].strip().rstrip(")")
