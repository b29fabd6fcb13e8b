"""What the verbs share: the operator argument, ``--json``, tables, progress."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console, JustifyMethod
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

import mitchell

__all__ = [
    "console",
    "json_option",
    "markdown_option",
    "operator_argument",
    "operators_argument",
    "percent",
    "print_json",
    "print_table",
    "progress",
    "seed_option",
    "seeds_option",
    "stages_option",
    "table",
]

console = Console(highlight=False, markup=False)  # no markup: mitchell[hdl] is no tag
if not console.is_terminal:  # pipes and files have no width of their own
    console = Console(highlight=False, markup=False, width=int(os.environ.get("COLUMNS", "120")))
_messages = Console(stderr=True, markup=False)


def _operators(
    ctx: click.Context, param: click.Parameter, value: str | tuple[str, ...]
) -> mitchell.Operator | tuple[mitchell.Operator, ...]:
    return mitchell.operator(value) if isinstance(value, str) else tuple(map(mitchell.operator, value))


operator_argument = click.argument("operator", callback=_operators)
operators_argument = click.argument("operators", metavar="OPERATOR...", nargs=-1, required=True, callback=_operators)

json_option = click.option("--json", "as_json", is_flag=True, help="print JSON for machines")
markdown_option = click.option("--markdown", is_flag=True, help="print the table as Markdown")
seeds_option = click.option(
    "--seeds", type=click.IntRange(1, 99), default=3, show_default=True, help="place-and-route runs; Fmax is the median"
)
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
    if value is None:
        return "-"
    text = f"{100 * value:.{digits}f}"
    return f"{100 * value:.1e} %" if value and not float(text) else f"{text} %"


def table(title: str, *columns: str) -> Table:
    """An empty table; columns whose heading starts with ``<`` are left-aligned, the others right-aligned."""
    result = Table(title=title, header_style="bold")
    for i, column in enumerate(columns):
        justify: JustifyMethod = "left" if column.startswith("<") else "right"
        result.add_column(column.removeprefix("<"), justify=justify, overflow="fold", no_wrap=i == 0)
    return result


def print_table(rows: Table, *, markdown: bool = False) -> None:
    """``rows`` on standard output, drawn for a terminal or as Markdown."""
    if not markdown:
        title, rows.title = rows.title, None  # rich would wrap it to the width of the table
        console.print(title, style="italic", soft_wrap=True)
        console.print(rows)
        return
    # A Markdown table ends with an empty line.
    rule = [":--" if column.justify == "left" else "--:" for column in rows.columns]
    lines = [[str(column.header) for column in rows.columns], rule]
    lines += [list(map(str, cells)) for cells in zip(*(column.cells for column in rows.columns), strict=True)]
    click.echo("\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n")


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int, str], None]]:
    """A progress bar on standard error, shown on terminals only; yields its update(done, total, what)."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=_messages,
        transient=True,
        disable=not _messages.is_terminal,
    ) as bar:
        task = bar.add_task(title, total=None)

        def update(done: int, total: int, what: str) -> None:
            bar.update(task, completed=done, total=total, description=what or title)

        yield update
