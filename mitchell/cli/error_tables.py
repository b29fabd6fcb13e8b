"""Error figures on paper: the sheet of one operator, and the comparison of many."""

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from rich.table import Table

from pysoft.bound import Bound
from pysoft.errors import ErrorMetrics, ErrorPair, LargeErrors
from pysoft.families import FAMILIES, STATUSES
from pysoft.float_formats import FloatFormat
from pysoft.operator import Operator

from .common import number, percent, table

__all__ = ["SORTS", "attained", "bound_percent", "comparison_table", "metrics_table", "statements"]

CAPTION = "Relative error (r - e)/e; r is the magnitude of the result, e that of the exact real value"
OF_FLOATS = "over {} fractions of the operands, for normal results"
LARGE = "of 8 significant bits or more"  # operands
_SAME_ROOT = Fraction(1, 1 << 118)  # two errors of roots are equal, or differ by more; see pysoft.bound
Row = tuple[str, Callable[[ErrorMetrics], str | None], Callable[[ErrorMetrics, LargeErrors], str] | None]


def bound_percent(bound: Bound) -> str:
    """What is proved, in percent."""
    return f"{bound.percent}, less up to {bound.truncation}" if bound.truncation else bound.percent


def attained(metrics: ErrorMetrics) -> tuple[bool, bool]:
    """Whether a pair looked at has exactly the smallest error that is proved, and whether one has the largest."""
    operator, bound = metrics.operator, metrics.operator.bound
    if bound is None:
        return False, False
    seen = [metrics, *([metrics.large] if metrics.large else [])]
    same = _SAME_ROOT if operator.operation.endswith("sqrt") else 0
    return (
        any(abs(s.worst_below - bound.lower) <= same for s in seen),
        any(abs(s.worst_above - bound.upper) <= same for s in seen),
    )


def _at(operator: Operator, pair: ErrorPair) -> str:
    operands = (number(operator.format, operand) for operand in pair.operands)
    if isinstance(operator.format, FloatFormat):
        result = number(operator.format, float(pair.result))
    else:
        result = str(pair.result if pair.result.denominator == 1 else float(pair.result))
    return f"{operator.formula(*operands)} -> {result}"


def _interval(value: float, half: float | None) -> str:
    return percent(value) if half is None else f"{percent(value)[:-2]} +- {percent(half)}"


def _pairs(m: ErrorMetrics) -> str:
    return f"{m.pairs} ({'all' if m.exhaustive else f'random, seed {m.seed}'})"


def _loss(m: ErrorMetrics) -> str | None:
    return f"{float(m.worst_loss):.4g} ulp" if m.worst_loss is not None and "f" in m.operator.parameters else None


def _mred(m: ErrorMetrics) -> str:
    return _interval(m.mred_without_zeros, m.mred_interval)


def _of_integers(m: ErrorMetrics) -> bool:
    return not isinstance(m.operator.format, FloatFormat)


def _within(m: ErrorMetrics) -> str:
    sides = [name for name, met in zip(("below", "above"), attained(m), strict=True) if met]
    answer = {True: "yes", False: "NO", None: "-"}[m.within_bound]
    return f"{answer}, attained {' and '.join(sides)}" if sides else answer


def _percentile(share: float) -> Row:
    return f"{share:g} % of the pairs are within", lambda m: percent(m.percentiles[share]), None


# Title, figure over all pairs, figure over large operands; a row is left out where the first is None.
ROWS: tuple[Row, ...] = (
    ("pairs", _pairs, lambda m, large: str(large.pairs)),
    ("error rate", lambda m: percent(m.error_rate, 2), None),
    ("correctly rounded", lambda m: None if _of_integers(m) else percent(m.correctly_rounded, 2), None),
    ("MRED, zeros counted", lambda m: percent(m.mred_with_zeros) if _of_integers(m) else None, None),
    (
        "MRED, zeros left out",
        lambda m: _mred(m) if _of_integers(m) else None,
        lambda m, large: percent(large.mred),
    ),
    ("MRED", lambda m: None if _of_integers(m) else _mred(m), None),
    ("bias", lambda m: _interval(m.bias, m.bias_interval), lambda m, large: percent(large.bias)),
    ("standard deviation", lambda m: percent(m.std), lambda m, large: percent(large.std)),
    *map(_percentile, (50, 90, 99, 99.9)),
    ("worst below", lambda m: percent(float(m.worst_below)), lambda m, large: percent(float(large.worst_below))),
    ("  at", lambda m: _at(m.operator, m.below_pair), lambda m, large: _at(m.operator, large.below_pair)),
    ("worst above", lambda m: percent(float(m.worst_above)), lambda m, large: percent(float(large.worst_above))),
    ("  at", lambda m: _at(m.operator, m.above_pair), lambda m, large: _at(m.operator, large.above_pair)),
    ("mean absolute (MED)", lambda m: None if m.med is None else f"{m.med:.6g}", None),
    ("  of the largest (NMED)", lambda m: None if m.nmed is None else percent(m.nmed), None),
    ("root mean square", lambda m: None if m.rms is None else f"{m.rms:.6g}", None),
    ("worst absolute (WCE)", lambda m: None if m.wce is None else f"{float(m.wce):.10g}", None),
    ("  at", lambda m: None if m.wce_pair is None else _at(m.operator, m.wce_pair), None),
    ("worst loss", _loss, None),
    ("proved", lambda m: bound_percent(m.operator.bound) if m.operator.bound else "nothing", None),
    ("within what is proved", _within, None),
)


def metrics_table(metrics: Sequence[ErrorMetrics]) -> Table:
    """Figures as rows and operators as columns; a single one of integers has another column for operands of 8 bits.

    r is the result, e the exact value, as magnitudes.
    """
    if len(metrics) == 1:
        (m,) = metrics
        if not _of_integers(m):
            caption = f"{CAPTION},\n{OF_FLOATS.format('all' if m.exhaustive else 'random')}"
            caption += "" if m.exhaustive else "; the worst ones at corners, too"
            rows = table(caption, "<figure", m.operator.name)
        else:
            rows = table(CAPTION, "<figure", m.operator.name, f"operands {LARGE}".replace(" or", "\nor"))
        for title, over_all, over_large in ROWS:
            if (cell := over_all(m)) is not None:
                large = [over_large(m, m.large) if over_large and m.large else ""] if _of_integers(m) else []
                rows.add_row(title.replace("pairs", _operands(metrics)), cell, *large)
        return rows
    rows = table(CAPTION, "<figure", *(m.operator.name for m in metrics))
    for title, over_all, _ in ROWS:
        cells = [over_all(m) for m in metrics]
        if cells != [None] * len(cells):
            rows.add_row(title, *(cell or "-" for cell in cells))
    return rows


def _operands(metrics: Sequence[ErrorMetrics]) -> str:
    """What is looked at: ``operands`` if every operator takes one of them."""
    return "operands" if all(len(m.operator.operands) == 1 for m in metrics) else "pairs"


def statements(metrics: ErrorMetrics) -> list[str]:
    """What stands under the sheet of one operator: the proved statement, where it is met, and the family's status."""
    operator = metrics.operator
    family = FAMILIES[operator.family]
    lines = []
    if operator.bound is not None:
        lines += [f"proved    {operator.bound.statement}", f"attained  {operator.bound.attained}"]
        lines += [f"source    {operator.bound.source}"]
    lines.append(f"family    {family.title}, {family.status}: {STATUSES[family.status]}")
    return lines


def _sort_peak(m: ErrorMetrics) -> Fraction:
    return m.large.peak if m.large else m.peak


SORTS: dict[str, Callable[[ErrorMetrics], Any]] = {
    "mred": lambda m: m.mred_with_zeros,
    "peak": _sort_peak,
    "bias": lambda m: abs(m.bias),
    "nmed": lambda m: math.inf if m.nmed is None else m.nmed,
    "name": lambda m: m.operator.name,
}


def _short(value: float | None, sign: str = "") -> str:
    """A percentage in at most six characters."""
    if value is None:
        return "-"
    value *= 100
    digits = 3 if abs(value) < 9.9995 else 2 if abs(value) < 99.995 else 1
    text = f"{value:{sign}.{digits}f}"
    return text if float(text) else f"{value:{sign}.0e}" if value else "0"


def comparison_table(metrics: Sequence[ErrorMetrics], *, markdown: bool = False) -> Table:
    """A row for each operator; at most 120 columns wide if the names are no longer than 30."""
    operators = {f"{m.operator.operation}-{m.operator.format.name}-" for m in metrics}
    prefix = operators.pop() if len(operators) == 1 and not markdown else ""
    measured = f"{'All' if all(m.exhaustive for m in metrics) else 'Random'} {_operands(metrics)}"
    floats = [m for m in metrics if not _of_integers(m)]
    of_floats = (
        f"Floats: {OF_FLOATS.format('all' if all(m.exhaustive for m in floats) else 'random')}.\n" if floats else ""
    )
    integers = len(floats) < len(metrics)
    explained = f"{measured}"
    if integers:
        explained += f", in MRED those with a zero as no error; >=8: both operands {LARGE};\n"
    else:
        explained += "; rounded: results that are correctly rounded; "
    one = "pair" if integers else "one"
    cut_off = "c: before bits are cut off, up to one last place of them; " * integers
    rows = table(
        f"{CAPTION}, in percent.\n{of_floats}{explained}"
        f"=: {'a ' * integers}{one} attains it; {cut_off}ok: every {one} is within it",
        f"<{prefix or 'operator'}",
        *("MRED", " bias", "std", "99 %\n<=", " worst\n below", " worst\n above"),
        *(("MRED\n  >=8", "peak\n  >=8", " NMED", "     WCE") if integers else ()),
        *(("rounded",) if floats else ()),
        *("  proved\n    from", " \n    to", *(("<",) if integers else ()), "<ok"),
        dense=True,
    )
    for m in metrics:
        bound, large = m.operator.bound, m.large
        low, high = attained(m)
        proved = ("-", "-", "")
        if bound is not None:
            proved = (
                f"{_short(float(bound.lower), '+')}{'=' if low else ' '}",
                f"{_short(float(bound.upper), '+')}{'=' if high else ' '}",
                "c" if bound.truncation else "",
            )
        absolute = (
            _short(large.mred if large else None),
            _short(float(large.peak) if large else None),
            _short(m.nmed),
            "-" if m.wce is None else f"{float(m.wce):.5g}",
        )
        rows.add_row(
            m.operator.name.removeprefix(prefix),
            _short(m.mred_with_zeros),
            _short(m.bias, "+"),
            _short(m.std),
            _short(m.percentiles[99]),
            _short(float(m.worst_below), "+"),
            _short(float(m.worst_above), "+"),
            *(absolute if integers else ()),
            *((_short(m.correctly_rounded),) if floats else ()),
            *(proved if integers else proved[:2]),
            {True: "yes", False: "NO", None: "-"}[m.within_bound],
        )
    return rows
