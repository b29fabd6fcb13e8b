"""``mitchell run summary``: all trained models in one table, an arithmetic a row."""

from collections.abc import Mapping

import click
from rich.table import Table

import mitchell
from experiments.charlm import CHARACTERS, CharacterResult, measure_characters
from experiments.digits import DigitsResult, measure_digits

from .common import console, json_option, markdown_option, percent, print_json, print_table, progress, table
from .run_common import arithmetic_options

__all__ = ["command"]

_NAMES = {"gru": "GRU", "linear": "linear attention", "gpt2": "GPT-2"}


@click.command("summary")
@arithmetic_options
@click.option(
    "--characters", type=click.IntRange(min=128), default=CHARACTERS, show_default=True, help="characters to foretell"
)
@markdown_option
@json_option
def command(arithmetics: Mapping[str, mitchell.Arithmetic], characters: int, markdown: bool, as_json: bool) -> None:
    """Read digits and foretell characters by all trained models: accuracy, and bits a character.

    See  mitchell run digits  and  mitchell run charlm,  which have more figures of each.
    """
    with progress("digits") as update:
        digits = measure_digits(arithmetics, progress=update)
    with progress("charlm") as update:
        text = measure_characters(arithmetics, characters=characters, progress=update)
    if as_json:
        print_json({"digits": digits.to_dict(), "charlm": text.to_dict()})
        return
    print_table(_table(digits, text), markdown=markdown)
    note = _note(digits, text)
    click.echo(note) if markdown else console.print(note, soft_wrap=True)


def _table(digits: DigitsResult, text: CharacterResult) -> Table:
    images = dict.fromkeys(each.model for each in digits.figures)
    writers = dict.fromkeys(each.model for each in text.figures)
    rows = table(
        "Trained models",
        "<arithmetic",
        *(f"digits,\n{_NAMES[model]}" for model in images),
        *(f"text,\n{_NAMES[model]}" for model in writers),
        dense=True,
    )
    for name in dict.fromkeys(each.arithmetic for each in digits.figures):
        read = [percent(each.accuracy, 1) for each in digits.figures if each.arithmetic == name]
        bits = [f"{each.bits:.3f} ({each.calibrated:.3f})" for each in text.figures if each.arithmetic == name]
        rows.add_row(name, *read, *bits)
    return rows


def _note(digits: DigitsResult, text: CharacterResult) -> str:
    counted = text.baselines["5-grams"]
    return (
        f"Accuracy on {digits.figures[0].images} images, and bits a character on {text.characters} characters of Python"
        f" {text.python}'s language reference (with logits at their best temperature; counting 5-grams takes"
        f" {counted:.3f}); models trained in float32, on other images and topics."
    )
