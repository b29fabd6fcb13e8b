"""``mitchell synth``: cells and clock on an FPGA."""

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


def synthesis_table(reports: list[Any]) -> Any:
    """One row for each report."""
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
        "cells x ns",
    )
    for report in reports:
        fmax = "-" if report.fmax is None else f"{report.fmax:.1f}"
        product = "-" if report.area_delay is None else f"{report.area_delay:.0f}"
        name = report.operator.name + (f" ({report.strategy})" if report.operator.is_exact else "")
        figures = (
            report.stages,
            report.cells,
            report.harness.cells,
            report.operator_luts,
            report.registers,
            report.dsp,
            fmax,
            product,
        )
        rows.add_row(name, *map(str, figures))
    return rows


@click.command("synth")
@operators_argument
@click.option("--target", required=True, help="ice40-hx8k, ice40-up5k, ecp5-25k, gowin-gw1n9 or xilinx7")
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
@markdown_option
@json_option
def command(
    operators: tuple[mitchell.Operator, ...],
    target: str,
    seeds: int,
    stages: tuple[int, ...],
    keep: Path | None,
    markdown: bool,
    as_json: bool,
) -> None:
    """Synthesize, place and route every OPERATOR for a target, and compare.

    Cells are those of the operator, handshake included if there are stages, in a harness of registers (inputs come from
    a shift register, outputs go into registers and are folded to one pin); operator's LUTs are those without the
    harness. An exact multiplier is the better of Yosys' plain and booth structures. No DSP blocks are used. Fmax is
    the median over the seeds.
    """
    from boards.synthesis.synthesize import SynthesisJob, synthesize_many
    from boards.synthesis.targets import target_from_name

    device = target_from_name(target)
    jobs = [SynthesisJob(operator, device, count) for count in stages for operator in operators]
    with progress(target) as update:
        reports = synthesize_many(jobs, seeds=seeds, folder=keep, progress=update)
    if as_json:
        print_json([report.to_dict() for report in reports])
        return
    print_table(synthesis_table(list(reports)), markdown=markdown)
    click.echo(reports[0].conditions) if markdown else console.print(reports[0].conditions)
