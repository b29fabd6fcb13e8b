"""Slopes of logarithmic products and quotients of floats: powers of two.

Write a = 2^(e_a) (1 + x_a), and L(a) = e_a + x_a for Mitchell's logarithm. A product p = 2^(e_p) (1 + m_p) of a family
in the log domain is L(p) = L(a) + L(b) + c, where c is constant on each piece of a grid of the fractions. L has the
slope 2^(-e_a) in a, its inverse the slope 2^(e_p), and so, with the sign of the other operand,

    dp/da = 2^(e_p - e_a)      dq/dn = 2^(e_q - e_n)      dq/dd = -2^(e_q - e_d)

everywhere but at the ends of pieces: where a or the result is a power of two, and where c changes. A family in the
linear domain (``mbm``, ``realm``) adds its constant to the significand, p = 2^K (1 + f + c) with K + f = L(a) + L(b):
dp/da = 2^(K - e_a), where K is the exponent of Mitchell's product. The difference of two results of one piece is this
slope times that of the operands, exactly; in the linear domain where 1 + f + c >= 2 but for the last place, which is
cut off.

Conventions, where there is no derivative or none that is of use:

- At the end of a piece, exponents are those of the numbers as they are, and a binade begins with its power of two: of a
  product this is the slope on the side away from zero.
- At a = 0 of dp/da the slope is that at a = 1, and at every other power of two: p(2^k, b) / 2^k is the same for all k.
  Away from these it takes two values however near a is to 0, and so has no limit. (The slope of a flushed product is 0
  there, but a state that begins at 0 would get no gradient.)
- Where the result is flushed to zero, it is flat: 0. Where it overflows or is NaN, the slope is not finite.
- Slopes are numbers of the format: one that is beyond it, as of n / d by d in f16, is infinite or 0.

References
----------
J. N. Mitchell, "Computer Multiplication and Division Using Binary Logarithms", IRE Trans. EC-11 (1962).
A. Kosson, M. Jaggi, "Multiplication-Free Transformer Training via Piecewise Affine Operations", NeurIPS 2023: exact and
approximate derivatives of Mitchell's product of floats.
"""

import numpy as np

from ..elementwise import Elementwise
from ..float_formats import FloatFormat
from ..logarithmic import Correction, Scheme
from ..operator import Operator

__all__ = ["Slopes", "exponent_part"]


class Slopes:
    """Derivatives of the results of one operator with respect to either operand.

    Parameters
    ----------
    operator : Operator
        Products or quotients of floats by a family that is linear in pieces: ``mitchell``, ``lmul``, ``gh``, ``tuned``,
        ``mbm``, ``realm``.

    Raises
    ------
    ValueError
        If the operator is of integers, or of another operation or family.

    Examples
    --------
    >>> slopes = Slopes(Operator.from_name("mul-f32-mitchell"))
    >>> a, b = np.float32([1.25, 1.75, 0.0]), np.float32([-1.5, -1.5, -1.5])
    >>> slopes.first(a, b), slopes.second(a, b)
    (array([-1., -2., -1.], dtype=float32), array([1., 2., 0.], dtype=float32))
    """

    def __init__(self, operator: Operator):
        self._of_quotient = operator.operation == "div"
        self._piece = Elementwise(_piece_operator(operator))
        assert isinstance(operator.format, FloatFormat)
        self._form = operator.format
        self._ratio = Elementwise(Operator("div", self._form, "mitchell"))  # of powers of two: exact

    def first(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """D result / d first operand, powers of two and their signs; arrays of the format, which broadcast."""
        a = self._away_from_zero(a)
        return self._exponents_apart(self._piece(a, b), a)

    def second(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """D result / d second operand, as :meth:`first`."""
        if self._of_quotient:
            return -self._exponents_apart(self._piece(a, b), b)
        b = self._away_from_zero(b)
        return self._exponents_apart(self._piece(a, b), b)

    def _away_from_zero(self, values: np.ndarray) -> np.ndarray:
        smallest = self._form.from_bits(np.array(self._form.smallest))
        return np.where(np.abs(values) < smallest, self._form.dtype.type(1), values)

    def _exponents_apart(self, result: np.ndarray, operand: np.ndarray) -> np.ndarray:
        return self._ratio(exponent_part(result, self._form), exponent_part(operand, self._form))


def exponent_part(values: np.ndarray, form: FloatFormat) -> np.ndarray:
    """Numbers without their fractions, (-1)^s 2^e; 0 of subnormal numbers, NaN of NaN.

    Examples
    --------
    >>> from pysoft.float_formats import FLOAT_FORMATS
    >>> exponent_part(np.float32([-1.5, 0.0, 7.0]), FLOAT_FORMATS["f32"])
    array([-1.,  0.,  4.], dtype=float32)
    """
    plain = np.asarray(values)
    word = np.dtype(f"u{form.dtype.itemsize}")
    fraction = word.type((1 << form.fraction_bits) - 1)
    cut = (np.ascontiguousarray(plain).view(word) & ~fraction).view(form.dtype).reshape(plain.shape)
    return np.where(np.isnan(plain), plain, cut)


def _piece_operator(operator: Operator) -> Operator:
    """The operator whose result has the exponent that slopes go by, or ValueError if it is not linear in pieces."""
    form, scheme = operator.format, operator.scheme
    if not isinstance(form, FloatFormat) or operator.operation not in ("mul", "div"):
        raise ValueError(f"slopes are of products and quotients of floats, not of {operator}")
    if not isinstance(scheme, Scheme) or scheme.last_one or scheme.kept < form.fraction_bits:
        raise ValueError(f"{operator} is not linear in pieces{_WAY_OUT}")
    correction = scheme.correction
    if correction is None:
        return operator
    assert isinstance(correction, Correction), "no family of floats has another one"
    if max(correction.index_bits) >= form.fraction_bits:
        raise ValueError(f"{operator} has a constant for each fraction, and so no slope between them{_WAY_OUT}")
    return operator if correction.domain == "log" else operator.with_family("mitchell")


_WAY_OUT = ": take StraightThrough, or a family with whole fractions such as mitchell, lmul, tuned or realm-m8 (t = 0)"
