"""The errors of many operators side by side. Needs matplotlib (the extra ``plot``)."""

import math
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ...float_formats import FloatFormat
from ...picture import check_picture, picture
from ..metrics import ErrorMetrics
from .curve import draw_curve, operand_curve
from .families import Label, family_legend, family_style, log_ticks, place_labels
from .surface import draw_surface, fraction_surface, signed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase, SubFigure

__all__ = ["configuration_lines", "plot_comparison"]

_MOST_SURFACES = 9
_SURFACES_A_ROW = 5
_SURFACE_POINTS = 128
_APART = 0.005  # decades
_FEW = 30  # up to so many operators every label is shown


def configuration_lines(metrics: Sequence[ErrorMetrics]) -> list[list[ErrorMetrics]]:
    """Which operators a line joins: those of one family that differ in one numeric parameter, by that parameter.

    That parameter is the family's first numeric one. Where most of the lines would be single points, such as with two
    parameters that move together, the whole family is one line instead, in the order given.
    """
    families: dict[tuple[str, str, str], list[ErrorMetrics]] = {}
    for m in metrics:
        families.setdefault((m.operator.family, m.operator.operation, m.operator.format.name), []).append(m)
    lines = []
    for own in families.values():
        operator = own[0].operator
        running = next((name for name, value in operator.parameters.items() if isinstance(value, int)), None)
        groups: dict[tuple[object, ...], list[ErrorMetrics]] = {}
        for m in own:
            others = tuple(value for name, value in m.operator.parameters.items() if name != running)
            groups.setdefault(others, []).append(m)
        if len(groups) > len(own) / 2:
            lines.append(own)
        else:
            lines += [sorted(group, key=lambda m: m.operator.parameters[str(running)]) for group in groups.values()]
    return lines


def plot_comparison(metrics: Sequence[ErrorMetrics], path: str | Path) -> Path:
    """Draw MRED against peak and bias against peak, one colour a family; up to 9 operators also over the fractions.

    Operands are those of 8 significant bits or more where every format is one of integers that has them, as the small
    ones hide what sets the families apart: 3 x 3 -> 8 is the peak of many. Of floats they are all fractions. An
    operator that makes no error has no place on a logarithmic axis and is only named.

    Parameters
    ----------
    metrics : sequence of ErrorMetrics
        At least one.
    path : path-like
        PNG, SVG or PDF file to write; an existing one is replaced, and never left half-written.

    Returns
    -------
    pathlib.Path
        ``path``.

    Raises
    ------
    ModuleNotFoundError
        If matplotlib is not installed.
    ValueError
        If there is nothing to compare, or ``path`` ends in something else.
    OSError
        If the file cannot be written.
    """
    if not metrics:
        raise ValueError("metrics must hold the figures of one operator or more, not of none")
    path = check_picture(path)
    figures, operands = _figures(metrics)
    shown = [m for m, (_, peak, _) in zip(metrics, figures, strict=True) if peak]
    values = [figure for figure in figures if figure[1]]
    surfaces = math.ceil(len(metrics) / _SURFACES_A_ROW) if len(metrics) <= _MOST_SURFACES else 0
    with picture(path, 12.5, 5.8 + 2.6 * surfaces) as figure:
        above: FigureBase = figure
        if surfaces:
            above, below = figure.subfigures(2, 1, height_ratios=(5.8, 2.6 * surfaces), squeeze=False).flat
            _draw_surfaces(below, metrics, surfaces)
        left, right = above.subplots(1, 2)
        smallest = min((abs(bias) for _, _, bias in values if bias), default=1e-6)
        places = [
            (left, "MRED", [(100 * mred, 100 * peak) for mred, peak, _ in values]),
            # A bias of exactly 0 stands at the border.
            (right, "|bias|", [(100 * (abs(bias) or smallest / 2), 100 * peak) for _, peak, bias in values]),
        ]
        for axes, name, points in places:
            _draw_points(axes, shown, points)
            axes.set_xlabel(f"{name} in percent")
            axes.set_ylabel("peak of the relative error in percent")
        above.suptitle(_title(metrics, operands, [m for m in metrics if m not in shown]), fontsize=11)
        family_legend(above, left)
        place_labels([(axes, _labels(shown, points)) for axes, _, points in places])
    return path


def _figures(metrics: Sequence[ErrorMetrics]) -> tuple[list[tuple[float, float, float]], str]:
    """MRED, peak and bias of each operator, and of which operands."""
    large = [m.large for m in metrics if m.large is not None]
    if len(large) < len(metrics):
        floats = [isinstance(m.operator.format, FloatFormat) for m in metrics]
        operands = "all fractions" if all(floats) else "all fractions, or all integers but 0" if any(floats) else ""
        return [(m.mred_without_zeros, float(m.peak), m.bias) for m in metrics], operands or "all operands but 0"
    return [
        (errors.mred, float(errors.peak), errors.bias) for errors in large
    ], "operands of 8 significant bits or more"


def _common(metrics: Sequence[ErrorMetrics]) -> set[str]:
    """Operation, format and fraction bits, as in the name, where all have the same."""
    operations = {m.operator.operation for m in metrics}
    formats = {m.operator.format.name for m in metrics}
    fractions = {f"f{m.operator.fraction_bits}" for m in metrics}
    return {word for words in (operations, formats, fractions) if len(words) == 1 for word in words}


def _title(metrics: Sequence[ErrorMetrics], operands: str, exact: Sequence[ErrorMetrics]) -> str:
    kinds = ", ".join(dict.fromkeys(f"{m.operator.operation}-{m.operator.format.name}" for m in metrics))
    bits = {m.operator.fraction_bits for m in metrics}
    fraction = f" with {max(bits)} fraction bits" if len(bits) == 1 and bits != {0} else ""
    samples = {m.pairs for m in metrics if not m.exhaustive}
    pairs = "pairs" if any(len(m.operator.operands) == 2 for m in metrics) else "operands"
    measured = f"{min(samples)} random {pairs} and more" if samples else f"all {pairs}"
    without = f";  no error: {', '.join(m.operator.name for m in exact)}" if exact else ""
    return f"{kinds}{fraction}: {operands}, {measured}{without}"


def _draw_points(axes: "Axes", metrics: Sequence[ErrorMetrics], points: Sequence[tuple[float, float]]) -> None:
    place = {id(m): point for m, point in zip(metrics, points, strict=True)}
    axes.set_xscale("log")
    axes.set_yscale("log")
    named = set()
    for line in configuration_lines(metrics):
        family = line[0].operator.family
        style = family_style(family)
        x, y = zip(*(place[id(m)] for m in line), strict=True)
        label = None if family in named else family
        axes.plot(x, y, linestyle="-", linewidth=0.9, markeredgecolor="white", markeredgewidth=0.6, label=label,
                  **style)  # fmt: skip
        named.add(family)
    if points:
        x, y = zip(*points, strict=True)
        axes.set_xlim(_limits(x))
        axes.set_ylim(_limits(y))
    log_ticks(axes.xaxis)
    log_ticks(axes.yaxis)
    if not points:
        axes.text(0.5, 0.5, "no error", transform=axes.transAxes, horizontalalignment="center")


def _limits(values: Sequence[float]) -> tuple[float, float]:
    """Ends of a logarithmic axis with room around ``values``, also where they are equal."""
    low, high = math.log10(min(values)), math.log10(max(values))
    margin = max(0.07 * (high - low), 0.1)
    return 10 ** (low - margin), 10 ** (high + margin)


def _labels(metrics: Sequence[ErrorMetrics], points: Sequence[tuple[float, float]]) -> list[Label]:
    """Parameters beside the points: the ends of a line first, those between where there is room."""
    place = {id(m): point for m, point in zip(metrics, points, strict=True)}
    lines = configuration_lines(metrics)
    ends = {id(m) for line in lines for m in (line[0], line[-1])}
    order = sorted((m for line in lines for m in line), key=lambda m: id(m) not in ends)
    common = _common(metrics)
    together: dict[tuple[str, int, int], list[ErrorMetrics]] = {}  # points that the eye cannot tell apart
    for m in order:
        x, y = (round(math.log10(value) / _APART) for value in place[id(m)])
        together.setdefault((m.operator.family, x, y), []).append(m)
    return [
        Label(
            *place[id(own[0])],
            ", ".join(_words(m, common) for m in own),
            str(family_style(family)["color"]),
            len(metrics) <= _FEW,
        )
        for (family, _, _), own in together.items()
    ]


def _words(m: ErrorMetrics, common: Collection[str]) -> str:
    """Operation, format and parameters, less what all have in common; the family where no parameter is left."""
    operation, form, family, *parameters = m.operator.name.split("-")
    own = [word for word in parameters if word not in common]
    return " ".join([*(word for word in (operation, form) if word not in common), *(own or [family])])


def _draw_surfaces(figure: "SubFigure", metrics: Sequence[ErrorMetrics], rows: int) -> None:
    surfaces = [
        operand_curve(m.operator)
        if len(m.operator.operands) == 1
        else fraction_surface(m.operator, points=_SURFACE_POINTS)
        for m in metrics
    ]
    limit = float(100 * max(np.abs(error).max() for _, error in surfaces)) or 1.0
    columns = math.ceil(len(metrics) / rows)
    axes = figure.subplots(rows, columns, squeeze=False)
    image = None
    for place, m, (x, error) in zip(axes.flat, metrics, surfaces, strict=False):
        place.set_title(m.operator.name, fontsize=8)
        if len(m.operator.operands) == 1:
            draw_curve(place, m.operator, x, error, limit=limit)
            continue
        image = draw_surface(place, m.operator, x, error, limit=limit)
        place.set_xticks([])
        place.set_yticks([])
    for place in list(axes.flat)[len(metrics) :]:
        place.set_visible(False)
    if image is None:
        return
    bar = figure.colorbar(image, ax=axes, label="error over (x2, x1)\nin percent", format=signed)
    bar.ax.grid(visible=False)
