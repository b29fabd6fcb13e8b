"""``mitchell build``: a bitstream."""

from pathlib import Path
from typing import Any

import click

import mitchell

from .common import json_option, print_json, print_table, progress, table

__all__ = ["build_table", "command"]


def build_table(report: Any) -> Any:
    """What is in a bitstream."""
    rows = table(f"{report.board}: {report.operator.name}", "<bitstream", "")
    rows.add_row("file", f"{report.bitstream} ({report.size} bytes)")
    rows.add_row("cells, registers, DSP", f"{report.cells}, {report.registers}, {report.dsp}")
    rows.add_row("Fmax, clock", f"{report.fmax:.1f} MHz, {report.clock:g} MHz")
    rows.add_row("serial port", f"{report.baud} baud 8N1")
    return rows


@click.command("build")
@click.argument("board")
@click.option("--operator", "name", default="mul-u16-mitchell", show_default=True, help="what the board computes")
@click.option("-o", "--output", type=click.Path(file_okay=False, path_type=Path), help="folder  [default: build/BOARD]")
@click.option(
    "--stages", type=click.IntRange(1, 5), default=4, show_default=True, help="register stages of the operator"
)
@click.option("--seed", type=click.IntRange(1, 99), default=1, show_default=True, help="seed of place-and-route")
@click.option("--program", is_flag=True, help="load the bitstream into the board that is plugged in")
@json_option
def command(board: str, name: str, output: Path | None, stages: int, seed: int, program: bool, as_json: bool) -> None:
    """Build a bitstream for BOARD, with an operator behind its serial port.

    Send the operands, each in as many bytes as it needs, lowest byte first; the result comes back the same way. Fails
    if the timing of the board's clock is not met.
    """
    from boards.build import build

    operator = mitchell.operator(name)
    folder = output if output is not None else Path("build", board)
    with progress(f"{board}: {operator.name}") as update:
        report = build(
            board, operator=operator, folder=folder, stages=stages, seed=seed, program=program, progress=update
        )
    if as_json:
        print_json(report.to_dict())
    else:
        print_table(build_table(report))
