"""Records as tables: Markdown for the documents, the same and more for the terminal."""

from collections.abc import Iterable
from itertools import groupby

from rich.table import Table

from .sections import SECTIONS

__all__ = ["conditions", "shown", "tables"]


def conditions(machine: dict) -> str:
    """One paragraph: on what the figures were taken."""
    settings = ", ".join(
        f"{name}={value}" for name, value in machine["environment"].items() if "NUM_THREADS" not in name
    )
    return (
        f"{machine['cpu']}, {machine['cpus']} CPUs, {machine['os']}; NumPy {machine['numpy']}, {machine['blas']} with"
        f" kernels for {machine['blas_core']}{f' ({settings})' if settings else ''}; our loops for"
        f" {', '.join(machine['levels'])}; Python {machine['python']}, seed {machine['seed']}, {machine['date'][:10]}."
        " Times are in units of the first contender's, whose own cell says how fast it is: median and quartiles."
    )


def tables(records: list[dict]) -> str:
    """Markdown: of every section a heading, and one line for each contender.

    A cell says how long a contender takes, the baseline being 1: the median, and the quartiles in brackets. That of the
    baseline says how fast it is.
    """
    return "\n\n".join(_markdown(name, list(rows)) for name, rows in _by_section(records))


def shown(records: list[dict]) -> Iterable[Table | str]:
    """Everything, for the terminal; what was skipped is a line of text."""
    for name, group in _by_section(records):
        rows, section = list(group), SECTIONS[name]
        table = Table(title=section.title)
        for heading in ("case", "contender", *_figure_headings(name)):
            table.add_column(heading, justify="left" if heading in ("case", "contender") else "right", no_wrap=True)
        measured = [row for row in rows if "skipped" not in row]
        for _, case in groupby(measured, key=lambda row: row["case"]):
            table.add_section()
            for row in case:
                table.add_row(row["case"], row["contender"], *_figures(name, row))
        if measured:
            yield table
        yield from _remarks(rows)


def _by_section(records: list[dict]) -> Iterable[tuple[str, Iterable[dict]]]:
    return groupby(records, key=lambda row: row["section"])


def _markdown(name: str, rows: list[dict]) -> str:
    measured = [row for row in rows if "skipped" not in row]
    cases, contenders = (list(dict.fromkeys(row[key] for row in measured)) for key in ("case", "contender"))
    cell = {(row["contender"], row["case"]): row for row in measured}
    if len(cases) == 1:
        headings = _figure_headings(name)
        lines = [[contender, *_figures(name, cell[contender, cases[0]])] for contender in contenders]
    else:
        headings = cases
        lines = [
            [contender, *(_cell(name, cell[contender, case]) if (contender, case) in cell else "" for case in cases)]
            for contender in contenders
        ]
    table = [["", *headings], [":--", *["--:"] * len(headings)], *lines] if measured else []
    text = "\n".join(f"| {' | '.join(line)} |" for line in table)
    return "\n\n".join(part for part in (f"**{SECTIONS[name].title}**", text, " ".join(_remarks(rows))) if part)


def _remarks(rows: list[dict]) -> list[str]:
    """Each once: on a contender, or why there is none."""
    remarks = ((row["contender"], row.get("skipped") or row["note"]) for row in rows)
    return list(dict.fromkeys(f"{contender}: {remark}." for contender, remark in remarks if remark))


def _cell(name: str, row: dict) -> str:
    if row["contender"] == row["baseline"]:
        return f"{_three_digits(row['rate'])} {SECTIONS[name].unit}"
    ratio, quartiles = _ratios(name, row)
    return f"{ratio} ({quartiles})"


def _figure_headings(name: str) -> tuple[str, ...]:
    unit = SECTIONS[name].unit
    return "speed-up" if SECTIONS[name].is_speedup else "time", "quartiles", unit, "best"


def _figures(name: str, row: dict) -> tuple[str, ...]:
    return *_ratios(name, row), _three_digits(row["rate"]), _three_digits(row["best_rate"])


def _ratios(name: str, row: dict) -> tuple[str, str]:
    """The median and the quartiles."""
    low, middle, high = row["ratio_low"], row["ratio"], row["ratio_high"]
    if SECTIONS[name].is_speedup:
        low, middle, high = 1 / high, 1 / middle, 1 / low
    return _three_digits(middle), f"{_three_digits(low)} .. {_three_digits(high)}"


def _three_digits(value: float) -> str:
    return f"{value:.0f}" if value >= 99.5 else f"{value:#.3g}"
