"""Whether a Taylor polynomial by approximate products stays positive: a proof for every score, in exact rationals.

Horner's rule with products that are wrong by factors a_1 .. a_(n-1), each within the bound of the multiplier, gives

    P = 1 + a_1 t (1 + a_2 t (1/2! + ... a_(n-1) t (1/(n-1)! + a_n t / n!)))

The rounding of a sum goes into the factor of the product that it is an operand of, and a_n is what rounding does to
the product with the constant. For a given t, P is linear in each factor by itself, so that its least value is at a
corner of the box of all factors. There P is a polynomial of t, and Sturm's theorem counts its zeros. It is 1 at t = 0:
without a zero it is positive everywhere. The last sum is of 1 and a number above -1, and rounding keeps its sign.

Products that are flushed to zero change no rounded sum in a format with the exponents of float32, and those that
overflow do it at scores at which P is infinite.
"""

from fractions import Fraction
from itertools import pairwise, product, zip_longest
from math import factorial

from .taylor import check_order

__all__ = ["count_zeros", "stays_positive"]


def stays_positive(order: int, lower: Fraction, upper: Fraction, *, precision: int | None = None) -> bool:
    """Whether :func:`pysoft.attention.taylor.taylor_exponential` is above 0 for every score and every such multiplier.

    Parameters
    ----------
    order : int
        n: even, 2 or more. The time doubles with each.
    lower, upper : fractions.Fraction
        Bounds of the multiplier's relative error, as of ``arithmetic.bound("multiply")``; ``lower`` from -1 on.
    precision : int, optional
        Bits of the significands that coefficients and sums are rounded to, 3 to 27, such as
        ``arithmetic.format.precision``. They are exact by default.

    Returns
    -------
    bool
        If it is False, some multiplier within these bounds gives 0 or less for some score; a given one need not.

    Raises
    ------
    ValueError
        If a parameter is out of range.

    Examples
    --------
    >>> mitchell = Fraction(-1, 9), Fraction(0)
    >>> [stays_positive(order, *mitchell, precision=24) for order in (2, 4, 6)]
    [True, True, False]
    """
    check_order(order)
    if not -1 <= lower <= upper:
        raise ValueError(f"bounds must be in order and -1 or more, not {lower} and {upper}")
    if precision is not None and not 3 <= precision <= 27:
        raise ValueError(f"precision must be 3 to 27 bits, not {precision}")
    u = Fraction(0) if precision is None else Fraction(1, 1 << precision)
    exact = [Fraction(1, factorial(i)) for i in range(order + 1)]
    coefficients = [c if precision is None else _rounded(c, precision) for c in exact[:-1]]
    # Of the product with the constant: that of order 2 is a shift. Others are rounded, the constant to 27 bits before.
    last = {Fraction(1)} if order == 2 else {1 - 2 * u, 1 + 2 * u}
    factors = {(1 + lower) * (1 - u), (1 + upper) * (1 + u)}
    for *first, a in product(*[sorted(factors)] * (order - 1), sorted(last)):
        p = [coefficients[-1], a * exact[-1]]
        for c, factor in zip(reversed(coefficients[:-1]), reversed(first), strict=True):
            p = [c, *(factor * each for each in p)]
        if count_zeros(p):
            return False
    return True


def count_zeros(polynomial: list[Fraction]) -> int:
    """How many real zeros a polynomial has, each counted once, by Sturm's theorem.

    Parameters
    ----------
    polynomial : list of fractions.Fraction
        Coefficients, that of t^0 first; not all are 0.

    Examples
    --------
    >>> count_zeros([Fraction(-2), Fraction(0), Fraction(1)])  # t^2 - 2
    2
    """
    p = _trimmed(polynomial)
    chain, following = [p], _trimmed([i * c for i, c in enumerate(p)][1:])
    while following:
        chain.append(following)
        following = [-c for c in _remainder(chain[-2], chain[-1])]
    signs = [(p[-1] > 0, len(p) % 2 == 0) for p in chain]  # at infinity; and whether it is the other one at -infinity
    at_infinity = [positive for positive, _ in signs]
    at_minus_infinity = [positive != odd for positive, odd in signs]
    return _changes(at_minus_infinity) - _changes(at_infinity)


def _changes(signs: list[bool]) -> int:
    return sum(a != b for a, b in pairwise(signs))


def _remainder(a: list[Fraction], b: list[Fraction]) -> list[Fraction]:
    """Of the polynomial a divided by b, but for a factor above 0."""
    while len(a) >= len(b):
        factor, shift = a[-1] / b[-1], len(a) - len(b)
        taken = [Fraction(0)] * shift + [factor * c for c in b]
        a = _trimmed([x - y for x, y in zip_longest(a, taken, fillvalue=Fraction(0))])
    return [c / abs(a[-1]) for c in a]


def _trimmed(polynomial: list[Fraction]) -> list[Fraction]:
    """Without coefficients of 0 at the end."""
    degree = max((i for i, c in enumerate(polynomial) if c), default=-1)
    return polynomial[: degree + 1]


def _rounded(value: Fraction, precision: int) -> Fraction:
    """A number above 0, rounded to nearest, ties to even."""
    exponent = value.numerator.bit_length() - value.denominator.bit_length()
    exponent -= value < Fraction(2) ** exponent  # 2^exponent <= value < 2^(exponent + 1)
    unit = Fraction(2) ** (exponent + 1 - precision)
    return round(value / unit) * unit
