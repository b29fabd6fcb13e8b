"""The pictures of docs/area.md: integer products and quotients, cells against speed, a line through the stages."""

from collections.abc import Callable
from itertools import groupby
from pathlib import Path

from area_rows import Row

from pysoft.errors.pictures.families import family_legend, family_style, log_ticks
from pysoft.picture import picture

__all__ = ["plot_products", "plot_quotients"]

BITS = {"u8": "8 bits", "u16": "16 bits", "u32": "32 bits"}


def plot_products(rows: list[Row], path: Path) -> None:
    """Cells against Fmax of multipliers."""
    _plot([row for row in rows if row.operation == "mul"], path, lambda row: row.fmax, "Fmax in MHz")


def plot_quotients(rows: list[Row], path: Path) -> None:
    """Cells against delay of dividers."""
    _plot([row for row in rows if row.operation == "div"], path, lambda row: row.delay, "delay in ns")


def _plot(rows: list[Row], path: Path, speed: Callable[[Row], float | None], label: str) -> None:
    """One panel for each width, on the first target, which has them all; the number of stages is at each point."""
    shown = [row for row in rows if row.target == rows[0].target]
    with picture(path, 11.5, 4.4) as figure:
        panels = figure.subplots(1, len(BITS))
        for axes, (form, title) in zip(panels, BITS.items(), strict=True):
            of_format = [row for row in shown if row.format == form]
            for kind, own in groupby(of_format, key=lambda row: row.kind):
                points = sorted(own, key=lambda row: row.stages)
                style = family_style(kind.split("-")[0]) | {"linewidth": 0.9, "label": kind.split("-")[0]}
                axes.plot(
                    [speed(row) for row in points], [row.cells for row in points], markeredgecolor="white", **style
                )
                for row in points:
                    at = {"textcoords": "offset points", "xytext": (4, 3), "fontsize": 6.5, "color": style["color"]}
                    axes.annotate(str(row.stages), (speed(row), row.cells), **at)
            axes.set_title(title)
            axes.set_xlabel(label)
            axes.set_xscale("log")
            axes.set_yscale("log")
            log_ticks(axes.xaxis)
            log_ticks(axes.yaxis)
        panels[0].set_ylabel(f"cells of {rows[0].target}")
        family_legend(figure, panels[0])
