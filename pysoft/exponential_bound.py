"""Bounds of exponentials and logarithms of floats.

Write y = i + f for the exact logarithm of an exponential, i its integer, and F for the fraction bits of the format.

Exponential. What is cut off from y is t, 0 <= t < 2^-F, which leaves i + g on the grid of 2^-F. The result is
2^i (1 + g), and its ratio to 2^y

    (1 + g) / 2^g  x  2^-t

The first factor is 1 at g = 0 and g = 1, greatest at 1 / ln 2 - 1 = 0.4427 (1.06148) and has no other turning point, so
that on the grid it is greatest next to this. The second is between 2^-(2^-F) and 1: the least ratio is where both are
least. Of exp2, y = x has F + 1 significant bits: t is 0 from y = 1 on, and greatest for the last number below 2^-F.
Of exp, y has a share d of the error of the constant: as |y| <= bias + 1, a factor of 2^(d (bias + 1)) both ways.

Logarithm. Mitchell's is below log2 (1 + f) by log2 (1 + f) - f, which is 0 at both ends, greatest at the same f
(0.08607) and has no other turning point. With a = the greatest of the grid, L is from e - a to e; r is L (1 + d) with a
relative error d of rounding, |d| <= h, and of the constant. So r - e is from -a (1 + h) - h |e| to h |e|.

Every irrational limit is rounded outwards, to 40 digits.
"""

from decimal import Context, Decimal
from fractions import Fraction
from functools import cache

from .absolute_bound import AbsoluteBound
from .bound import Bound
from .constant_product import LN_2, LOG2_E, constant_bits
from .float_bound import rounding_bound
from .float_formats import FloatFormat

__all__ = [
    "antilogarithm_bound",
    "exponential_bound",
    "logarithm_bound",
    "natural_logarithm_bound",
    "outward_exp",
    "rounded_exponential_bound",
    "rounded_logarithm_bound",
]

_CONTEXT = Context(prec=55)
_MARGIN = Fraction(1, 10**40)  # far more than 55 digits lose
_NUMPY = Fraction(1, 1 << 50)  # NumPy's exponentials and logarithms of float64 are within 4 last places
SOURCE = "extremes over all fractions, pysoft/exponential_bound.py; for every normal result"


def outward_exp(x: Fraction, side: int) -> Fraction:
    """e^x, a little wide of the true value: above it for a side of 1, below it for -1.

    Examples
    --------
    >>> float(outward_exp(Fraction(1), 1))
    2.718281828459045
    >>> outward_exp(Fraction(0), -1) < 1 < outward_exp(Fraction(0), 1)
    True
    """
    quotient = _CONTEXT.divide(Decimal(x.numerator), Decimal(x.denominator))
    return Fraction(_CONTEXT.exp(quotient)) * (1 + side * _MARGIN)


@cache
def antilogarithm_bound(form: FloatFormat) -> Bound:
    """The relative error of every normal result of Mitchell's exp2; both ends are attained.

    Examples
    --------
    >>> from pysoft.float_formats import FLOAT_FORMATS
    >>> antilogarithm_bound(FLOAT_FORMATS["f16"]).percent
    '-0.0676 % .. 6.1476 %'
    >>> antilogarithm_bound(FLOAT_FORMATS["f8e5m2"]).attained
    '-0.14069 at x = 0.21875 -> 1; 0.06066 at x = 1.5 -> 3'
    """
    unit = Fraction(1, 1 << form.fraction_bits)
    below = unit * (1 - unit / 2)
    upper, g = max((_overshoot(g), g) for g in _grid(form))
    lower = outward_exp(-below * LN_2, -1) - 1
    attained = f"{float(lower):.5g} at x = {float(below)} -> 1; {float(upper):.5g} at x = {float(1 + g)} -> {2 + 2 * g}"
    return Bound(lower, upper, Fraction(0), attained, SOURCE)


@cache
def exponential_bound(form: FloatFormat) -> Bound:
    """The relative error of every normal result of Mitchell's exp, over all real x.

    Examples
    --------
    >>> from pysoft.float_formats import FLOAT_FORMATS
    >>> exponential_bound(FLOAT_FORMATS["f32"]).percent
    '-8.6e-06 % .. 6.1476 %'
    """
    unit = Fraction(1, 1 << form.fraction_bits)
    wide = outward_exp((form.bias + 1) * _constant_error(LOG2_E, form) * LN_2, 1)
    lower = outward_exp(-unit * LN_2, -1) / wide - 1
    upper, g = max((_overshoot(g), g) for g in _grid(form))
    attained = f"{float(lower):.5g} near x log2 e = {float(unit)}; {float(upper):.5g} near x log2 e = {float(1 + g)}"
    return Bound(lower, (1 + upper) * wide - 1, Fraction(0), attained, SOURCE)


@cache
def logarithm_bound(form: FloatFormat) -> AbsoluteBound:
    """The error of every finite result of Mitchell's log2.

    Examples
    --------
    >>> from pysoft.float_formats import FLOAT_FORMATS
    >>> bound = logarithm_bound(FLOAT_FORMATS["f32"])
    >>> bound.attained, bound.upper, bound.relative
    ('-0.086071 at x = 1.4426950216293335', Fraction(0, 1), Fraction(1, 16777217))
    """
    return _logarithm_bound(form, Fraction(1), Fraction(0))


@cache
def natural_logarithm_bound(form: FloatFormat) -> AbsoluteBound:
    """The error of every finite result of Mitchell's log.

    Examples
    --------
    >>> from pysoft.float_formats import FLOAT_FORMATS
    >>> round(float(natural_logarithm_bound(FLOAT_FORMATS["f32"]).lower), 6)
    -0.05966
    """
    return _logarithm_bound(form, LN_2, _constant_error(LN_2, form))


@cache
def rounded_exponential_bound(form: FloatFormat) -> Bound:
    """Of an exponential that is right to 4 last places of float64, rounded once: half a last place, and a little."""
    limit = _rounded(form)
    return Bound(-limit, limit, Fraction(0), "halfway between 1 and the next number", "rounding to nearest")


@cache
def rounded_logarithm_bound(form: FloatFormat) -> AbsoluteBound:
    """Of a logarithm that is right to 4 last places of float64, rounded once: half a last place, and a little."""
    zero = Fraction(0)
    return AbsoluteBound(zero, zero, _rounded(form), "halfway between two numbers", "rounding to nearest")


def _logarithm_bound(form: FloatFormat, constant: Fraction, error: Fraction) -> AbsoluteBound:
    """Of a constant times Mitchell's logarithm, where ``error`` is the relative error of the constant."""
    relative = (1 + rounding_bound(form.precision).peak) * (1 + error) - 1
    short, g = max((_shortfall(g), g) for g in _grid(form))
    lower = -short * constant * (1 + relative)
    return AbsoluteBound(lower, Fraction(0), relative, f"{float(lower):.5g} at x = {float(1 + g)}", SOURCE)


def _grid(form: FloatFormat) -> tuple[Fraction, Fraction]:
    """The two numbers next to 1 / ln 2 - 1 with the fraction bits of the format."""
    units = 1 << form.fraction_bits
    below = int((LOG2_E - 1) * units)
    return Fraction(below, units), Fraction(below + 1, units)


def _overshoot(g: Fraction) -> Fraction:
    """(1 + g) / 2^g - 1, rounded up."""
    return (1 + g) * outward_exp(-g * LN_2, 1) - 1


def _shortfall(g: Fraction) -> Fraction:
    """log2 (1 + g) - g, rounded up."""
    logarithm = _CONTEXT.ln(_CONTEXT.divide(Decimal((1 + g).numerator), Decimal((1 + g).denominator)))
    return Fraction(logarithm) / LN_2 - g + _MARGIN


def _constant_error(constant: Fraction, form: FloatFormat) -> Fraction:
    """Relative error of a constant that is rounded for the format."""
    scale = 1 << constant_bits(form)
    return abs(round(constant * scale) / (constant * scale) - 1)


def _rounded(form: FloatFormat) -> Fraction:
    return (1 + rounding_bound(form.precision).peak) * (1 + _NUMPY) - 1
