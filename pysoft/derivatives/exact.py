"""Exact derivatives of what an arithmetic computes: slopes of straight pieces, in the place of the true functions'.

A logarithmic product or quotient has powers of two for slopes (:mod:`pysoft.derivatives.slopes`), and so has Mitchell's
exp2; his exp has these times log2 e, a constant product by shifts and additions. A chain of them is a shift of the
exponent of g: exact, where a straight-through rule multiplies approximately. Sigmoid and tanh are differentiated as
:mod:`pysoft.activation` computes them, step by step, tanh x = x for small x with them.

What is rounded or cut off, a sum, an argument of exp, is taken as it was before: a step has no slope that is of use.
An exact operator has the ordinary derivative, of the arithmetic's own operations.
"""

from functools import cache

import numpy as np

from ..activation import linear_exponent
from ..arithmetic import Arithmetic
from ..constant_product import LOG2_E, constant_bits, constant_product, signed_digits
from ..convert import round_fixed_point, split
from ..elementwise import Elementwise
from ..exponential import EXPONENTIALS
from ..float_formats import FloatFormat
from ..matmul import MatrixProduct
from ..operator import Operator
from .slopes import Slopes, exponent_part
from .straight_through import StraightThrough

__all__ = ["ExactDerivative"]

_BLOCK = 1 << 20  # slopes of a matrix product that are in memory at a time, or those of one row


class ExactDerivative:
    """Derivatives of the approximate functions themselves; methods as of :class:`Derivative`.

    Parameters
    ----------
    arithmetic : Arithmetic
        On floats. Products and quotients are exact, or by a family that :class:`Slopes` takes.

    Raises
    ------
    ValueError
        If there is no derivative: integers, sums of products in a narrow format (``products=``), which are rounded to
        it, and families with cut-off fractions.

    Notes
    -----
    Products of matrices have a slope for every single product, one element after the other: tens of times slower than
    the straight-through rule, which is two products of matrices.

    Examples
    --------
    >>> derivative = ExactDerivative(Arithmetic.of_family("mitchell"))
    >>> derivative.multiply(np.float32(1.5), np.float32(-1.5), np.float32(1.5))
    (np.float32(-3.0), np.float32(3.0))
    >>> derivative.matmul(np.float32([[1.5, 1.0]]), np.float32([[1.5], [3.0]]), np.float32([[1.0]]))
    (array([[2., 2.]], dtype=float32), array([[2.],
           [1.]], dtype=float32))
    """

    def __init__(self, arithmetic: Arithmetic):
        if not isinstance(arithmetic.format, FloatFormat):
            raise ValueError(f"gradients are floats, and the arithmetic is on {arithmetic.format}")
        products = arithmetic.products
        if products is not None:
            raise ValueError(
                f"operands of {products} are rounded to {products.format}, which leaves no slope: take StraightThrough"
            )
        self.arithmetic = arithmetic
        self._form = arithmetic.format
        self._ordinary = StraightThrough(arithmetic)
        self._products, self._quotients = (_slopes(arithmetic.operator(name)) for name in ("mul", "div"))
        accumulate = arithmetic.sum(np.zeros(1, self._form.dtype)).dtype.name
        shift = Operator("mul", self._form, "mitchell")  # exact where a factor is a power of two, as slopes are
        self._shift = Elementwise(shift)
        self._shifted_sums = MatrixProduct(shift, accumulate=accumulate)

    def multiply(self, a: np.ndarray, b: np.ndarray, g: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Gradients of a and b: g dp/da and g dp/db."""
        slopes = self._products
        if slopes is None:
            return self._ordinary.multiply(a, b, g)
        return self._shift(slopes.first(a, b), g), self._shift(slopes.second(a, b), g)

    def divide(self, n: np.ndarray, d: np.ndarray, g: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Gradients of n and d: g dq/dn and g dq/dd."""
        slopes = self._quotients
        if slopes is None:
            return self._ordinary.divide(n, d, g)
        return self._shift(slopes.first(n, d), g), self._shift(slopes.second(n, d), g)

    def matmul(self, a: np.ndarray, b: np.ndarray, g: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Gradients of a (..., m, k) and b (..., k, n), for g (..., m, n)."""
        return self.matmul_first(a, b, g), self.matmul_second(a, b, g)

    def matmul_first(self, a: np.ndarray, b: np.ndarray, g: np.ndarray) -> np.ndarray:
        """Gradient of a: for each a[i, k] the sum over j of g[i, j] shifted, in increasing j."""
        slopes = self._products
        if slopes is None:
            return self._ordinary.matmul_first(a, b, g)
        parts = []
        for rows in _blocks(a, b):
            slope = slopes.first(a[..., rows, :, None], b[..., None, :, :])  # [..., r, k, n]
            parts.append(self._shifted_sums(slope, g[..., rows, :, None])[..., 0])  # [..., r, n, 1] -> [..., r, k]
        return np.concatenate(parts, axis=-2)  # [..., r, k] -> [..., m, k]

    def matmul_second(self, a: np.ndarray, b: np.ndarray, g: np.ndarray) -> np.ndarray:
        """Gradient of b: for each b[k, j] the sum over i of g[i, j] shifted, in increasing i."""
        slopes = self._products
        if slopes is None:
            return self._ordinary.matmul_second(a, b, g)
        lead = np.broadcast_shapes(a.shape[:-2], b.shape[:-2], g.shape[:-2])
        total = np.zeros((*lead, *b.shape[-2:]), self._shifted_sums.accumulate)  # [..., k, n]
        for rows in _blocks(a, b):
            slope = slopes.second(a[..., rows, :, None], b[..., None, :, :])  # [..., r, k, n]
            terms = self._shift(slope, g[..., rows, None, :])  # [..., r, k, n]
            for row in range(terms.shape[-3]):
                total += terms[..., row, :, :]
        return total

    def exp2(self, x: np.ndarray, y: np.ndarray, g: np.ndarray) -> np.ndarray:
        """Gradient of x: g 2^(e_y) by Mitchell's exponential, the slope above x where y is a power of two."""
        if self.arithmetic.exponential == "exact":
            return self._ordinary.exp2(x, y, g)
        return self._shift(exponent_part(y, self._form), g)

    def exp(self, x: np.ndarray, y: np.ndarray, g: np.ndarray) -> np.ndarray:
        """Gradient of x: g log2 e 2^(e_y) by Mitchell's exponential, the product by the constant rounded once."""
        if self.arithmetic.exponential == "exact":
            return self._ordinary.exp(x, y, g)
        return self._shift(exponent_part(y, self._form), _times_log2_e(g, self._form))

    def sigmoid(self, x: np.ndarray, y: np.ndarray, g: np.ndarray) -> np.ndarray:
        """Gradient of x, through y = n / (1 + z), z = e^-|x|, where n is 1 for x >= 0 and z below."""
        one, is_negative = self._form.dtype.type(1), x < 0
        z = self.arithmetic.exp(-np.abs(x))
        gn, gd = self.divide(np.where(is_negative, z, one), one + z, g)
        gx = self.exp(-np.abs(x), z, np.where(is_negative, gn + gd, gd))
        return np.where(is_negative, gx, -gx)

    def tanh(self, x: np.ndarray, y: np.ndarray, g: np.ndarray) -> np.ndarray:
        """Gradient of x, through |y| = (1 - u) / (1 + u), u = e^-2|x|; g itself where tanh x = x."""
        one, magnitude = self._form.dtype.type(1), np.abs(x)
        half = np.minimum(magnitude, self._form.from_bits(np.array(self._form.largest - self._form.smallest)))
        u = self.arithmetic.exp(-(half + half))
        gn, gd = self.divide(one - u, one + u, g)
        gx = self.exp(-(half + half), u, gn - gd)  # of -u in the dividend and u in the divisor; -2 |x| makes up for it
        small = magnitude < 2.0 ** linear_exponent(self._form, EXPONENTIALS[self.arithmetic.exponential])
        return np.where(small, g, gx + gx)

    def relu(self, x: np.ndarray, y: np.ndarray, g: np.ndarray) -> np.ndarray:
        """Gradient of x: g where x is above 0, and 0."""
        return self._ordinary.relu(x, y, g)


def _slopes(operator: Operator) -> Slopes | None:
    return None if operator.is_exact else Slopes(operator)


def _blocks(a: np.ndarray, b: np.ndarray) -> list[slice]:
    """Rows of a, as many at a time as the slopes of a x b may be."""
    m, (k, n) = a.shape[-2], b.shape[-2:]
    lead = np.prod(np.broadcast_shapes(a.shape[:-2], b.shape[:-2]), dtype=int)
    step = max(1, _BLOCK // max(1, int(lead) * k * n))
    return [slice(start, start + step) for start in range(0, max(m, 1), step)]


def _times_log2_e(values: np.ndarray, form: FloatFormat) -> np.ndarray:
    """Products with log2 e, each rounded once, by shifts and additions of its significand."""
    plain = np.asarray(values)
    negative, pattern = split(form.to_bits(plain), form)
    significand = np.where(pattern < form.smallest, 0, pattern & form.smallest - 1 | form.smallest)
    product = constant_product(np.where(negative, -significand, significand), _log2_e(constant_bits(form)))
    rounded = form.from_bits(round_fixed_point(product, form.fraction_bits + constant_bits(form), form))
    exponent = ((pattern >> form.fraction_bits) - form.bias).astype(np.int32)
    with np.errstate(over="ignore"):
        scaled = np.ldexp(rounded, exponent)
    return np.where(np.isfinite(plain), scaled, plain)


@cache
def _log2_e(places: int) -> tuple[tuple[int, int], ...]:
    return signed_digits(round(LOG2_E * 2**places))
