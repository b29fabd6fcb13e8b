"""Products by a constant, such as 1 / sqrt d, by shifts and additions: no multiplier has a say in them."""

from functools import cache
from math import frexp, isfinite

import numpy as np

from ..arithmetic import Arithmetic
from ..constant_product import signed_digits

__all__ = ["scaled"]

_BITS = 27  # of a constant: three more than a float32 has


def scaled(arithmetic: Arithmetic, x: np.ndarray, factor: float) -> np.ndarray:
    """``factor`` times x, rounded once; a power of two is one shift, and exact.

    Parameters
    ----------
    arithmetic : Arithmetic
        Of floats.
    x : numpy.ndarray of the format
    factor : float
        Above 0. It is rounded to 27 bits and written in canonical signed digits, as
        :mod:`pysoft.constant_product` has them.

    Returns
    -------
    numpy.ndarray of the format
        Same shape.

    Raises
    ------
    ValueError
        If the factor is not above 0, or not finite.

    Examples
    --------
    >>> scaled(Arithmetic.of_family("mitchell"), np.float32([1.5, -3.0]), 48 ** -0.5)
    array([ 0.21650635, -0.4330127 ], dtype=float32)
    """
    if not (factor > 0 and isfinite(factor)):
        raise ValueError(f"factor must be above 0 and finite, not {factor}")
    (_, shift), *others = terms = _terms(factor)
    if not others:
        return np.ldexp(x, shift)
    wide = x.astype(np.float64)  # which holds the sums: 24 and 27 bits
    total = np.zeros_like(wide)
    with np.errstate(invalid="ignore"):  # of infinity, a difference
        for digit, place in terms:
            (np.add if digit > 0 else np.subtract)(total, np.ldexp(wide, place), out=total)
    return np.where(np.isinf(x), x, arithmetic.cast(total))


@cache
def _terms(factor: float) -> tuple[tuple[int, int], ...]:
    """Digits and places whose sum of digit 2^place is the factor, the lowest first."""
    fraction, exponent = frexp(factor)
    return tuple((digit, place + exponent - _BITS) for digit, place in signed_digits(round(fraction * 2**_BITS)))
