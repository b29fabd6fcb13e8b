"""How well characters are foretold, by arithmetic. Needs matplotlib (the extra ``plot``), imported only when drawn."""

from pathlib import Path

from pysoft.picture import picture

from ..charlm import CharacterFigures, CharacterResult
from .dots import draw_dots, model_legend

__all__ = ["plot_characters"]

_LINEAR = 0.01  # bits: beyond that the axis is logarithmic on both sides, for what goes astray is far away


def plot_characters(result: CharacterResult, path: str | Path) -> Path:
    """Draw the bits per character of each model on each arithmetic, and how many more they are than on the reference.

    Parameters
    ----------
    result : CharacterResult
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
    arithmetics = list(dict.fromkeys(each.arithmetic for each in result.figures))
    models: dict[str, list[CharacterFigures]] = {}
    for each in result.figures:
        models.setdefault(each.model, []).append(each)
    with picture(path, 9.5, 2.0 + 0.36 * len(arithmetics)) as figure:
        left, right = figure.subplots(1, 2, sharey=True)
        draw_dots(left, arithmetics, {name: [(f.bits, f.bits_error) for f in own] for name, own in models.items()})
        left.set_xlabel(f"bits per character, of {result.characters} characters")
        name, bits = min(result.baselines.items(), key=lambda item: item[1])
        left.axvline(bits, color="#888888", linewidth=0.9, linestyle=(0, (4, 3)))
        left.text(bits, -0.45, f" {name}", color="#666666", fontsize=7, va="top")
        draw_dots(right, arithmetics, {name: [(f.above, f.above_error) for f in own] for name, own in models.items()})
        right.set_xlabel(f"bits per character above those on {result.reference}")
        right.set_xscale("symlog", linthresh=_LINEAR)
        model_legend(figure, left)
    return Path(path)
