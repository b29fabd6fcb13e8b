"""The exact bound of every scheme of the logarithmic datapath. Theorem and proof: ``docs/bounds.md``."""

from fractions import Fraction
from functools import cache

from .bound import Bound
from .logarithmic import Correction, Scheme
from .logarithmic_extremes import Extreme, Search, Terms

__all__ = ["is_within_reach", "product_bound", "quotient_bound"]

SOURCE = "extremes over all pairs of fractions, docs/bounds.md"


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
        more, or one behind a lower part that is an OR; a split correction that leads to the next binade, or one behind
        any lower part or carry in.

    Examples
    --------
    >>> bound = product_bound(Scheme(kept=15), 16)
    >>> bound.statement, bound.attained
    ('-1/9 <= (r - e)/e <= 0', '-1/9 at x1 = x2 = 1/2, such as 3 x 3 -> 8; 0 at x1 = x2 = 0, such as 1 x 1 -> 1')
    """
    if not is_within_reach(scheme):
        return None
    search = Search(scheme, width, divide=False)
    low, high = search.extreme(greatest=False), search.extreme(greatest=True)
    attained = "; ".join(_product_example(extreme, width) for extreme in (low, high))
    truncation = Fraction(0 if _products_are_integers(scheme) else 1)
    return Bound(low.error, high.error, truncation, attained, SOURCE)


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
        more, or one that leaves nothing of some quotient; a split correction that leads to the next binade.

    Examples
    --------
    >>> bound = quotient_bound(Scheme(kept=15), 16, 0)
    >>> bound.statement
    'e - 1 <= r <= 9/8 e'
    >>> bound.attained
    '0 at x1 = x2 = 0, such as 1 / 1 -> 1; 1/8 at x1 = 0, x2 = 1/2, such as 8 / 3 -> 3'
    """
    if not is_within_reach(scheme):
        return None
    search = Search(scheme, width, divide=True)
    low, high = search.extreme(greatest=False), search.extreme(greatest=True)
    if low.error <= -1:
        return None
    attained = "; ".join(_quotient_example(extreme, width, f) for extreme in (low, high))
    truncation = Fraction(0) if f >= _quotient_bits(scheme, width) else Fraction(1, 1 << f)
    return Bound(low.error, high.error, truncation, attained, SOURCE)


def _product_example(extreme: Extreme, width: int) -> str:
    """Where the extreme is, and the smallest operands there whose product has no bits to cut off."""
    a, b = (1 << (width - 1)) + extreme.x, (1 << (width - 1)) + extreme.y
    zeros = [_trailing_zeros(n) for n in (a, b)]
    product = (1 + extreme.error) * a * b / (1 << sum(zeros))
    shift = product.denominator.bit_length() - 1
    if shift > sum(zeros) - (extreme.where == "below"):
        return f"{_place(extreme, width)} before truncation"
    if extreme.where == "top":
        shift = sum(zeros)
    first = min(shift, zeros[0])
    a, b = a >> zeros[0] << first, b >> zeros[1] << (shift - first)
    return f"{_place(extreme, width)}, such as {a} x {b} -> {(1 + extreme.error) * a * b}"


def _quotient_example(extreme: Extreme, width: int, f: int) -> str:
    """Where the extreme is, and the smallest operands there whose quotient has no bits to cut off."""
    n, d = (1 << (width - 1)) + extreme.x, (1 << (width - 1)) + extreme.y
    zeros = _trailing_zeros(n)
    n, d = n >> zeros, d >> _trailing_zeros(d)
    shift = max(0, ((1 + extreme.error) * Fraction(n, d)).denominator.bit_length() - 1 - f)
    if shift > zeros:
        return f"{_place(extreme, width)} before truncation"
    n <<= shift
    return f"{_place(extreme, width)}, such as {n} / {d} -> {(1 + extreme.error) * Fraction(n, d)}"


def _place(extreme: Extreme, width: int) -> str:
    x, y = (Fraction(n, 1 << (width - 1)) for n in (extreme.x, extreme.y))
    return f"{extreme.error} at " + (f"x1 = x2 = {x}" if x == y else f"x1 = {x}, x2 = {y}")


def _trailing_zeros(n: int) -> int:
    return (n & -n).bit_length() - 1


def is_within_reach(scheme: Scheme) -> bool:
    """Whether the theorem of ``docs/bounds.md`` covers the correction, where there is one."""
    lower, correction = scheme.lower_part, scheme.correction
    if correction is None:
        return True
    one = 1 << correction.bits
    if isinstance(correction, Correction):
        return max(map(max, correction.table)) < one and (lower is None or lower.result == "ones")
    corrected = (
        scheme.fraction_range(i, bits)[1] + Fraction(entry, one)
        for entries, bits in zip((correction.first, correction.second), correction.index_bits, strict=True)
        for i, entry in enumerate(entries)
    )
    return max(correction.antilog) < one and max(corrected) < 1


def _products_are_integers(scheme: Scheme) -> bool:
    """Whether no product is ever cut off: 2^(k1+k2) clears the fractions, because x1 has k1 bits and x2 has k2.

    Not so where bits are forced to one, nor with corrections that are too fine for the smallest operands they meet.
    """
    lower, terms = scheme.lower_part, Terms.of(scheme.correction, divide=False)
    if scheme.last_one or (lower is not None and lower.result == "ones"):
        return False
    rows, columns = _least_bits(len(terms.pairs)), _least_bits(len(terms.pairs[0]))
    shifted = [
        sum(entry) << (k1 + k2)
        for k1, entries in zip(rows, terms.pairs, strict=True)
        for k2, entry in zip(columns, entries, strict=True)
    ]
    shifted += [c << bits for c, bits in zip(terms.antilog, _least_bits(len(terms.antilog)), strict=True)]
    return all(entry % (1 << terms.bits) == 0 for entry in shifted)


def _least_bits(segments: int) -> list[int]:
    """Of each segment the fraction bits of the shortest fraction in it."""
    return [(segments // (i & -i)).bit_length() - 1 if i else 0 for i in range(segments)]


def _quotient_bits(scheme: Scheme, width: int) -> int:
    """Fraction bits that hold every quotient: ``width`` - 1 of 2^(k1-k2), the others of the significand.

    A borrow adds one to those of its fraction, and so does a second one behind a correction in the log domain.
    """
    correction = scheme.correction
    borrows = 2 if isinstance(correction, Correction) and correction.domain == "log" else 1
    return width - 1 + borrows + max(scheme.kept, correction.bits if correction else 0)
