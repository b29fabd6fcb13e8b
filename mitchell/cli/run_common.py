"""What the experiments share: their arithmetics, and where their results go."""

import warnings
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol, TypeVar

import click
import numpy as np
from rich.table import Table

import mitchell
from experiments.arithmetics import REFERENCE, STANDARD, arithmetics
from pysoft.language.tokenizer import Tokenizer
from pysoft.picture import check_picture

from .common import console, json_option, markdown_option, print_json, print_table

__all__ = ["arithmetic_options", "present", "result_options", "warn_of_unknown"]

_THREADS = "mitchell.threads"  # what the arithmetics are made with
_Function = TypeVar("_Function", bound=Callable[..., Any])


def _named(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> Mapping[str, mitchell.Arithmetic]:
    try:
        return arithmetics(value or STANDARD, threads=ctx.meta[_THREADS])
    except ValueError as error:
        form = "an arithmetic is <format>-<family>[+<family>], such as bf16-mitchell or s8-drum-k4+exact"
        raise click.UsageError(f"{error}; {form}") from None


def _keep(ctx: click.Context, param: click.Parameter, value: int | None) -> None:
    ctx.meta[_THREADS] = value


def _picture(ctx: click.Context, param: click.Parameter, value: Path | None) -> Path | None:
    return None if value is None else check_picture(value)


def arithmetic_options(function: _Function) -> _Function:
    """``--arithmetic`` and ``--threads``: a mapping ``arithmetics``, the first of which is the reference."""
    arithmetic = click.option(
        "-a",
        "--arithmetic",
        "arithmetics",
        metavar="NAME",
        multiple=True,
        callback=_named,
        help=f"an arithmetic, <format>-<family>, beside {REFERENCE}; may be given again and again"
        f"  [default: {', '.join(STANDARD)}]",
    )
    threads = click.option(
        "--threads",
        type=click.IntRange(min=1),
        is_eager=True,
        expose_value=False,
        callback=_keep,
        help="threads of matrix products; as many as there are CPUs by default",
    )
    return threads(arithmetic(function))


def result_options(function: _Function) -> _Function:
    """``--plot``, ``--markdown`` and ``--json``: ``plot``, ``markdown`` and ``as_json``."""
    plot = click.option(
        "--plot",
        type=click.Path(dir_okay=False, path_type=Path),
        callback=_picture,
        help="write a picture, PNG, SVG or PDF",
    )
    return plot(markdown_option(json_option(function)))


def warn_of_unknown(tokenizer: Tokenizer, tokens: np.ndarray) -> None:
    """Warn of text that the tokenizer does not know, which a model sees as one token for all of it."""
    unknown = tokenizer.unknown(tokens)
    if unknown:
        warnings.warn(
            f"{unknown} of {len(tokens)} tokens stand for text that the tokenizer does not know", stacklevel=2
        )


class _Result(Protocol):
    def to_dict(self) -> dict[str, Any]: ...


_Measured = TypeVar("_Measured", bound=_Result)


def present(
    result: _Measured,
    tables: Iterable[Table],
    notes: Iterable[str],
    draw: Callable[[_Measured, Path], Path],
    *,
    plot: Path | None,
    markdown: bool,
    as_json: bool,
) -> None:
    """Print a result as tables and lines below them, or as JSON, and draw it if there is a path to draw it to."""
    if plot is not None:
        draw(result, plot)
    if as_json:
        print_json(result.to_dict())
        return
    for rows in tables:
        print_table(rows, markdown=markdown)
    for line in notes:
        click.echo(f"{line}\n") if markdown else console.print(line, soft_wrap=True)
    if plot is not None:
        click.echo(f"wrote {plot}")
