"""How well digits are read, by arithmetic. Needs matplotlib (the extra ``plot``), imported only when drawn."""

from pathlib import Path

from pysoft.picture import picture

from ..digits import DigitFigures, DigitsResult
from .dots import draw_dots, model_legend

__all__ = ["plot_digits"]


def plot_digits(result: DigitsResult, path: str | Path) -> Path:
    """Draw the accuracy of each model on each arithmetic, and the drift of its logits.

    Parameters
    ----------
    result : DigitsResult
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
    models: dict[str, list[DigitFigures]] = {}
    for each in result.figures:
        models.setdefault(each.model, []).append(each)
    with picture(path, 9.5, 1.8 + 0.33 * len(arithmetics)) as figure:
        left, right = figure.subplots(1, 2, sharey=True)
        accuracies = {name: [(100 * f.accuracy, 100 * f.accuracy_error) for f in own] for name, own in models.items()}
        draw_dots(left, arithmetics, accuracies)
        left.set_xlabel(f"accuracy in percent, of {result.figures[0].images} images")
        draw_dots(right, arithmetics, {name: [(100 * f.drift, 0.0) for f in own] for name, own in models.items()})
        right.set_xlabel(f"drift of the logits from {result.reference} in percent")
        model_legend(figure, left)
    return Path(path)
