"""``mitchell run charlm``: the Python reference, character by character, on approximate arithmetic."""

from collections.abc import Mapping
from pathlib import Path

import click
from rich.table import Table

import mitchell
from experiments.character_models import CHARACTER_MODELS
from experiments.charlm import CHARACTERS, CharacterResult, measure_characters
from experiments.pictures.charlm import plot_characters

from .common import percent, progress, table
from .run_common import arithmetic_options, present, result_options

__all__ = ["command"]


@click.command("charlm")
@arithmetic_options
@click.option(
    "-m",
    "--model",
    "models",
    type=click.Choice(list(CHARACTER_MODELS)),
    multiple=True,
    help="one of the models; may be given again and again  [default: all]",
)
@click.option(
    "--characters",
    type=click.IntRange(min=128),
    default=CHARACTERS,
    show_default=True,
    help="characters to foretell, evenly spread over the held-out text",
)
@result_options
def command(
    arithmetics: Mapping[str, mitchell.Arithmetic],
    models: tuple[str, ...],
    characters: int,
    plot: Path | None,
    markdown: bool,
    as_json: bool,
) -> None:
    """Foretell held-out topics of the language reference that ships with Python, character by character.

    Three models trained in float32: a GRU, a transformer with linear attention, and a small GPT-2. Bits are those that
    a character costs; divergence is that of the probabilities from those in float32.
    """
    with progress("charlm") as update:
        result = measure_characters(
            arithmetics, models=models or tuple(CHARACTER_MODELS), characters=characters, progress=update
        )
    present(result, [_table(result)], _notes(result), plot_characters, plot=plot, markdown=markdown, as_json=as_json)


def _table(result: CharacterResult) -> Table:
    rows = table(
        "Characters of the Python reference",
        *(
            "<model",
            "<arithmetic",
            "bits",
            "perplexity",
            "more bits",
            "calibrated",
            "divergence",
            "same first",
            "right first",
        ),
        dense=True,
    )
    for each in result.figures:
        bits = [f"{each.bits:.4f} ± {each.bits_error:.4f}", f"{each.perplexity:.3f}"]
        right, calibrated = percent(each.right / result.characters, 2), f"{each.calibrated:.4f}"
        if each.arithmetic == result.reference:
            rows.add_row(each.model, each.arithmetic, *bits, "", calibrated, "", "", right)
            continue
        above = f"{each.above:+.4f} ± {each.above_error:.4f}"
        change = [above, calibrated, f"{each.divergence:.5f}", percent(each.agreement, 2)]
        rows.add_row(each.model, each.arithmetic, *bits, *change, right)
    return rows


def _notes(result: CharacterResult) -> list[str]:
    counted = ", ".join(f"{name} {bits:.3f}" for name, bits in result.baselines.items())
    return [
        f"{result.characters} characters that no model was trained on; ± is a standard error; more bits, divergence (in"
        f" bits) and same first choice: against {result.reference}; calibrated: bits at the best temperature",
        f"bits a character by counting in the training text: {counted}; text of Python {result.python}, {result.text}",
    ]
