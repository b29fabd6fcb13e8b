"""How far a GPT-2 moves by its arithmetic and by its attention. Needs matplotlib (the extra ``plot``)."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pysoft.picture import check_picture, picture

from ..gpt2 import Deviation, GPT2Deviations

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_gpt2"]

_COLOURS = ("#222222", "#D62728", "#4477AA", "#228833", "#AA3377", "#997700", "#33A1B8", "#EE8866", "#7A7A7A")
_LOWEST = 1e-7  # nats: a token without divergence has no place on a logarithmic axis


def plot_gpt2(result: GPT2Deviations, path: str | Path) -> Path:
    """Draw the divergence of the tokens, by arithmetic and by attention, and the perplexity of all.

    Parameters
    ----------
    result : GPT2Deviations
    path : path
        PNG, SVG or PDF file to write; an existing one is replaced, and never left half-written.

    Returns
    -------
    pathlib.Path
        ``path``.

    Raises
    ------
    ModuleNotFoundError, ValueError, OSError
        As of :func:`pysoft.picture.check_picture`.
    """
    path = check_picture(path)
    arithmetics = list(dict.fromkeys(each.arithmetic for each in result.deviations))
    attentions = list(dict.fromkeys(each.attention for each in result.deviations))
    with picture(path, 11, 7.5) as figure:
        above, below = figure.subfigures(2, 1, height_ratios=(4, 3.5), squeeze=False).flat
        left, right = above.subplots(1, 2, sharey=True)
        with_softmax = {each.arithmetic: each for each in result.deviations if each.attention == attentions[0]}
        in_exact = {each.attention: each for each in result.deviations if each.arithmetic == arithmetics[0]}
        left.set_ylabel("divergence from the exact model in nats")
        _draw_divergences(left, with_softmax, f"arithmetics, with {attentions[0]}")
        _draw_divergences(right, in_exact, f"attentions, on {arithmetics[0]}")
        _draw_perplexities(below.subplots(), result, arithmetics, attentions)
        figure.suptitle(f"{result.model}: {result.scored} tokens, windows of {result.window}", fontsize=11)
    return path


def _draw_divergences(axes: "Axes", deviations: Mapping[str, Deviation], title: str) -> None:
    """A line for each but the first, which is the exact model."""
    axes.set_title(title)
    axes.set_yscale("log")
    axes.set_xlabel("share of the tokens in percent, by divergence")
    for i, (name, each) in list(enumerate(deviations.items()))[1:]:
        y = np.where(np.array(each.kl_percentiles) < _LOWEST, np.nan, each.kl_percentiles)
        axes.plot(np.arange(101), y, color=_colour(i), label=f"{name}, mean {each.kl_mean:.2g}")
    if len(deviations) > 1:
        axes.legend(loc="best")
    else:
        axes.text(0.5, 0.5, "the exact model alone", transform=axes.transAxes, horizontalalignment="center")


def _draw_perplexities(
    axes: "Axes", result: GPT2Deviations, arithmetics: Sequence[str], attentions: Sequence[str]
) -> None:
    """Groups of bars, one for each attention, with a bar for each arithmetic; a cross where there is no number."""
    width = 0.85 / len(arithmetics)
    for i, name in enumerate(arithmetics):
        heights = np.array([each.perplexity for each in result.deviations if each.arithmetic == name])
        x = np.arange(len(attentions)) + (i - (len(arithmetics) - 1) / 2) * width
        finite = np.isfinite(heights)
        axes.bar(x, np.where(finite, heights - 1, 0), width, bottom=1, color=_colour(i), label=name)
        none = x[~finite]
        axes.plot(none, np.full(none.size, 1.1), linestyle="none", marker="x", color=_colour(i))
    axes.set_yscale("log")
    axes.set_ylim(bottom=1)  # the least that there is
    axes.yaxis.set_major_formatter("{x:g}")
    axes.set_xticks(np.arange(len(attentions)), attentions)
    axes.set_ylabel("perplexity")
    axes.axhline(result.deviations[0].perplexity, color=_colour(0), linewidth=0.8, linestyle=":")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))


def _colour(i: int) -> str:
    return _COLOURS[i % len(_COLOURS)]
