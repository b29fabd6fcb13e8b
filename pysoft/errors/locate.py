"""From the extremes of rows, found in float64 by whatever engine, to pairs and verdicts that are exact.

A row whose extreme is near the largest is computed anew by the model, so that an engine that was wrong there is caught.
"""

from fractions import Fraction

import numpy as np

from ..operator import Operator
from .deviation import deviation
from .worst import TOLERANCE, Worst, badness

__all__ = ["SLACK", "locate", "obeys"]

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
            if row is None:
                continue
            *pairs, error, exact = row
            of_row = badness(error, exact, kind)
            if of_row.max() >= largest - margin:
                worst.offer(kind, *pairs, of_row)
                found = True
                if _is_exact(operator, kind, largest):
                    break  # the other rows hold nothing worse, and this one comes first
        if not found:
            raise RuntimeError(f"the model of {operator} does not have the worst errors that were measured")
    return worst


def obeys(operator: Operator, lower: Fraction, truncation: Fraction, extremes: np.ndarray) -> bool:
    """Whether lower e - (r - e) <= truncation for every pair with result r and exact value e, exactly.

    Parameters
    ----------
    operator : Operator
        Of up to 16 bits.
    lower, truncation : fractions.Fraction
        Of its bound.
    extremes : numpy.ndarray of float64
        Largest (lower + SLACK) e - (r - e), in units of the last place, of the rows of each magnitude.
    """
    limit = float(truncation * (1 << operator.fraction_bits)) * (1 - TOLERANCE)
    for a in _first_operands(operator, np.nonzero(extremes > limit)[0]):
        row = _row(operator, a, 1)
        if row is not None and not _row_obeys(operator, lower, truncation, row):
            return False
    return True


def _row_obeys(operator: Operator, lower: Fraction, truncation: Fraction, row: tuple[np.ndarray, ...]) -> bool:
    a, b, results, error, exact = row
    unit = Fraction(1, 1 << operator.fraction_bits)
    shortfall = (float(lower) + SLACK) * exact - error
    for place in np.nonzero(shortfall > float(truncation / unit) * (1 - TOLERANCE))[0]:
        value = operator.exact_value(int(a[place]), int(b[place]))
        if value is not None and (1 + lower) * abs(value) - abs(int(results[place])) * unit > truncation:
            return False
    return True


def _first_operands(operator: Operator, magnitudes: np.ndarray) -> list[int]:
    """Those of these magnitudes, in increasing order."""
    values = [int(magnitude) for magnitude in magnitudes]
    if not operator.format.signed:
        return values
    return [-m for m in reversed(values) if m] + [m for m in values if m <= operator.format.maximum]


def _row(operator: Operator, a: int, smallest: int) -> tuple[np.ndarray, ...] | None:
    """First operand, second operands, results, errors and exact values by the model; None if no pair is left.

    Second operands are those of ``smallest`` magnitude or more; from 1 on, no exact value may be zero.
    """
    values = operator.format.values()
    b = values[np.abs(values.astype(np.int64)) >= max(smallest, operator.operation == "div")]
    if not b.size or (a == 0 and smallest):
        return None
    first = np.full_like(b, a)
    results = operator(first, b)
    errors = deviation(operator, first, b, results)
    return first, b, results, errors.error, errors.exact


def _is_exact(operator: Operator, kind: str, value: float) -> bool:
    """Whether all pairs near ``value`` in float64 have exactly that value.

    It is p / 2^q, and that of a pair y / x, with integers. Unless they are equal, abs(y - value x) is 2^-q or more; and
    it is at most abs(value) x TOLERANCE and some rounding.
    """
    divisor = 1 << operator.format.width  # at least x of the error of a quotient; 1 would do for a product
    if kind in ("below", "above"):
        divisor <<= operator.fraction_bits if operator.operation == "div" else operator.format.width
    return Fraction(float(value)).denominator * abs(value) * divisor * 2 * TOLERANCE < 1
