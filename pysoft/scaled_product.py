"""Sums of products in a narrow format: operands are scaled by powers of two, rounded, multiplied, and scaled back.

    c[i, j] = 2^(e_i + f_j) sum_k  round(a[i, k] 2^-e_i) x round(b[k, j] 2^-f_j)

One exponent for each row of a and one for each column of b: the least for which no product leaves the format, which
is that of the products, too, of floats, and twice as wide of integers. Scaling shifts exponents: it is exact, and no
multiplication.
"""

import numpy as np

from .float_formats import FloatFormat
from .formats import Format, IntegerFormat
from .matmul import MatrixProduct
from .operator import Operator

__all__ = ["ScaledMatrixProduct"]


class ScaledMatrixProduct:
    """Matrix products of float32 or narrower floats by an operator on another, narrower format.

    Parameters
    ----------
    operator : Operator
        A multiplier of floats, or of signed integers of up to 16 bits.
    accumulate : str, optional
        As of :class:`MatrixProduct`, but that integers of more than 8 bits are summed up in ``int64`` by default.
    threads : int, optional
        As of :class:`MatrixProduct`.

    Raises
    ------
    TypeError, ValueError
        As of :class:`MatrixProduct`; also if the operator is on unsigned integers.

    Examples
    --------
    >>> matmul = ScaledMatrixProduct(Operator.from_name("mul-s8-exact"))
    >>> matmul(np.float32([[1.0, -0.5]]), np.float32([[0.25], [0.75]]))
    array([[-0.125]], dtype=float32)
    """

    accumulate = "float32"  # of what is returned

    def __init__(self, operator: Operator, *, accumulate: str | None = None, threads: int | None = None):
        form = operator.format
        if isinstance(form, IntegerFormat):
            if not form.signed:
                raise ValueError(f"sums of products of floats need signed integers or floats, not {form}")
            accumulate = accumulate or ("int32" if form.width <= 8 else "int64")
        self.operator = operator
        self._form = form
        self._matmul = MatrixProduct(operator, accumulate=accumulate, threads=threads)
        self._most = np.frexp(np.float32(_largest_factor(form)))

    def __call__(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """The products, float32; shapes and errors as of :class:`MatrixProduct`.

        Raises
        ------
        ValueError
            Also if the format is one of integers, and an operand is infinite or NaN.
        """
        x, x_exponent = self._scaled(a, -1)
        y, y_exponent = self._scaled(b, -2)
        with np.errstate(over="ignore"):  # infinity, as in every sum
            return np.ldexp(self._matmul(x, y).astype(np.float32), x_exponent + y_exponent)

    def _scaled(self, values: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
        """Numbers of the narrow format, and the exponents (1 along the axis) by which they are smaller."""
        wide = values.astype(np.float32)
        finite = np.isfinite(wide)
        if isinstance(self._form, IntegerFormat) and not finite.all():
            raise ValueError(f"an operand of a sum of products is infinite or NaN, which {self._form} cannot hold")
        peak = np.where(finite, np.abs(wide), 0).max(axis=axis, keepdims=True, initial=0)
        (fraction, exponent), (most, top) = np.frexp(peak), self._most  # fraction 2^exponent, 1/2 <= fraction < 1
        shift = np.where(peak > 0, exponent - top + (fraction > most), 0)
        scaled = np.ldexp(wide, -shift)
        if isinstance(self._form, FloatFormat):
            return self._form.cast(scaled), shift
        return np.rint(scaled).astype(self._form.dtype), shift


def _largest_factor(form: Format) -> int:
    """The largest that a factor is scaled to: of integers any; of floats a power of two whose square is in the format.

    A product of two such, 75 % too large, is still no more than the largest number of any format. In formats whose
    exponents are those of float32, sums need room, too.
    """
    if isinstance(form, FloatFormat):
        exponent = (form.largest >> form.fraction_bits) - form.bias
        return 1 << min(exponent // 2, 31)
    return form.maximum
