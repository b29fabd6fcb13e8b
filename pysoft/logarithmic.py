"""The one logarithmic datapath, in NumPy: log, combine, correct, antilog, as a scheme fills these four slots.

Nearly every logarithmic multiplier published since Mitchell (1962) differs from his only in what it puts into these
slots, so that a family of this kind is a frozen description, a :class:`Scheme`, and not another datapath.

Twin in hardware: ``rtl/logarithmic.py``.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from .logarithm import antilogarithm, leading_bits, logarithm, normalise

__all__ = [
    "Correction",
    "LowerPart",
    "Scheme",
    "SplitCorrection",
    "add_logarithms",
    "divide",
    "multiply",
    "subtract_logarithms",
]


@dataclass(frozen=True)
class LowerPart:
    """A cheaper adder for the low bits of the logarithms: they are not added, and the carry out of them is guessed.

    The carry into bit ``bits`` is the AND of both operands' bits ``bits`` - 1.

    Parameters
    ----------
    bits : int
        How many low bits of the sum are approximate, 1 or more.
    result : str
        What stands in them: ``"ones"``, or the ``"or"`` of both operands' bits.
    """

    bits: int
    result: str


@dataclass(frozen=True)
class Correction:
    """A constant that depends on the leading bits of both fractions.

    Parameters
    ----------
    table : tuple of tuple of int
        Entry [i][j] for leading bits i of x1 and j of x2, unit 2^-bits, 0 or more. Rows and columns are powers of two
        in number; one of each is a single constant.
    bits : int
        Fraction bits of an entry.
    domain : str
        ``"log"``: added to the sum (subtracted from the difference) of the logarithms, before the antilogarithm.
        ``"linear"``: added to the product over 2^(k1+k2) (subtracted from the quotient over 2^(k1-k2)), so that it
        counts half in the binade that a carry leads to, and double in the one that a borrow leads to.
    """

    table: tuple[tuple[int, ...], ...]
    bits: int
    domain: str

    @property
    def index_bits(self) -> tuple[int, int]:
        """How many leading bits of x1 and of x2 select an entry."""
        return (len(self.table) - 1).bit_length(), (len(self.table[0]) - 1).bit_length()


@dataclass(frozen=True)
class SplitCorrection:
    """Three short tables in place of one wide one: of either logarithm by itself, and of the antilogarithm.

    Mitchell's log falls short of log2(1 + x) by a function of x alone, and his antilog exceeds 2^f by one of f alone.

    Parameters
    ----------
    first, second : tuple of int
        Added to the fractions of the operands, by their leading bits; unit 2^-bits, 0 or more. A corrected fraction
        stays below 1.
    antilog : tuple of int
        Taken from the significand, by the leading bits of the fraction of the sum or difference; unit 2^-bits, 0 or
        more, less than 1.
    bits : int
        Fraction bits of an entry.

    Notes
    -----
    All three have a power of two of entries.
    """

    first: tuple[int, ...]
    second: tuple[int, ...]
    antilog: tuple[int, ...]
    bits: int

    @property
    def index_bits(self) -> tuple[int, int]:
        """How many leading bits of x1 and of x2 select an entry."""
        return (len(self.first) - 1).bit_length(), (len(self.second) - 1).bit_length()


@dataclass(frozen=True)
class Scheme:
    """How a family fills the slots of the logarithmic datapath.

    Parameters
    ----------
    kept : int
        log: fraction bits that are kept of each logarithm, from the top; at least 1.
    last_one : bool
        log: whether the lowest kept bit is replaced by a one.
    carry_in : int
        combine: 1 to add one unit of the last kept place to the sum; only where ``last_one`` is true, so that the place
        is free in the sum.
    lower_part : LowerPart or None
        combine: an adder that is cheaper in its low bits.
    correction : Correction, SplitCorrection or None
        correct.

    Notes
    -----
    The antilogarithm is exact and cut off at the last place of the result. A product that its correction would carry
    beyond 2^(2 width) is left uncorrected in the linear domain (Saadat et al. 2018), and becomes the largest
    logarithm in the log domain.
    """

    kept: int
    last_one: bool = False
    carry_in: int = 0
    lower_part: LowerPart | None = None
    correction: Correction | SplitCorrection | None = None

    def __post_init__(self) -> None:
        if self.carry_in and not self.last_one:
            raise ValueError("carry_in needs last_one: only then the last place of the sum is free")
        if isinstance(self.correction, SplitCorrection):
            if self.lower_part or self.carry_in:
                raise ValueError("a split correction needs a plain sum, without lower_part and carry_in")
            entries, places = len(self.correction.antilog), max(self.kept, self.correction.bits)
            if entries > 1 << places:
                raise ValueError(f"an antilog table of {entries} entries needs more than {places} fraction bits")

    def fraction_range(self, i: int, bits: int) -> tuple[Fraction, Fraction]:
        """Least and greatest kept fraction whose ``bits`` leading bits are ``i``."""
        spread = self.kept - bits
        low, high = (i << spread, (i + 1 << spread) - 1) if spread >= 0 else (i >> -spread, i >> -spread)
        return Fraction(low | self.last_one, 1 << self.kept), Fraction(high | self.last_one, 1 << self.kept)


def multiply(scheme: Scheme, a: np.ndarray, b: np.ndarray, width: int) -> np.ndarray:
    """The product of ``scheme``.

    Parameters
    ----------
    scheme : Scheme
    a, b : numpy.ndarray of uint64
        Magnitudes of ``width`` bits, equal shapes.
    width : int
        2 to 32.

    Returns
    -------
    numpy.ndarray of uint64
        Same shape, below 2^(2 width). Zero if a factor is zero.
    """
    L, F = add_logarithms(scheme, logarithm(a, width - 1), logarithm(b, width - 1), width - 1, end=2 * width)
    return np.where((a == 0) | (b == 0), np.uint64(0), antilogarithm(L, F))


def divide(scheme: Scheme, n: np.ndarray, d: np.ndarray, width: int, f: int) -> np.ndarray:
    """The quotient of ``scheme``, cut off at 2^-f.

    Parameters
    ----------
    scheme : Scheme
        Without ``carry_in`` and ``lower_part``, which are of adders.
    n, d : numpy.ndarray of uint64
        Magnitudes of ``width`` bits, equal shapes.
    width : int
        2 to 32.
    f : int
        Fraction bits of the quotient.

    Returns
    -------
    numpy.ndarray of uint64
        Same shape, unit 2^-f. Zero if n is zero. What it gives for d = 0 is left to the operation.
    """
    L, F = subtract_logarithms(scheme, logarithm(n, width - 1), logarithm(d, width - 1), width - 1)
    return np.where(n == 0, np.uint64(0), antilogarithm(L, F, f))


def add_logarithms(
    scheme: Scheme, La: np.ndarray, Lb: np.ndarray, F: int, *, end: int | None = None
) -> tuple[np.ndarray, int]:
    """The slots log, combine and correct of a product: its logarithm, from those of the factors.

    Parameters
    ----------
    scheme : Scheme
    La, Lb : numpy.ndarray of int64
        Whole logarithms of the factors, unit 2^-F, equal shapes.
    F : int
        Fraction bits of these, 1 to 31.
    end : int, optional
        Characteristics from here on do not fit into the port; see :class:`Scheme` for what becomes of such products.

    Returns
    -------
    L : numpy.ndarray of int64
        Same shape.
    fraction_bits : int
        Its unit is 2^-fraction_bits. Nothing has been cut off.
    """
    kept, correction = scheme.kept, scheme.correction
    L = _add(scheme, _keep(scheme, La, F), _keep(scheme, Lb, F))
    if correction is None:
        return L, kept
    bits = max(kept, correction.bits)
    if isinstance(correction, SplitCorrection):
        first, second = _split_entries(correction, La, Lb, F)
        return _correct_antilogarithm(
            correction, (L << (bits - kept)) + (first + second << (bits - correction.bits)), bits
        )
    if correction.domain == "log":
        L = (L << (bits - kept)) + (_entry(correction, La, Lb, F) << (bits - correction.bits))
        return L if end is None else np.minimum(L, (end << bits) - 1), bits
    bits = max(kept, correction.bits + 1)
    c = _entry(correction, La, Lb, F) << (bits - correction.bits)
    K, f = L >> kept, (L & ((1 << kept) - 1)) << (bits - kept)
    carry = K - (La >> F) - (Lb >> F)
    S = (1 << bits) + f + (c >> carry)
    if end is not None:
        S = np.where((end - 1 == K) & (S >= 2 << bits), (1 << bits) + f, S)
    return normalise(S, K, bits), bits + 1


def subtract_logarithms(scheme: Scheme, Ln: np.ndarray, Ld: np.ndarray, F: int) -> tuple[np.ndarray, int]:
    """The slots log, combine and correct of a quotient: its logarithm, from those of dividend and divisor.

    Parameters
    ----------
    scheme : Scheme
        Without ``carry_in`` and ``lower_part``, which are of adders.
    Ln, Ld : numpy.ndarray of int64
        Whole logarithms, unit 2^-F, equal shapes.
    F : int
        Fraction bits of these, 1 to 31.

    Returns
    -------
    L : numpy.ndarray of int64
        Same shape.
    fraction_bits : int
        Its unit is 2^-fraction_bits. Nothing has been cut off.
    """
    kept, correction = scheme.kept, scheme.correction
    L = _keep(scheme, Ln, F) - _keep(scheme, Ld, F)
    if correction is None:
        return L, kept
    bits = max(kept, correction.bits)
    L = L << (bits - kept)
    if isinstance(correction, SplitCorrection):
        first, second = _split_entries(correction, Ln, Ld, F)
        return _correct_antilogarithm(correction, L + (first - second << (bits - correction.bits)), bits)
    c = _entry(correction, Ln, Ld, F) << (bits - correction.bits)
    if correction.domain == "log":
        return L - c, bits
    K = L >> bits
    borrow = (Ln >> F) - (Ld >> F) - K
    return normalise((1 << bits) + (L & ((1 << bits) - 1)) - (c << borrow), K, bits), bits + 1


def _keep(scheme: Scheme, L: np.ndarray, F: int) -> np.ndarray:
    """The slot log, from the whole logarithm: unit 2^-kept."""
    return (L >> (F - scheme.kept)) | int(scheme.last_one)


def _add(scheme: Scheme, La: np.ndarray, Lb: np.ndarray) -> np.ndarray:
    """The slot combine."""
    lower = scheme.lower_part
    if lower is None:
        return La + Lb + scheme.carry_in
    ones = (1 << lower.bits) - 1
    carry = (La & Lb) >> (lower.bits - 1) & 1
    low = ones if lower.result == "ones" else (La | Lb) & ones
    return (((La >> lower.bits) + (Lb >> lower.bits) + carry) << lower.bits) | low


def _entry(correction: Correction, L1: np.ndarray, L2: np.ndarray, F: int) -> np.ndarray:
    """Entries of the table, read from the whole logarithms."""
    return np.array(correction.table, dtype=np.int64)[
        tuple(leading_bits(L, F, bits) for L, bits in zip((L1, L2), correction.index_bits, strict=True))
    ]


def _split_entries(
    correction: SplitCorrection, L1: np.ndarray, L2: np.ndarray, F: int
) -> tuple[np.ndarray, np.ndarray]:
    """Entries for either operand, read from the whole logarithms."""
    rows, columns = correction.index_bits
    first = np.array(correction.first, dtype=np.int64)[leading_bits(L1, F, rows)]
    return first, np.array(correction.second, dtype=np.int64)[leading_bits(L2, F, columns)]


def _correct_antilogarithm(correction: SplitCorrection, L: np.ndarray, F: int) -> tuple[np.ndarray, int]:
    """The logarithm of what the antilogarithm is, its significand corrected."""
    index = leading_bits(L, F, (len(correction.antilog) - 1).bit_length())
    c = np.array(correction.antilog, dtype=np.int64)[index] << (F - correction.bits)
    return normalise((1 << F) + (L & ((1 << F) - 1)) - c, L >> F, F), F + 1
