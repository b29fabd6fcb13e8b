"""Products of integers with a constant, by shifts and additions: there is no multiplier.

A constant is written in canonical signed digits, 1, 0 and -1 with no two neighbours other than 0. No sum of powers of
two has fewer terms, a third of the bits on average, and each is one shift, which costs wires alone, and one addition.

References
----------
G. W. Reitwiesner, "Binary Arithmetic", Advances in Computers 1 (1960): the non-adjacent form and that it is shortest.
"""

from collections.abc import Sequence
from decimal import Context, Decimal
from fractions import Fraction

import numpy as np

from .float_formats import FloatFormat

__all__ = ["LN_2", "LOG2_E", "constant_bits", "constant_product", "signed_digits"]

LN_2 = Fraction(Context(prec=60).ln(Decimal(2)))  # natural logarithm of 2, to 60 digits
LOG2_E = 1 / LN_2


def constant_bits(form: FloatFormat) -> int:
    """Bits behind the binary point that a constant is rounded to for numbers of a format.

    With one more than the width, a product that is the exponent of a number of the format is wrong by less than 1/16 of
    a last place, 2^-fraction_bits, and is below 2^63 for ``f32``, too.
    """
    return form.width + 1


def signed_digits(constant: int) -> tuple[tuple[int, int], ...]:
    """Canonical signed digits of an integer, the lowest first.

    Parameters
    ----------
    constant : int

    Returns
    -------
    tuple of (int, int)
        (digit, place) of the digits 1 and -1: the sum of all digit 2^place is the constant.

    Examples
    --------
    >>> signed_digits(23)  # 32 - 8 - 1
    ((-1, 0), (-1, 3), (1, 5))
    """
    digits, place = [], 0
    while constant:
        if constant % 2:
            digit = 2 - constant % 4  # which leaves a multiple of 4, so that the next digit is 0
            digits.append((digit, place))
            constant -= digit
        constant, place = constant // 2, place + 1
    return tuple(digits)


def constant_product(n: np.ndarray, digits: Sequence[tuple[int, int]]) -> np.ndarray:
    """Products of integers with the constant of these digits.

    Parameters
    ----------
    n : numpy.ndarray of int64
        The caller sees to it that the products are within 64 bits.
    digits : sequence of (int, int)
        See :func:`signed_digits`.

    Returns
    -------
    numpy.ndarray of int64
        Same shape.

    Examples
    --------
    >>> constant_product(np.array([1, -10]), signed_digits(23))
    array([  23, -230])
    """
    total = np.zeros_like(n)
    for digit, place in digits:
        (np.add if digit > 0 else np.subtract)(total, n << place, out=total)
    return total
