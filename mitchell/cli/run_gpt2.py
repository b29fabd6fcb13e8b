"""``mitchell run gpt2``: a GPT-2 on approximate arithmetic and with other attentions."""

from collections.abc import Mapping
from pathlib import Path

import click
from rich.table import Table

import mitchell
from experiments.gpt2 import ATTENTIONS, FOLDER, GPT2Deviations, measure_gpt2
from experiments.pictures.gpt2 import plot_gpt2
from pysoft.language.tokenizer import read_tokenizer

from .common import percent, progress, table
from .run_common import arithmetic_options, present, result_options, warn_of_unknown

__all__ = ["command"]


@click.command("gpt2")
@click.argument("folder", type=click.Path(path_type=Path), required=False, default=FOLDER)
@arithmetic_options
@click.option(
    "--attention",
    "attentions",
    type=click.Choice(list(ATTENTIONS)),
    multiple=True,
    help="an attention in the place of softmax; may be given again and again  [default: all]",
)
@click.option(
    "--text",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="a text file to predict; by default held-out text of the Python reference",
)
@click.option("--window", type=click.IntRange(min=2), help="tokens seen at most; by default the context of the model")
@click.option("--stride", type=click.IntRange(min=1), help="tokens from window to window; by default half a window")
@click.option(
    "--count", type=click.IntRange(min=1), default=64, show_default=True, help="tokens of the greedy continuation"
)
@click.option(
    "--prompts", type=click.IntRange(min=1), default=8, show_default=True, help="parts of the text to continue"
)
@result_options
def command(
    folder: Path,
    arithmetics: Mapping[str, mitchell.Arithmetic],
    attentions: tuple[str, ...],
    text: Path | None,
    window: int | None,
    stride: int | None,
    count: int,
    prompts: int,
    plot: Path | None,
    markdown: bool,
    as_json: bool,
) -> None:
    """Measure a GPT-2 in FOLDER: perplexity, divergence from the exact model, and its greedy continuation.

    FOLDER is a Hugging Face folder with config.json, model.safetensors (or shards) and the files of the tokenizer; by
    default it is a small GPT-2 of characters that comes with this program. Every arithmetic is measured with every
    attention, so that what another attention changes and what the arithmetic changes are told apart.
    """
    chosen = {name: ATTENTIONS[name] for name in dict.fromkeys(("softmax", *attentions))} if attentions else ATTENTIONS
    words = None if text is None else _read(text)
    if words is not None:
        tokenizer = read_tokenizer(folder)
        warn_of_unknown(tokenizer, tokenizer.encode(words))
    with progress("gpt2") as update:
        result = measure_gpt2(
            arithmetics,
            folder=folder,
            text=words,
            attentions=chosen,
            window=window,
            stride=stride,
            count=count,
            prompts=prompts,
            progress=update,
        )
    present(result, [_table(result)], [_note(result)], plot_gpt2, plot=plot, markdown=markdown, as_json=as_json)


def _read(path: Path) -> str:
    try:
        words = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{path} is no text in UTF-8: {error}") from None
    if not words:
        raise click.UsageError(f"{path} is empty: there must be a text to predict")
    return words


def _table(result: GPT2Deviations) -> Table:
    rows = table(
        result.model,
        *("<attention", "<arithmetic", "perplexity", "KL", "KL, most", "KL of arithmetic", "same first"),
        "continued",
        dense=True,
    )
    for each in result.deviations:
        divergence = [f"{value:.5f}" for value in (each.kl_mean, each.kl_max, each.kl_of_arithmetic)]
        rest = [percent(each.top1, 2), f"{each.prefix:.1f}/{result.count}"]
        rows.add_row(each.attention, each.arithmetic, f"{each.perplexity:.4f}", *divergence, *rest)
    return rows


def _note(result: GPT2Deviations) -> str:
    first = result.deviations[0]
    return (
        f"{result.scored} tokens in windows of {result.window}; KL: divergence of the next token from"
        f" {first.arithmetic} with {first.attention}, in nats, mean and most; KL of arithmetic: from"
        f" {first.arithmetic} with the same attention; continued: tokens of {result.count} up to the first that differs"
    )
