"""The error over the one operand of a power. Needs matplotlib (the extra ``plot``), imported only when drawn."""

from typing import TYPE_CHECKING

import numpy as np

from ...float_formats import FloatFormat
from ...operator import Operator
from ..extent import integers
from .surface import relative_error

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_curve", "operand_curve"]

_FRACTION_BITS = 10  # at most, of the operands in a picture
_LINE, _PROVED = "#2f5c94", "#D62728"


def operand_curve(operator: Operator) -> tuple[np.ndarray, np.ndarray]:
    """Relative error of ``operator`` over its operand from 1 to 2, of a root to 4.

    An integer stands for 2^-k of itself, with k even for a root; a result of integers is taken with 32 fraction bits,
    whatever the operator's own number: what is seen is the error before truncation.

    Parameters
    ----------
    operator : Operator
        With one operand.

    Returns
    -------
    a : numpy.ndarray of float64, shape (n,)
        Operands, rising.
    error : numpy.ndarray of float64, shape (n,)
        Signed relative error.

    Raises
    ------
    ValueError
        If the operator has two operands.

    Examples
    --------
    >>> a, error = operand_curve(Operator.from_name("square-bf16-mitchell"))
    >>> a.size, float(a[64]), float(error[64]) == -1 / 9
    (128, 1.5, True)
    """
    if len(operator.operands) != 1:
        raise ValueError(f"a curve has one axis, and {operator} two operands: draw its surface")
    is_root = operator.operation.endswith("sqrt")
    is_float = isinstance(operator.format, FloatFormat)
    top = operator.format.precision - 1 if is_float else integers(operator).maximum.bit_length() - 1 - is_root
    k = min(top, _FRACTION_BITS)
    k -= k % 2 if is_root else 0
    mantissas = np.arange(1 << k, (4 if is_root else 2) << k)
    a = mantissas / (1 << k)
    operands = (a if is_float else mantissas).astype(operator.format.dtype)
    return a, relative_error(operator, operands)


def draw_curve(
    axes: "Axes", operator: Operator, a: np.ndarray, error: np.ndarray, *, limit: float | None = None
) -> None:
    """Draw what :func:`operand_curve` gave on ``axes``.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    operator : Operator
        Of the curve.
    a, error : numpy.ndarray
        Operands and relative errors.
    limit : float, optional
        Error at both ends of the axis, in percent, for panels that are to be compared: the curve alone, without peak
        and proved limits.
    """
    percent = 100 * error
    axes.plot(a, percent, color=_LINE, linewidth=1.2)
    axes.axhline(0, color="#888888", linewidth=0.6)
    axes.set_xlim(1, 1 + np.floor(a[-1]))
    if limit is not None:
        axes.set_ylim(-1.05 * limit, 1.05 * limit)
        return
    base = 4 if operator.operation.endswith("sqrt") else 2
    axes.set_xlabel(f"significand m of {operator.operands[0]} = ${base}^{{k}}$ m")
    axes.set_ylabel("signed relative error in percent")
    bound = operator.bound
    if bound is not None:
        for i, end in enumerate(sorted({bound.lower, bound.upper})):
            label = None if i else "proved before truncation" if bound.truncation else "proved"
            axes.axhline(float(100 * end), color=_PROVED, linewidth=1, linestyle="--", label=label)
    place = int(np.abs(percent).argmax())
    if percent[place]:
        label = f"peak {percent[place]:+.3f} % at {a[place]:.4g}"
        axes.plot(a[place], percent[place], "o", markerfacecolor="white", markeredgecolor="black", label=label)
    axes.margins(y=0.12)
    axes.legend(loc="best")
