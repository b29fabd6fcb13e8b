"""Write docs/pareto.md, docs/pareto.csv and the pictures anew:  python docs/pareto.py  (after docs/families.py).

Synthesizes every 16-bit configuration of the catalogue as one combinational circuit, which takes a quarter of an hour,
and sets its area beside the errors that docs/families.py measured. ``--page`` synthesizes nothing.
"""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import click
from rich.progress import Progress

import mitchell
from boards.synthesis.synthesize import SynthesisJob, synthesize_many
from boards.synthesis.targets import TARGETS
from pysoft.errors.pictures import ParetoPoint, plot_pareto
from pysoft.files import write_whole

DOCS = Path(__file__).parent
AREA = DOCS / "pareto.csv"
TARGET = "ice40-hx8k"
SEEDS = 3
FRACTION_BITS = {"mul": {}, "div": {"f": 16}}  # of the quotients, as docs/families.py measures them

PAGE = """\
# Error beside area

Made by `python docs/pareto.py` from [pareto.csv](pareto.csv), as `mitchell synth 'mul-u16-*' --target {target}` prints
it, and the figures of [families.md](families.md), all pairs of operands. {conditions}

LUTs are the operator's own, without the harness; errors are in percent: MRED over all pairs, the peak over operands of
eight significant bits or more. An operator is on the front (`*`) if no other one is at least as small, as accurate on
average and as accurate in the worst case, and better in one of these; *beaten by* names the smallest that beats it in
all three. The pictures leave out what is larger than an exact circuit.
"""


@dataclass(frozen=True)
class Point:
    """One operator: what it costs and how wrong it is."""

    name: str
    family: str
    luts: int
    cells: int
    fmax: float
    mred: float
    peak: float

    @property
    def costs(self) -> tuple[float, float, float]:
        """What is to be small."""
        return self.luts, self.mred, self.peak

    def dominates(self, other: "Point") -> bool:
        """Whether it is nowhere worse than ``other``, and better somewhere."""
        return self.costs != other.costs and all(a <= b for a, b in zip(self.costs, other.costs, strict=True))

    def beats(self, other: "Point") -> bool:
        """Whether it is better than ``other`` everywhere."""
        return all(a < b for a, b in zip(self.costs, other.costs, strict=True))


def operators(operation: str) -> list[mitchell.Operator]:
    """All configurations at 16 bits."""
    catalogue = (op for op in mitchell.operators() if op.operation == operation and op.format.name == "u16")
    return [op.with_family(op.family, **{**op.parameters, **FRACTION_BITS[operation]}) for op in catalogue]


def synthesize_all() -> None:
    """Write docs/pareto.csv."""
    jobs = [SynthesisJob(op, TARGETS[TARGET], 0) for operation in FRACTION_BITS for op in operators(operation)]
    with Progress(transient=True) as progress:
        task = progress.add_task(TARGET)
        reports = synthesize_many(
            jobs, seeds=SEEDS, progress=lambda done, total, what: progress.update(task, completed=done, total=total)
        )
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["operator", "strategy", "luts", "cells", "fmax_mhz", "conditions"])
    for report in reports:
        figures = report.operator_luts, report.cells, report.fmax, report.conditions
        writer.writerow([report.operator.name, report.strategy, *figures])
    write_whole(AREA, text.getvalue())


def points(operation: str) -> list[Point]:
    """Of the data, smallest first."""
    errors = {row["operator"]: row for row in csv.DictReader((DOCS / "errors.csv").read_text().splitlines())}
    result = []
    for row in csv.DictReader(AREA.read_text().splitlines()):
        name = row["operator"]
        if name.startswith(operation) and name in errors:
            seen = errors[name]
            peak = max(-float(seen["large_worst_below"]), float(seen["large_worst_above"]))
            costs = int(row["luts"]), int(row["cells"]), float(row["fmax_mhz"]), float(seen["mred_with_zeros"]), peak
            result.append(Point(name, seen["family"], *costs))
    return sorted(result, key=lambda point: point.costs)


def table(field: list[Point]) -> str:
    """Markdown, smallest first."""
    lines = [
        "| operator | LUTs | cells | Fmax MHz | MRED | peak | front | beaten by |",
        "| :-- | --: | --: | --: | --: | --: | :-: | :-- |",
    ]
    for point in field:
        front = "" if any(other.dominates(point) for other in field) else "*"
        beaten = next((f"`{other.name}`" for other in field if other.beats(point)), "")
        figures = f"{point.luts} | {point.cells} | {point.fmax:.1f} | {100 * point.mred:.3f} | {100 * point.peak:z.3f}"
        lines.append(f"| `{point.name}` | {figures} | {front} | {beaten} |")
    return "\n".join(lines) + "\n"


@click.command()
@click.option("--page", is_flag=True, help="synthesize nothing, write page and pictures from the data as they are")
def main(page: bool) -> None:
    """Synthesize, then write the page and its pictures."""
    if not page:
        synthesize_all()
    conditions = next(csv.DictReader(AREA.read_text().splitlines()))["conditions"]
    sections = [PAGE.format(target=TARGET, conditions=conditions)]
    for operation, title in (("mul", "Multipliers"), ("div", "Dividers, 16 fraction bits")):
        if field := points(operation):
            picture = DOCS / f"pareto-{operation}.png"
            largest = next(p.luts for p in field if p.family == "exact")
            shown = [
                ParetoPoint(p.name.split("-", 2)[2].removesuffix("-f16"), p.family, p.luts, p.mred, p.peak)
                for p in field
                if p.luts <= largest
            ]
            plot_pareto(shown, picture, area="LUTs of an iCE40", title=f"{title}, 16 bits")
            sections += [f"## {title}\n", f"![Area against errors]({picture.name})\n", table(field)]
    write_whole(DOCS / "pareto.md", "\n".join(sections))


if __name__ == "__main__":
    main()
