"""Bounds of activations, composed from those of the exponential and of the division.

Relative errors are d of the division, from ``lower`` to ``upper`` of its bound, c of an exponential, from a to b, and s
of the rounding of a sum, at most h. They hold for every normal result.

Sigmoid. With the exact z, 0 < z <= 1, there are two cases:

    x >= 0     (1 + d) / (1 + s)  x  (1 + z) / (1 + z (1 + c))            1 where z = 0, 2 / (2 + c) where z = 1
    x < 0      (1 + d) / (1 + s)  x  (1 + z) (1 + c) / (1 + z (1 + c))    1 + c where z = 0, 2 (1 + c) / (2 + c)

The last factors are monotone in c and z. A z below the smallest normal number becomes 0 with no more loss than rounding
may have: it is less than half a last place of 1.

Tanh. Below 2^k = t the result is x, which is above tanh x by a factor of t / tanh t at most. From there on, with the
exact u, 0 < u <= e^-2t:

    (1 + d) (1 + s) / (1 + s')  x  (1 - u (1 + c)) / (1 - u)  x  (1 + u) / (1 + u (1 + c))

which is monotone in c, and farthest from its first three factors where u is greatest. A u that becomes 0 is no more
than rounding, as z.

Softmax of n elements. Write w for the exact exponentials, max w = 1, W >= 1 for their sum, w / W for the exact shares,
and h' = 2^-precision. Rounding x - max x makes w^(1 + s) of w, |s| <= h', and what is flushed is e^-m at the most,
m the smallest normal number: a factor of M = 1 + 2m. For a share of 2^-k or more this is K = 2^(k h') at most, both
ways, since w >= w / W; for their sum it is N = n^h', by the inequality of power means:

    sum w^(1 - h') <= n^h' W^(1 - h') <= N W,        sum w^(1 + h') >= n^-h' W^(1 + h') >= W / N

Exponentials that become 0 have w <= 2^(bias h') m, which is little beside W >= 1: together at most l. A sum in float32
is within (n - 1) 2^-24 = g of itself (Rump). So with the sum e that is divided by,

    result / (w / W)  =  (1 + d) (1 + c) K^+-1 M  x  W / e
    W (1 - l) (1 + a) (1 - g) (1 - h) / N  <=  e  <=  W (1 + b) (1 + g) (1 + h) N M

References
----------
S. M. Rump, "Error estimation of floating-point summation and dot product", BIT 52 (2012): n - 1 units, for all n.
"""

from fractions import Fraction

from .activation import linear_exponent
from .bound import Bound
from .constant_product import LN_2
from .exponential import Exponential
from .exponential_bound import outward_exp
from .float_bound import rounding_bound
from .float_formats import FLOAT_FORMATS, FloatFormat

__all__ = ["sigmoid_bound", "softmax_bound", "tanh_bound"]

_F32 = FLOAT_FORMATS["f32"]
SOURCE = "composed of the bounds of its parts, pysoft/activation_bound.py; for every normal result"


def sigmoid_bound(form: FloatFormat, exponential: Exponential, divide: Bound) -> Bound:
    """The relative error of every normal result of :func:`pysoft.activation.sigmoid`.

    Parameters
    ----------
    form : FloatFormat
    exponential : Exponential
    divide : Bound
        Of the division, for every normal quotient.

    Examples
    --------
    >>> from pysoft.exponential import EXPONENTIALS
    >>> from pysoft.operator import Operator
    >>> divide = Operator.from_name("div-f32-mitchell")
    >>> sigmoid_bound(divide.format, EXPONENTIALS["mitchell"], divide.bound).percent
    '-2.9821 % .. 19.4160 %'
    """
    c, h = exponential.exp_bound(form), rounding_bound(form.precision).peak
    lower = min(1 + c.lower, 2 / (2 + c.upper)) * (1 + divide.lower) / (1 + h)
    upper = max(1 + c.upper, 2 / (2 + c.lower)) * (1 + divide.upper) / (1 - h)
    return Bound(lower - 1, upper - 1, Fraction(0), "not attained", SOURCE)


def tanh_bound(form: FloatFormat, exponential: Exponential, divide: Bound) -> Bound:
    """The relative error of every normal result of :func:`pysoft.activation.tanh`, as a magnitude.

    Parameters as of :func:`sigmoid_bound`.

    Examples
    --------
    >>> from pysoft.exponential import EXPONENTIALS
    >>> from pysoft.operator import Operator
    >>> divide = Operator.from_name("div-f32-mitchell")
    >>> tanh_bound(divide.format, EXPONENTIALS["mitchell"], divide.bound).percent
    '-5.1460 % .. 12.5000 %'
    >>> tanh_bound(divide.format, EXPONENTIALS["mitchell"], Operator.from_name("div-f32-exact").bound).percent
    '-5.1460 % .. 8.1977 %'
    """
    c, h = exponential.exp_bound(form), rounding_bound(form.precision).peak
    t = Fraction(2) ** linear_exponent(form, exponential)
    u = outward_exp(-2 * t, 1)
    linear = t * (1 + u) / (1 - u)
    lower = _of_quotient(u, c.upper) * (1 + divide.lower) * (1 - h) / (1 + h)
    upper = _of_quotient(u, c.lower) * (1 + divide.upper) * (1 + h) / (1 - h)
    return Bound(min(lower, Fraction(1)) - 1, max(upper, linear) - 1, Fraction(0), "not attained", SOURCE)


def softmax_bound(
    form: FloatFormat, exponential: Exponential, divide: Bound, n: int, *, share: int | None = None
) -> Bound | None:
    """The relative error of every normal result of :func:`pysoft.activation.softmax` of n elements.

    Parameters
    ----------
    form : FloatFormat
    exponential : Exponential
    divide : Bound
        Of the division, for every normal quotient.
    n : int
        1 or more.
    share : int, optional
        That the bound is for shares of 2^-share or more, 0 to the bias of the format, which is the default: for all.
        The smaller a share is, the more of it the rounding of x - max x may change.

    Returns
    -------
    Bound or None
        None if n is so large that all that is below the smallest normal number could be as much as the rest.

    Raises
    ------
    ValueError
        If ``n`` or ``share`` is out of its range.

    Examples
    --------
    >>> from pysoft.exponential import EXPONENTIALS
    >>> from pysoft.operator import Operator
    >>> divide = Operator.from_name("div-f32-mitchell")
    >>> softmax_bound(divide.format, EXPONENTIALS["mitchell"], divide.bound, 1024).percent
    '-5.7978 % .. 19.4240 %'
    >>> divide = Operator.from_name("div-bf16-exact")
    >>> [softmax_bound(divide.format, EXPONENTIALS["exact"], divide.bound, 32, share=k).percent for k in (127, 10)]
    ['-31.1314 % .. 45.2041 %', '-5.4631 % .. 5.7788 %']
    """
    share = form.bias if share is None else share
    if n < 1:
        raise ValueError(f"n must be 1 or more, not {n}")
    if not 0 <= share <= form.bias:
        raise ValueError(f"share must be 0..{form.bias}, not {share}")
    c = exponential.exp_bound(form)
    h = rounding_bound(form.precision).peak if form.precision < _F32.precision else Fraction(0)
    m = Fraction(2) ** (1 - form.bias)
    M = 1 + 2 * m
    K = _power_of_rounding(share, form)
    N = _power_of_rounding((n - 1).bit_length(), form)  # which is log2 n, rounded up
    lost = (n - 1) * _power_of_rounding(form.bias, form) * m
    g = Fraction(n - 1, 1 << _F32.precision)
    if lost >= 1 or g >= 1:
        return None
    least = (1 - lost) * (1 + c.lower) * (1 - g) * (1 - h) / N
    greatest = (1 + c.upper) * (1 + g) * (1 + h) * N * M
    lower = (1 + divide.lower) * (1 + c.lower) / K / greatest
    upper = (1 + divide.upper) * (1 + c.upper) * K * M / least
    return Bound(lower - 1, upper - 1, Fraction(0), "not attained", SOURCE)


def _power_of_rounding(exponent: int, form: FloatFormat) -> Fraction:
    """2^(exponent h') with h' = 2^-precision, rounded up."""
    return outward_exp(LN_2 * exponent / (1 << form.precision), 1)


def _of_quotient(u: Fraction, c: Fraction) -> Fraction:
    """What a relative error c of u makes of (1 - u) / (1 + u), as a factor."""
    changed = u * (1 + c)
    return (1 - changed) / (1 - u) * (1 + u) / (1 + changed)
