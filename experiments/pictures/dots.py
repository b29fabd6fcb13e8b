"""Figures of several models by arithmetic: a row for each arithmetic, a dot for each model."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["Dots", "draw_dots", "model_legend"]

Dots = Mapping[str, Sequence[tuple[float, float]]]  # by model, a value and its standard error for each arithmetic
_STYLES = (("o", "#2f5c94"), ("s", "#D62728"), ("D", "#228833"), ("^", "#AA3377"))


def draw_dots(axes: "Axes", arithmetics: Sequence[str], dots: Dots) -> None:
    """Draw the dots with bars of one standard error on both sides, the first arithmetic on top.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    arithmetics : sequence of str
    dots : mapping
        By model, as many pairs as there are arithmetics.
    """
    for number, (model, pairs) in enumerate(dots.items()):
        marker, colour = _STYLES[number % len(_STYLES)]
        apart = 0.2 * (number - (len(dots) - 1) / 2)
        values, errors = zip(*pairs, strict=True)
        rows = [row + apart for row in range(len(arithmetics))]
        axes.errorbar(
            values, rows, xerr=errors, fmt=marker, color=colour, markersize=4.5, linewidth=1.1, capsize=2, label=model
        )
    axes.set_yticks(range(len(arithmetics)), arithmetics)
    axes.set_ylim(len(arithmetics) - 0.5, -0.5)  # the first on top


def model_legend(figure: "Figure", axes: "Axes") -> None:
    """Name the models below all panels, as the dots of ``axes`` have them."""
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=len(_STYLES))
