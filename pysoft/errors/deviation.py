"""The error of whole arrays of results, without overflow or cancellation for 32-bit operands and 32 fraction bits."""

from dataclasses import dataclass

import numpy as np

from ..operator import Operator

__all__ = ["Deviation", "deviation"]


@dataclass(frozen=True)
class Deviation:
    """Errors of magnitudes, in units of the last place (2^-f). All arrays have the shape of the operands.

    Parameters
    ----------
    above : numpy.ndarray of bool
        Whether the result is above the exact value.
    whole : numpy.ndarray of uint64
        Integer part of the magnitude of the error, exact.
    part : numpy.ndarray of float64
        The rest of it, 0 to 1, correctly rounded.
    exact : numpy.ndarray of float64
        Exact value.
    """

    above: np.ndarray
    whole: np.ndarray
    part: np.ndarray
    exact: np.ndarray

    @property
    def error(self) -> np.ndarray:
        """Signed error, float64, to a relative 2^-52."""
        magnitude = self.whole + self.part
        signed: np.ndarray = np.where(self.above, magnitude, -magnitude)
        return signed


def deviation(operator: Operator, a: np.ndarray, b: np.ndarray, result: np.ndarray) -> Deviation:
    """How far ``result`` is from the exact value of every pair.

    Parameters
    ----------
    operator : Operator
        Its operation and fraction bits say what the exact value is.
    a, b : numpy.ndarray
        Operands of equal shape with at least one axis, in the dtype of the operator's format; no divisor may be zero.
    result : numpy.ndarray
        What the operator gave for them.
    """
    a, b, result = (np.abs(values).astype(np.uint64) for values in (a, b, result))
    if operator.operation == "div":
        numerator, divisor = a << np.uint64(operator.fraction_bits), b
        floor, remainder = np.divmod(numerator, divisor)
    else:
        numerator = floor = a * b
        remainder, divisor = np.zeros_like(floor), np.ones_like(floor)
    # Error = (result - floor) - remainder / divisor. Both branches add parts of one sign, so that nothing cancels.
    above = result > floor
    whole = np.where(above, result - floor - 1, floor - result)
    part = np.where(above, divisor - remainder, remainder) / divisor
    return Deviation(above, whole, part, numerator / divisor)
