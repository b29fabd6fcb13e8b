"""Results of an operator, row by row: the first operand of a row stands still.

What depends on one operand alone is done once for each of its values, here; what depends on both is a short loop in C,
``_results.h``, or the model itself.
"""

from typing import Protocol

import numpy as np

from ..logarithm import EXPONENT_BIAS, SIGNIFICAND_BITS, logarithm
from ..logarithmic import Correction, Scheme
from ..operator import Operator
from . import extension

__all__ = ["LogarithmicResults", "ModelResults", "Results", "results_of"]

MAX_WIDTH = 16  # of the compiled loops: a result, and a quotient of 32 fraction bits, is exact in a float64
MAX_ENTRY_BITS = 20  # likewise
_ADDERS = {None: 0, "ones": 1, "or": 2}
_DOMAINS = {None: 0, "log": 1, "linear": 2}

Prepared = tuple[np.ndarray, ...]


class Results(Protocol):
    """Unsigned results of one operator, in units of the last place. Zero is not an operand."""

    def first(self, a: np.ndarray) -> Prepared:
        """What is known of first operands (uint64 magnitudes, shape (rows,)); every array has shape (rows, ...)."""

    def second(self, b: np.ndarray) -> Prepared:
        """What is known of second operands (uint64 magnitudes, shape (columns,))."""

    def fill(self, first: Prepared, second: Prepared, results: np.ndarray) -> None:
        """Put the results of all pairs into ``results``: float64, shape (rows, columns), C-contiguous."""


class ModelResults:
    """Those of the model, whatever the family.

    Parameters
    ----------
    operator : Operator
        Of up to 16 bits.
    """

    def __init__(self, operator: Operator):
        self._operator = operator

    def first(self, a: np.ndarray) -> Prepared:
        """The operands themselves."""
        return (a,)

    def second(self, b: np.ndarray) -> Prepared:
        """The operands themselves."""
        return (b,)

    def fill(self, first: Prepared, second: Prepared, results: np.ndarray) -> None:
        """Compute with the model."""
        (a,), (b,) = first, second
        model = self._operator.unsigned_core(np.repeat(a, b.size), np.tile(b, a.size))
        results[...] = model.reshape(results.shape)


class LogarithmicResults:
    """Those of a family that is data, by the compiled loop.

    ``Scheme`` and :mod:`pysoft.logarithmic` say what they are. Two things look different here: a linear correction
    c 2^(k1+k2) is added to the antilogarithm, which is the same before the floor, and characteristic and fraction bits
    of a quotient meet in one exponent.

    Parameters
    ----------
    operator : Operator
        With a scheme, of up to 16 bits.
    level : int
        Which of the vector units in ``levels()``.

    Raises
    ------
    ValueError
        If the operator is not fit for the compiled loop.
    """

    def __init__(self, operator: Operator, *, level: int = 0):
        scheme, width = operator.scheme, operator.format.width
        module = extension()
        if scheme is None or module is None or not _fits(scheme, width):
            raise ValueError(f"{operator} has no compiled loop")
        self._loop, self._level = module.logarithmic, level
        self._scheme, self._width, self._sign = scheme, width, 1 if operator.operation == "mul" else -1
        correction = scheme.correction or Correction(((0,),), 0, "none")
        self._correction = correction
        in_log = correction.domain == "log"
        F = self._F = max(scheme.kept, correction.bits) if in_log else scheme.kept
        table = self._sign * np.array(correction.table, dtype=np.int64)
        f = operator.fraction_bits
        self._table = table << F - correction.bits if in_log else np.ldexp(table.astype(float), f - correction.bits)
        end = 2 * width if self._sign == 1 else 62  # a quotient has no binade that a correction would leave
        lower = scheme.lower_part
        integers = [
            *((EXPONENT_BIAS + f) << F, (end << F) - 1, SIGNIFICAND_BITS - F),
            *(lower.bits if lower else 1, _ADDERS[lower.result if lower else None]),
            *(_DOMAINS[scheme.correction.domain if scheme.correction else None], table.shape[1]),
        ]
        self._packed = np.array(integers, dtype=np.int64).tobytes() + np.ldexp([0.5, 1.0], end).tobytes()

    def first(self, a: np.ndarray) -> Prepared:
        """Kept logarithm with the carry in, power of two below, row of the table."""
        return self._operand(a, 0, 1)

    def second(self, b: np.ndarray) -> Prepared:
        """Kept logarithm, power of two below (in a division both inverted), column of the table."""
        return self._operand(b, 1, self._sign)

    def _operand(self, N: np.ndarray, place: int, sign: int) -> Prepared:
        scheme, width = self._scheme, self._width
        L = logarithm(N, width - 1)
        kept = (L >> width - 1 - scheme.kept) | int(scheme.last_one)
        carry = scheme.carry_in if place == 0 else 0
        bits = self._correction.index_bits[place]
        index = L >> width - 1 - bits & (1 << bits) - 1
        power = np.ldexp(1.0, sign * (L >> width - 1))
        return (sign * kept + carry) << self._F - scheme.kept, power, index.astype(np.int32)

    def fill(self, first: Prepared, second: Prepared, results: np.ndarray) -> None:
        """Compute with the compiled loop."""
        La, power_a, row = first
        self._loop(self._level, self._packed, La, power_a, row, self._table, *second, results)


def _fits(scheme: Scheme, width: int) -> bool:
    correction = scheme.correction
    return width <= MAX_WIDTH and (
        correction is None
        or (scheme.lower_part is None and correction.bits <= MAX_ENTRY_BITS and correction.domain in _DOMAINS)
    )


def results_of(operator: Operator, *, level: int = 0) -> Results:
    """The fastest there are for ``operator``, given that the extension is there; else those of the model."""
    scheme = operator.scheme
    if scheme is not None and _fits(scheme, operator.format.width):
        return LogarithmicResults(operator, level=level)
    return ModelResults(operator)
