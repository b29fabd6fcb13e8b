"""What the verbs share: the operator argument, ``--json``, tables, progress."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

import mitchell

__all__ = [
    "console",
    "json_option",
    "operator_argument",
    "operators_argument",
    "percent",
    "print_json",
    "progress",
    "seed_option",
    "stages_option",
    "table",
]

console = Console(highlight=False, soft_wrap=False)
_messages = Console(stderr=True)


def _operators(
    ctx: click.Context, param: click.Parameter, value: str | tuple[str, ...]
) -> mitchell.Operator | tuple[mitchell.Operator, ...]:
    return mitchell.operator(value) if isinstance(value, str) else tuple(map(mitchell.operator, value))


operator_argument = click.argument("operator", callback=_operators)
operators_argument = click.argument("operators", metavar="OPERATOR...", nargs=-1, required=True, callback=_operators)

json_option = click.option("--json", "as_json", is_flag=True, help="print one JSON object for machines")
seed_option = click.option("--seed", type=int, default=0, show_default=True, help="seed of the random numbers")
stages_option = click.option(
    "--stages",
    type=click.IntRange(0, 5),
    default=0,
    show_default=True,
    help="register stages = latency in cycles; 0 is combinational",
)


def print_json(value: Any) -> None:
    """``value`` as indented JSON on standard output."""
    click.echo(json.dumps(value, indent=2))


def percent(value: float | None, digits: int = 4) -> str:
    """A fraction as a percentage, ``-`` for None."""
    return "-" if value is None else f"{100 * value:.{digits}f} %"


def table(title: str, *columns: str) -> Table:
    """An empty table; columns whose heading starts with ``<`` are left-aligned, the others right-aligned."""
    result = Table(title=title, title_justify="left", header_style="bold")
    for column in columns:
        result.add_column(
            column.removeprefix("<"), justify="left" if column.startswith("<") else "right", overflow="fold"
        )
    return result


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int, str], None]]:
    """A progress bar on standard error, shown on terminals only; yields its update(done, total, what)."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
        console=_messages,
        transient=True,
        disable=not _messages.is_terminal,
    ) as bar:
        task = bar.add_task(title, total=None)

        def update(done: int, total: int, what: str) -> None:
            bar.update(task, completed=done, total=total, description=f"{title}: {what}" if what else title)

        yield update
