"""``mitchell run continue``: what a GPT-2 writes behind a prompt, in one arithmetic after the other."""

from collections.abc import Callable, Mapping
from pathlib import Path

import click

import mitchell
from experiments.gpt2 import FOLDER
from pysoft.language.generate import generate
from pysoft.language.gpt2 import GPT2
from pysoft.language.prompt import read_prompt
from pysoft.language.sampling import Greedy, Sampling
from pysoft.language.tokenizer import Tokenizer, read_tokenizer

from .common import json_option, print_json, seed_option
from .run_common import arithmetic_options, warn_of_unknown

__all__ = ["command"]


@click.command("continue")
@click.argument("folder", type=click.Path(path_type=Path), required=False, default=FOLDER)
@arithmetic_options
@click.option("--prompt", help="a text to continue")
@click.option(
    "--few-shot",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="a JSON file with instruction, examples and question, whose answer is asked for; see docs/language.md",
)
@click.option("--count", type=click.IntRange(min=1), default=64, show_default=True, help="tokens at most")
@click.option(
    "--temperature",
    type=click.FloatRange(min=0),
    default=0.0,
    show_default=True,
    help="0 takes the most probable token; above, one is drawn, the more evenly the larger it is",
)
@click.option("--top-k", type=click.IntRange(min=1), help="draw from this many of the most probable tokens")
@click.option(
    "--top-p",
    type=click.FloatRange(min=0, min_open=True, max=1),
    default=1.0,
    show_default=True,
    help="draw from the most probable tokens that come to this share of the probability",
)
@seed_option
@json_option
def command(
    folder: Path,
    arithmetics: Mapping[str, mitchell.Arithmetic],
    prompt: str | None,
    few_shot: Path | None,
    count: int,
    temperature: float,
    top_k: int | None,
    top_p: float,
    seed: int,
    as_json: bool,
) -> None:
    """Continue a prompt by a GPT-2 in FOLDER, a local Hugging Face folder; by default one of characters.

    A few-shot prompt is answered by one line; any other text is continued until --count tokens, the end of the context
    or the token that ends a text.
    """
    if (prompt is None) == (few_shot is None):
        raise click.UsageError("give a text, --prompt TEXT, or the file of a few-shot prompt, --few-shot FILE")
    if not temperature and (top_k is not None or top_p != 1):
        raise click.UsageError("--top-k and --top-p are for drawing: give a --temperature above 0, too")
    model, tokenizer = GPT2.read(folder), read_tokenizer(folder)
    text = read_prompt(few_shot).text() if few_shot is not None else prompt
    if not text:
        raise click.UsageError("the prompt is empty: there must be a character or more to continue")
    choice = Sampling(temperature, top_k=top_k, top_p=top_p) if temperature else Greedy()
    stop = {tokenizer.end, *(tokenizer.encode("\n") if few_shot is not None else ())} - {None}
    tokens = tokenizer.encode(text)
    if len(tokens) > model.config.n_positions:
        raise click.UsageError(f"the prompt has {len(tokens)} tokens, and the context {model.config.n_positions}")
    warn_of_unknown(tokenizer, tokens)
    continuations = {}
    for name, arithmetic in arithmetics.items():
        show = None if as_json else _shower(tokenizer)
        if not as_json:
            click.echo(f"{click.style(name, bold=True)}\n{text}", nl=False)
        found = generate(arithmetic, model, tokens, count=count, choice=choice, seed=seed, stop=stop, on_token=show)
        continuations[name] = tokenizer.decode(found.tokens)
        if not as_json:
            click.echo("\n")
    if as_json:
        print_json({"prompt": text, "continuations": continuations})


def _shower(tokenizer: Tokenizer) -> Callable[[int], None]:
    """Prints each token as soon as it comes."""
    stream = tokenizer.stream()
    return lambda token: click.echo(stream(token), nl=False)
