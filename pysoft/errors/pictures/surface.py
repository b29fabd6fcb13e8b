"""The error over the fractions of the operands. Needs matplotlib (the extra ``plot``), imported only when drawn."""

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ...float_formats import FloatFormat
from ...operator import Operator
from ...picture import check_picture, picture
from ..deviation import deviation
from ..extent import integers
from ..floats import FloatPairs

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.cm import ScalarMappable

__all__ = ["draw_surface", "fraction_surface", "plot_surface", "proved", "relative_error", "signed"]

_FRACTION_BITS = 32  # of the quotients in a picture
_TRUNCATION_PERCENT = 1e-6  # more than cutting a quotient of 1/2 or more to that many bits costs: drawn as no error
_FEWEST_POINTS_WITH_CONTOURS = 32
_STEEPEST = 12  # in whole ranges a unit of x; contours of steps, such as a table's, would only clutter


def fraction_surface(operator: Operator, *, points: int = 256) -> tuple[np.ndarray, np.ndarray]:
    """Relative error of ``operator`` over the fractions x1, x2 of its operands 2^k (1 + x), in the largest binade.

    A quotient of integers is taken with 32 fraction bits, whatever the operator's own number: what is seen is the error
    before truncation.

    Parameters
    ----------
    operator : Operator
        With two operands.
    points : int
        Fractions along each axis at most, 2 to 2048; narrow formats have fewer.

    Returns
    -------
    x : numpy.ndarray of float64, shape (n,)
        Fractions 0, 1/n, 2/n, ..., where n is a power of two.
    error : numpy.ndarray of float64, shape (n, n)
        Signed relative error at x1 = ``x[row]``, x2 = ``x[column]``.

    Raises
    ------
    ValueError
        If ``points`` is outside 2..2048, or the operator has one operand.

    Examples
    --------
    >>> x, error = fraction_surface(Operator.from_name("mul-u4-mitchell"))
    >>> x.size, float(error[4, 4]) == -1 / 9
    (8, True)
    """
    if isinstance(points, bool) or not isinstance(points, int) or not 2 <= points <= 2048:
        raise ValueError(f"points must be 2..2048, not {points!r}")
    if len(operator.operands) != 2:
        raise ValueError(f"a surface has two axes, and {operator} one operand: draw its curve")
    is_float = isinstance(operator.format, FloatFormat)
    k = operator.format.precision - 1 if is_float else integers(operator).maximum.bit_length() - 1
    n = min(1 << k, 1 << points.bit_length() - 1)
    x = np.arange(n) / n
    operands = ((1 if is_float else 1 << k) * (1 + x)).astype(operator.format.dtype)
    a, b = (operand.copy() for operand in np.broadcast_arrays(operands[:, None], operands[None, :]))
    return x, relative_error(operator, a, b)


def relative_error(operator: Operator, *operands: np.ndarray) -> np.ndarray:
    """Relative error of numbers in the dtype of the format, before what integers with fraction bits cut off."""
    if isinstance(operator.format, FloatFormat):
        return FloatPairs.of(operator, *operands).relative
    if "f" in operator.parameters:
        operator = operator.with_family(operator.family, **{**operator.parameters, "f": _FRACTION_BITS})
    errors = deviation(operator, *operands, result=operator(*operands))
    relative: np.ndarray = errors.error / errors.exact
    return relative


def plot_surface(operator: Operator, path: str | Path, *, points: int = 256) -> Path:
    """Draw :func:`fraction_surface` as a heat map with contours, its peak marked and the proved bound in the title.

    Parameters
    ----------
    operator : Operator
    path : path-like
        PNG, SVG or PDF file to write; an existing one is replaced, and never left half-written.
    points : int
        Fractions along each axis at most, 2 to 2048.

    Returns
    -------
    pathlib.Path
        ``path``.

    Raises
    ------
    ModuleNotFoundError
        If matplotlib is not installed.
    ValueError
        If ``path`` ends in something else, or ``points`` is out of its range.
    OSError
        If the file cannot be written: FileNotFoundError where its folder is missing, IsADirectoryError where it is a
        folder.
    """
    path = check_picture(path)
    x, error = fraction_surface(operator, points=points)
    with picture(path, 7.2, 6.2) as figure:
        axes = figure.add_subplot()
        draw_surface(axes, operator, x, error)
        axes.set_title(f"{operator.name}\n{proved(operator)}", fontsize=11)
    return path


def draw_surface(
    axes: "Axes", operator: Operator, x: np.ndarray, error: np.ndarray, *, limit: float | None = None
) -> "ScalarMappable":
    """Draw what :func:`fraction_surface` gave on ``axes``.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    operator : Operator
        Of the surface; it names the operands.
    x, error : numpy.ndarray
        Fractions and relative errors.
    limit : float, optional
        Error at both ends of the colours, in percent, for panels that are to be compared: colours alone, without
        contours, peak and colour bar. The surface has its own of all of them otherwise.

    Returns
    -------
    matplotlib.cm.ScalarMappable
        What a colour bar is drawn from.
    """
    percent = 100 * error
    percent = np.where(np.abs(percent) < _TRUNCATION_PERCENT, 0.0, percent)
    low, high = min(percent.min(), 0.0), max(percent.max(), 0.0)
    shown = limit or max(-low, high) or 1.0
    edges = (np.arange(x.size + 1) - 0.5) / x.size  # a cell has its fraction in the middle
    image = axes.pcolormesh(edges, edges, percent, cmap="RdBu_r", vmin=-shown, vmax=shown, rasterized=True)
    axes.grid(visible=False)
    axes.spines[:].set_visible(True)
    ticks = [tick for tick in (0, 0.25, 0.5, 0.75) if tick <= x[-1]]
    axes.set_xticks(ticks)
    axes.set_yticks(ticks)
    axes.set_aspect("equal")
    if limit is not None:
        return image
    bar = axes.figure.colorbar(image, ax=axes, label="signed relative error in percent", format=signed)
    bar.ax.grid(visible=False)
    if high > low:
        bar.ax.set_ylim(low, high)
    levels = [level for level in bar.get_ticks() if low < level < high and level]
    step = max(np.abs(np.diff(percent, axis=axis)).max(initial=0) for axis in (0, 1))
    if levels and x.size >= _FEWEST_POINTS_WITH_CONTOURS and step * x.size < _STEEPEST * (high - low):
        lines = axes.contour(
            x, x, percent, levels=levels, colors="black", linewidths=0.6, linestyles="solid", alpha=0.6
        )
        axes.clabel(lines, fmt=signed, fontsize=8)
    if high > low:
        _mark_peak(axes, x, percent)
    else:
        axes.text(0.5, 0.5, "no error", transform=axes.transAxes, horizontalalignment="center")
    first, second = operator.operands
    axes.set_xlabel(f"x2, fraction of {second} = $2^{{k2}}$ (1 + x2)")
    axes.set_ylabel(f"x1, fraction of {first} = $2^{{k1}}$ (1 + x1)")
    return image


def _mark_peak(axes: "Axes", x: np.ndarray, percent: np.ndarray) -> None:
    row, column = np.unravel_index(np.abs(percent).argmax(), percent.shape)
    right, up = (1 if fraction < 0.5 else -1 for fraction in (x[column], x[row]))  # the text goes towards the middle
    axes.plot(x[column], x[row], "o", markersize=9, markerfacecolor="white", markeredgecolor="black", clip_on=False)
    axes.annotate(
        f"peak {percent[row, column]:+.3f} %\nx1 = {x[row]:.4g}, x2 = {x[column]:.4g}",
        (x[column], x[row]),
        (14 * right, 14 * up),
        textcoords="offset points",
        horizontalalignment="left" if right > 0 else "right",
        verticalalignment="bottom" if up > 0 else "top",
        fontsize=9,
        bbox={"boxstyle": "round", "facecolor": "white", "edgecolor": "none"},
        zorder=4,  # above the labels of the contour lines
    )


def signed(value: float, _: object = None) -> str:
    """Text of a tick or a contour line: with its sign, unless it is 0."""
    return f"{value:+g}" if value else "0"


def proved(operator: Operator) -> str:
    """What is proved of the relative error of ``operator``, short enough for the title of a picture."""
    bound = operator.bound
    if bound is None:
        return "nothing proved"
    before = " before truncation" if bound.truncation else ""
    if bound.lower == bound.upper:
        return f"proved: relative error{before} = {_short(bound.lower)}"
    return f"proved: {_short(bound.lower)} \u2264 relative error{before} \u2264 {_short(bound.upper)}"


def _short(value: Fraction) -> str:
    return str(value) if value.denominator < 1000 else f"{float(100 * value):+.4f} %"
