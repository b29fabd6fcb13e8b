"""``mitchell build``: bitstreams."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

import mitchell

from .common import (
    board_options,
    console,
    json_option,
    markdown_option,
    print_json,
    print_table,
    progress,
    seeds_option,
    table,
)

__all__ = ["build_table", "command"]


def build_table(report: Any) -> Any:
    """What has been built for one board."""
    rows = table(f"{report.board}: {', '.join(operator.name for operator in report.operators)}", "<what", "<")
    rows.add_row("device", report.device)
    made = "the crystal's" if report.clock == report.crystal else f"made of the crystal's {report.crystal:g} MHz"
    rows.add_row("clock", f"{report.clock:g} MHz, {made}")
    rows.add_row("register stages", str(report.stages))
    rows.add_row("serial port", f"{_rate(report)} 8N1, {report.serial}")
    rows.add_row("tools", f"{report.flow}: {', '.join(f'{tool} {v}' for tool, v in report.versions.items())}")
    if report.bitstream is None:
        rows.add_row("bitstream", f"none: place-and-route of this device is closed, {report.flow} has to run it")
        rows.add_row("to make it", report.remaining)
    else:
        seeds = ", ".join(f"{fmax:.1f}" for fmax in report.fmax_all)
        median = f"median of {len(report.fmax_all)} seeds: {seeds}" if len(report.fmax_all) > 1 else "one seed"
        rows.add_row("Fmax", f"{report.fmax:.1f} MHz, {median}")
        rows.add_row("logic cells", _usage(report.cells))
        rows.add_row("registers", _usage(report.registers))
        rows.add_row("DSP blocks", f"{_usage(report.dsp)}: operators are soft logic")
        rows.add_row("memory blocks", f"{_usage(report.ram)}, for the link")
        rows.add_row("bitstream", f"{report.bitstream} ({report.size} bytes), seed {report.seed}")
    rows.add_row("to load it", "done" if report.programmed else report.load)
    return rows


def _rate(report: Any) -> str:
    """Of the serial port, as the clock makes it, and how far that is from what was asked for."""
    made = round(report.baud_made)
    if made == report.baud:
        return f"{made} baud"
    return f"{made} baud ({100 * (report.baud_made / report.baud - 1):+.2f} % of the {report.baud} asked for)"


def _usage(usage: Any) -> str:
    return f"{usage.used}" + (f" of {usage.available}" if usage.available else "")


def _comparison_table(reports: Sequence[Any]) -> Any:
    """One row for each board."""
    rows = table(
        f"{', '.join(operator.name for operator in reports[0].operators)}, {reports[0].stages} stages",
        *("<board", "<device", "clock MHz", "Fmax MHz", "cells", "of", "registers", "memories", "of"),
    )
    for report in reports:
        if report.bitstream is None:
            figures: tuple[object, ...] = ("-",) * 6
        else:
            cells, ram = report.cells, report.ram
            figures = (
                *(f"{report.fmax:.1f}", cells.used, cells.available),
                *(report.registers.used, ram.used, ram.available),
            )
        rows.add_row(report.board, report.device, f"{report.clock:g}", *map(str, figures))
    return rows


@click.command("build")
@click.argument("boards", metavar="BOARD...", nargs=-1, required=True)
@board_options
@seeds_option
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="folder, or with several boards the folder of their folders  [default: build/BOARD]",
)
@click.option("--program", is_flag=True, help="load the bitstream into the board that is plugged in")
@markdown_option
@json_option
def command(
    boards: tuple[str, ...],
    operators: tuple[mitchell.Operator, ...],
    stages: int,
    clock: float | None,
    baud: int | None,
    seeds: int,
    output: Path | None,
    program: bool,
    markdown: bool,
    as_json: bool,
) -> None:
    """Build a bitstream for each BOARD, with operators behind its serial port.

    `mitchell host` talks to the board. Fails if the timing of the clock is not met. For arty-a7 everything is made that
    Vivado needs, and no bitstream.
    """
    from boards.build import build
    from boards.catalogue import board_from_name
    from pysoft.files import check_folder

    folders = [Path(output or "build", *([] if output and len(boards) == 1 else [board])) for board in boards]
    for board, folder in zip(boards, folders, strict=True):  # before the first one is built
        board_from_name(board)
        check_folder(folder)
    reports = []
    for board, folder in zip(boards, folders, strict=True):
        with progress(board) as update:
            reports.append(
                build(
                    board,
                    operators=operators,
                    folder=folder,
                    stages=stages,
                    clock=clock,
                    baud=baud,
                    seeds=seeds,
                    program=program,
                    progress=update,
                )
            )
    if as_json:
        print_json([report.to_dict() for report in reports] if len(reports) > 1 else reports[0].to_dict())
    elif markdown or len(reports) > 1:
        print_table(_comparison_table(reports), markdown=markdown)
    else:
        print_table(build_table(reports[0]))
    for report in reports:
        if report.remaining and not as_json and not markdown:
            console.print(f"{report.board} has no bitstream yet; run  {report.remaining}", soft_wrap=True)
