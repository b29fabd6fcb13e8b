"""How the families look in a picture that has many of them: one colour and marker each, labels that keep apart."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ...families import FAMILIES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import FigureBase

__all__ = ["Label", "family_legend", "family_style", "log_ticks", "place_labels"]

# Told apart by readers who do not see red and green; "ours" has red to itself.
_COLOURS = (
    *("#4477AA", "#228833", "#AA3377", "#997700", "#33A1B8", "#EE8866", "#555555"),
    *("#004488", "#44AA99", "#BBAA22", "#882255", "#77AADD", "#6B8E23", "#A07CC5"),
)
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "h", "p", "d")
_OURS = {"color": "#D62728", "markersize": 9, "zorder": 4}
_OUR_MARKERS = ("*", "p", "H")
_REACH = (7, 12, 19, 28)  # points from a marker to its label
_DIRECTIONS = tuple((np.cos(angle), np.sin(angle)) for angle in np.arange(12) * np.pi / 6)
_NAMES_A_ROW = 10
_LEADER = 14  # from this many points on a line leads to the label


@dataclass(frozen=True)
class Label:
    """A text beside a point, both in the axes' own coordinates.

    Parameters
    ----------
    x, y : float
        The point.
    text, colour : str
    needed : bool
        Whether it is shown even where there is no room for it.
    """

    x: float
    y: float
    text: str
    colour: str
    needed: bool = True


def family_style(family: str) -> dict[str, Any]:
    """Colour, marker and size for ``Axes.plot``; the same for a family in every picture."""
    if family not in FAMILIES:
        return {"color": "#888888", "marker": "o", "markersize": 4.5, "zorder": 3}
    ours = [name for name, known in FAMILIES.items() if known.status == "ours"]
    if family in ours:
        return {**_OURS, "marker": _OUR_MARKERS[ours.index(family) % len(_OUR_MARKERS)]}
    place = list(FAMILIES).index(family)
    marker = _MARKERS[place % len(_MARKERS)]
    return {"color": _COLOURS[place % len(_COLOURS)], "marker": marker, "markersize": 5.5, "zorder": 3}


def family_legend(figure: "FigureBase", axes: "Axes") -> None:
    """What is named on ``axes``, below ``figure``, in rows of about equal length."""
    handles, names = axes.get_legend_handles_labels()
    if names:
        rows = math.ceil(len(names) / _NAMES_A_ROW)
        figure.legend(handles, names, loc="outside lower center", ncols=math.ceil(len(names) / rows))


def log_ticks(axis: "Axis") -> None:
    """Plain numbers at a logarithmic axis, between the powers of ten as well where there are few of these."""
    from matplotlib.ticker import FuncFormatter

    low, high = axis.get_view_interval()
    digits = "23456789" if high < 12 * low else "25" if high < 200 * low else ""
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(FuncFormatter(lambda value, _: f"{value:g}" if f"{value:e}"[0] in digits else ""))
    axis.set_tick_params(which="minor", labelsize=7)
    axis.grid(visible=True, which="minor", linewidth=0.3)


def place_labels(labels: Sequence[tuple["Axes", list[Label]]], *, size: float = 7) -> None:
    """Write every label where it covers least: other labels, points and lines of its axes, and their border.

    To be called when all else is drawn, since the layout is settled here. A label that is not needed is left out where
    it would cover another one.

    Parameters
    ----------
    labels : sequence of (Axes, list of Label)
        Of one figure, each axes once.
    size : float
        Of the font, in points.
    """
    labels[0][0].figure.figure.draw_without_rendering()  # of a subfigure: the whole; places the axes
    for axes, own in labels:
        _place(axes, own, size)


def _place(axes: "Axes", labels: list[Label], size: float) -> None:
    from matplotlib.patheffects import withStroke

    pixels = axes.figure.figure.dpi / 72
    frame = np.array(axes.get_window_extent().extents)
    obstacles = np.concatenate([np.empty((0, 2)), *(_samples(axes, line) for line in axes.get_lines())])
    taken = np.empty((0, 4))
    for label in labels:
        note = axes.annotate(
            label.text,
            (label.x, label.y),
            (0, 0),
            textcoords="offset points",
            fontsize=size,
            color=label.colour,
            horizontalalignment="center",
            verticalalignment="center",
            zorder=5,
            path_effects=[withStroke(linewidth=1.5, foreground="white")],
        )
        note.set_in_layout(False)  # the layout stays what it was measured in
        extent = note.get_window_extent()
        half = np.array([extent.width, extent.height]) / 2
        point = axes.transData.transform((label.x, label.y))
        offsets = [
            np.array([dx * (reach * pixels + half[0]), dy * (reach * pixels + half[1])])
            for reach in _REACH
            for dx, dy in _DIRECTIONS
        ]
        costs = [
            _cost(np.array([*(point + offset - half), *(point + offset + half)]), frame, taken, obstacles)
            + 0.02 * float(np.hypot(*offset)) / pixels
            for offset in offsets
        ]
        best = int(np.argmin(costs))
        box = np.array([*(point + offsets[best] - half), *(point + offsets[best] + half)])
        if not label.needed and _overlap(box, taken) > 0.1 * half.prod() * 4:
            note.remove()
            continue
        note.set_position(tuple(offsets[best] / pixels))
        if _REACH[best // len(_DIRECTIONS)] > _LEADER:
            axes.annotate(
                "",
                (label.x, label.y),
                tuple(offsets[best] / pixels * 0.8),
                textcoords="offset points",
                arrowprops={"arrowstyle": "-", "linewidth": 0.4, "color": label.colour},
            ).set_in_layout(False)
        taken = np.vstack([taken, box])


def _samples(axes: "Axes", line: Any) -> np.ndarray:
    """Pixels along a line that labels had better not cover."""
    pixels = axes.transData.transform(np.column_stack(line.get_data())) if len(line.get_xdata()) else np.empty((0, 2))
    if len(pixels) < 2 or line.get_linestyle() == "None" or line.get_transform() != axes.transData:
        return pixels
    steps = np.linspace(0, 1, 12)[:, None, None]
    return (pixels[:-1] * (1 - steps) + pixels[1:] * steps).reshape(-1, 2)


def _overlap(box: np.ndarray, others: np.ndarray) -> float:
    width = np.minimum(box[2], others[:, 2]) - np.maximum(box[0], others[:, 0])
    height = np.minimum(box[3], others[:, 3]) - np.maximum(box[1], others[:, 1])
    return float((width.clip(0) * height.clip(0)).sum())


def _cost(box: np.ndarray, frame: np.ndarray, taken: np.ndarray, obstacles: np.ndarray) -> float:
    area = (box[2] - box[0]) * (box[3] - box[1])
    covered = ((obstacles > box[:2]) & (obstacles < box[2:])).all(axis=1).sum()
    outside = area - _overlap(box, frame[None, :])
    return 20 * _overlap(box, taken) / area + 40 * outside / area + 0.6 * float(covered)
