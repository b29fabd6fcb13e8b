"""Operations: what is computed, whatever the family that computes it.

An operation owns the names of its operands, the format of its result and everything about signs and special cases. A
family only supplies an *unsigned core*, a function of magnitudes; :meth:`Operation.evaluate` wraps it. Twin in
hardware: ``rtl/core.py``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from .formats import IntegerFormat

__all__ = ["OPERATIONS", "Operation", "Parameter"]

UnsignedCore = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Parameter:
    """A parameter of an operation or a family.

    Parameters
    ----------
    name : str
        Its letter(s) in operator names. A parameter whose values are words, such as an objective, is written as the
        word alone.
    legal : callable
        ``legal(width)``: the legal values for operands of so many bits, as a range or a tuple; it may be empty.
    default : int, str or None
        None if it must be given.
    meaning : str
        In a few words, with the unit.
    """

    name: str
    legal: Callable[[int], Sequence[int] | Sequence[str]]
    default: int | str | None
    meaning: str

    def check(self, value: int | str | None, width: int) -> int | str:
        """``value``, or ValueError with the legal values; None stands for a value that was not given."""
        legal = self.legal(width)
        if not legal:
            raise ValueError(f"parameter {self.name} ({self.meaning}) has no legal value at {width} bits")
        if value is None:
            raise ValueError(f"parameter {self.name} ({self.meaning}) must be given: {self.describe(width)}")
        if isinstance(value, bool) or not isinstance(value, int | str) or value not in legal:
            raise ValueError(f"parameter {self.name} ({self.meaning}) must be {self.describe(width)}, not {value!r}")
        return value

    def describe(self, width: int) -> str:
        """The legal values in a few words, such as ``0..32`` or ``4, 8, 16``."""
        legal = self.legal(width)
        if isinstance(legal, range) and len(legal) > 1:
            return f"{legal[0]}..{legal[-1]}"
        return ", ".join(str(value) for value in legal) or "none"

    def word(self, value: int | str) -> str:
        """How ``value`` is written in an operator name."""
        return value if isinstance(value, str) else f"{self.name}{value}"


@dataclass(frozen=True)
class Operation:
    """What is computed.

    Parameters
    ----------
    name, symbol : str
        As in operator names, and as in a formula.
    operands : tuple of str
        Port names of the two operands.
    result : str
        Port name of the result.
    parameters : tuple of Parameter
        What the operation itself lets one choose.
    result_width : callable
        ``(operand width, fraction_bits) -> result width`` in bits.
    finish : callable
        ``(results, second operand, result format) -> results`` with special values put in.
    """

    name: str
    symbol: str
    operands: tuple[str, str]
    result: str
    parameters: tuple[Parameter, ...]
    result_width: Callable[[int, int], int]
    finish: Callable[[np.ndarray, np.ndarray, IntegerFormat], np.ndarray]

    def result_format(self, operand: IntegerFormat, fraction_bits: int = 0) -> IntegerFormat:
        """Format of the result for operands of format ``operand``; its unit is 2^-fraction_bits."""
        return IntegerFormat(operand.signed, self.result_width(operand.width, fraction_bits))

    def evaluate(self, core: UnsignedCore, a: np.ndarray, b: np.ndarray, result: IntegerFormat) -> np.ndarray:
        """``core`` on the magnitudes of ``a`` and ``b``, with signs and special cases put right.

        Parameters
        ----------
        core : callable
            Unsigned core: two uint64 arrays of magnitudes to one of the same shape.
        a, b : numpy.ndarray
            Operands of equal shape, int64 if signed and uint64 if not.
        result : IntegerFormat
            Format of the result.

        Returns
        -------
        numpy.ndarray
            Same shape, ``result.dtype``.
        """
        if not result.signed:
            return self.finish(core(a, b), b, result)
        magnitude = core(np.abs(a).astype(np.uint64), np.abs(b).astype(np.uint64))
        negative = (a < 0) ^ (b < 0)
        # Only a negative result may be 2^(width-1). Negation is modulo 2^64, so that -2^63 works too.
        magnitude = np.minimum(magnitude, np.uint64(result.maximum) + negative)
        return self.finish(np.where(negative, np.negative(magnitude), magnitude).view(np.int64), b, result)


def _keep(result: np.ndarray, b: np.ndarray, form: IntegerFormat) -> np.ndarray:
    return result


def _all_ones_where_by_zero(q: np.ndarray, d: np.ndarray, form: IntegerFormat) -> np.ndarray:
    all_ones = -1 if form.signed else form.maximum
    return np.where(d == 0, form.dtype.type(all_ones), q)


MULTIPLICATION = Operation(
    name="mul",
    symbol="x",
    operands=("a", "b"),
    result="p",
    parameters=(),
    result_width=lambda width, _: 2 * width,
    finish=_keep,
)

DIVISION = Operation(
    name="div",
    symbol="/",
    operands=("n", "d"),
    result="q",
    parameters=(Parameter("f", lambda width: range(33), 0, "fraction bits of the quotient"),),
    result_width=lambda width, fraction_bits: width + fraction_bits,
    finish=_all_ones_where_by_zero,
)

OPERATIONS = {operation.name: operation for operation in (MULTIPLICATION, DIVISION)}
