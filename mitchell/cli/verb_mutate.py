"""``mitchell mutate``: would the bench notice, if the circuit were broken?"""

from typing import Any

import click
import numpy as np

import mitchell
from pysoft.float_formats import FloatFormat
from pysoft.formats import Format
from pysoft.vectors import check_vectors

from .common import (
    console,
    json_option,
    markdown_option,
    number_or_all,
    operators_argument,
    percent,
    print_json,
    print_table,
    progress,
    table,
    vectors_option,
)

__all__ = ["command"]

TITLE = "Mutants of the netlist; killed: a vector has another result; equivalent: proved the same for every input"


def _value(form: Format, pattern: int) -> str:
    """The number of a bit pattern; of a float with the pattern: not every NaN is the same."""
    (value,) = form.from_bits(np.array([pattern], dtype=np.uint64))
    return f"{float(value)} (0x{pattern:0{form.width // 4}x})" if isinstance(form, FloatFormat) else str(value)


def _told(operator: mitchell.Operator, survivor: Any) -> str:
    if survivor.operands is None:
        return f"{operator}, {survivor.mutation}: no vector kills it, and z3 gives up ({survivor.note})"
    operands = (_value(operator.format, pattern) for pattern in survivor.operands)
    expected, got = (_value(operator.result_format, pattern) for pattern in (survivor.expected, survivor.got))
    formula = operator.formula(*operands)
    return f"{operator}, {survivor.mutation}: no vector kills it, though {formula} gives {got} instead of {expected}"


@click.command("mutate")
@operators_argument
@click.option(
    "--mutants",
    callback=number_or_all,
    metavar="N|all",
    default="100",
    show_default=True,
    help="mutants of each operator, or 'all': every pin of every gate always 0, always 1 and inverted",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="seed of the choice of mutants")
@vectors_option(1000)
@json_option
@markdown_option
def command(
    operators: tuple[mitchell.Operator, ...],
    mutants: int | str,
    seed: int,
    vectors: int | str,
    as_json: bool,
    markdown: bool,
) -> int:
    """Break one gate of each OPERATOR's netlist after the other, and see whether the vectors of `mitchell sim` notice.

    A mutant whose results are all the same must be proved equal to the circuit for every input, or it is live. Exits
    with 1 if one is.
    """
    from formal.mutation import score_mutants

    for operator in operators:
        check_vectors(operator.format, vectors, operands=len(operator.operands))
    scores = []
    for operator in operators:
        with progress(operator.name) as update:
            scores.append(score_mutants(operator, mutants=mutants, seed=seed, vectors=vectors, progress=update))
    status = int(not all(score.complete for score in scores))
    if as_json:
        print_json([score.to_dict() for score in scores])
        return status
    rows = table(TITLE, "<operator", "gates", "vectors", "mutants", "killed", "equivalent", "live", "score")
    for score in scores:
        counts = (score.gates, score.vectors, score.mutants, score.killed, score.equivalent, len(score.live))
        rows.add_row(score.operator.name, *map(str, counts), percent(score.score, 2))
    print_table(rows, markdown=markdown)
    for score in scores:
        for survivor in score.live:
            console.print(_told(score.operator, survivor), soft_wrap=True)
    return status
