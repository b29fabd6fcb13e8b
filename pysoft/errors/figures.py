"""From sums and worst cases to the figures of :class:`~pysoft.errors.metrics.ErrorMetrics`."""

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from ..operation import OPERATIONS
from ..operator import Operator
from .extent import integers
from .metrics import LargeErrors
from .tally import Sums
from .worst import Worst

__all__ = ["absolute_figures", "large_errors", "relative_figures", "within_bound"]


def absolute_figures(operator: Operator, sums: Sums, zeros: Fraction, worst: Worst) -> Mapping[str, Any]:
    """All figures of operands whose exact value is not zero, and of others of the weight ``zeros``, without error."""
    everything = sums.pairs + zeros
    unit = Fraction(1, 1 << operator.fraction_bits)
    med = sums.total("error") / everything * unit
    return {
        "zero_share": float(zeros / everything),
        "error_rate": float(sums.wrong / everything),
        "med": float(med),
        "nmed": float(med / _largest_exact(operator)),
        "rms": math.sqrt(sums.total("error_square") / everything) * float(unit),
        "mred_with_zeros": float(sums.total("magnitude") / everything),
        "mred_without_zeros": float(sums.total("magnitude") / sums.pairs),
        **relative_figures(sums),
        "wce_pair": worst["wce"],
        "loss_pair": worst["loss"],
        "below_pair": worst["below"],
        "above_pair": worst["above"],
    }


def relative_figures(sums: Sums) -> dict[str, float]:
    """Mean and standard deviation of the signed relative error."""
    bias = sums.total("relative") / sums.pairs
    variance = sums.total("relative_square") / sums.pairs - bias * bias
    return {"bias": float(bias), "std": math.sqrt(max(variance, Fraction(0)))}


def large_errors(sums: Sums, worst: Worst, pairs: int) -> LargeErrors:
    """Figures of ``pairs`` pairs of large operands."""
    return LargeErrors(
        pairs=pairs,
        mred=float(sums.total("magnitude") / sums.pairs),
        below_pair=worst["below"],
        above_pair=worst["above"],
        **relative_figures(sums),
    )


def within_bound(worst: Worst, kinds: tuple[str, ...] = ("above", "below", "loss")) -> bool | None:
    """Whether the bound holds for the worst of these kinds, so that it holds for all; None where nothing is proved.

    ``above`` is nearest to the upper limit, ``below`` to the lower one if nothing is cut off, and ``loss`` if it is
    nothing but what is cut off. Where the lower limit has two parts, no worst case alone tells.
    """
    bound = worst.operator.bound
    if bound is None:
        return None
    return all(bound.allows(abs(pair.result), abs(pair.exact)) for pair in (worst[kind] for kind in kinds))


def _largest_exact(operator: Operator) -> Fraction:
    """Largest magnitude of an exact value, in real units."""
    form = integers(operator)
    largest = max(-form.minimum, form.maximum)
    operands = [largest] * len(operator.operands)
    if OPERATIONS[operator.operation].inverts:
        operands[-1] = 1
    exact = operator.exact_value(*operands)
    assert exact is not None
    return exact
