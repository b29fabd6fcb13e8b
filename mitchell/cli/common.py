"""What the verbs share: the operator arguments, ``--json``, tables, progress."""

import difflib
import fnmatch
import json
import math
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click
import numpy as np
import rich.box
from rich.console import Console, JustifyMethod
from rich.measure import Measurement
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

import mitchell
from pysoft.float_formats import FloatFormat
from pysoft.formats import Format

__all__ = [
    "PATTERNS",
    "board_options",
    "console",
    "expand",
    "json_option",
    "markdown_option",
    "matching",
    "number",
    "number_or_all",
    "operator_argument",
    "operators_argument",
    "percent",
    "plain_number",
    "print_json",
    "print_table",
    "progress",
    "result_text",
    "seed_option",
    "seeds_option",
    "stages_option",
    "table",
    "vectors_option",
]

console = Console(highlight=False, markup=False)  # no markup: mitchell[hdl] is no tag
if not console.is_terminal:  # pipes and files have no width of their own
    console = Console(highlight=False, markup=False, width=int(os.environ.get("COLUMNS", "120")))
_messages = Console(stderr=True, markup=False)


_WIDEST = 1000  # columns of a table
_Function = TypeVar("_Function", bound=Callable[..., Any])

PATTERNS = """OPERATOR may be a pattern over the catalogue, quoted against the shell: 'mul-u16-*', 'rsqrt-f32-*'.
    Quotients and roots are given fraction bits by a last -f<bits>, such as 'div-u16-*-f8'.
    """


def matching(pattern: str) -> list[mitchell.Operator]:
    """Operators of the catalogue whose names match a shell pattern, in its order.

    A last ``-f<bits>`` stands for itself: the catalogue has every operation with one number of fraction bits alone.

    Raises
    ------
    click.UsageError
        If there is none; the message has names that are close.
    """
    catalogue = {operator.name: operator for operator in mitchell.operators()}
    found = [operator for name, operator in catalogue.items() if fnmatch.fnmatchcase(name, pattern)]
    suffix = re.fullmatch(r"(.*)-f(\d{1,3})", pattern)
    if not found and suffix:
        found = [
            operator.with_family(operator.family, **{**operator.parameters, "f": int(suffix[2])})
            for name, operator in catalogue.items()
            if "f" in operator.parameters and fnmatch.fnmatchcase(name, suffix[1])
        ]
    if not found:
        close = difflib.get_close_matches(re.sub(r"[*?]|\[.*?\]", "", pattern), catalogue, 3, 0.6)
        nearest = f"; nearest: {', '.join(close)}" if close else ""
        raise click.UsageError(f"no operator of the catalogue matches {pattern!r}{nearest}; see also  mitchell list")
    return found


def _operator(ctx: click.Context, param: click.Parameter, value: str) -> mitchell.Operator:
    return mitchell.operator(value)


def expand(names: tuple[str, ...]) -> tuple[mitchell.Operator, ...]:
    """Every operator once, patterns replaced by what they match."""
    found = (matching(name) if set("*?[") & set(name) else [mitchell.operator(name)] for name in names)
    return tuple(dict.fromkeys(operator for operators in found for operator in operators))


def _operators(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[mitchell.Operator, ...]:
    return expand(value)


operator_argument = click.argument("operator", callback=_operator)


def operators_argument(function: _Function) -> _Function:
    """One operator or more, by name or by pattern; to stand right under the decorator of the command."""
    function.__doc__ = f"{function.__doc__ or ''}\n    {PATTERNS}"
    argument = click.argument("operators", metavar="OPERATOR...", nargs=-1, required=True, callback=_operators)
    return argument(function)


json_option = click.option("--json", "as_json", is_flag=True, help="print JSON for machines")
markdown_option = click.option("--markdown", is_flag=True, help="print the table as Markdown")
seeds_option = click.option(
    "--seeds", type=click.IntRange(1, 99), default=3, show_default=True, help="place-and-route runs; Fmax is the median"
)
seed_option = click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="seed of the random numbers"
)
stages_option = click.option(
    "--stages",
    type=click.IntRange(0, 5),
    default=0,
    show_default=True,
    help="register stages = latency in cycles; 0 is combinational",
)


def _named(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[mitchell.Operator, ...]:
    return tuple(mitchell.operator(name) for name in value)


def board_options(function: _Function) -> _Function:
    """What is on a board: ``--operator`` (the command gets ``operators``), ``--stages``, ``--clock`` and ``--baud``."""
    options = (
        click.option(
            "--operator",
            "operators",
            multiple=True,
            default=("mul-u16-mitchell",),
            show_default=True,
            callback=_named,
            help="what the board computes; give it several times for several operators",
        ),
        click.option(
            "--stages",
            type=click.IntRange(1, 5),
            default=4,
            show_default=True,
            help="register stages of every operator",
        ),
        click.option(
            "--clock", type=float, metavar="MHZ", help="clock of the operators  [default: the board's choice]"
        ),
        click.option("--baud", type=int, help="bit/s of the serial port  [default: the board's choice]"),
    )
    for option in reversed(options):  # as decorators, the last is applied first
        function = option(function)
    return function


def number_or_all(ctx: click.Context, param: click.Parameter, value: str) -> int | str:
    """Callback of an option that takes a number from 1 up, or ``all``."""
    if value == "all":
        return value
    if not value.isdecimal() or int(value) < 1:
        raise click.BadParameter(f"{value!r} is neither a number from 1 up nor 'all'")
    return int(value)


def vectors_option(default: int) -> Callable[[_Function], _Function]:
    """``--vectors``, a number or ``all``."""
    return click.option(
        "--vectors",
        callback=number_or_all,
        metavar="N|all",
        default=str(default),
        show_default=True,
        help="vectors of operands, never fewer than the directed corners, of which there are dozens or hundreds; or"
        " 'all' of up to 16 bits of operands together",
    )


def print_json(value: Any) -> None:
    """``value`` as indented JSON on standard output."""
    click.echo(json.dumps(value, indent=2))


def number(form: Format, value: float) -> str:
    """An operand or a result of this format: an integer, or as few digits as tell it from other numbers of f32."""
    return str(np.float32(value)) if isinstance(form, FloatFormat) else str(value)


def plain_number(form: Format, value: Any) -> int | float | str:
    """An operand or a result of this format for JSON, which has no infinities and NaN."""
    if not isinstance(form, FloatFormat):
        return int(value)
    return float(value) if math.isfinite(value) else number(form, float(value))


def result_text(operator: mitchell.Operator, result: Any) -> str:
    """A result of an operator, and what it stands for if its unit is not 1."""
    text = number(operator.result_format, result)
    if operator.fraction_bits:
        text += f"  = {float(operator.real(result)):.10g} (unit 2^-{operator.fraction_bits})"
    return text


def percent(value: float | None, digits: int = 4) -> str:
    """A fraction as a percentage, ``-`` for None."""
    if value is None:
        return "-"
    text = f"{100 * value:.{digits}f}"
    return f"{100 * value:.1e} %" if value and not float(text) else f"{text} %"


def table(title: str, *columns: str, dense: bool = False) -> Table:
    """An empty table; columns whose heading starts with ``<`` are left-aligned, the others right-aligned.

    A ``dense`` one has no lines between its columns.
    """
    result = Table(title=title, header_style="bold")
    if dense:
        result = Table(title=title, header_style="bold", box=rich.box.SIMPLE_HEAD, padding=(0, 0), show_edge=False)
    for i, column in enumerate(columns):
        justify: JustifyMethod = "left" if column.startswith("<") else "right"
        result.add_column(column.removeprefix("<"), justify=justify, overflow="fold", no_wrap=i == 0)
    return result


def print_table(rows: Table, *, markdown: bool = False) -> None:
    """``rows`` on standard output, drawn for a terminal or as Markdown."""
    if not markdown:
        title, rows.title = rows.title, None  # rich would wrap it to the width of the table
        console.print(title, style="italic", soft_wrap=True)
        whole = Measurement.get(console, console.options.update(max_width=_WIDEST), rows).maximum
        dense = not rows.show_edge  # and all in numbers, which are not to be broken: let the terminal break whole lines
        wide = Console(highlight=False, markup=False, width=whole) if dense and whole > console.width else console
        wide.print(rows)
        return
    # A Markdown table ends with an empty line.
    rule = [":--" if column.justify == "left" else "--:" for column in rows.columns]
    lines = [[" ".join(str(column.header).split()) for column in rows.columns], rule]
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
