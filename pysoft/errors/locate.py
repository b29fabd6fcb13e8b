"""From the extremes of rows, found in float64 by whatever engine, to pairs and verdicts that are exact.

A row whose extreme is near the largest is computed anew by the model, so that an engine that was wrong there is caught.
"""

from fractions import Fraction

import numpy as np

from ..bound import Bound
from ..operator import Operator
from .extent import integers
from .pair import ErrorPair
from .worst import TOLERANCE, Pairs, Worst

__all__ = ["SLACK", "both_limits", "locate", "obeys", "pairs_obey"]

SLACK = 2.0**-48  # of the exact value: more than rounding can take from a shortfall


def locate(operator: Operator, extremes: dict[str, np.ndarray], smallest: int = 0) -> Worst:
    """The worst pairs.

    Parameters
    ----------
    operator : Operator
        Of up to 16 bits.
    extremes : dict of str to numpy.ndarray of float64
        For each kind of :class:`~pysoft.errors.worst.Worst`, the largest badness of the rows of each magnitude of the
        first operand, at the place of that magnitude.
    smallest : int
        Least magnitude of second operands that count.

    Raises
    ------
    RuntimeError
        If the model does not have the errors that were measured.
    """
    worst = Worst(operator)
    for kind, values in extremes.items():
        largest = values.max()
        margin = abs(largest) * TOLERANCE
        found = False
        for a in _first_operands(operator, np.nonzero(values >= largest - margin)[0]):
            row = _row(operator, a, max(smallest, kind in ("below", "above")))
            if row is not None and row.badness(kind).max() >= largest - margin:
                worst.offer(kind, row)
                found = True
                if _is_exact(operator, kind, largest):
                    break  # the other rows hold nothing worse, and this one comes first
        if not found:
            raise RuntimeError(f"the model of {operator} does not have the worst errors that were measured")
    return worst


def both_limits(bound: Bound | None) -> tuple[Fraction, Fraction] | None:
    """Lower bound and truncation if neither is zero: then no worst pair alone tells whether all of them obey."""
    return (bound.lower, bound.truncation) if bound is not None and bound.lower and bound.truncation else None


def obeys(operator: Operator, limits: tuple[Fraction, Fraction], extremes: np.ndarray) -> bool:
    """Whether lower e - (r - e) <= truncation for every pair with result r and exact value e, exactly.

    Parameters
    ----------
    operator : Operator
        Of up to 16 bits.
    limits : tuple of fractions.Fraction
        ``lower`` and ``truncation`` of its bound.
    extremes : numpy.ndarray of float64
        Largest (lower + SLACK) e - (r - e), in units of the last place, of the rows of each magnitude.
    """
    suspect = np.nonzero(extremes > _suspicious(operator, limits))[0]
    rows = (_row(operator, a, 1) for a in _first_operands(operator, suspect))
    return all(pairs_obey(operator, limits, row) for row in rows if row is not None)


def pairs_obey(operator: Operator, limits: tuple[Fraction, Fraction], pairs: Pairs) -> bool:
    """The same for some pairs whose exact value is not zero."""
    lower, truncation = limits
    shortfall = (float(lower) + SLACK) * pairs.exact - pairs.error
    suspect = pairs.where(shortfall > _suspicious(operator, limits))
    found = (ErrorPair.of(operator, *operands, result=result) for operands, result in suspect.each())
    return all((1 + lower) * abs(pair.exact) - abs(pair.result) <= truncation for pair in found)


def _suspicious(operator: Operator, limits: tuple[Fraction, Fraction]) -> float:
    """Shortfalls with their SLACK, in units of the last place, up to which a pair obeys for certain."""
    return float(limits[1] * (1 << operator.fraction_bits)) * (1 - TOLERANCE)


def _first_operands(operator: Operator, magnitudes: np.ndarray) -> list[int]:
    """Those of these magnitudes, in increasing order."""
    values = [int(magnitude) for magnitude in magnitudes]
    if not operator.format.signed:
        return values
    return [-m for m in reversed(values) if m] + [m for m in values if m <= integers(operator).maximum]


def _row(operator: Operator, a: int, smallest: int) -> Pairs | None:
    """Pairs of ``a`` and all second operands of ``smallest`` magnitude or more; None if there are none.

    From 1 on, no exact value may be zero.
    """
    values = operator.format.values()
    b = values[np.abs(values.astype(np.int64)) >= max(smallest, operator.operation == "div")]
    if not b.size or (a == 0 and smallest):
        return None
    return Pairs.of(operator, np.full_like(b, a), b)


def _is_exact(operator: Operator, kind: str, value: float) -> bool:
    """Whether all pairs near ``value`` in float64 have exactly that value.

    It is p / 2^q, and that of a pair y / x, with integers. Unless they are equal, abs(y - value x) is 2^-q or more; and
    it is at most abs(value) x TOLERANCE and some rounding.
    """
    divisor = 1 << operator.format.width  # at least x of the error of a quotient; 1 would do for a product
    if kind in ("below", "above"):
        divisor <<= operator.fraction_bits if operator.operation == "div" else operator.format.width
    return Fraction(float(value)).denominator * abs(value) * divisor * 2 * TOLERANCE < 1
