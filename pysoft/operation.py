"""Operations: what is computed, whatever the family that computes it.

An operation owns the names of its operands, the format of its result and, for integers, everything about signs and
special cases; ``float_operation.py`` owns these for floats. A family only supplies an *unsigned core*, a function of
magnitudes; :meth:`Operation.evaluate` wraps it. Twin in hardware: ``rtl/core.py``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

import numpy as np

from .formats import IntegerFormat

__all__ = ["OPERATIONS", "ROOT_BITS", "Operation", "Parameter", "root"]

ROOT_BITS = 128  # significant bits of a root that is not rational


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
        Port names of the operands, one or two.
    result : str
        Port name of the result.
    exact : callable
        The exact real result of as many fractions, or None where there is none; see :func:`root`.
    signed : bool
        Whether integers may be signed.
    parameters : tuple of Parameter
        What the operation itself lets one choose for integers.
    result_width : callable
        ``(operand width, fraction_bits) -> result width`` in bits, for integers.
    inverts : bool
        Whether the last operand is divided by: where it is 0, an integer result is all ones.
    exponent : fractions.Fraction or None
        Of an operation with one operand, which it raises to this power.
    """

    name: str
    symbol: str
    operands: tuple[str, ...]
    result: str
    exact: Callable[..., Fraction | None]
    signed: bool
    parameters: tuple[Parameter, ...]
    result_width: Callable[[int, int], int]
    inverts: bool
    exponent: Fraction | None = None

    def result_format(self, operand: IntegerFormat, fraction_bits: int = 0) -> IntegerFormat:
        """Format of the result for operands of format ``operand``; its unit is 2^-fraction_bits."""
        return IntegerFormat(operand.signed, self.result_width(operand.width, fraction_bits))

    def formula(self, *operands: object) -> str:
        """In a few characters, such as ``3 x 5`` or ``sqrt 2``."""
        return f" {self.symbol} ".join(map(str, operands)) if len(operands) > 1 else f"{self.symbol} {operands[0]}"

    def evaluate(self, core: Callable[..., np.ndarray], *operands: np.ndarray, result: IntegerFormat) -> np.ndarray:
        """``core`` on the magnitudes of integers, with signs and special cases put right.

        Parameters
        ----------
        core : callable
            Unsigned core: uint64 arrays of magnitudes to one of the same shape.
        *operands : numpy.ndarray
            Of equal shape, int64 if signed and uint64 if not.
        result : IntegerFormat
            Format of the result.

        Returns
        -------
        numpy.ndarray
            Same shape, ``result.dtype``.
        """
        if result.signed:
            magnitude = core(*(np.abs(operand).astype(np.uint64) for operand in operands))
            negative = np.logical_xor.reduce([operand < 0 for operand in operands])
            # Only a negative result may be 2^(width-1). Negation is modulo 2^64, so that -2^63 works too.
            magnitude = np.minimum(magnitude, np.uint64(result.maximum) + negative)
            value = np.where(negative, np.negative(magnitude), magnitude).view(np.int64)
        else:
            value = core(*operands)
        if not self.inverts:
            return value
        all_ones = -1 if result.signed else result.maximum
        return np.where(operands[-1] == 0, result.dtype.type(all_ones), value)


def root(value: Fraction) -> Fraction:
    """The square root, cut off to 128 significant bits if it is not rational.

    Parameters
    ----------
    value : fractions.Fraction
        0 or more.

    Examples
    --------
    >>> root(Fraction(9, 4)), float(root(Fraction(2)))
    (Fraction(3, 2), 1.4142135623730951)
    """
    numerator, denominator = isqrt(value.numerator), isqrt(value.denominator)
    if numerator * numerator == value.numerator and denominator * denominator == value.denominator:
        return Fraction(numerator, denominator)
    shift = 2 * ROOT_BITS + value.denominator.bit_length() - value.numerator.bit_length()
    shift += shift % 2
    scaled = value * Fraction(2) ** shift
    return isqrt(scaled.numerator // scaled.denominator) / Fraction(2) ** (shift // 2)


def _fraction_bits(of: str, default: int | None) -> tuple[Parameter, ...]:
    return (Parameter("f", lambda width: range(33), default, f"fraction bits of the {of}"),)


OPERATIONS = {
    operation.name: operation
    for operation in (
        Operation(
            name="mul",
            symbol="x",
            operands=("a", "b"),
            result="p",
            exact=lambda a, b: a * b,
            signed=True,
            parameters=(),
            result_width=lambda width, _: 2 * width,
            inverts=False,
        ),
        Operation(
            name="div",
            symbol="/",
            operands=("n", "d"),
            result="q",
            exact=lambda n, d: n / d if d else None,
            signed=True,
            parameters=_fraction_bits("quotient", 0),
            result_width=lambda width, fraction_bits: width + fraction_bits,
            inverts=True,
        ),
        Operation(
            name="square",
            symbol="square",
            operands=("a",),
            result="r",
            exact=lambda a: a * a,
            signed=False,
            parameters=(),
            result_width=lambda width, _: 2 * width,
            inverts=False,
            exponent=Fraction(2),
        ),
        Operation(
            name="reciprocal",
            symbol="1 /",
            operands=("a",),
            result="r",
            exact=lambda a: 1 / a if a else None,
            signed=False,
            parameters=_fraction_bits("reciprocal", None),
            result_width=lambda _, fraction_bits: fraction_bits + 1,
            inverts=True,
            exponent=Fraction(-1),
        ),
        Operation(
            name="sqrt",
            symbol="sqrt",
            operands=("a",),
            result="r",
            exact=lambda a: root(a) if a >= 0 else None,
            signed=False,
            parameters=_fraction_bits("root", 0),
            result_width=lambda width, fraction_bits: (width + 1) // 2 + fraction_bits,
            inverts=False,
            exponent=Fraction(1, 2),
        ),
        Operation(
            name="rsqrt",
            symbol="1 / sqrt",
            operands=("a",),
            result="r",
            exact=lambda a: root(1 / a) if a > 0 else None,
            signed=False,
            parameters=_fraction_bits("result", None),
            result_width=lambda _, fraction_bits: fraction_bits + 1,
            inverts=True,
            exponent=Fraction(-1, 2),
        ),
    )
}
