"""Polynomials in the place of the exponential: Taylor's, of even order, which are positive everywhere.

    P_n(t) = 1 + t + t^2 / 2! + ... + t^n / n!

At a minimum of P_n its derivative P_(n-1) is 0, and P_n = P_(n-1) + t^n / n!, so that P_n = t^n / n!, which is above 0
for even n (t = 0 is no minimum: there P_n' = 1). So its shares are shares, as those of softmax. For odd n, P_n goes to
minus infinity with t.

References
----------
A. de Brébisson and P. Vincent, "An Exploration of Softmax Alternatives Belonging to the Spherical Loss Family", ICLR
2016: the Taylor softmax, of order 2.
"""

from dataclasses import dataclass
from math import factorial

import numpy as np

from ..arithmetic import Arithmetic
from .features import Keys
from .key_value import KeyValueCache
from .protocol import check_operands
from .scaling import scaled
from .state import quotient

__all__ = ["TaylorAttention", "TaylorFeatures", "check_order", "taylor_exponential"]


def taylor_exponential(arithmetic: Arithmetic, t: np.ndarray, order: int) -> np.ndarray:
    """1 + t (1 + t (1/2! + t (1/3! + ... t / n!))), Horner's rule: n - 1 products and one by a constant.

    That constant is shifts and additions; for n = 2, one shift. Whether it is positive in an arithmetic, too:
    :func:`pysoft.attention.positivity.stays_positive`.

    Parameters
    ----------
    arithmetic : Arithmetic
    t : numpy.ndarray of the format
    order : int
        n: even, 2 or more.

    Returns
    -------
    numpy.ndarray of the format
        Same shape.

    Raises
    ------
    ValueError
        If the order is not as above.

    Examples
    --------
    >>> taylor_exponential(Arithmetic(), np.float32([-1, 0, 1]), 2)
    array([0.5, 1. , 2.5], dtype=float32)
    """
    check_order(order)
    value = scaled(arithmetic, t, 1 / factorial(order)) + arithmetic.cast(1 / factorial(order - 1))
    for i in reversed(range(order - 1)):
        value = arithmetic.multiply(t, value) + arithmetic.cast(1 / factorial(i))
    return value


def check_order(order: int) -> None:
    """Refuse an order that is odd or below 2.

    Raises
    ------
    ValueError
        If it is.
    """
    if order < 2 or order % 2:
        reason = ": odd polynomials are negative somewhere" if order % 2 else ""
        raise ValueError(f"order must be even and 2 or more, not {order}{reason}")


@dataclass(frozen=True)
class TaylorAttention:
    """Attention by P_n(q . k / sqrt d) in the place of the exponential: sum_j P_n(t_ij) v_j / sum_j P_n(t_ij).

    Every query looks at every key, as in softmax. For order 2, :class:`TaylorFeatures` do it in linear attention.

    Parameters
    ----------
    order : int
        n: even, 2 or more.

    Raises
    ------
    ValueError
        If the order is not as above.

    Examples
    --------
    >>> q = k = np.float32([[0, 0], [0, 4]])
    >>> v = np.float32([[1], [3]])
    >>> TaylorAttention(2)(Arithmetic(), q, k, v)
    array([[2.       ],
           [2.9741313]], dtype=float32)
    >>> TaylorAttention(3)
    Traceback (most recent call last):
    ...
    ValueError: order must be even and 2 or more, not 3: odd polynomials are negative somewhere
    """

    order: int

    def __post_init__(self) -> None:
        check_order(self.order)

    def __call__(self, arithmetic: Arithmetic, q: np.ndarray, k: np.ndarray, v: np.ndarray) -> np.ndarray:
        """What every query sees of all keys; see :class:`pysoft.attention.protocol.Attention`."""
        check_operands(arithmetic, q, k, v)
        return self._look(arithmetic, q, k, v, None)

    def memory(self) -> KeyValueCache:
        """Make a cache of no keys and values; see :class:`pysoft.attention.protocol.Memory`."""
        return KeyValueCache(self._look)

    def _look(
        self, arithmetic: Arithmetic, q: np.ndarray, k: np.ndarray, v: np.ndarray, visible: np.ndarray | None
    ) -> np.ndarray:
        products = arithmetic.matmul(scaled(arithmetic, q, q.shape[-1] ** -0.5), k.swapaxes(-1, -2))
        weights = taylor_exponential(arithmetic, arithmetic.cast(products), self.order)  # [..., n, d] -> [..., n, m]
        if visible is not None:
            weights = np.where(visible, weights, weights.dtype.type(0))
        return quotient(arithmetic, arithmetic.matmul(weights, v), arithmetic.sum(weights))  # -> [..., n, e]


@dataclass(frozen=True)
class TaylorFeatures:
    """The polynomial of order 2 as a feature map: 1, x_i, x_i^2 and x_i x_j for i < j, of x / d^(1/4).

    (x . y)^2 / 2 = sum_i x_i^2 y_i^2 / 2 + sum_(i<j) x_i x_j y_i y_j. The half is a shift, of the keys' squares alone.
    There are (d + 1) (d + 2) / 2 features. Some are negative, so that nothing but exact sums of exact products keeps
    the kernel positive.

    References
    ----------
    A feature map of exp by its Taylor series: A. Cotter, J. Keshet and N. Srebro, "Explicit Approximations of the
    Gaussian Kernel", 2011; in linear attention, S. Arora et al., "Simple linear attention language models balance the
    recall-throughput tradeoff", ICML 2024.

    Examples
    --------
    >>> x = np.float32([[2, 4, 0, 0]])  # d^(1/4) is the square root of 2
    >>> features = TaylorFeatures().queries(Arithmetic(), x)
    >>> features.shape, features[0, :3]
    ((1, 15), array([1.       , 1.4142135, 2.828427 ], dtype=float32))
    """

    def queries(self, arithmetic: Arithmetic, q: np.ndarray) -> np.ndarray:
        """Features of queries: [..., n, d] to [..., n, f]."""
        return np.concatenate(_monomials(arithmetic, q), axis=-1)

    def keys(self, arithmetic: Arithmetic, k: np.ndarray) -> Keys:
        """Features of keys, their squares halved: [..., n, d] to [..., n, f]; all exponents are 0."""
        one, x, squares, products = _monomials(arithmetic, k)
        features = np.concatenate([one, x, np.ldexp(squares, -1), products], axis=-1)  # -> [..., n, f]
        return Keys(features, np.zeros(k.shape[:-1], np.int32))


def _monomials(arithmetic: Arithmetic, x: np.ndarray) -> list[np.ndarray]:
    """1, x_i, x_i^2 and x_i x_j for i < j, of x / d^(1/4): [..., n, d] to [..., n, each]."""
    d = x.shape[-1]
    x = scaled(arithmetic, x, d**-0.25)
    i, j = np.triu_indices(d, 1)
    products = arithmetic.multiply(x[..., i], x[..., j])  # [..., n, d] -> [..., n, d (d - 1) / 2]
    return [np.ones_like(x[..., :1]), x, arithmetic.square(x), products]
