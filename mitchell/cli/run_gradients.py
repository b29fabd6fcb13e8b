"""``mitchell run gradients``: how gradients of recurrent cells fade or grow with distance."""

from collections.abc import Mapping
from pathlib import Path

import click
from rich.table import Table

import mitchell
from experiments.gradients import GradientDecay, measure_gradients
from experiments.pictures.gradients import plot_gradients
from experiments.recurrent_settings import SETTINGS

from .common import progress, table
from .run_common import arithmetic_options, present, result_options

__all__ = ["command"]


@click.command("gradients")
@arithmetic_options
@click.option(
    "--cell",
    "cells",
    type=click.Choice(list(dict.fromkeys(setting.cell for setting in SETTINGS))),
    multiple=True,
    help="one of the cells; may be given again and again  [default: all]",
)
@click.option("--hidden", type=click.IntRange(min=1), default=64, show_default=True, help="elements of a state")
@click.option("--inputs", type=click.IntRange(min=1), default=16, show_default=True, help="elements of an input")
@click.option("--steps", type=click.IntRange(min=20), default=100, show_default=True, help="largest distance")
@click.option("--seeds", type=click.IntRange(min=1), default=5, show_default=True, help="networks of each setting")
@result_options
def command(
    arithmetics: Mapping[str, mitchell.Arithmetic],
    cells: tuple[str, ...],
    hidden: int,
    inputs: int,
    steps: int,
    seeds: int,
    plot: Path | None,
    markdown: bool,
    as_json: bool,
) -> None:
    """Measure the spectral norms of dh_t/dh_s over the distance t - s, in untrained recurrent networks.

    A rate is the factor for each step, fitted to the norms. Three derivatives: the true one along the way that the
    network went; the same in its own products, straight-through; and that of what it computes, exact. Arithmetics that
    have no exact derivative, such as those of 8 bits, leave it out.
    """
    settings = [setting for setting in SETTINGS if not cells or setting.cell in cells]
    with progress("gradients") as update:
        result = measure_gradients(
            arithmetics,
            settings=settings,
            hidden=hidden,
            inputs=inputs,
            steps=steps,
            seeds=seeds,
            progress=update,
        )
    present(result, [_table(result)], [_note(result)], plot_gradients, plot=plot, markdown=markdown, as_json=as_json)


def _table(result: GradientDecay) -> Table:
    (setting, state, *columns), lines = result.table()
    rows = table("Growth of gradients a step", f"<{setting}", f"<{state}", *columns, dense=True)
    for line in lines:
        rows.add_row(*line)
    return rows


def _note(result: GradientDecay) -> str:
    return (
        f"untrained networks of {result.hidden} units, {result.inputs} normal inputs; distances up to {result.steps};"
        f" mean and standard deviation of {result.seeds} networks"
    )
