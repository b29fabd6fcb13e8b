"""``mitchell errors``: measured errors beside the proved bound."""

from collections.abc import Callable
from pathlib import Path

import click

import mitchell
from pysoft.errors import ErrorMetrics, ErrorPair, measure, plot_surface

from .common import (
    console,
    json_option,
    operators_argument,
    percent,
    print_json,
    print_table,
    progress,
    seed_option,
    table,
)

__all__ = ["command", "metrics_table"]


def _at(metrics: ErrorMetrics, pair: ErrorPair) -> str:
    return f"{pair.operands[0]} {metrics.operator.symbol} {pair.operands[1]} -> {pair.result}"


ROWS: tuple[tuple[str, Callable[[ErrorMetrics], str]], ...] = (
    ("pairs", lambda m: f"{m.pairs} ({'all' if m.exhaustive else f'random, seed {m.seed}'})"),
    ("error rate", lambda m: percent(m.error_rate, 2)),
    ("MRED, zeros counted", lambda m: percent(m.mred_with_zeros)),
    ("MRED, zeros left out", lambda m: percent(m.mred_without_zeros)),
    ("bias", lambda m: percent(m.bias)),
    ("standard deviation", lambda m: percent(m.std)),
    ("NMED", lambda m: f"{m.nmed:.4e}"),
    ("MED", lambda m: f"{m.med:.6g}"),
    ("worst absolute", lambda m: f"{float(m.wce):.10g}"),
    ("  at", lambda m: _at(m, m.wce_pair)),
    ("worst below", lambda m: percent(float(m.worst_below))),
    ("  at", lambda m: _at(m, m.below_pair)),
    ("worst above", lambda m: percent(float(m.worst_above))),
    ("  at", lambda m: _at(m, m.above_pair)),
    ("proved", lambda m: m.operator.bound.statement if m.operator.bound else "nothing"),
    ("within what is proved", lambda m: {True: "yes", False: "NO", None: "-"}[m.within_bound]),
)


def metrics_table(metrics: list[ErrorMetrics]):  # type: ignore[no-untyped-def]
    """Figures as rows, operators as columns. r is the result, e the exact value, as magnitudes."""
    rows = table(
        "Relative error (r - e)/e; r is the magnitude of the result, e that of the exact real value",
        "<figure",
        *(m.operator.name for m in metrics),
    )
    for title, cell in ROWS:
        rows.add_row(title, *(cell(m) for m in metrics))
    return rows


@click.command("errors")
@operators_argument
@click.option("--samples", type=click.IntRange(min=1), help="random pairs instead of all; needed above 12 bits")
@seed_option
@click.option(
    "--plot",
    type=click.Path(dir_okay=False, path_type=Path),
    help="write the error surface over (x1, x2) as PNG; one operator",
)
@json_option
def command(
    operators: tuple[mitchell.Operator, ...], samples: int | None, seed: int, plot: Path | None, as_json: bool
) -> int:
    """Measure the error of every OPERATOR and print it beside the proved bound.

    Exhaustive up to 12 bits, over --samples random pairs above. Exits with 1 if a measured error exceeds its proved
    bound.
    """
    if plot is not None and len(operators) > 1:
        raise click.UsageError(f"--plot draws one operator, not {len(operators)}")
    if plot is not None:  # before the work, since it may fail
        plot_surface(operators[0], plot)
    metrics = []
    for operator in operators:
        with progress(operator.name) as update:
            metrics.append(measure(operator, samples=samples, seed=seed, progress=update))
    if as_json:
        print_json([m.to_dict() for m in metrics])
    else:
        print_table(metrics_table(metrics))
        if plot is not None:
            console.print(f"wrote {plot}")
    return int(any(m.within_bound is False for m in metrics))
