"""What a build has made: the record that is written beside the bitstream."""

import dataclasses
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pysoft.operator import Operator

from .synthesis.nextpnr import Usage

__all__ = ["BuildReport"]


@dataclass(frozen=True)
class BuildReport:
    """A bitstream and what is in it; or, where place-and-route is closed, all that its tools need.

    Parameters
    ----------
    board, device : str
        Name of the board, and the part on it.
    operators : tuple of Operator
        In the order of their units on the link.
    stages : int
        Register stages of each operator.
    clock, crystal : float
        Frequency of the design and of the board's crystal, in MHz.
    baud : int
        Of the serial port, in bit/s: what a host is told.
    baud_made : float
        What the line really has: a bit is a whole number of clock cycles.
    serial : str
        Where the serial port is to be found.
    folder : pathlib.Path
        Where everything is.
    files : tuple of str
        What was written there beside the report, by names relative to the folder.
    flow : str
        The tools, for people.
    versions : mapping of str to str
        Tools and their versions.
    commands : tuple of str
        What was run, file names relative to the folder, or to ``seed<n>`` in it.
    bitstream : pathlib.Path or None
        Ready to be loaded; None if other tools must make it.
    size : int
        Of the bitstream, in bytes; 0 if there is none.
    cells, registers, dsp, ram : Usage or None
        Logic cells as placed, registers, DSP blocks and blocks of memory, of the link and the operators together; None
        if there is no bitstream.
    fmax_all : tuple of float
        What nextpnr's timing analysis allows after routing, in MHz, for the seeds 1, 2, ...
    seed : int or None
        Of the bitstream: the fastest.
    remaining : str
        Command line that makes the bitstream, empty if it is made.
    load : str
        Command line that loads the bitstream.
    programmed : bool
        Whether the board has been loaded with it.
    """

    board: str
    device: str
    operators: tuple[Operator, ...]
    stages: int
    clock: float
    crystal: float
    baud: int
    baud_made: float
    serial: str
    folder: Path
    files: tuple[str, ...]
    flow: str
    versions: Mapping[str, str]
    commands: tuple[str, ...]
    bitstream: Path | None = None
    size: int = 0
    cells: Usage | None = None
    registers: Usage | None = None
    dsp: Usage | None = None
    ram: Usage | None = None
    fmax_all: tuple[float, ...] = ()
    seed: int | None = None
    remaining: str = ""
    load: str = ""
    programmed: bool = False

    @property
    def fmax(self) -> float | None:
        """Median over the seeds, in MHz; None if there is no bitstream."""
        return statistics.median(self.fmax_all) if self.fmax_all else None

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready plain data."""
        fields = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        usages = {name: dataclasses.asdict(value) for name, value in fields.items() if isinstance(value, Usage)}
        paths = {name: str(value) for name, value in fields.items() if isinstance(value, Path)}
        return (
            fields
            | usages
            | paths
            | {
                "operators": [operator.name for operator in self.operators],
                "versions": dict(self.versions),
                "files": list(self.files),
                "commands": list(self.commands),
                "fmax": self.fmax,
                "fmax_all": list(self.fmax_all),
            }
        )
