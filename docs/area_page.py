"""The text and the tables of docs/area.md, from the rows of docs/area.csv; docs/area.py writes it."""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

from area_rows import Row

__all__ = ["page"]

BEGIN = """\
# Area and speed

Made by `python docs/area.py` from [area.csv](area.csv), as `mitchell synth` prints it: exact operators beside
approximate ones. The tools ran for {minutes:.0f} minutes in all, each on one processor.

- [Conditions](#conditions)
- [Products](#products): where an approximate one is both smaller and faster
- [Quotients](#quotients): what an approximate one is for, which is delay
- [The tables](#the-tables), by target and operation

## Conditions

Everything is soft logic: no DSP blocks, no memories. Cells and registers include those of a registered harness, which
`mitchell synth` prints apart; *LUTs* are the operator's own. An exact multiplier is the smaller one of what Yosys makes
of `*` by itself and by its `booth` pass, of slices of a factor where there are stages. It has no use for more than 2
stages at 8 bits, 3 at 16 and 4 at 32: the rest only delays it, and a look at fewer is fair, too. Exact quotients and
roots are rows of subtractors. Fmax is what nextpnr reports after routing, the median of {seeds} seeds; the constraint
is meant to be out of reach, and timing was allowed to fail it.

*Stages* are registers between operands and result, and so the latency in cycles; with stages there is a handshake,
which is included. *Delay* is from operands in a register to the result in one: stages + 1 periods of the fastest clock.
*Cells x ns* is cells times one period, the price of a result where one comes in every cycle.

*MRED* is the mean relative error in percent, pairs with a zero left out, of operands as [families.md](families.md) and
[floats.md](floats.md) draw them: all of 8-bit formats, all fractions of f16 and bf16, else a sample. Integer quotients
and roots are measured with fraction bits that the circuit has not got, so that the figure is that of the family; what
is left of the exact ones is the last bit, which they cut off and floats round.

Beside the exact product and Mitchell's stand, of integers, the smallest one of [pareto.md](pareto.md) that errs no more
than Mitchell's (`dralm-t5`), and, of 8 and 16 bits and of floats, the smallest one with an MRED below 1.5 %
(`realm-m4`); of quotients one below 1.5 % (`tuned-mred-m4`, of 16 and 32 bits with seven bits of the fractions). Floats
of 8 bits have `carryin` instead. Exact quotients of f32 are there with stages alone: in one cycle they are too deep for
the stack of Yosys' wheel.
"""

PRODUCTS = """\
## Products

Cells and Fmax over those of the exact multiplier with as many stages: less than 1 is smaller, more than 1 is faster.
**Bold** is both.

![Cells against Fmax of integer products](area-mul.png)
"""

QUOTIENTS = """\
## Quotients

Delay in ns, and how many times that of the exact quotient with as many stages is as long.

![Cells against delay of integer quotients](area-div.png)
"""


def page(rows: list[Row]) -> str:
    """All of docs/area.md."""
    begin = BEGIN.format(minutes=sum(row.seconds for row in rows) / 60, seeds=max(row.seeds for row in rows))
    placed = [row for row in rows if row.fmax is not None]
    parts = [begin, _targets(rows)]
    parts += [PRODUCTS, *_comparisons([row for row in placed if row.operation == "mul"], _product)]
    parts += [QUOTIENTS, *_comparisons([row for row in placed if row.operation == "div"], _quotient)]
    return "\n".join([*parts, "## The tables\n", *_tables(rows)])


def _markdown(heading: Iterable[str], lines: Iterable[Iterable[object]], left: int = 1) -> str:
    """A table whose first ``left`` columns are on the left."""
    heading = list(heading)
    rule = [":--" if i < left else "--:" for i in range(len(heading))]
    return "".join(f"| {' | '.join(map(str, line))} |\n" for line in (heading, rule, *lines))


def _targets(rows: list[Row]) -> str:
    first = {row.target: row for row in reversed(rows)}
    lines = [
        (f"`{row.target}`", row.device, row.yosys, row.nextpnr or "-", row.constraint or "-")
        for row in (first[target] for target in dict.fromkeys(row.target for row in rows))
    ]
    return _markdown(("target", "device", "Yosys", "nextpnr", "constraint MHz"), lines, left=2)


def _comparisons(rows: list[Row], compare: Callable[[Row, Row], str]) -> Iterator[str]:
    """For each target what the approximate operators come to beside the exact one, by format and stages."""
    exact = {(row.target, row.format, row.stages): row for row in rows if row.is_exact}
    for target, of_target in groupby(rows, key=lambda row: row.target):
        shown = list(of_target)
        stages = sorted({row.stages for row in shown})
        lines = []
        for (form, kind), own in groupby(shown, key=lambda row: (row.format, row.kind)):
            cells = {row.stages: compare(row, exact[target, form, row.stages]) for row in own}
            lines.append((form, f"`{kind}`", *(cells.get(count, "") for count in stages)))
        heading = (f"`{target}`", "", *(f"{count} stages" if count != 1 else "1 stage" for count in stages))
        yield _markdown(heading, lines, left=2)
        if compare is _product:
            yield from _verdicts(shown, exact)


def _both(row: Row, exact: Row) -> bool:
    return row.cells < exact.cells and row.fmax > exact.fmax


def _product(row: Row, exact: Row) -> str:
    if row.is_exact:
        return f"{row.cells} at {row.fmax:.0f}"
    text = f"{row.cells / exact.cells:.2f}, {row.fmax / exact.fmax:.2f}"
    return f"**{text}**" if _both(row, exact) else text


def _quotient(row: Row, exact: Row) -> str:
    return f"{row.delay:.1f}" + ("" if row.is_exact else f" ({exact.delay / row.delay:.1f})")


def _verdicts(rows: list[Row], exact: dict[tuple[str, str, int], Row]) -> Iterator[str]:
    """In words, where which product is both smaller and faster."""
    yield "Smaller and faster at equal latency:\n"
    for form, of_format in groupby(rows, key=lambda row: row.format):
        parts = []
        for kind, own in groupby((row for row in of_format if not row.is_exact), key=lambda row: row.kind):
            compared = list(own)
            stages = [row.stages for row in compared if _both(row, exact[row.target, form, row.stages])]
            where = f"with {', '.join(map(str, stages))} stage{'s' * (stages != [1])}" if stages else "nowhere"
            parts.append(f"`{kind}` {where}{', which are all' * (len(stages) == len(compared))}")
        yield f"- {form}: {'; '.join(parts)}."
    yield ""


def _figure(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _tables(rows: list[Row]) -> Iterator[str]:
    columns = ("stages", "cells", "LUTs", "registers", "Fmax MHz", "delay ns", "cells x ns", "MRED")
    for target, of_target in groupby(rows, key=lambda row: row.target):
        yield f"### `{target}`\n"
        for operation, of_operation in groupby(of_target, key=lambda row: row.operation):
            lines = []
            for row in of_operation:
                name = f"`{row.operator}`" + (f" ({row.strategy})" if row.strategy != "plain" else "")
                sizes = row.stages, row.cells, row.luts, row.registers
                speed = _figure(row.fmax, 1), _figure(row.delay, 1), _figure(row.area_delay, 0)
                lines.append((name, *sizes, *speed, f"{100 * row.mred:z.2f}"))
            yield _markdown((operation, *columns), lines)
