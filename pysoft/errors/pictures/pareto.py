"""The trade of area for accuracy, with its front. Needs matplotlib (the extra ``plot``)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ...picture import picture
from .families import Label, family_legend, family_style, log_ticks, place_labels

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["ParetoPoint", "pareto_front", "plot_pareto"]

_FRONT = "#333333"


@dataclass(frozen=True)
class ParetoPoint:
    """One operator in the trade.

    Parameters
    ----------
    name : str
        As it stands beside the point.
    family : str
        Family of the catalogue, which gives the colour.
    area : float
        More than 0, in any one unit.
    mred, peak : float
        Mean and largest magnitude of the relative error, 0.01 being 1 %; 0 of an exact operator.
    """

    name: str
    family: str
    area: float
    mred: float
    peak: float


def pareto_front(points: Iterable[ParetoPoint], figure: str) -> list[ParetoPoint]:
    """Those that no other one beats: nothing as small is as accurate. By rising area and falling error.

    Of points that are equal in both the first one is kept.

    Parameters
    ----------
    points : iterable of ParetoPoint
    figure : str
        ``"mred"`` or ``"peak"``.

    Examples
    --------
    >>> points = [ParetoPoint("a", "drum", 90, 0.02, 0.1), ParetoPoint("b", "drum", 80, 0.02, 0.2)]
    >>> [point.name for point in pareto_front(points, "mred")], [point.name for point in pareto_front(points, "peak")]
    (['b'], ['b', 'a'])
    """
    front: list[ParetoPoint] = []
    for point in sorted(points, key=lambda point: (point.area, getattr(point, figure))):
        if not front or getattr(point, figure) < getattr(front[-1], figure):
            front.append(point)
    return front


def plot_pareto(
    points: Sequence[ParetoPoint], path: str | Path, *, area: str = "logic cells", title: str | None = None
) -> Path:
    """Draw area against MRED and area against peak, the front as a staircase with its points named.

    Exact operators have no place on a logarithmic axis: their area is a vertical line.

    Parameters
    ----------
    points : sequence of ParetoPoint
        At least one.
    path : path-like
        PNG, SVG or PDF file to write; an existing one is replaced, and never left half-written.
    area : str
        What the area is counted in.
    title : str, optional
        Above both panels, such as the target and the format.

    Returns
    -------
    pathlib.Path
        ``path``.

    Raises
    ------
    ModuleNotFoundError
        If matplotlib is not installed.
    ValueError
        If there is no point, one has an area of 0 or less or a negative error, or ``path`` ends in something else.
    OSError
        If the file cannot be written.
    """
    if not points:
        raise ValueError("points must hold one point or more, not none")
    for point in points:
        if not point.area > 0 or not point.mred >= 0 or not point.peak >= 0:
            raise ValueError(f"area must be more than 0, mred and peak 0 or more, not {point}")
    with picture(path, 11.5, 5.2) as figure:
        axes = figure.subplots(1, 2, sharex=True)
        for place, (name, of) in zip(axes, (("MRED", "mred"), ("peak", "peak")), strict=True):
            _draw(place, points, of)
            place.set_xlabel(f"area in {area}")
            place.set_ylabel(f"{name} of the relative error in percent" if of == "peak" else f"{name} in percent")
        if title:
            figure.suptitle(title, fontsize=11)
        family_legend(figure, axes[0])
        place_labels([(place, _labels(points, of)) for place, of in zip(axes, ("mred", "peak"), strict=True)])
    return Path(path)


def _labels(points: Sequence[ParetoPoint], of: str) -> list[Label]:
    """Names of the points on the front."""
    front = [point for point in pareto_front(points, of) if getattr(point, of)]
    return [
        Label(p.area, 100 * getattr(p, of), p.name, str(family_style(p.family)["color"]), needed=False) for p in front
    ]


def _draw(axes: "Axes", points: Sequence[ParetoPoint], of: str) -> None:
    drawn = [point for point in points if getattr(point, of)]
    axes.set_yscale("log")
    for family in dict.fromkeys(point.family for point in drawn):
        own = [point for point in drawn if point.family == family]
        style = family_style(family) | {"linestyle": "None", "label": family}
        axes.plot([p.area for p in own], [100 * getattr(p, of) for p in own], markeredgecolor="white", **style)
    for point in points:
        if not getattr(point, of):
            axes.axvline(point.area, color="#888888", linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
            at = (point.area, 0.98)
            axes.text(*at, f"{point.name} ", transform=axes.get_xaxis_transform(), rotation=90, fontsize=7, ha="right",
                      va="top", color="#666666")  # fmt: skip
    front = [point for point in pareto_front(points, of) if getattr(point, of)]
    if front:
        # Up to the border on both sides: more area is never worse, and nothing is smaller than the first.
        errors = [100 * getattr(point, of) for point in front]
        low, high = axes.get_ylim()
        left, right = axes.get_xlim()
        places = [point.area for point in front]
        corners = [point for pair in zip(places, [*places[1:], right], strict=True) for point in pair]
        heights = [error for error in errors for _ in range(2)]
        axes.plot([places[0], *corners], [high, *heights], color=_FRONT, linewidth=1.1, zorder=2, label="Pareto front")
        axes.set_xlim(left, right)
        axes.set_ylim(low, high)
    log_ticks(axes.yaxis)
