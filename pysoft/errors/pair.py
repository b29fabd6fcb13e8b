"""One pair of operands, or a single one, with its result and its exact value, everything exact."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Self

from ..operator import Operator

__all__ = ["ErrorPair"]


@dataclass(frozen=True)
class ErrorPair:
    """One pair of operands, or a single one, its result and its exact value; everything here is exact.

    A root that is not rational is cut off to 128 significant bits.

    Parameters
    ----------
    operands : tuple of int or float
        One or two, in the order of the operator.
    result, exact : fractions.Fraction
        Result and exact value in real units (a quotient of f fraction bits is multiplied by 2^-f), signs included.

    Examples
    --------
    >>> pair = ErrorPair.at(Operator.from_name("mul-s8-mitchell"), 3, -3)
    >>> pair
    ErrorPair(operands=(3, -3), result=Fraction(-8, 1), exact=Fraction(-9, 1))
    >>> pair.error, pair.relative_error
    (Fraction(-1, 1), Fraction(-1, 9))
    >>> ErrorPair.at(Operator.from_name("reciprocal-bf16-mitchell"), 1.5)
    ErrorPair(operands=(1.5,), result=Fraction(3, 4), exact=Fraction(2, 3))
    """

    operands: tuple[int | float, ...]
    result: Fraction
    exact: Fraction

    @classmethod
    def at(cls, operator: Operator, *operands: int | float) -> Self:
        """These operands of ``operator``.

        Raises
        ------
        ZeroDivisionError
            If there is no exact value.
        TypeError, ValueError
            If the operator does not take these operands.
        """
        return cls.of(operator, *operands, result=operator(*operands))

    @classmethod
    def of(cls, operator: Operator, *operands: int | float, result: Any) -> Self:
        """These operands, with a result that is known: of integers, in units of the last place.

        Raises
        ------
        ZeroDivisionError
            If there is no exact value.
        """
        exact = operator.exact_value(*operands)
        if exact is None:
            raise ZeroDivisionError(f"{operator} has no exact value for ({', '.join(map(str, operands))})")
        return cls(operands, operator.real(result), exact)

    @property
    def error(self) -> Fraction:
        """abs(result) - abs(exact), in real units: negative where the result is too small, whatever its sign."""
        return abs(self.result) - abs(self.exact)

    @property
    def relative_error(self) -> Fraction:
        """(result - exact) / exact, signed.

        Raises
        ------
        ZeroDivisionError
            If the exact value is 0.
        """
        return self.error / abs(self.exact)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON; result, exact value and error as exact strings such as ``-1/9``."""
        return {
            "operands": list(self.operands),
            "result": str(self.result),
            "exact": str(self.exact),
            "error": str(self.error),
            "relative_error": str(self.relative_error) if self.exact else None,
        }
