"""Where registers pay: place and route an operator with every set of cut points, as ``CUTS`` was chosen.

    python bench/cuts.py mul-u16-mitchell --stages 3

Prints cells and Fmax (median over the seeds) on iCE40-HX8K for every set of as many live points, best product first.
"""

import itertools

import click
from rich.console import Console
from rich.progress import track
from rich.table import Table

import mitchell
from boards.synthesis.synthesize import synthesize
from rtl.core import cut_points


@click.command()
@click.argument("operator")
@click.option("--stages", type=click.IntRange(1, 5), required=True)
@click.option("--seeds", type=click.IntRange(1, 99), default=3, show_default=True)
@click.option("--target", default="ice40-hx8k", show_default=True)
def main(operator, stages, seeds, target):
    """Measure every set of STAGES live points."""
    op = mitchell.operator(operator)
    points, table = cut_points(op)
    chosen = table[stages]
    rows = []
    for live in track(list(itertools.combinations(points, stages)), transient=True):
        table[stages] = live  # what Core asks for
        report = synthesize(op, target, stages=stages, seeds=seeds)
        rows.append((report.area_delay, report.cells, report.fmax, live))
    output = Table(title=f"{op.name}, {stages} stages, {target}; chosen: {', '.join(chosen)}")
    for heading in ("cells x ns", "cells", "Fmax MHz", "registers at"):
        output.add_column(heading)
    for product, cells, fmax, live in sorted(rows):
        output.add_row(f"{product:.0f}", str(cells), f"{fmax:.1f}", ", ".join(live))
    Console().print(output)


if __name__ == "__main__":
    main()
