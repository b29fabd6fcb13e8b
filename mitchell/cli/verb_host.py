"""``mitchell host``: computing on a board, testing it, and timing it."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from typing import Any, TypeVar

import click
import numpy as np

import mitchell
from boards.link.benchmark import benchmark
from boards.link.selftest import selftest
from pysoft.float_formats import FloatFormat

from .common import (
    console,
    json_option,
    number,
    plain_number,
    print_json,
    print_table,
    progress,
    result_text,
    seed_option,
    table,
    vectors_option,
)
from .numerals import operand_value

__all__ = ["command"]

_Function = TypeVar("_Function", bound=Callable[..., Any])

_baud_option = click.option(
    "--baud",
    type=click.IntRange(min=1),
    default=1_000_000,
    show_default=True,
    help="bit/s that the board was built for; of no meaning to a pseudo-terminal, but checked",
)


def _operators_option(function: _Function) -> _Function:
    return click.option(
        "--operator", "names", multiple=True, help="one of the board's operators; may be repeated  [default: all]"
    )(function)


@click.group("host")
@click.argument("port")
@click.pass_context
def command(ctx: click.Context, port: str) -> None:
    """Compute on the board at serial port PORT, such as /dev/ttyUSB1, COM4 or the terminal of `mitchell sim-board`.

    The board is loaded with a bitstream of `mitchell build`.
    """
    ctx.obj = port


def _device(port: str, baud: int) -> AbstractContextManager[Any]:
    return mitchell.host.connect(port, baud=baud)


@command.command("identify")
@_baud_option
@json_option
@click.pass_obj
def _identify(port: str, baud: int, as_json: bool) -> None:
    """What the board says of itself, and what it has counted since its reset."""
    with _device(port, baud) as device:
        identification, counters = device.identification, device.counters()
    if as_json:
        print_json(asdict(identification) | {"counters": counters})
        return
    rows = table(f"{identification.board} at {port}", "<board", "<")
    rows.add_row("operators", "\n".join(f"{name}, {n} stages" for name, n in identification.operators.items()))
    rows.add_row("clock of the operators", f"{identification.clock / 1e6:g} MHz")
    rows.add_row("line", f"{identification.baud} baud")
    rows.add_row("buffer", f"{identification.buffer} bytes of requests")
    rows.add_row("built by", f"mitchell {identification.version}, protocol {identification.protocol}")
    rows.add_row("requests since reset", ", ".join(f"{name} {n}" for name, n in counters.items()))
    print_table(rows)


@command.command("run", context_settings={"ignore_unknown_options": True})  # so that -3 is a number
@click.argument("name", metavar="OPERATOR")
@click.argument("operands", metavar="A [B] ...", nargs=-1, required=True)
@click.option("--bits", is_flag=True, help="operands are patterns of bits, such as 0x3fc0")
@_baud_option
@json_option
@click.pass_obj
def _run(port: str, name: str, operands: tuple[str, ...], bits: bool, baud: int, as_json: bool) -> None:
    """Results of OPERATOR on A, or on A and B, and on any more operands, computed by the board.

    Numbers are written as for `mitchell eval`; floats are rounded to the nearest number of the format.
    """
    with _device(port, baud) as device:
        operator = device.operator(name)
        columns = _columns(operator.model, operands, bits)
        results = operator(*columns)
    model = operator.model
    if as_json:
        answers = [_plain(model, *row) for row in zip(*columns, results, strict=True)]
        print_json({"operator": model.name, "results": answers})
        return
    rows = table(f"{model.name} on {port}", *model.operands, model.result)
    for *numbers, result in zip(*columns, results, strict=True):
        rows.add_row(*(number(model.format, each) for each in numbers), result_text(model, result))
    print_table(rows)


def _columns(model: Any, texts: Sequence[str], bits: bool) -> list[Any]:
    """The operands of all results, one sequence for each operand of one result."""
    arity = len(model.operands)
    if len(texts) % arity:
        raise click.UsageError(f"{model} takes operands in {arity}s, {' and '.join(model.operands)}, not {len(texts)}")
    try:
        values = [operand_value(text, model.format, bits=bits)[0] for text in texts]
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    columns = [values[i::arity] for i in range(arity)]
    return [np.array(column) for column in columns] if isinstance(model.format, FloatFormat) else columns


def _plain(model: Any, *row: Any) -> dict[str, Any]:
    """A result and its operands for JSON."""
    *numbers, result = row
    return {
        "operands": {
            name: plain_number(model.format, each) for name, each in zip(model.operands, numbers, strict=True)
        },
        "result": plain_number(model.result_format, result),
    }


@command.command("selftest")
@_operators_option
@vectors_option(10_000)
@seed_option
@_baud_option
@json_option
@click.pass_obj
def _selftest(port: str, names: tuple[str, ...], vectors: int | str, seed: int, baud: int, as_json: bool) -> int:
    """Compare the board with the models, bit by bit, at all corners and at random operands.

    Exits with 1 if a result differs.
    """
    with _device(port, baud) as device:
        tests = []
        for name in names or device.operators:
            with progress(name) as update:
                tests.append(selftest(device, name, vectors=vectors, seed=seed, progress=update))
    if as_json:
        print_json([test.to_dict() for test in tests])
    else:
        rows = table(
            f"{device.identification.board} at {port}, seed {seed}",
            *("<operator", "checked", "wrong", "vectors/s", "frames sent again"),
        )
        for test in tests:
            rate = f"{test.vectors_per_second:.0f}"
            rows.add_row(test.operator, str(test.checked), str(test.wrong), rate, str(test.resent))
        rows.add_section()
        rows.add_row("passed" if all(test.passed for test in tests) else "FAILED")
        print_table(rows)
        for test in tests:
            for mismatch in test.mismatches:
                found, expected = hex(mismatch.got), hex(mismatch.expected)
                formula = mitchell.operator(test.operator).formula(*map(hex, mismatch.operands))
                console.print(f"  {test.operator}: {formula}: got {found}, the model says {expected}")
    return int(not all(test.passed for test in tests))


@command.command("bench")
@_operators_option
@click.option(
    "--seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=0.5,
    show_default=True,
    help="each size of batches is called for so long, and once at least",
)
@seed_option
@_baud_option
@json_option
@click.pass_obj
def _bench(port: str, names: tuple[str, ...], seconds: float, seed: int, baud: int, as_json: bool) -> None:
    """Time the board's operators, by size of the batches, beside what the line can carry."""
    with _device(port, baud) as device, progress("bench") as update:
        results = [
            benchmark(device, name, seconds=seconds, seed=seed, progress=update) for name in names or device.operators
        ]
    if as_json:
        print_json([result.to_dict() for result in results])
        return
    for result in results:
        rows = table(
            f"{result.operator} on {port}, {result.baud} baud", "batch", "results/s", "bytes/s out", "bytes/s in"
        )
        for each in result.throughputs:
            rates = each.results_per_second, each.bytes_out_per_second, each.bytes_in_per_second
            rows.add_row(str(each.batch), *(f"{rate:.0f}" for rate in rates))
        rows.add_section()
        line = f"{result.line_bytes_per_second:.0f}"
        rows.add_row("the line", f"{result.line_results_per_second:.0f}", line, line)
        print_table(rows)
