"""Write docs/families.md and docs/errors.csv anew:  python docs/families.py  (part of make tables).

Measures every configuration of the catalogue over all pairs of 8- and 16-bit operands, which takes half an hour, and
sets the figures beside those that were printed elsewhere. ``--missing`` measures only what docs/errors.csv has not got:
after an interruption, or for a new family.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import click
from rich.progress import track

from mitchell.cli.error_records import csv_text, record
from pysoft.errors import measure
from pysoft.families import FAMILIES, STATUSES, Family
from pysoft.files import write_whole
from pysoft.formats import IntegerFormat
from pysoft.operation import OPERATIONS
from pysoft.operator import Operator
from pysoft.published import PUBLISHED

DOCS = Path(__file__).parent
DATA = DOCS / "errors.csv"
WIDTHS = (8, 16)

INTRODUCTION = """\
# The families

Made by `python docs/families.py`. Every figure is over all pairs of operands of the format, and the same to the last
bit on every machine; `mitchell errors OPERATOR` prints it again, with more of them, and [errors.csv](errors.csv) has
all. Quotients and roots are measured with as many fraction bits as the operands have, reciprocals with twice as many:
what is seen is the family and not the floor of an integer. Figures of floats are in [floats.md](floats.md) and
[fp8.md](fp8.md).

Relative errors are signed, (result - exact) / exact, in percent; MRED is the mean of their magnitude with a zero
operand counted as no error, NMED the mean absolute error over the largest exact result. *Large* operands have eight
significant bits or more: among the small ones 3 x 3 -> 8 is the worst pair of nearly every log multiplier, -11.11 %.
*Proved* bounds hold at every pair of the width before the last bits are cut off ([how](bounds.md)); `=` marks one that
a measured pair attains. Bounds are exact fractions: `mitchell list FAMILY` prints them.

What the status of a family means:
"""


def configurations(family: Family, width: int) -> Iterator[Operator]:
    """As measured: quotients and roots with fraction bits."""
    form = IntegerFormat(signed=False, width=width)
    for operation, implementation in family.operations.items():
        for configuration in implementation.configurations_at(width):
            extra = {"f": 2 * width if operation in ("reciprocal", "rsqrt") else width}
            yield Operator(
                operation, form, family.name, {**configuration, **(extra if OPERATIONS[operation].parameters else {})}
            )


def percent(value: float) -> str:
    """Three digits after the point, and no sign of a zero."""
    return f"{100 * float(value):z.3f}"


def table(heading: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Markdown; the first column is on the left."""
    rule = (":--", *("--:" for _ in heading[1:]))
    return "\n".join(f"| {' | '.join(row)} |" for row in (heading, rule, *rows)) + "\n"


def figures(rows: list[SimpleNamespace]) -> str:
    """One row for each operator."""
    cells = []
    for row in rows:
        proved = "-"
        if row.bound_lower != "":
            marks = ["=" * (attained == "True") for attained in (row.attained_below, row.attained_above)]
            proved = f"{percent(row.bound_lower)}{marks[0]} .. {percent(row.bound_upper)}{marks[1]}"
        cells.append(
            (
                f"`{row.operator}`",
                *(percent(value) for value in (row.mred_with_zeros, row.bias, row.nmed)),
                f"{row.wce:.6g}",
                f"{percent(row.worst_below)} .. {percent(row.worst_above)}",
                *((percent(row.large_mred), percent(row.large.peak)) if row.large_mred != "" else ("-", "-")),
                proved,
            )
        )
    heading = ("operator", "MRED", "bias", "NMED", "WCE", "worst", "MRED, large", "peak, large", "proved")
    return table(heading, cells)


def printed(family: Family, measured: dict[str, SimpleNamespace]) -> str:
    """The family's published figures beside ours; those that differ in bold."""
    cells = []
    for row in PUBLISHED:
        if Operator.from_name(row.operator).family == family.name and row.operator in measured:
            ours = row.measure(measured[row.operator])
            ours = ours if ours == row.printed else f"**{ours}**"
            cells.append((f"`{row.operator}`", row.figure, row.printed, ours, f"{row.source} {row.reason}".strip()))
    return table(("operator", "figure", "printed", "measured", "printed by"), cells) if cells else ""


def card(family: Family, measured: dict[str, SimpleNamespace]) -> str:
    """One section of the page."""
    lines = [f"## {family.name}: {family.title}\n"]
    source = f"{family.source}. " if family.source != "-" else ""
    lines += [f"{source}**{family.status.capitalize()}.** {family.note}".strip()]
    lines += ["", *(f"    {line}" for line in family.definition.split(";  ")), ""]
    owned = {p.name: p for implementation in family.operations.values() for p in implementation.parameters}
    lines += [f"- `{p.name}`: {p.meaning}; {p.describe(16)} at 16 bits" for p in owned.values()]
    lines += [""] if owned else []
    names = [op.name for width in WIDTHS for op in configurations(family, width)]
    lines.append(figures([measured[name] for name in names if name in measured]) if names else "Of floats alone.\n")
    return "\n".join(lines) + "\n" + printed(family, measured)


def read_data() -> dict[str, dict[str, str]]:
    """What was measured before, by operator."""
    return {row["operator"]: row for row in csv.DictReader(DATA.read_text().splitlines())} if DATA.exists() else {}


def measure_all(known: dict[str, dict[str, str]]) -> None:
    """Measure what is not in ``known``; the data are whole after every operator."""
    operators = [op.name for width in WIDTHS for family in FAMILIES.values() for op in configurations(family, width)]
    names = list(dict.fromkeys([*operators, *(row.operator for row in PUBLISHED)]))
    records: dict[str, dict[str, object]] = {name: {**known[name]} for name in names if name in known}
    for name in track([name for name in names if name not in records], "measuring", transient=True):
        records[name] = record(measure(Operator.from_name(name)))
        write_whole(DATA, csv_text([records[name] for name in names if name in records]))


def namespace(row: dict[str, str]) -> SimpleNamespace:
    """A line of the data with numbers as numbers, under the names of :class:`~pysoft.errors.ErrorMetrics`."""
    values: dict[str, object] = {}
    for name, text in row.items():
        try:
            values[name] = float(text)
        except ValueError:
            values[name] = text
    peak, large_peak = (
        max(-float(row[f"{which}worst_below"] or 0), float(row[f"{which}worst_above"] or 0)) for which in ("", "large_")
    )
    return SimpleNamespace(**values, peak=peak, large=SimpleNamespace(peak=large_peak))


@click.command()
@click.option("--missing", is_flag=True, help="measure only what docs/errors.csv has not got")
@click.option("--page", is_flag=True, help="measure nothing, write the page from docs/errors.csv as it is")
def main(missing: bool, page: bool) -> None:
    """Measure, then write the page."""
    if not page:
        measure_all(read_data() if missing else {})
    measured = {name: namespace(row) for name, row in read_data().items()}
    statuses = [f"- **{status}**: {meaning}" for status, meaning in STATUSES.items()]
    sections = [INTRODUCTION + "\n".join(statuses) + "\n", *(card(family, measured) for family in FAMILIES.values())]
    write_whole(DOCS / "families.md", "\n".join(sections))


if __name__ == "__main__":
    main()
