"""A proved statement about the error of an operator, in exact rationals."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction

__all__ = ["Bound", "short_error"]

_LONG = 1 << 64  # a denominator that nobody reads


@dataclass(frozen=True)
class Bound:
    """For every pair of operands with a non-zero exact value e, the result r (both as magnitudes) obeys

        (1 + lower) e - truncation  <=  r  <=  (1 + upper) e

    so ``lower`` and ``upper`` bound the signed relative error (r - e) / e of the value before its last bits are cut
    off, and ``truncation`` is what cutting them off may cost.

    Parameters
    ----------
    lower, upper : fractions.Fraction
        Bounds of the signed relative error before truncation.
    truncation : fractions.Fraction
        Weight of the last result bit where bits are cut off, 0 where none are.
    attained : str
        Where the bounds are met, in words.
    source : str
        Who proved it, and where.

    Examples
    --------
    >>> bound = Bound(Fraction(-1, 9), Fraction(0), Fraction(0), "x1 = x2 = 1/2", "Mitchell 1962")
    >>> bound.statement
    '-1/9 <= (r - e)/e <= 0'
    >>> bound.percent
    '-11.1111 % .. 0.0000 %'
    >>> bound.allows(8, Fraction(9)), bound.allows(7, Fraction(9))
    (True, False)

    Notes
    -----
    A limit that is irrational, as of roots, or has a long denominator, is a little wide of the true one, at least 35
    digits of which are right. In the statement, what has a denominator beyond 2^64 is rounded outwards to 9 digits.
    """

    lower: Fraction
    upper: Fraction
    truncation: Fraction
    attained: str
    source: str

    @property
    def percent(self) -> str:
        """Both bounds of the relative error before truncation, in percent."""
        return f"{_percent(self.lower)} .. {_percent(self.upper)}"

    @property
    def peak(self) -> Fraction:
        """Largest magnitude that the relative error before truncation can take."""
        return max(-self.lower, self.upper)

    @property
    def statement(self) -> str:
        """The inequality in one line; r is the result, e the exact value."""
        if self.lower == self.upper == 0:
            return f"e - {self.truncation} <= r <= e" if self.truncation else "r = e"
        if self.truncation:
            low = f"e - {self.truncation}" if self.lower == 0 else f"{_low(1 + self.lower)} e - {self.truncation}"
            return f"{low} <= r <= {_high(1 + self.upper)} e"
        return f"{_low(self.lower)} <= (r - e)/e <= {_high(self.upper)}"

    def allows(self, result: int | Fraction, exact: Fraction) -> bool:
        """Whether the magnitude ``result`` is within the bound of the magnitude ``exact`` (exact arithmetic)."""
        return (1 + self.lower) * exact - self.truncation <= result <= (1 + self.upper) * exact


def short_error(error: Fraction) -> str:
    """A relative error in words: the fraction, or 8 digits of one whose denominator is beyond 2^64."""
    return str(error) if error.denominator <= _LONG else f"{float(error):.8g}"


def _percent(value: Fraction) -> str:
    text = f"{100 * float(value):z.4f}"
    return f"{100 * float(value):.1e} %" if value and not float(text) else f"{text} %"


def _low(value: Fraction) -> str:
    return _number(value, ROUND_FLOOR)


def _high(value: Fraction) -> str:
    return _number(value, ROUND_CEILING)


def _number(value: Fraction, rounding: str) -> str:
    """A fraction, or 9 digits of one with a long denominator."""
    if value.denominator <= _LONG:
        return str(value)
    return f"{Context(prec=9, rounding=rounding).divide(Decimal(value.numerator), Decimal(value.denominator))}"
