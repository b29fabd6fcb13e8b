"""The exact bound of every scheme of the logarithmic datapath.

The relative error depends on the fractions x1 and x2 alone. On each piece of their square the approximate significand
is affine in x1 + x2 (or x1 - x2), which leaves the extremes to the corners of the piece and one turning point on some
of its sides. Theorem and proof: ``docs/bounds.md``.

Everything is an integer: fractions in units of 2^-(width-1), significands in a unit that is fine enough for all.
"""

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from .bound import Bound
from .logarithmic import Correction, Scheme

__all__ = ["product_bound", "quotient_bound"]

SOURCE = "extremes over all pairs of fractions, docs/bounds.md"


class Axis(NamedTuple):
    """Fractions start + stride t + (0 .. span) of one operand, t < count, that are read as base + stride t.

    ``bit`` is the one that a lower part guesses its carry from.
    """

    start: int
    stride: int
    count: int
    span: int
    base: int
    bit: int


class Lattice(NamedTuple):
    """Pairs of fractions (x + step t, y +- step u), t and u below ``counts``, t + u within ``sums``.

    Their significand is v + slope (t + u). ``where``: ``"top"`` if only at the largest characteristics, ``"below"`` if
    only at others, else ``"any"``.
    """

    x: int
    y: int
    step: int
    counts: tuple[int, int]
    sums: tuple[int, int]
    v: int
    slope: int
    where: str


class Extreme(NamedTuple):
    """A relative error, the fractions that have it, in units of 2^-(width-1), and their significand."""

    error: Fraction
    x: int
    y: int
    v: Fraction
    where: str


@cache
def product_bound(scheme: Scheme, width: int) -> Bound | None:
    """The smallest interval that holds the relative error of every product of ``scheme`` before it is cut off.

    Parameters
    ----------
    scheme : Scheme
    width : int
        Of the operands, 2 to 32.

    Returns
    -------
    Bound or None
        Both limits are attained by fractions of this width. None where the proof does not reach: a correction of 1 or
        more, or one behind a lower part that is an OR.

    Examples
    --------
    >>> bound = product_bound(Scheme(kept=15), 16)
    >>> bound.statement, bound.attained
    ('-1/9 <= (r - e)/e <= 0', '-1/9 at x1 = x2 = 1/2, such as 3 x 3 -> 8; 0 at x1 = x2 = 0, such as 1 x 1 -> 1')
    """
    lower = scheme.lower_part
    if _is_large(scheme) or (lower is not None and lower.result == "or" and scheme.correction is not None):
        return None
    low, high = _extremes(scheme, width, False)
    attained = "; ".join(_product_example(extreme, width) for extreme in (low, high))
    return Bound(low.error, high.error, Fraction(not _products_are_integers(scheme)), attained, SOURCE)


@cache
def quotient_bound(scheme: Scheme, width: int, f: int) -> Bound | None:
    """The smallest interval that holds the relative error of every quotient of ``scheme`` before it is cut off.

    Parameters
    ----------
    scheme : Scheme
        Without ``carry_in`` and ``lower_part``, which are of adders.
    width : int
        Of the operands, 2 to 32.
    f : int
        Fraction bits of the quotient.

    Returns
    -------
    Bound or None
        Both limits are attained by fractions of this width. None where the proof does not reach: a correction of 1 or
        more, or one that leaves nothing of some quotient.

    Examples
    --------
    >>> bound = quotient_bound(Scheme(kept=15), 16, 0)
    >>> bound.statement, bound.attained.partition("; ")[2]
    ('e - 1 <= r <= 9/8 e', '1/8 at x1 = 0, x2 = 1/2, such as 4 / 3 -> 3/2, cut off to 1')
    """
    if _is_large(scheme):
        return None
    low, high = _extremes(scheme, width, True)
    if low.error <= -1:
        return None
    truncation = Fraction(0 if f >= _quotient_bits(scheme, width) else Fraction(1, 1 << f))
    attained = "; ".join(_quotient_example(extreme, width, f) for extreme in (low, high))
    return Bound(low.error, high.error, truncation, attained, SOURCE)


def _is_large(scheme: Scheme) -> bool:
    correction = scheme.correction
    return correction is not None and max(map(max, correction.table)) >= 1 << correction.bits


@cache
def _extremes(scheme: Scheme, width: int, divide: bool) -> tuple[Extreme, Extreme]:
    """The least and the greatest relative error before truncation."""
    one = 1 << (width - 1)
    correction = scheme.correction or Correction(((0,),), 0, "log")
    G = max(width - 1, correction.bits) + 2  # quarters of the finest unit occur in quotients
    best: list[tuple[int, int, Lattice, int, int, int]] = []
    for greatest in (False, True):
        num, den, at = 0, 0, None
        for lattice in _lattices(scheme, correction, width, G, divide, greatest):
            for t, u in _candidates(lattice, one, divide, greatest):
                pass
    raise NotImplementedError
