"""Speed of exhaustive error measurements: the compiled part with one and two threads beside NumPy, in one process.

    python bench/errors.py

Times all pairs of 8, 12 and 16 bits; NumPy alone is timed up to 12 bits (--numpy-bits), as its 16 bits take minutes.
The limit is arithmetic, not memory: a pair costs some sixty float64 operations, one division in a product and two in a
quotient, and a random access to a histogram, while its 8 bytes of result stay in the second-level cache. So time goes
with the width of the vector unit, and threads share it out until they share a core. Narrow formats are bound by what a
run costs whatever its size: checks against the model, and worst pairs. Prints CPU seconds too, which hardly depend on
what else the machine does, and writes JSON with --json FILE.
"""

import json
import platform
import time
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track
from rich.table import Table

from pysoft.errors import measure
from pysoft.kernels import extension
from pysoft.operator import Operator

FAMILIES = (
    *("mul-u{}-mitchell", "mul-u{}-almsoa-m4", "mul-u{}-realm-m8", "mul-u{}-tuned-minimax-m8", "mul-u{}-exact"),
    *("mul-s{}-mitchell", "div-u{}-mitchell", "div-u{}-simdive"),
)


def timed(operator, engine, threads):
    wall, cpu = time.perf_counter(), time.process_time()
    metrics = measure(operator, engine=engine, threads=threads)
    return time.perf_counter() - wall, time.process_time() - cpu, metrics


@click.command()
@click.option("--bits", multiple=True, type=click.IntRange(2, 16), default=(8, 12, 16), show_default=True)
@click.option("--numpy-bits", default=12, show_default=True, help="widest format that NumPy alone is timed at")
@click.option("--threads", multiple=True, type=click.IntRange(1), default=(1, 2), show_default=True)
@click.option("--json", "file", type=click.Path(path_type=Path), help="write the figures here")
def main(bits, numpy_bits, threads, file):
    """Time every operator by every engine, and see that all of them give the same figures."""
    engines = [("compiled", count) for count in threads] if extension("_errors") else []
    rows = []
    for name in track([name.format(width) for width in bits for name in FAMILIES], transient=True):
        operator = Operator.from_name(name)
        numpy = [("numpy", 1)] if operator.format.width <= numpy_bits else []
        found = [(engine, count, *timed(operator, engine, count)) for engine, count in engines + numpy]
        if any(metrics != found[0][-1] for *_, metrics in found):
            raise SystemExit(f"{name}: the engines do not agree")
        rows += [
            {"operator": name, "engine": engine, "threads": count, "seconds": wall, "cpu_seconds": cpu}
            | {"million_pairs_per_second": 4**operator.format.width / wall / 1e6}
            for engine, count, wall, cpu, _ in found
        ]
    vector = extension("_errors").levels()[0] if extension("_errors") else "none"
    table = Table(title=f"all pairs of operands; {platform.machine()}, vector unit {vector}")
    for heading in ("operator", "engine, threads", "s", "CPU s", "M pairs/s"):
        table.add_column(heading, justify="left" if heading.startswith(("operator", "engine")) else "right")
    for row in rows:
        figures = (f"{row[key]:.3g}" for key in ("seconds", "cpu_seconds", "million_pairs_per_second"))
        table.add_row(row["operator"], f"{row['engine']}, {row['threads']}", *figures)
    Console().print(table)
    if file:
        file.write_text(json.dumps(rows, indent=2) + "\n")


if __name__ == "__main__":
    main()
