"""``mitchell synth``: cells and clock on an FPGA."""

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from typing import Any

import click

import mitchell

from .common import (
    console,
    json_option,
    markdown_option,
    operators_argument,
    print_json,
    print_table,
    progress,
    seeds_option,
    table,
)

__all__ = ["command", "synthesis_table"]


def synthesis_table(reports: Sequence[Any]) -> Any:
    """One row for each report; all are of one target."""
    rows = table(
        f"{reports[0].target} ({reports[0].device})",
        "<operator",
        "stages",
        "cells",
        "of harness",
        "operator's LUTs",
        "registers",
        "DSP",
        "Fmax MHz",
        "delay ns",
        "cells x ns",
    )
    for report in reports:
        name = report.operator.name + (f" ({report.strategy})" if report.operator.is_exact else "")
        figures = (
            report.stages,
            report.cells,
            report.harness.cells,
            report.operator_luts,
            report.registers,
            report.dsp,
            _figure(report.fmax, 1),
            _figure(report.delay, 1),
            _figure(report.area_delay, 0),
        )
        rows.add_row(name, *map(str, figures))
    return rows


def _figure(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


@click.command("synth")
@operators_argument
@click.option(
    "--target",
    "targets",
    multiple=True,
    required=True,
    help="ice40-hx8k, ice40-up5k, ecp5-25k, gowin-gw1n9 or xilinx7; may be given several times",
)
@seeds_option
@click.option(
    "--stages",
    type=click.IntRange(0, 5),
    multiple=True,
    default=(0,),
    show_default=True,
    help="register stages = latency in cycles; may be given several times",
)
@click.option("--keep", type=click.Path(file_okay=False, path_type=Path), help="folder for netlists, logs and reports")
@click.option("--no-store", is_flag=True, help="run every tool, whether it has been run on this before or not")
@markdown_option
@json_option
def command(
    operators: tuple[mitchell.Operator, ...],
    targets: tuple[str, ...],
    seeds: int,
    stages: tuple[int, ...],
    keep: Path | None,
    no_store: bool,
    markdown: bool,
    as_json: bool,
) -> None:
    """Synthesize, place and route every OPERATOR for every target, and compare.

    Cells are those of the operator, handshake included if there are stages, in a harness of registers (inputs come from
    a shift register, outputs go into registers and are folded to one pin); operator's LUTs are those without the
    harness. An exact multiplier is the better of Yosys' plain and booth structures. No DSP blocks are used. Fmax is
    the median over the seeds; delay is from operands in a register to the result in one, which are stages + 1 periods.

    All processors work. Every result of a tool is stored at once, in $MITCHELL_CACHE/synth or ~/.cache/mitchell/synth,
    and taken from there when the same is asked again: an interrupted run goes on where it was.
    """
    from boards.synthesis.synthesize import SynthesisJob, synthesize_many
    from boards.synthesis.targets import target_from_name

    devices = [target_from_name(name) for name in dict.fromkeys(targets)]
    kinds = [(device, count) for device in devices for count in dict.fromkeys(stages)]
    jobs = [SynthesisJob(operator, *kind) for kind in kinds for operator in operators]
    with ExitStack() as stack:
        store = Path(stack.enter_context(tempfile.TemporaryDirectory())) if no_store else None
        update = stack.enter_context(progress(", ".join(device.name for device in devices)))
        reports = synthesize_many(jobs, seeds=seeds, folder=keep, store=store, progress=update)
    if as_json:
        print_json([report.to_dict() for report in reports])
        return
    for _, of_target in groupby(reports, key=lambda report: report.target):
        shown = list(of_target)
        print_table(synthesis_table(shown), markdown=markdown)
        click.echo(shown[0].conditions) if markdown else console.print(shown[0].conditions)
