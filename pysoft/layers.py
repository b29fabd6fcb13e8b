"""Layers that networks share, over any arithmetic: linear, layer normalisation, GELU.

Nothing here multiplies or divides by itself: every product, quotient and root is the arithmetic's. What is in the
accumulator is rounded to the format where a layer ends. Halving and doubling shift an exponent and are exact.
"""

import math

import numpy as np

from .arithmetic import Arithmetic

__all__ = ["gelu", "layer_norm", "linear"]


def linear(arithmetic: Arithmetic, x: np.ndarray, weight: np.ndarray, bias: np.ndarray | None = None) -> np.ndarray:
    """Product with a matrix, and a bias: x W + b.

    Parameters
    ----------
    arithmetic : Arithmetic
    x : numpy.ndarray
        Shape (..., n), in the arithmetic's format, as all arrays here.
    weight : numpy.ndarray
        Shape (n, m).
    bias : numpy.ndarray, optional
        Shape (m,).

    Returns
    -------
    numpy.ndarray
        Shape (..., m); the sums rounded to the format, and rounded again when the bias has been added.

    Raises
    ------
    TypeError, ValueError
        As of :meth:`Arithmetic.matmul`.

    Examples
    --------
    >>> arithmetic = Arithmetic.of_family("mitchell")
    >>> linear(arithmetic, np.float32([[1.5, 3]]), np.float32([[1.5], [3]]), np.float32([0.25]))
    array([[10.25]], dtype=float32)
    """
    rows = x.reshape(-1, x.shape[-1])  # [..., n] -> [r, n]: one product of two matrices
    y = arithmetic.cast(arithmetic.matmul(rows, weight)).reshape(*x.shape[:-1], weight.shape[-1])  # -> [..., m]
    return y if bias is None else y + bias


def layer_norm(
    arithmetic: Arithmetic, x: np.ndarray, gain: np.ndarray, bias: np.ndarray, *, epsilon: float = 1e-5
) -> np.ndarray:
    """(x - mean) / sqrt(variance + epsilon) gain + bias, over the last axis (Ba, Kiros and Hinton 2016).

    Mean and variance are sums in the accumulator, rounded to the format and divided by the number of elements.

    Parameters
    ----------
    arithmetic : Arithmetic
    x : numpy.ndarray
        Shape (..., n).
    gain, bias : numpy.ndarray
        Shape (n,).
    epsilon : float

    Returns
    -------
    numpy.ndarray
        Shape (..., n).

    Examples
    --------
    >>> one, zero = np.ones(4, np.float32), np.zeros(4, np.float32)
    >>> layer_norm(Arithmetic(), np.float32([1, 3, 1, 3]), one, zero, epsilon=0)
    array([-1.,  1., -1.,  1.], dtype=float32)
    """
    n = float(x.shape[-1])
    mean = arithmetic.divide(arithmetic.cast(arithmetic.sum(x, keepdims=True)), n)  # [..., n] -> [..., 1]
    centred = x - mean
    squares = arithmetic.square(centred)
    variance = arithmetic.divide(arithmetic.cast(arithmetic.sum(squares, keepdims=True)), n)  # [..., n] -> [..., 1]
    scale = arithmetic.rsqrt(variance + arithmetic.cast(epsilon))
    return arithmetic.multiply(arithmetic.multiply(centred, scale), gain) + bias


def gelu(arithmetic: Arithmetic, x: np.ndarray) -> np.ndarray:
    """x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))), the Gaussian error linear unit as GPT-2 has it.

    Hendrycks and Gimpel (2016). Evaluated as tanh(x (c + d x^2)), c = sqrt(2/pi), d = 0.044715 c.

    Parameters
    ----------
    arithmetic : Arithmetic
    x : numpy.ndarray
        Any shape.

    Returns
    -------
    numpy.ndarray
        Same shape.

    Examples
    --------
    >>> gelu(Arithmetic(), np.float32([-1, 0, 2]))
    array([-0.158808 ,  0.       ,  1.9545977], dtype=float32)
    """
    c = math.sqrt(2 / math.pi)
    inner = arithmetic.multiply(arithmetic.square(x), 0.044715 * c) + arithmetic.cast(c)
    t = arithmetic.tanh(arithmetic.multiply(x, inner))
    return arithmetic.multiply(np.ldexp(x, -1), t + arithmetic.cast(1.0))
