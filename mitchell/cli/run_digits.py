"""``mitchell run digits``: handwritten digits on approximate arithmetic."""

from collections.abc import Mapping
from pathlib import Path

import click
from rich.table import Table

import mitchell
from experiments.digits import DigitsResult, measure_digits
from experiments.pictures.digits import plot_digits

from .common import percent, progress, table
from .run_common import arithmetic_options, present, result_options

__all__ = ["command"]


@click.command("digits")
@arithmetic_options
@click.option(
    "--images", type=click.IntRange(min=1), help="test images, from the first on; by default all there are, 596"
)
@result_options
def command(
    arithmetics: Mapping[str, mitchell.Arithmetic],
    images: int | None,
    plot: Path | None,
    markdown: bool,
    as_json: bool,
) -> None:
    """Read scikit-learn's handwritten digits, which are 8 x 8 pixels, a row at a time.

    Two models trained in float32, a GRU and a transformer with linear attention, read test images that they were not
    trained on. Drift is the distance of the logits from those in float32, as a share of their norm.
    """
    with progress("digits") as update:
        result = measure_digits(arithmetics, images=images, progress=update)
    present(result, [_table(result)], [_note(result)], plot_digits, plot=plot, markdown=markdown, as_json=as_json)


def _table(result: DigitsResult) -> Table:
    rows = table(
        "Handwritten digits",
        "<model",
        "<arithmetic",
        "right",
        "accuracy",
        "lost",
        "won",
        "changed",
        "drift",
        dense=True,
    )
    for each in result.figures:
        drift = "" if each.arithmetic == result.reference else percent(each.drift, 2)
        counts = map(str, (each.lost, each.won, each.changed))
        rows.add_row(each.model, each.arithmetic, str(each.right), percent(each.accuracy, 2), *counts, drift)
    return rows


def _note(result: DigitsResult) -> str:
    first = result.figures[0]
    return (
        f"{first.images} test images; standard error of an accuracy {percent(first.accuracy_error, 2)};"
        f" lost, won, changed: against {result.reference}"
    )
