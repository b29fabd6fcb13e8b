"""Norms of Jacobians over the distance, a panel for each cell. Needs matplotlib (the extra ``plot``), when drawn."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pysoft.picture import picture

from ..gradients import GradientDecay, GradientLine

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_gradients"]

_COLUMNS = 5
_COLOURS = ("#2f5c94", "#D62728", "#228833", "#AA3377", "#CC7711", "#118899", "#777777")
_STYLES = {"true": ":", "straight": "--", "exact": "-"}
_RULES = {"true": "true derivative", "straight": "straight-through", "exact": "exact derivative"}


def plot_gradients(result: GradientDecay, path: str | Path) -> Path:
    """Draw each line's median over the seeds, and the range of the seeds behind it; colours are arithmetics.

    Parameters
    ----------
    result : GradientDecay
    path : path-like
        PNG, SVG or PDF file to write; an existing one is replaced, and never left half-written.

    Returns
    -------
    pathlib.Path
        ``path``.

    Raises
    ------
    ModuleNotFoundError, ValueError, OSError
        As of :func:`pysoft.picture.picture`.
    """
    panels: dict[tuple[str, str], list[GradientLine]] = {}
    for line in result.lines:
        panels.setdefault((line.setting, line.state), []).append(line)
    names = list(dict.fromkeys(line.arithmetic for line in result.lines))
    columns = min(_COLUMNS, len(panels))
    rows = -(-len(panels) // columns)
    with picture(path, 0.6 + 2.2 * columns, 0.9 + 1.8 * rows) as figure:
        axes = figure.subplots(rows, columns, sharex=True, squeeze=False).ravel()
        for place, ((setting, state), lines) in zip(axes, panels.items(), strict=False):
            for line in lines:
                _draw(place, line, names.index(line.arithmetic))
            place.set_title(f"{setting}: d{state}$_t$/d{state}$_s$")
        for place in axes[len(panels) :]:
            place.set_axis_off()
        for place in axes[max(0, len(panels) - columns) : len(panels)]:
            place.set_xlabel("distance t - s")
            place.tick_params(labelbottom=True)
        for place in axes[: len(panels) : columns]:
            place.set_ylabel("spectral norm")
        handles, labels = axes[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=min(4, len(labels)))
    return Path(path)


def _draw(axes: "Axes", line: GradientLine, number: int) -> None:
    """One line; number 0 is the reference."""
    norms = np.array(line.norms)  # [seeds, steps + 1]
    colour = "black" if number == 0 else _COLOURS[(number - 1) % len(_COLOURS)]
    style = "-" if number == 0 else _STYLES.get(line.rule, "-.")
    label = line.arithmetic if number == 0 else f"{line.arithmetic}, {_RULES.get(line.rule, line.rule)}"
    axes.semilogy(np.median(norms, axis=0), color=colour, linestyle=style, linewidth=1.2, label=label)
    ends = norms.min(axis=0), norms.max(axis=0)  # [seeds, steps + 1] -> [steps + 1]
    axes.fill_between(range(norms.shape[1]), *ends, color=colour, alpha=0.1, linewidth=0)
