"""All error figures of an operator as one flat record, for tables of others."""

import csv
import io
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from pysoft.errors import ErrorMetrics, ErrorPair

from .error_tables import attained

__all__ = ["csv_text", "record"]


def _of_pair(name: str, pair: ErrorPair | None, value: Fraction | None) -> dict[str, Any]:
    if pair is None or value is None:
        return dict.fromkeys((name, f"{name}_exact", f"{name}_at"))
    return {name: float(value), f"{name}_exact": str(value), f"{name}_at": " ".join(map(str, pair.operands))}


def record(m: ErrorMetrics) -> dict[str, Any]:
    """All figures in one flat row; exact ones as a fraction such as -1/9, too.

    The same keys for every operator, but that floats have ``correctly_rounded`` at the end. Relative figures are
    fractions: 0.01 is 1 %. What is not there is None.
    """
    operator, bound = m.operator, m.operator.bound
    flat: dict[str, Any] = {"operator": operator.name, "operation": operator.operation}
    flat |= {"format": operator.format.name, "family": operator.family}
    for name in (
        *("exhaustive", "samples", "seed", "pairs", "zero_pairs", "undefined_pairs", "zero_share", "error_rate"),
        *("mred_with_zeros", "mred_without_zeros", "mred_interval", "bias", "bias_interval", "std"),
    ):
        flat[name] = getattr(m, name)
    flat |= {f"percentile_{p:g}": value for p, value in m.percentiles.items()}
    flat |= _of_pair("worst_below", m.below_pair, m.worst_below) | _of_pair("worst_above", m.above_pair, m.worst_above)
    flat |= {"med": m.med, "nmed": m.nmed, "rms": m.rms}
    flat |= _of_pair("wce", m.wce_pair, m.wce) | _of_pair("worst_loss", m.loss_pair, m.worst_loss)
    for name in ("pairs", "mred", "bias", "std"):
        flat[f"large_{name}"] = getattr(m.large, name, None)
    for side in ("below", "above"):
        name, pair = f"large_worst_{side}", getattr(m.large, f"{side}_pair", None)
        flat |= _of_pair(name, pair, pair and pair.relative_error)
    for name in ("lower", "upper", "truncation"):
        value = getattr(bound, name, None)
        flat |= {f"bound_{name}": value and float(value), f"bound_{name}_exact": None if value is None else str(value)}
    low, high = attained(m)
    flat |= {"attained_below": low, "attained_above": high, "within_bound": m.within_bound}
    return flat if m.correctly_rounded is None else flat | {"correctly_rounded": m.correctly_rounded}


def csv_text(records: Sequence[Mapping[str, Any]]) -> str:
    """A line for each record under one of headings, which are those of all records."""
    text = io.StringIO()
    headings = dict.fromkeys(heading for record in records for heading in record)
    writer = csv.DictWriter(text, list(headings), lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
    return text.getvalue()
