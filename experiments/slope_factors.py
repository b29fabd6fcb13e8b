"""What one approximate product does to a gradient, on average: factors beside the true product and the true derivative.

A straight-through gradient is multiplied by p(g, b) / (g b) beside the true one, an exact one by the slope dp/da / b.
Along a chain of single numbers factors multiply, and what counts is the geometric mean. Through sums of many products
errors average out: the norm is multiplied by no less than the mean, and by the root of the mean square where the errors
have nothing to do with one another.

For Mitchell's product of even fractions these are, in closed form,

    mean of the product     1 - 0.03851          mean of the slope            1
    its geometric mean      e / 2^1.5 = 0.9611   its geometric mean           e / 2^1.5
                                                 root of its mean square      sqrt(3 ln 2 - 1) = 1.0389
"""

from dataclasses import dataclass

import numpy as np

from pysoft.derivatives import Slopes
from pysoft.float_formats import FloatFormat
from pysoft.operator import Operator

__all__ = ["SlopeFactors", "slope_factors"]

_PARTS = 512, 511  # of a binade, of a and of b: so no middles of two parts add up to 1, where the slope has its step


@dataclass(frozen=True)
class SlopeFactors:
    """Means of p / (a b) and of dp/da / b over even fractions of a and b.

    Parameters
    ----------
    operator : str
    product, product_geometric : float
        Arithmetic and geometric mean of p / (a b).
    slope, slope_geometric, slope_rms : float
        Arithmetic and geometric mean and root of the mean square of dp/da / b.
    """

    operator: str
    product: float
    product_geometric: float
    slope: float
    slope_geometric: float
    slope_rms: float


def slope_factors(operator: Operator) -> SlopeFactors:
    """Factors of a multiplier of floats.

    Raises
    ------
    ValueError
        If it has no slopes: see :class:`pysoft.derivatives.Slopes`.

    Examples
    --------
    >>> factors = slope_factors(Operator.from_name("mul-f32-mitchell"))
    >>> round(factors.product, 3), round(factors.slope, 3), round(factors.slope_rms, 3)
    (0.962, 1.0, 1.039)
    """
    slopes = Slopes(operator)
    assert isinstance(operator.format, FloatFormat)
    a, b = (operator.format.cast(1 + (2 * np.arange(parts) + 1) / (2 * parts)) for parts in _PARTS)
    a, b = a[:, None], b[None]  # [n] -> [n, 1], [m] -> [1, m]
    product = operator(a, b).astype(np.float64) / (a.astype(np.float64) * b.astype(np.float64))  # [n, m]
    slope = slopes.first(a, b).astype(np.float64) / b.astype(np.float64)  # [n, m]
    return SlopeFactors(
        operator.name,
        float(product.mean()),
        float(np.exp(np.log(product).mean())),
        float(slope.mean()),
        float(np.exp(np.log(slope).mean())),
        float(np.sqrt(np.square(slope).mean())),
    )
