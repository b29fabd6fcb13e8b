"""Two pictures in one file: the cost by size, and by what the numbers are like."""

from pathlib import Path

import click
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, LogLocator, NullLocator

from pysoft.picture import picture

__all__ = ["plot"]

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00")  # told apart by the colour-blind, too
PANELS = ("matmul", "spread")


def plot(records: list[dict], path: Path) -> None:
    """Draw the sections ``matmul`` and ``spread``, as far as they are there, or raise ClickException if neither is."""
    panels = {name: rows for name in PANELS if (rows := _measured(records, name))}
    if not panels:
        raise click.ClickException(f"there is nothing to draw: a picture needs the section {' or '.join(PANELS)}")
    with picture(path, 5.5 * len(panels), 4) as figure:
        for axes, (name, rows) in zip(figure.subplots(1, len(panels), squeeze=False)[0], panels.items(), strict=True):
            (_by_size if name == "matmul" else _by_numbers)(axes, rows)
            axes.set_ylabel("time / time of sgemm")
            axes.axhline(1, color="#333333", linewidth=1)
            axes.legend()


def _measured(records: list[dict], name: str) -> list[dict]:
    return [row for row in records if row["section"] == name and row.get("contender") != row.get("baseline")]


def _by_size(axes: Axes, rows: list[dict]) -> None:
    for colour, name in zip(COLOURS, dict.fromkeys(row["contender"] for row in rows), strict=False):
        own = [row for row in rows if row["contender"] == name]
        sizes = [int(row["case"]) for row in own]
        axes.plot(sizes, [row["ratio"] for row in own], "o-", color=colour, markersize=4, label=name)
        quartiles = [row["ratio_low"] for row in own], [row["ratio_high"] for row in own]
        axes.fill_between(sizes, *quartiles, color=colour, alpha=0.2, linewidth=0)
    axes.set_xscale("log", base=2)
    axes.xaxis.set_major_locator(FixedLocator(sorted({int(row["case"]) for row in rows})))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter("{x:.0f}")
    axes.set_xlabel("rows and columns")
    axes.set_ylim(bottom=0)
    axes.set_title("Matrix products of f32, one thread")


def _by_numbers(axes: Axes, rows: list[dict]) -> None:
    names, cases = (list(dict.fromkeys(row[key] for row in rows)) for key in ("contender", "case"))
    width = 0.8 / len(names)
    for number, (colour, name) in enumerate(zip(COLOURS, names, strict=False)):
        own = [row for row in rows if row["contender"] == name]
        middles = [cases.index(row["case"]) + (number - (len(names) - 1) / 2) * width for row in own]
        ratios = [row["ratio"] for row in own]
        below, above = (
            [row["ratio"] - row["ratio_low"] for row in own],
            [row["ratio_high"] - row["ratio"] for row in own],
        )
        axes.bar(middles, ratios, width, color=colour, label=name)
        axes.errorbar(middles, ratios, (below, above), fmt="none", ecolor="#333333", elinewidth=0.7)
    axes.set_xticks(range(len(cases)), cases, rotation=30, ha="right")
    axes.grid(visible=False, axis="x")
    axes.set_yscale("log")
    axes.set_ylim(bottom=0.5)
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_title("512 x 512, by what the numbers are like")
