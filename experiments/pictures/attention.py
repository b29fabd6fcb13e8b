"""Errors of attention kernels by their size, on each arithmetic. Needs matplotlib (the extra ``plot``)."""

from pathlib import Path
from typing import TYPE_CHECKING

from pysoft.picture import picture

from ..attention import AttentionErrors, KernelErrors

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_attention"]

_COLOURS = ("#222222", "#D62728", "#4477AA", "#228833", "#AA3377", "#997700", "#33A1B8", "#EE8866", "#7A7A7A")
_PANELS = {"taylor": "order of Taylor's polynomial", "favor-plus": "positive random features"}


def plot_attention(result: AttentionErrors, path: str | Path) -> Path:
    """Draw the total error over the size of a kernel, a line for each arithmetic, a row for each scale.

    The last place of each panel is softmax itself, which is all arithmetic error. Figures are those of the largest
    length.

    Parameters
    ----------
    result : AttentionErrors
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
    length = max(each.length for each in result.kernels)
    scales = list(dict.fromkeys(each.scale for each in result.kernels))
    with picture(path, 9.5, 0.9 + 2.7 * len(scales)) as figure:
        rows = figure.subplots(len(scales), len(_PANELS), sharey="row", squeeze=False)
        for scale, row in zip(scales, rows, strict=True):
            own = [each for each in result.kernels if each.length == length and each.scale == scale]
            for kernel, axes in zip(_PANELS, row, strict=True):
                _draw(axes, kernel, own)
            row[0].set_ylabel(f"relative error, scale {scale:g}")
        for axes, label in zip(rows[-1], _PANELS.values(), strict=True):
            axes.set_xlabel(label)
        figure.suptitle(f"error from softmax on {result.reference}, {length} tokens of {result.width}", fontsize=11)
        figure.legend(*rows[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    return Path(path)


def _draw(axes: "Axes", kernel: str, figures: list[KernelErrors]) -> None:
    """Lines over the sizes of a kernel, and softmax behind them."""
    sizes = sorted({each.size for each in figures if each.kernel == kernel})
    for number, name in enumerate(dict.fromkeys(each.arithmetic for each in figures)):
        errors = {(each.kernel, each.size): each.total_error for each in figures if each.arithmetic == name}
        colour = _COLOURS[number % len(_COLOURS)]
        values = [errors[kernel, size] for size in sizes]
        axes.plot(range(len(sizes)), values, "o-", color=colour, markersize=3.5, linewidth=1.1, label=name)
        if errors["softmax", 0]:
            axes.plot(len(sizes), errors["softmax", 0], "D", color=colour, markersize=4.5)
    axes.set_yscale("log")
    axes.set_xticks(range(len(sizes) + 1), [*map(str, sizes), "softmax"])
