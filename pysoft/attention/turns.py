"""The cosine of an angle in turns, by one polynomial of a quarter of a turn."""

from math import factorial, pi

import numpy as np

from ..arithmetic import Arithmetic

__all__ = ["cosine_of_turns"]

# sin(pi/2 s) = s (c0 + c1 s^2 + ... + c5 s^10) within 6e-8 for |s| <= 1, Taylor's coefficients
_SINE = [(-1) ** i * (pi / 2) ** (2 * i + 1) / factorial(2 * i + 1) for i in range(6)]


@np.errstate(invalid="ignore")
def cosine_of_turns(arithmetic: Arithmetic, turns: np.ndarray) -> np.ndarray:
    """cos(2 pi t): the turns that are whole are taken off, exactly, and products are of numbers up to 1.

    Parameters
    ----------
    arithmetic : Arithmetic
    turns : numpy.ndarray of the accumulator or of the format
        Any shape.

    Returns
    -------
    numpy.ndarray of the format
        Same shape; NaN at NaN and at infinity.

    Examples
    --------
    >>> cosine_of_turns(Arithmetic(), np.float32([0, 0.25, 0.5, 1.125]))
    array([ 1.       ,  0.       , -1.       ,  0.7071068], dtype=float32)
    """
    half = turns.dtype.type(0.5)
    from_whole = np.abs(turns - np.floor(turns + half))  # 0 to 1/2
    s = arithmetic.cast(1 - np.ldexp(from_whole, 2))  # cos(2 pi t) = sin(pi/2 (1 - 4 |t|)), -1 to 1
    z = arithmetic.square(s)
    value = arithmetic.multiply(z, _SINE[-1])
    for coefficient in reversed(_SINE[1:-1]):
        value = arithmetic.multiply(z, value + arithmetic.cast(coefficient))
    return arithmetic.multiply(s, value + arithmetic.cast(_SINE[0]))
