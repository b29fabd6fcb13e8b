"""From an operator to a bitstream on a board."""

import dataclasses
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pysoft.files import deliver
from pysoft.operator import Operator
from rtl.core import check_stages
from rtl.tools import MissingToolError, ToolError, find_tool, run_tool, yosys_version
from rtl.verilog import module_name

from .board import Board
from .calculator import Calculator
from .icebreaker import ICEBREAKER
from .synthesis.netlist import count, read_statistics
from .synthesis.place import nextpnr_version, read_placement
from .synthesis.synthesize import MAX_SEEDS, Progress, check_integer

__all__ = ["BOARDS", "BuildReport", "TimingError", "build", "plan"]

BOARDS = MappingProxyType({board.name: board for board in (ICEBREAKER,)})


class TimingError(ToolError):
    """The design is too slow for the board's clock; there is no bitstream."""


@dataclass(frozen=True)
class BuildReport:
    """A bitstream and what is in it.

    Parameters
    ----------
    board : str
    operator : Operator
    stages : int
        Register stages of the operator.
    bitstream : pathlib.Path
        Ready to be loaded.
    size : int
        Of the bitstream, in bytes.
    cells, registers, dsp : int
        Logic cells as placed, registers, and DSP blocks and memories, serial port included.
    fmax, clock : float
        What nextpnr's timing analysis allows after routing, and the board's clock, in MHz; fmax is never below clock.
    seed : int
        Of place-and-route.
    baud : int
        Of the serial port, in bit/s.
    programmed : bool
        Whether the board has been loaded with it.
    versions : mapping of str to str
        Tools and their versions.
    commands : tuple of str
        What was run, file names relative to the folder.
    """

    board: str
    operator: Operator
    stages: int
    bitstream: Path
    size: int
    cells: int
    registers: int
    dsp: int
    fmax: float
    clock: float
    seed: int
    baud: int
    programmed: bool
    versions: Mapping[str, str]
    commands: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready plain data."""
        fields = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return fields | {
            "operator": self.operator.name,
            "bitstream": str(self.bitstream),
            "versions": dict(self.versions),
            "commands": list(self.commands),
        }


def plan(board: Board, operator: Operator, *, stages: int, seed: int = 1):
    """Amaranth's build plan: all files that a build begins with. Needs no tools, and its digest is always the same."""
    calculator = Calculator(operator, divisor=board.divisor, stages=stages)
    name = module_name(operator)
    return board.platform().build(
        board.top(calculator),
        name=name,
        do_build=False,
        emit_src=False,
        synth_opts=board.target.yosys.partition(" ")[2],
        script_after_synth=f"tee -q -o {name}.stat stat -json",
        nextpnr_opts=f"--seed {seed} --report {name}.timing",
    )


def build(
    board: str,
    *,
    operator: Operator,
    folder: Path,
    stages: int = 4,
    program: bool = False,
    seed: int = 1,
    progress: Progress | None = None,
) -> BuildReport:
    """Build a bitstream with ``operator`` behind the board's serial port (see :class:`Calculator` for the protocol).

    Parameters
    ----------
    board : str
        Name of one of ``BOARDS``.
    operator : Operator
    folder : pathlib.Path
        Where bitstream, RTLIL, constraints, scripts and logs go, once all of them are complete.
    stages : int
        Register stages of the operator, 1 to 5.
    program : bool
        Load the bitstream into the board.
    seed : int
        Of place-and-route, 1 to 99.
    progress : callable or None
        Called as ``progress(done, total, what)`` after each step.

    Raises
    ------
    ValueError
        If the board is unknown, or ``stages`` or ``seed`` is out of its range.
    TimingError
        If the design is too slow for the board's clock. Nothing is written then.
    MissingToolError, ToolError
        If a tool is not installed, or fails.
    """
    if board not in BOARDS:
        raise ValueError(f"unknown board {board!r}: the boards are {', '.join(BOARDS)}")
    check_stages(stages, 1)
    check_integer("seed", seed, 1, MAX_SEEDS)
    described = BOARDS[board]
    if program and shutil.which(described.programmer) is None:
        raise MissingToolError(f"{described.programmer} is not installed: {described.programmer_help}")
    report_progress = progress or (lambda done, total, what: None)
    total = 2 + program

    name = module_name(operator)
    files = plan(described, operator, stages=stages, seed=seed)
    report_progress(1, total, "circuit")
    with tempfile.TemporaryDirectory() as work_folder:
        work = Path(work_folder)
        for file, content in files.files.items():
            Path(work, file).write_bytes(content.encode() if isinstance(content, str) else content)
        _run_plan(described, files.script, work)
        report_progress(2, total, "bitstream")

        fmax, utilization = read_placement(Path(work, f"{name}.timing"))
        primitives = read_statistics(Path(work, f"{name}.stat"))
        target = described.target
        script = Path(work, f"{files.script}.sh").read_text()
        report = BuildReport(
            board=board,
            operator=operator,
            stages=stages,
            bitstream=Path(folder, f"{name}.bin"),
            size=Path(work, f"{name}.bin").stat().st_size,
            cells=count(utilization, target.cells),
            registers=count(primitives, target.registers),
            dsp=count(primitives, target.hard),
            fmax=fmax,
            clock=described.clock,
            seed=seed,
            baud=described.baud,
            programmed=program,
            versions={
                "amaranth": importlib.metadata.version("amaranth"),
                "yosys": yosys_version(),
                "nextpnr": nextpnr_version(target.nextpnr),
            },
            commands=_commands(described, script),
        )
        Path(work, "report.json").write_text(json.dumps(report.to_dict(), indent=2) + "\n")
        deliver(sorted(work.iterdir()), Path(folder))
    if program:
        run_tool(described.programmer, str(report.bitstream))
        report_progress(3, total, "board programmed")
    return report


def _variable(tool: str) -> str:
    """Environment variable by which Amaranth's scripts find a tool."""
    return tool.upper().replace("-", "_")


def _commands(board: Board, script: str) -> tuple[str, ...]:
    """Command lines of a plan's script, with the tools' own names."""
    lines = [line for line in script.splitlines() if line.startswith('"$')]
    for tool, program in board.tools.items():
        lines = [line.replace(f'"${_variable(tool)}"', program) for line in lines]
    return tuple(lines)


def _run_plan(board: Board, script: str, work: Path) -> None:
    """Run the script of a plan with our tools, which only the child sees."""
    tools = {_variable(tool): str(find_tool(program)) for tool, program in board.tools.items()}
    done = subprocess.run(
        ["sh", f"{script}.sh"], cwd=work, env=os.environ | tools, capture_output=True, text=True, check=False
    )
    said = done.stdout + done.stderr
    if slow := re.search(r"^ERROR: Max frequency .*?: ([0-9.]+) MHz \(FAIL at ([0-9.]+) MHz\)", said, re.MULTILINE):
        raise TimingError(
            f"too slow for {board.title}: {slow[1]} MHz, its clock is {slow[2]} MHz; more stages make it faster"
        )
    if done.returncode:
        raise ToolError(f"build for {board.title} failed with exit status {done.returncode}:\n{said.strip()[-2000:]}")
