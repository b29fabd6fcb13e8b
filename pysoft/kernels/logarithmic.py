"""Results of the families that are data. Twin, for any shape: :mod:`pysoft.logarithmic`."""

import numpy as np

from ..float_formats import FLOAT_FORMATS
from ..logarithm import EXPONENT_BIAS, SIGNIFICAND_BITS, leading_bits, logarithm
from ..logarithmic import Correction, Scheme, SplitCorrection
from ..operator import Operator
from . import compiled
from .protocol import MAX_WIDTH, Prepared

__all__ = ["LogarithmicResults"]

MAX_ENTRY_BITS = 20  # of a correction: a logarithm is exact in the pattern of a float64
_ADDERS = {None: 0, "ones": 1, "or": 2}
_CORRECTIONS = {"none": 0, "log": 1, "linear": 2, "split": 3}


class LogarithmicResults:
    """Those of a family that is data, by the compiled loop.

    ``Scheme`` and :mod:`pysoft.logarithmic` say what they are. Some things look different here: a linear correction
    c 2^(k1+k2) and one of the antilogarithm are added to it, which is the same before the floor, and characteristic and
    fraction bits of a quotient meet in one exponent.

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
        if not isinstance(scheme, Scheme) or not self.takes(operator):
            raise ValueError(f"{operator} is not made of logarithms, or too wide for the compiled loop")
        self._loop, self._level = compiled("_errors").logarithmic, level
        self._scheme, self._width, self._sign = scheme, width, 1 if operator.operation == "mul" else -1
        correction = scheme.correction or Correction(((0,),), 0, "none")
        kind = "split" if isinstance(correction, SplitCorrection) else correction.domain
        F = self._F = scheme.kept if kind == "linear" else max(scheme.kept, correction.bits)
        f = operator.fraction_bits
        end = 2 * width if self._sign == 1 else 62  # a quotient has no binade that a correction would leave
        if isinstance(correction, SplitCorrection):
            self._of_operand = [
                np.array(entries) << F - correction.bits for entries in (correction.first, correction.second)
            ]
            self._index_bits = 0, 0
            self._table = np.ldexp(-np.array([correction.antilog], dtype=np.float64), -correction.bits)
        else:
            self._of_operand = [np.array([0]), np.array([0])]
            self._index_bits = correction.index_bits
            table = self._sign * np.array(correction.table)
            self._table = table << F - correction.bits if kind == "log" else np.ldexp(table, f - correction.bits)
        of_either = self._of_operand if kind == "split" else (self._table, self._table.T)
        guessed_with_carry = scheme.lower_part is not None and scheme.carry_in > 0
        self.commutes = self._sign == 1 and not guessed_with_carry and np.array_equal(*of_either)
        entries = self._table.shape[1]
        lower = scheme.lower_part
        integers = [
            *((EXPONENT_BIAS + f) << F, (end << F) - 1, SIGNIFICAND_BITS - F),
            *(lower.bits if lower else 1, _ADDERS[lower.result if lower else None]),
            *(_CORRECTIONS[kind], entries, SIGNIFICAND_BITS - (entries - 1).bit_length()),
        ]
        self._packed = np.array(integers, dtype=np.int64).tobytes() + np.ldexp([0.5, 1.0], end).tobytes()

    @staticmethod
    def takes(operator: Operator) -> bool:
        """Whether this loop can compute ``operator``."""
        scheme = operator.scheme
        if not isinstance(scheme, Scheme) or operator.format.name in FLOAT_FORMATS or operator.format.width > MAX_WIDTH:
            return False
        correction = scheme.correction
        return correction is None or (scheme.lower_part is None and correction.bits <= MAX_ENTRY_BITS)

    def first(self, a: np.ndarray) -> Prepared:
        """Kept logarithm with the carry in, power of two below, row of the table."""
        return self._operand(a, 0, 1)

    def second(self, b: np.ndarray) -> Prepared:
        """Kept logarithm, power of two below (in a division both inverted), column of the table."""
        return self._operand(b, 1, self._sign)

    def _operand(self, N: np.ndarray, place: int, sign: int) -> Prepared:
        scheme, F = self._scheme, self._width - 1
        L = logarithm(N, F)
        kept = (L >> F - scheme.kept) | int(scheme.last_one)
        carry = scheme.carry_in if place == 0 else 0
        own = self._of_operand[place]
        corrected = (kept << self._F - scheme.kept) + own[leading_bits(L, F, (own.size - 1).bit_length())]
        index = leading_bits(L, F, self._index_bits[place]).astype(np.int32)
        return sign * corrected + (carry << self._F - scheme.kept), np.ldexp(1.0, sign * (L >> F)), index

    def fill(self, first: Prepared, second: Prepared, results: np.ndarray) -> None:
        """Compute with the compiled loop."""
        La, power_a, row = first
        self._loop(self._level, self._packed, La, power_a, row, self._table, *second, results)
