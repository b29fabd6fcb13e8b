"""Exact bounds of operations on floats, over all fractions: they hold for every normal result.

Exponents only add, so that the relative error of a normal result depends on the fractions of the operands alone. That
of a scheme is the one of integers, whose theorem is in ``docs/bounds.md``, without a port that a product could leave;
cutting a logarithm off to the fraction bits of the format takes a share of the result and not a constant.
"""

from fractions import Fraction
from functools import cache

from .bound import Bound, short_error
from .logarithmic import Correction, Scheme
from .logarithmic_bound import is_within_reach
from .logarithmic_extremes import Extreme, Search
from .power import PowerScheme
from .power_bound import Extreme as PowerExtreme
from .power_bound import extremes

__all__ = ["float_power_bound", "float_product_bound", "float_quotient_bound", "rounding_bound"]

SOURCE = "extremes over all pairs of fractions, docs/bounds.md; for every normal result"


def rounding_bound(width: int) -> Bound:
    """Of a correctly rounded operation on floats of ``width`` bits of precision, to nearest."""
    limit = Fraction(1, (1 << width) + 1)
    return Bound(-limit, limit, Fraction(0), "halfway between 1 and the next number", "rounding to nearest")


@cache
def float_product_bound(scheme: Scheme, width: int) -> Bound | None:
    """The relative error of every normal product of ``scheme``; None where the theorem does not reach.

    Parameters
    ----------
    scheme : Scheme
    width : int
        Precision of the format: fraction bits and the leading one.

    Examples
    --------
    >>> float_product_bound(Scheme(kept=7), 8).attained
    '-1/9 at 1.5 x 1.5 -> 2.0; 0 at 1.0 x 1.0 -> 1.0'
    """
    return _bound(scheme, width, divide=False)


@cache
def float_quotient_bound(scheme: Scheme, width: int) -> Bound | None:
    """The relative error of every normal quotient of ``scheme``; None where the theorem does not reach.

    Parameters
    ----------
    scheme : Scheme
        Without ``carry_in`` and ``lower_part``, which are of adders.
    width : int
        Precision of the format: fraction bits and the leading one.
    """
    return _bound(scheme, width, divide=True)


@cache
def float_power_bound(scheme: PowerScheme, exponent: Fraction, width: int) -> Bound:
    """The relative error of every normal result of a power.

    Parameters
    ----------
    scheme : PowerScheme
    exponent : fractions.Fraction
        2, -1, 1/2 or -1/2.
    width : int
        Precision of the format: fraction bits and the leading one.

    Examples
    --------
    >>> float_power_bound(PowerScheme(), Fraction(1, 2), 8).attained
    '-0.0038835098 at a = 1.0078125 -> 1.0; 0.060660172 at a = 2.0 -> 1.5'
    """
    drop = max(0, scheme.bits - (width - 1)) + (exponent.denominator == 2)
    low, high = extremes(scheme, exponent, width, {0: 1, 1: 1}, drop)
    attained = "; ".join(_power_example(extreme, width) for extreme in (low, high))
    return Bound(low.error, high.error, Fraction(0), attained, SOURCE.replace("pairs of ", ""))


def _bound(scheme: Scheme, width: int, *, divide: bool) -> Bound | None:
    if not is_within_reach(scheme):
        return None
    search = Search(scheme, width, divide=divide, port=False)
    low, high = (search.extreme(greatest=greatest) for greatest in (False, True))
    if low.error <= -1:
        return None
    # Dropping bits of a fraction takes at most their value from a significand, which is 1 or more.
    bits = _result_bits(scheme)
    dropped = max(0, bits - (width - 1))
    share = Fraction((1 << dropped) - 1, 1 << bits)
    attained = "; ".join(_example(extreme, width, divide, dropped) for extreme in (low, high))
    return Bound((1 + low.error) * (1 - share) - 1, high.error, Fraction(0), attained, SOURCE)


def _result_bits(scheme: Scheme) -> int:
    """Fraction bits of the logarithm that the scheme gives."""
    correction = scheme.correction
    if correction is None:
        return scheme.kept
    if isinstance(correction, Correction) and correction.domain == "log":
        return max(scheme.kept, correction.bits)
    return max(scheme.kept, correction.bits + 1) + 1


def _example(extreme: Extreme, width: int, divide: bool, dropped: int) -> str:
    one = 1 << (width - 1)
    a, b = Fraction(one + extreme.x, one), Fraction(one + extreme.y, one)
    place = f"{short_error(extreme.error)} at {float(a)} {'/' if divide else 'x'} {float(b)}"
    if dropped:
        return f"{place} before bits are cut off"
    return f"{place} -> {float((1 + extreme.error) * (a / b if divide else a * b))}"


def _power_example(extreme: PowerExtreme, width: int) -> str:
    a = Fraction((1 << (width - 1)) + extreme.x << extreme.parity, 1 << (width - 1))
    return f"{short_error(extreme.error)} at a = {float(a)} -> {float(extreme.result)}"
