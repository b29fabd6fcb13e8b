"""The state of linear attention: sums over keys, of a size that does not depend on how many there were."""

import numpy as np

from ..arithmetic import Arithmetic
from ..float_formats import FLOAT_FORMATS
from .features import Keys

__all__ = ["State", "quotient"]

_EMPTY = -(1 << 30)  # exponent of a state of no keys, below every other


class State:
    """S = sum_j phi(k_j) v_j^T and z = sum_j phi(k_j), both to be taken times 2^exponent.

    The exponent is the largest of any key so far; where a larger one comes, S and z are shifted, and become zero where
    they no longer count. They stay in the accumulator, and are rounded to the format where they are looked at.

    Parameters
    ----------
    lead : tuple of int
        Leading dimensions.
    f, e : int
        Features of a key, and of a value.

    Members
    -------
    S : numpy.ndarray, shape [..., f, e]
    z : numpy.ndarray, shape [..., f]
    exponent : numpy.ndarray of int32, shape [...]

    Examples
    --------
    >>> state = State((), 1, 1)
    >>> for key, exponent in (1.5, 0), (1.0, 3), (1.0, 1):
    ...     state.add(Arithmetic(), Keys(np.float32([[key]]), np.int32([exponent])), np.float32([[2]]))
    >>> state.z, int(state.exponent)  # (1.5 + 8 + 2) / 8
    (array([1.4375], dtype=float32), 3)
    """

    def __init__(self, lead: tuple[int, ...], f: int, e: int):
        self.S = np.zeros((*lead, f, e), np.float32)
        self.z = np.zeros((*lead, f), np.float32)
        self.exponent = np.full(lead, _EMPTY, np.int32)

    def add(self, arithmetic: Arithmetic, keys: Keys, v: np.ndarray) -> None:
        """Add n keys [..., n, f], one or more, and their values [..., n, e]."""
        exponent = np.maximum(self.exponent, keys.exponents.max(axis=-1))  # [..., n] -> [...]
        features = np.ldexp(keys.features, (keys.exponents - exponent[..., None])[..., None])  # [..., n, f]
        shift = (self.exponent - exponent)[..., None]  # [..., 1]
        self.S = np.ldexp(self.S, shift[..., None]) + arithmetic.matmul(features.swapaxes(-1, -2), v)  # [..., f, e]
        self.z = np.ldexp(self.z, shift) + arithmetic.sum(features, axis=-2)  # [..., f]
        self.exponent = exponent

    def look(self, arithmetic: Arithmetic, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Numerators [..., n, e] and denominators [..., n] for features of queries [..., n, f], in the accumulator."""
        numerator = arithmetic.matmul(q, arithmetic.cast(self.S))  # [..., n, f] -> [..., n, e]
        denominator = arithmetic.matvec(q, arithmetic.cast(self.z))  # [..., n, f] -> [..., n]
        return numerator, np.asanyarray(denominator)


def quotient(arithmetic: Arithmetic, numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """The normaliser of attention: numerators divided by denominators, both rounded to the format first.

    A query whose denominator is 0, or subnormal and so counts as 0, has no key with any weight, and takes nothing: its
    output is 0. Exact sums of positive features come to that only by underflow, those of 8-bit products more easily.

    Parameters
    ----------
    arithmetic : Arithmetic
    numerator : numpy.ndarray of the accumulator, shape [..., n, e]
    denominator : numpy.ndarray of the accumulator, shape [..., n]

    Returns
    -------
    numpy.ndarray of the format, shape [..., n, e]

    Examples
    --------
    >>> quotient(Arithmetic(), np.float32([[3, 1], [0, 0]]), np.float32([2, 0]))
    array([[1.5, 0.5],
           [0. , 0. ]], dtype=float32)
    """
    form = FLOAT_FORMATS[arithmetic.format.name]
    divisor = arithmetic.cast(denominator)[..., None]  # [..., n] -> [..., n, 1]
    zero, one = divisor.dtype.type(0), divisor.dtype.type(1)
    nothing = np.abs(divisor) < form.from_bits(np.array(form.smallest))  # not so for NaN
    dividend = np.where(nothing, zero, arithmetic.cast(numerator))
    return arithmetic.divide(dividend, np.where(nothing, one, divisor))
