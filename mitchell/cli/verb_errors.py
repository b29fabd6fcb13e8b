"""``mitchell errors``: measured errors beside the proved bound, of one operator or many side by side."""

from pathlib import Path

import click

import mitchell
from pysoft.errors import ErrorMetrics, measure, needs_samples, samples_advice
from pysoft.errors.pictures import plot_comparison, plot_errors
from pysoft.files import write_whole
from pysoft.picture import check_picture

from .common import (
    console,
    json_option,
    markdown_option,
    operators_argument,
    print_json,
    print_table,
    progress,
    seed_option,
)
from .error_records import csv_text, record
from .error_tables import SORTS, comparison_table, metrics_table, statements

__all__ = ["command"]

STANDARD_OUTPUT = Path("-")


def _check(
    operators: tuple[mitchell.Operator, ...], samples: int | None, plot: Path | None, table: Path | None
) -> None:
    """Whatever can be known to fail, before hours of work."""
    wide = next(filter(needs_samples, operators), None)
    if wide is not None and samples is None:
        raise click.UsageError(samples_advice(wide))
    if plot is not None:
        check_picture(plot)
    if table is not None and not table.parent.is_dir():
        raise FileNotFoundError(f"folder {table.parent} of the CSV file does not exist")


def _measured(
    operators: tuple[mitchell.Operator, ...], samples: int | None, seed: int, threads: int | None
) -> list[ErrorMetrics]:
    metrics = []
    for place, operator in enumerate(operators, 1):
        with progress(operator.name) as update:
            title = f"{place}/{len(operators)} {operator}"
            metrics.append(
                measure(
                    operator,
                    samples=samples,
                    seed=seed,
                    threads=threads,
                    progress=lambda done, total, _, title=title, update=update: update(done, total, title),  # type: ignore[misc]
                )
            )
    return metrics


@click.command("errors")
@operators_argument
@click.option(
    "--samples",
    type=click.IntRange(min=1),
    help="random operands instead of all; needed for integers above 16 bits and for mul and div of f32",
)
@seed_option
@click.option(
    "--threads",
    type=click.IntRange(min=1),
    help="threads for all pairs of integers; as many as there are cores by default",
)
@click.option("--sort", type=click.Choice(list(SORTS)), help="order of several operators; as given by default")
@click.option(
    "--plot",
    type=click.Path(dir_okay=False, path_type=Path),
    help="write a picture, PNG, SVG or PDF: of one operator its error over the fractions, the distribution and the"
    " percentiles; of several MRED and bias against peak",
)
@click.option(
    "--csv",
    "csv_file",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="write all figures as CSV, a row for each operator; - for standard output",
)
@markdown_option
@json_option
def command(
    operators: tuple[mitchell.Operator, ...],
    samples: int | None,
    seed: int,
    threads: int | None,
    sort: str | None,
    plot: Path | None,
    csv_file: Path | None,
    markdown: bool,
    as_json: bool,
) -> int:
    """Measure the error of every OPERATOR and print it beside the proved bound.

    All operands of integers up to 16 bits, --samples random ones above (then with 95 % confidence intervals). Relative
    errors of small operands are far from those of large ones, so operands of 8 significant bits or more have figures of
    their own. Of floats, all fractions of the operands, which alone decide about the relative error of a normal result;
    mul and div of f32 have too many and take --samples. Several operators are compared, a row each; --csv and --json
    have all figures. Exits with 1 if a measured error exceeds its proved bound.
    """
    to_standard_output = csv_file == STANDARD_OUTPUT
    if as_json and to_standard_output:
        raise click.UsageError("--json and --csv - would both write to standard output")
    _check(operators, samples, plot, csv_file)
    metrics = _measured(operators, samples, seed, threads)
    if sort is not None:
        metrics.sort(key=SORTS[sort])

    written = []
    if plot is not None:
        written.append(plot_errors(metrics[0], plot) if len(metrics) == 1 else plot_comparison(metrics, plot))
    if csv_file is not None and not to_standard_output:
        write_whole(csv_file, csv_text([record(m) for m in metrics]))
        written.append(csv_file)
    if to_standard_output:
        click.echo(csv_text([record(m) for m in metrics]), nl=False)
    elif as_json:
        print_json([m.to_dict() for m in metrics])
    else:
        _print(metrics, markdown)
        for path in written:
            click.echo(f"wrote {path}")
    return int(any(m.within_bound is False for m in metrics))


def _print(metrics: list[ErrorMetrics], markdown: bool) -> None:
    if len(metrics) > 1:
        rows = comparison_table(metrics, markdown=markdown)
        print_table(rows, markdown=markdown)
        if markdown:
            click.echo(rows.title)
        return
    print_table(metrics_table(metrics), markdown=markdown)
    for line in statements(metrics[0]):
        click.echo(f"- {line}") if markdown else console.print(line, soft_wrap=True)
