"""The error of one operator in three panels. Needs matplotlib (the extra ``plot``)."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ...float_formats import FloatFormat
from ...picture import check_picture, picture
from ..distribution import Distribution
from ..metrics import ErrorMetrics
from .curve import draw_curve, operand_curve
from .surface import draw_surface, fraction_surface, proved

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["histogram", "plot_errors"]

_BARS = 100
_FILL, _LINE, _PROVED, _MEAN = "#9db8d9", "#2f5c94", "#D62728", "#222222"
_SHARES = (0.01, 0.1, 0.5, 0.9, 0.99, 0.999)  # ticks of the cumulative curve
_HIGHEST_SHARE = 0.9998


def histogram(distribution: Distribution, edges: np.ndarray) -> np.ndarray:
    """Shares of the signed relative error between ``edges``, a bin of the distribution being shared out evenly.

    Parameters
    ----------
    distribution : Distribution
    edges : numpy.ndarray of float64, shape (n + 1,)
        Rising.

    Returns
    -------
    numpy.ndarray of float64, shape (n,)
        Their sum is 1 where the edges hold all of the distribution.
    """
    bars = np.array(distribution.bars(256))
    reached = np.cumsum(bars[:, 2])
    places = bars[:, :2].ravel()
    sums = np.column_stack([reached - bars[:, 2], reached]).ravel()
    shares: np.ndarray = np.diff(np.interp(edges, places, sums, left=0.0, right=reached[-1]))
    return shares


def plot_errors(metrics: ErrorMetrics, path: str | Path) -> Path:
    """Draw the error over the fractions, the histogram of the relative error and the curve of its percentiles.

    The first panel shows the largest binade before any truncation of a quotient, or of one operand the error over it;
    the others show what was measured. Operands whose exact value is zero are left out.

    Parameters
    ----------
    metrics : ErrorMetrics
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
        If ``path`` ends in something else.
    OSError
        If the file cannot be written.
    """
    path = check_picture(path)
    operator = metrics.operator
    with picture(path, 14, 4.6) as figure:
        surface, bars, curve = figure.subplots(1, 3, width_ratios=(1.12, 1, 1))
        if len(operator.operands) == 1:
            draw_curve(surface, operator, *operand_curve(operator))
            surface.set_title("over the operand")
        else:
            draw_surface(surface, operator, *fraction_surface(operator))
            is_float = isinstance(operator.format, FloatFormat)
            surface.set_title("over the fractions" if is_float else "over the fractions, largest binade")
        _draw_histogram(bars, metrics)
        _draw_curve(curve, metrics)
        pairs = _pairs(metrics)
        measured = f"all {pairs}" if metrics.exhaustive else f"{metrics.pairs} random {pairs}, seed {metrics.seed}"
        figure.suptitle(f"{operator.name}, {measured};  {proved(operator)}", fontsize=11)
    return path


def _pairs(metrics: ErrorMetrics) -> str:
    return "operands" if len(metrics.operator.operands) == 1 else "pairs"


def _draw_histogram(axes: "Axes", metrics: ErrorMetrics) -> None:
    axes.set_title("distribution")
    axes.set_xlabel("signed relative error in percent")
    axes.set_ylabel(f"share of the {_pairs(metrics)} in percent, per bar")
    if not metrics.peak:
        axes.bar([0], [100], width=0.1, color=_FILL, edgecolor=_LINE)
        axes.set_xlim(-1, 1)
        return
    edges = _edges(metrics)
    shares = 100 * histogram(metrics.distribution, edges)
    axes.stairs(shares, 100 * edges, fill=True, color=_FILL)
    axes.stairs(shares, 100 * edges, color=_LINE, linewidth=0.8)
    axes.axvline(100 * metrics.bias, color=_MEAN, linewidth=1, label=f"mean (bias) {100 * metrics.bias:+.3f} %")
    bound = metrics.operator.bound
    if bound is not None:
        name = "proved before truncation" if bound.truncation else "proved"
        for i, end in enumerate(sorted({bound.lower, bound.upper})):
            axes.axvline(float(100 * end), color=_PROVED, linewidth=1, linestyle="--", label=None if i else name)
    missing = 100 - shares.sum()
    axes.set_ylim(0, 1.22 * shares.max())  # room for the legend
    outside = f"{missing:.2g} % of the {_pairs(metrics)} lie outside" if missing > 1e-4 else None
    axes.legend(loc="upper left", title=outside, title_fontsize=8, alignment="left")


def _edges(metrics: ErrorMetrics) -> np.ndarray:
    """Edges of bars over nearly all pairs: a few small operands reach far beyond the others."""
    low, high = float(metrics.worst_below), float(metrics.worst_above)
    far = 1.5 * metrics.percentiles[99] or float(metrics.peak)
    low, high = max(low, -far), min(high, far)
    step = (high - low) / _BARS or high / _BARS
    first = np.floor(low / step) - 2
    return np.asarray((first + np.arange(_BARS + 5) - 0.5) * step)  # no error lies in the middle of a bar


def _draw_curve(axes: "Axes", metrics: ErrorMetrics) -> None:
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    axes.set_title("percentiles")
    axes.set_xlabel("magnitude of the relative error in percent")
    axes.set_ylabel(f"share of the {_pairs(metrics)} at or below it in percent")
    if not metrics.peak:
        axes.set_xticks([])
        axes.set_yticks([])
        axes.text(0.5, 0.5, "no error", transform=axes.transAxes, horizontalalignment="center")
        return
    curve = np.array([point for point in metrics.distribution.cumulative() if point[0] > 0])
    curve = curve[: 1 + np.searchsorted(curve[:, 1], _HIGHEST_SHARE)]  # the border is reached
    magnitude, share = 100 * curve[:, 0], curve[:, 1].clip(None, _HIGHEST_SHARE)
    axes.set_xscale("log")
    axes.set_yscale("logit")
    axes.step(magnitude, share, where="post", color=_LINE, linewidth=1.4)
    peak = 100 * float(metrics.peak)
    axes.axvline(peak, color=_MEAN, linewidth=0.9, linestyle=":", label=f"largest {peak:.4g} %")
    bound = metrics.operator.bound
    if bound is not None and bound.peak and not bound.truncation:
        axes.axvline(float(100 * bound.peak), color=_PROVED, linewidth=1, linestyle="--", label="proved", zorder=1)
    shares = [(percent / 100, 100 * value) for percent, value in metrics.percentiles.items() if value]
    for level, value in shares:
        axes.plot([value], [level], "o", color=_LINE, markersize=5)
        axes.annotate(f"{100 * level:g} %: {value:.3g} %", (value, level), (-7, 3), textcoords="offset points",
                      horizontalalignment="right", fontsize=8)  # fmt: skip
    low = max(float(np.interp(_SHARES[0], share, magnitude)), 1e-4 * peak)
    axes.set_xlim(low / 1.2, 1.5 * peak)
    axes.set_ylim(0.008, _HIGHEST_SHARE)
    axes.yaxis.set_major_locator(FixedLocator(_SHARES))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:g}"))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.legend(loc="upper left")
