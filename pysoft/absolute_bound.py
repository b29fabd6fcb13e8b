"""A proved statement about an error that does not shrink with the result, in exact rationals."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Context, Decimal
from fractions import Fraction

__all__ = ["AbsoluteBound"]


@dataclass(frozen=True)
class AbsoluteBound:
    """For every operand with a finite exact value e, of either sign, the result r obeys

        lower - relative |e|  <=  r - e  <=  upper + relative |e|

    as a logarithm does, which has a zero that its approximation need not share.

    Parameters
    ----------
    lower, upper : fractions.Fraction
        Bounds of the signed error at e = 0.
    relative : fractions.Fraction
        What rounding may add to them, as a share of e.
    attained : str
        Where the bounds are met, in words.
    source : str
        Who proved it, and where.

    Examples
    --------
    >>> bound = AbsoluteBound(Fraction(-1, 8), Fraction(0), Fraction(1, 16), "nowhere", "an example")
    >>> bound.allows(Fraction(-15, 8), Fraction(-2)), bound.allows(Fraction(-9, 4), Fraction(-2))
    (True, True)
    >>> bound.allows(Fraction(-7, 4), Fraction(-2)), bound.allows(Fraction(-19, 8), Fraction(-2))
    (False, False)
    >>> bound.statement
    '-0.125 - 0.0625 |e| <= r - e <= 0 + 0.0625 |e|'
    """

    lower: Fraction
    upper: Fraction
    relative: Fraction
    attained: str
    source: str

    @property
    def statement(self) -> str:
        """The inequality in one line; r is the result, e the exact value; numbers rounded outwards to 9 digits."""
        low, high = _upwards(abs(self.lower)), _upwards(abs(self.upper))
        share = f" {{}} {_upwards(self.relative)} |e|" if self.relative else ""
        return f"-{low}{share.format('-')} <= r - e <= {high}{share.format('+')}"

    def allows(self, result: Fraction, exact: Fraction) -> bool:
        """Whether ``result`` is within the bound of ``exact`` (exact arithmetic)."""
        share = self.relative * abs(exact)
        return self.lower - share <= result - exact <= self.upper + share


def _upwards(value: Fraction) -> str:
    return f"{Context(prec=9, rounding=ROUND_CEILING).divide(Decimal(value.numerator), Decimal(value.denominator))}"
