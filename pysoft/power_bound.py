"""The exact bound of every power scheme, over all fractions.

Where the leading bits of the fraction, the bits that are cut off and the binade of the result do not change, the
significand of the result is affine, r = (alpha + beta y) / 2^F with y = 2^F (1 + x), and r / a^n has at most one
turning point between the ends of such a piece:

    n = 2: y = -2 alpha / beta    -1: -alpha / (2 beta)    1/2: alpha / beta    -1/2: -alpha / (3 beta)

All is computed in integers and fractions; of a root, the square of its relative error is rational.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from .bound import Bound, short_error
from .operation import root
from .power import PowerScheme

__all__ = ["Extreme", "extremes", "power_bound"]

TURNING = {Fraction(2): Fraction(-2), Fraction(-1): Fraction(-1, 2), Fraction(1, 2): Fraction(1)}
TURNING[Fraction(-1, 2)] = Fraction(-1, 3)
_WIDER = Fraction(1, 1 << 120)  # than an irrational limit that has been cut off to 128 bits


class Extreme(NamedTuple):
    """An extreme relative error, and where it is.

    Parameters
    ----------
    error : fractions.Fraction
        Relative. An irrational one is rounded away from the other results.
    parity : int
        Of the characteristic; 0 for a power that is no root.
    x : int
        The fraction, unit 2^-(width-1).
    result : fractions.Fraction
        What comes out for a = 2^parity (1 + x).
    """

    error: Fraction
    parity: int
    x: int
    result: Fraction


def extremes(
    scheme: PowerScheme, exponent: Fraction, width: int, steps: Mapping[int, int], drop: int = 0
) -> tuple[Extreme, Extreme]:
    """The least and the greatest relative error.

    Parameters
    ----------
    scheme : PowerScheme
    exponent : fractions.Fraction
        2, -1, 1/2 or -1/2.
    width : int
        Bits of an operand, or precision of a float.
    steps : mapping of int to int
        By the parity of a characteristic, distance of the fractions that it is met with, unit 2^-(width-1).
    drop : int
        Bits that are cut off from the logarithm of the result.
    """
    best: dict[bool, tuple[Fraction, int, int, Fraction]] = {}
    for parity, x, result in _candidates(scheme, exponent, width, steps, drop):
        a = Fraction((1 << (width - 1)) + x << parity, 1 << (width - 1))
        ratio = result**exponent.denominator / a**exponent.numerator
        for greatest in (False, True):
            if greatest not in best or (ratio > best[greatest][0] if greatest else ratio < best[greatest][0]):
                best[greatest] = ratio, parity, x, result
    low, high = (
        Extreme(_relative(ratio, exponent, greatest), parity, x, result)
        for greatest, (ratio, parity, x, result) in best.items()
    )
    return low, high


def _relative(ratio: Fraction, exponent: Fraction, greatest: bool) -> Fraction:
    """The relative error, from the ratio of result and exact value or, of a root, of their squares."""
    if exponent.denominator == 1:
        return ratio - 1
    found = root(ratio)
    return found - 1 + (_WIDER if greatest and found * found != ratio else 0)


def _candidates(
    scheme: PowerScheme, exponent: Fraction, width: int, steps: Mapping[int, int], drop: int
) -> Iterator[tuple[int, int, Fraction]]:
    """Parity, fraction and result of every operand at which the relative error can be extreme."""
    F, n = width - 1, exponent.numerator
    fine = max(scheme.bits - F, 0)
    B = F + fine + (exponent.denominator == 2)
    segment = (1 << F) // len(scheme.table[0])
    for parity, step in steps.items():
        if exponent.denominator == 1 and parity:
            continue
        stride = max(step, 1 << max(drop - fine, 0))  # what is cut off is the same along it
        for j, entry in enumerate(scheme.table[parity % len(scheme.table)]):
            c = entry << (F + fine - scheme.bits)
            start, stop = -(-j * segment // step) * step, (j + 1) * segment  # a step may pass over a segment
            for x0 in range(start, min(start + stride, stop), step):
                count = -((x0 - stop) // stride)
                L0 = (n * ((parity << F) + x0) << fine) + c >> drop << drop
                slope = n * stride << fine
                for first, last, K in _binades(L0, slope, count, B):
                    v = (1 << B) + L0 - (K << B)  # of t = 0, unit 2^-B; at t it is v + slope t
                    y = TURNING[exponent] * (Fraction(v * stride, slope) - ((1 << F) + x0))
                    t = (y - ((1 << F) + x0)) // stride
                    for place in {first, last, *(min(max(t + i, first), last) for i in (0, 1))}:
                        yield parity, x0 + stride * place, (v + slope * place) * Fraction(2) ** (K - B)


def _binades(L0: int, slope: int, count: int, B: int) -> Iterator[tuple[int, int, int]]:
    """(first t, last t, K) of the stretches of 0 <= t < count on which floor((L0 + slope t) / 2^B) is K."""
    t = 0
    while t < count:
        K = (L0 + slope * t) >> B
        # The last t before the logarithm leaves this binade.
        last = ((K + 1 << B) - 1 - L0) // slope if slope > 0 else ((K << B) - L0) // slope
        yield t, min(last, count - 1), K
        t = last + 1


@cache
def power_bound(scheme: PowerScheme, exponent: Fraction, width: int, f: int) -> Bound:
    """The smallest interval that holds the relative error of a power of integers before it is cut off.

    Parameters
    ----------
    scheme : PowerScheme
    exponent : fractions.Fraction
        2, -1, 1/2 or -1/2.
    width : int
        Of the operand, 2 to 32.
    f : int
        Fraction bits of the result.

    Examples
    --------
    >>> power_bound(PowerScheme(), Fraction(2), 16, 0).statement
    '-1/9 <= (r - e)/e <= 0'
    >>> power_bound(PowerScheme(), Fraction(1, 2), 16, 8).attained
    '0 at a = 1, before bits are cut off; 0.060660172 at a = 2, before bits are cut off'
    """
    top = (width - 1) % 2  # the parity of the largest characteristic, which alone has fractions of all bits
    low, high = extremes(scheme, exponent, width, {top: 1, 1 - top: 2} if exponent.denominator == 2 else {0: 1})
    whole = exponent == 2 and not any(map(any, scheme.table))  # then 2^2k clears the fraction
    attained = "; ".join(_example(extreme, exponent, width, whole) for extreme in (low, high))
    truncation = Fraction(0) if whole else Fraction(1, 1 << f)
    return Bound(low.error, high.error, truncation, attained, "extremes over all fractions, docs/bounds.md")


def _example(extreme: Extreme, exponent: Fraction, width: int, whole: bool) -> str:
    """Where the extreme is: the smallest operand of this fraction, and of this parity if it is a root."""
    a = (1 << (width - 1)) + extreme.x
    zeros = (a & -a).bit_length() - 1
    if exponent.denominator == 2 and (width - 1 - zeros - extreme.parity) % 2:
        zeros -= 1
    place = f"{short_error(extreme.error)} at a = {a >> zeros}"
    return f"{place} -> {(1 + extreme.error) * (a >> zeros) ** 2}" if whole else f"{place}, before bits are cut off"
