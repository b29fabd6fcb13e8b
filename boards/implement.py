"""From Amaranth's files to a placed and routed design: Yosys once, nextpnr with several seeds, and the bitstream."""

import os
import re
import shlex
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from rtl.tools import ToolError, run_tool

from .board import Board
from .synthesis.netlist import count, read_statistics
from .synthesis.nextpnr import Placed, read_log, read_report, usage_of

__all__ = ["DeviceFullError", "Implementation", "implement"]


class DeviceFullError(ToolError):
    """A design is too large for its device."""


@dataclass(frozen=True)
class Implementation:
    """A placed and routed design.

    Parameters
    ----------
    placed : tuple of Placed
        For the seeds 1, 2, ...
    seed : int
        The fastest one.
    registers : int
        In Yosys' netlist.
    bitstream : pathlib.Path
        Of the fastest seed.
    commands : tuple of str
        What was run, file names relative to the folder, or to ``seed<n>`` in it for all but the first.
    """

    placed: tuple[Placed, ...]
    seed: int
    registers: int
    bitstream: Path
    commands: tuple[str, ...]


def implement(
    board: Board, commands: Sequence[Sequence[str]], folder: Path, *, name: str, seeds: int, step: Callable[[str], None]
) -> Implementation:
    """Run the commands of a plan whose files are in ``folder``.

    Parameters
    ----------
    board : Board
    commands : sequence of sequence of str
        Those of the plan. What the board's flow does not name is left out.
    folder : pathlib.Path
    name : str
        Of the files, without suffix.
    seeds : int
        Runs of nextpnr, as many at a time as there are processors.
    step : callable
        Called with what has been done.

    Raises
    ------
    DeviceFullError
        If the device is too small.
    MissingToolError, ToolError
        If a tool is not installed, or fails.
    """
    flow = board.flow
    synthesis, placement, packing = (
        (program, *next(arguments for tool, *arguments in commands if tool == named))
        for named, program in flow.tools.items()
    )
    run_tool(*synthesis, folder=folder)
    step("netlist")
    # A seed has a folder of its own, and takes the netlist and the constraints from the one above it.
    made = "|".join(re.escape(file.name) for file in folder.iterdir())
    words = [re.sub(rf"(?:^|(?<==))({made})$", r"../\1", word) for word in placement]
    placements = [(*words, "--seed", str(seed)) for seed in range(1, seeds + 1)]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        futures = [
            pool.submit(_place, board, command, Path(folder, f"seed{seed}"), name)
            for seed, command in enumerate(placements, 1)
        ]
        try:
            for future in as_completed(futures):
                future.result()
                step(f"seed {1 + futures.index(future)}")
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    placed = tuple(future.result() for future in futures)
    seed = 1 + max(range(seeds), key=lambda i: placed[i].fmax)
    run_tool(*packing, folder=Path(folder, f"seed{seed}"))
    step("bitstream")
    return Implementation(
        placed=placed,
        seed=seed,
        registers=count(read_statistics(Path(folder, f"{name}.stat")), flow.registers),
        bitstream=Path(folder, f"seed{seed}", f"{name}.{flow.bitstream}"),
        commands=tuple(shlex.join(command) for command in (synthesis, *placements, packing)),
    )


def _place(board: Board, command: Sequence[str], folder: Path, name: str) -> Placed:
    folder.mkdir()
    try:
        run_tool(*command, folder=folder)
    except ToolError as error:
        log = Path(folder, f"{name}.tim")
        blocks = read_log(log.read_text()) if log.exists() else {}
        kinds = {words: usage_of(blocks, names) for words, names in map(board.flow.kind, blocks)}
        full = {words: usage for words, usage in kinds.items() if usage.used > usage.available > 0}
        if not full:
            raise error
        takes = ", ".join(f"{usage.used} {words} where it has {usage.available}" for words, usage in full.items())
        raise DeviceFullError(
            f"{board.title} is too small: this takes {takes}; build fewer or smaller operators"
        ) from None
    return read_report(Path(folder, f"{name}.timing"))
