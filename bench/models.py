"""Speed of the NumPy models beside NumPy's own multiplication and division, in one process.

    python bench/models.py

The limit is memory bandwidth: a model is a fixed number of passes over the data. Prints the median and the spread of
the ratio of times over the repeats, and writes JSON with --json FILE.
"""

import json
import platform
import statistics
import time
from pathlib import Path

import click
import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

import mitchell

OPERATORS = ("mul-u8-mitchell", "mul-u16-mitchell", "mul-s16-mitchell", "mul-u32-mitchell", "div-u16-mitchell-f8")


def seconds(function, a, b):
    start = time.perf_counter()
    function(a, b)
    return time.perf_counter() - start


@click.command()
@click.option("--pairs", default=1 << 20, show_default=True, help="operand pairs in each call")
@click.option("--repeats", default=15, show_default=True)
@click.option("--json", "file", type=click.Path(path_type=Path), help="write the figures here")
def main(pairs, repeats, file):
    """Time every model and NumPy's own operation in turns."""
    figures = []
    rng = np.random.default_rng(0)
    for name in track(OPERATORS, transient=True):
        op = mitchell.operator(name)
        a, b = (rng.integers(max(1, op.format.minimum), op.format.maximum, pairs).astype(op.format.dtype) for _ in "ab")
        numpy_operation = np.multiply if op.operation == "mul" else np.floor_divide
        times = [(seconds(op, a, b), seconds(numpy_operation, a, b)) for _ in range(repeats)]
        ratios = sorted(ours / theirs for ours, theirs in times)
        figures.append(
            {
                "operator": name,
                "million_pairs_per_second": pairs / statistics.median(ours for ours, _ in times) / 1e6,
                "ratio_median": statistics.median(ratios),
                "ratio_range": [ratios[0], ratios[-1]],
            }
        )
    table = Table(title=f"{pairs} pairs, {repeats} repeats; NumPy {np.__version__}, {platform.machine()}")
    for heading in ("operator", "million pairs/s", "time / NumPy's own, median", "range"):
        table.add_column(heading)
    for row in figures:
        low, high = row["ratio_range"]
        speed = f"{row['million_pairs_per_second']:.1f}"
        table.add_row(row["operator"], speed, f"{row['ratio_median']:.1f}", f"{low:.1f} .. {high:.1f}")
    Console().print(table)
    if file:
        file.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
