"""Write docs/families.md and its data anew:  python docs/families.py  (part of make tables; 16 bits take minutes).

Measures every configuration of the catalogue over all pairs of 8- and 16-bit operands, and sets the figures beside
those that were printed elsewhere.
"""

from collections.abc import Iterator
from pathlib import Path

from rich.progress import track

from mitchell.cli.error_records import csv_text
from pysoft.errors import ErrorMetrics, measure
from pysoft.families import FAMILIES, STATUSES, Family
from pysoft.files import write_whole
from pysoft.formats import IntegerFormat
from pysoft.operator import Operator
from pysoft.published import PUBLISHED

DOCS = Path(__file__).parent
WIDTHS = (8, 16)

INTRODUCTION = """\
# The families

Made by `python docs/families.py`. Every figure is over all pairs of operands of the format, and the same to the last
bit on every machine; `mitchell errors OPERATOR` prints it again, with more of them, and [errors.csv](errors.csv) has
all. Dividers are measured with as many fraction bits as the operands have, so that what is seen is the family and not
the floor of an integer quotient.

Relative errors are signed, (result - exact) / exact, in percent; MRED is the mean of their magnitude with a zero
operand counted as no error, NMED the mean absolute error over the largest exact result. *Large* operands have eight
significant bits or more: among the small ones 3 x 3 -> 8 is the worst pair of nearly every log multiplier, -11.11 %.
*Proved* bounds hold at every pair of the width before the last bits are cut off ([how](bounds.md)); `=` marks one that
a measured pair attains. Bounds are exact fractions: `mitchell list FAMILY` prints them.

What the status of a family means:
"""


def configurations(family: Family, width: int) -> Iterator[Operator]:
    """As measured: quotients with fraction bits."""
    form = IntegerFormat(signed=False, width=width)
    for operation, implementation in family.operations.items():
        for configuration in implementation.configurations_at(width):
            extra = {"f": width} if operation == "div" else {}
            yield Operator(operation, form, family.name, {**configuration, **extra})


def percent(value: float) -> str:
    """Three digits after the point, and no sign of a zero."""
    return f"{100 * float(value):z.3f}"


def table(heading: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Markdown; the first column is on the left."""
    rule = (":--", *("--:" for _ in heading[1:]))
    return "\n".join(f"| {' | '.join(row)} |" for row in (heading, rule, *rows)) + "\n"


def figures(metrics: list[ErrorMetrics]) -> str:
    """One row for each operator."""
    rows = []
    for m in metrics:
        bound, large = m.operator.bound, m.large
        low = m.worst_below if large is None else min(m.worst_below, large.worst_below)
        marks = [bound and "=" * (seen == limit) for seen, limit in ((low, bound.lower), (m.worst_above, bound.upper))]
        rows.append(
            (
                f"`{m.operator.name}`",
                percent(m.mred_with_zeros),
                percent(m.bias),
                percent(m.nmed),
                f"{float(m.wce):.6g}",
                f"{percent(m.worst_below)} .. {percent(m.worst_above)}",
                percent(large.mred),
                percent(large.peak),
                f"{percent(bound.lower)}{marks[0]} .. {percent(bound.upper)}{marks[1]}" if bound else "-",
            )
        )
    heading = ("operator", "MRED", "bias", "NMED", "WCE", "worst", "MRED, large", "peak, large", "proved")
    return table(heading, rows)


def printed(family: Family, metrics: dict[str, ErrorMetrics]) -> str:
    """The family's published figures beside ours; those that differ in bold."""
    rows = []
    for row in PUBLISHED:
        if Operator.from_name(row.operator).family == family.name:
            ours = row.measure(metrics[row.operator])
            ours = ours if ours == row.printed else f"**{ours}**"
            rows.append((f"`{row.operator}`", row.figure, row.printed, ours, f"{row.source} {row.reason}".strip()))
    return table(("operator", "figure", "printed", "measured", "printed by"), rows) if rows else ""


def card(family: Family, metrics: dict[str, ErrorMetrics]) -> str:
    """One section of the page."""
    lines = [
        f"## {family.name}: {family.title}\n",
        f"{family.source}. **{family.status.capitalize()}.** {family.note}\n",
    ]
    lines += [f"    {line}" for line in family.definition.split(";  ")]
    owned = {p.name: p for implementation in family.operations.values() for p in implementation.parameters}
    lines += ["", *(f"- `{p.name}`: {p.meaning}; {p.describe(16)} at 16 bits" for p in owned.values()), ""]
    lines.append(figures([metrics[op.name] for width in WIDTHS for op in configurations(family, width)]))
    return "\n".join(lines) + "\n" + printed(family, metrics)


def main() -> None:
    """Measure, then write the page and its data."""
    operators = [op for width in WIDTHS for family in FAMILIES.values() for op in configurations(family, width)]
    names = dict.fromkeys([*(op.name for op in operators), *(row.operator for row in PUBLISHED)])
    metrics = {name: measure(Operator.from_name(name)) for name in track(names, "measuring", transient=True)}
    statuses = [f"- **{status}**: {meaning}" for status, meaning in STATUSES.items()]
    page = [INTRODUCTION + "\n".join(statuses) + "\n", *(card(family, metrics) for family in FAMILIES.values())]
    write_whole(DOCS / "errors.csv", csv_text(list(metrics.values())))
    write_whole(DOCS / "families.md", "\n".join(page))


if __name__ == "__main__":
    main()
