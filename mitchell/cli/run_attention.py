"""``mitchell run attention``: error of attention kernels beside the error of the arithmetic."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import click
from rich.table import Table

import mitchell
from experiments.attention import AttentionErrors, measure_attention
from experiments.pictures.attention import plot_attention

from .common import percent, progress, table
from .run_common import arithmetic_options, present, result_options

__all__ = ["command"]


@click.command("attention")
@arithmetic_options
@click.option(
    "--length",
    "lengths",
    type=click.IntRange(min=1),
    multiple=True,
    default=(256,),
    show_default=True,
    help="queries, and keys; may be given again and again",
)
@click.option(
    "--scale",
    "scales",
    type=click.FloatRange(min=0, min_open=True, max=1e6),
    multiple=True,
    default=(0.5, 1.0, 2.0),
    show_default=True,
    help="standard deviation of queries and keys; may be given again and again",
)
@click.option("--width", type=click.IntRange(min=1), default=16, show_default=True, help="elements of a query")
@click.option("--repeats", type=click.IntRange(min=1), default=5, show_default=True, help="draws; medians are shown")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="of the first draw")
@result_options
def command(
    arithmetics: Mapping[str, mitchell.Arithmetic],
    lengths: tuple[int, ...],
    scales: tuple[float, ...],
    width: int,
    repeats: int,
    seed: int,
    plot: Path | None,
    markdown: bool,
    as_json: bool,
) -> None:
    """Measure softmax, Taylor's polynomials, elu + 1 and random features on random queries, keys and values.

    The error of a kernel is that on float32, from softmax on it. Below its name, the error of an arithmetic is that of
    the kernel on it, from the same kernel on float32. --json has both together, too.
    """
    with progress("attention") as update:
        result = measure_attention(
            arithmetics, lengths=lengths, scales=scales, width=width, repeats=repeats, seed=seed, progress=update
        )
    present(
        result, [*_kernels(result), _forms(result)], [_note(result)], plot_attention,
        plot=plot, markdown=markdown, as_json=as_json,
    )  # fmt: skip


def _kernels(result: AttentionErrors) -> list[Table]:
    """For each length and scale: a row for each kernel, with its own error and that of each arithmetic."""
    places = dict.fromkeys((each.length, each.scale) for each in result.kernels)
    tables = []
    for length, scale in places:
        here = [each for each in result.kernels if (each.length, each.scale) == (length, scale)]
        others = [each for each in here if each.arithmetic != result.reference]
        rows = table(
            f"Attention to {length} tokens, queries and keys of standard deviation {scale:g}",
            *("<kernel", "size", "kernel error", *_headings(each.arithmetic for each in others)),
            dense=True,
        )
        for kernel, size in dict.fromkeys((each.kernel, each.size) for each in here):
            own = next(each for each in here if (each.kernel, each.size) == (kernel, size))
            errors = [each.arithmetic_error for each in others if (each.kernel, each.size) == (kernel, size)]
            rows.add_row(kernel, str(size or ""), *(percent(error, 2) for error in (own.kernel_error, *errors)))
        tables.append(rows)
    return tables


def _forms(result: AttentionErrors) -> Table:
    rows = table(
        "Causal linear attention in other forms: difference from the dense form on the same arithmetic",
        *("<kernel", "<form", "tokens", "scale", *_headings(each.arithmetic for each in result.forms)),
        dense=True,
    )
    for kernel, length, scale in dict.fromkeys((each.kernel, each.length, each.scale) for each in result.forms):
        here = [each for each in result.forms if (each.kernel, each.length, each.scale) == (kernel, length, scale)]
        for form in ("chunked", "recurrent"):
            errors = (percent(getattr(each, form), 2) for each in here)
            rows.add_row(kernel, form, str(length), f"{scale:g}", *errors)
    return rows


def _headings(arithmetics: Iterable[str]) -> list[str]:
    """Each once, in two lines."""
    return [name.replace("-", "\n", 1) for name in dict.fromkeys(arithmetics)]


def _note(result: AttentionErrors) -> str:
    return (
        f"queries, keys and values of {result.width} normal numbers; medians of {result.repeats} draws; errors are"
        f" Frobenius norms of differences as shares of those of outputs, from {result.reference}"
    )
