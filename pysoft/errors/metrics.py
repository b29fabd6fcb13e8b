"""What is said about the error of an operator: the figures, and the pairs of operands where it is worst."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Self

from ..operator import Operator

__all__ = ["ErrorMetrics", "ErrorPair"]


@dataclass(frozen=True)
class ErrorMetrics:
    """Error figures of one operator over all pairs of operands, or over a random sample of them.

    The error is taken against the TRUE real value: for a division that is n/d, so what the truncation of the quotient
    costs is part of the error. The relative error is signed, (result - exact) / exact. Result and exact value always
    share their sign, so signed operators are measured on magnitudes: a negative error means a result that is too small.

    Which pairs count: those without an exact value (d = 0) are left out of everything and only counted in
    ``undefined_pairs``. Those whose exact value is zero have no relative error; they count in ``pairs``,
    ``error_rate``, ``med``, ``nmed``, ``rms``, ``wce``, and as zero relative error in ``mred_with_zeros``, which is the
    convention of most published tables. Every other relative figure leaves them out.

    What is exact: all counts, and all figures at a pair (:class:`ErrorPair`). The means and deviations are float64; in
    a multiplication ``med`` is an exact integer sum before its division. Of pairs closer to one another than float64
    can tell apart (a relative 2^-52), any may be named as the worst.

    Parameters
    ----------
    operator : Operator
        What was measured.
    exhaustive : bool
        Whether every pair of operands was looked at.
    samples, seed : int or None
        How many random pairs, and the seed they came from; None if exhaustive.
    pairs, zero_pairs, undefined_pairs : int
        Pairs counted; those among them whose exact value is zero; pairs left out because d = 0.
    error_rate : float
        Fraction of ``pairs`` whose result differs from the exact real value.
    med, rms : float
        Mean, and root of the mean square, of the absolute error, in real units (one unit of the last place is 2^-f).
    nmed : float
        ``med`` over the largest exact magnitude of the operation in this format.
    mred_with_zeros, mred_without_zeros : float
        Mean of the magnitude of the relative error, 0.01 being 1 %.
    bias, std : float
        Mean and standard deviation of the signed relative error, zeros left out.
    wce_pair : ErrorPair
        Where the absolute error is largest.
    below_pair, above_pair : ErrorPair
        Where the signed relative error is smallest, and largest.
    loss_pair : ErrorPair
        Where the result falls short of the exact value by most units of the last place.
    within_bound : bool or None
        Whether the pairs that come nearest to the operator's proved bound obey it, decided in exact rationals; None
        where nothing is proved.
    """

    operator: Operator
    exhaustive: bool
    samples: int | None
    seed: int | None
    pairs: int
    zero_pairs: int
    undefined_pairs: int
    error_rate: float
    med: float
    nmed: float
    mred_with_zeros: float
    mred_without_zeros: float
    bias: float
    std: float
    rms: float
    wce_pair: ErrorPair
    below_pair: ErrorPair
    above_pair: ErrorPair
    loss_pair: ErrorPair
    within_bound: bool | None

    @property
    def wce(self) -> Fraction:
        """Worst case of the absolute error, in real units."""
        return abs(self.wce_pair.error)

    @property
    def worst_below(self) -> Fraction:
        """Smallest signed relative error."""
        return self.below_pair.relative_error

    @property
    def worst_above(self) -> Fraction:
        """Largest signed relative error."""
        return self.above_pair.relative_error

    @property
    def peak(self) -> Fraction:
        """Largest magnitude of the relative error."""
        return max(-self.worst_below, self.worst_above)

    @property
    def worst_loss(self) -> Fraction:
        """Largest exact - result (magnitudes) in units of the last place; 0 or less if no result is too small.

        In a division whose error before truncation is never negative, such as Mitchell's, this is the cost of
        truncation alone and below 1 (exactly 1 where a signed quotient saturates), while ``worst_above`` shows the
        error before truncation.
        """
        return -self.loss_pair.error * (1 << self.operator.fraction_bits)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON: means as floats, figures at a pair as floats with that pair beside them."""
        bound = self.operator.bound
        return {
            "operator": self.operator.name,
            "exhaustive": self.exhaustive,
            "samples": self.samples,
            "seed": self.seed,
            "pairs": self.pairs,
            "zero_pairs": self.zero_pairs,
            "undefined_pairs": self.undefined_pairs,
            "error_rate": self.error_rate,
            "med": self.med,
            "nmed": self.nmed,
            "mred_with_zeros": self.mred_with_zeros,
            "mred_without_zeros": self.mred_without_zeros,
            "bias": self.bias,
            "std": self.std,
            "rms": self.rms,
            "wce": float(self.wce),
            "wce_pair": self.wce_pair.to_dict(),
            "worst_below": float(self.worst_below),
            "below_pair": self.below_pair.to_dict(),
            "worst_above": float(self.worst_above),
            "above_pair": self.above_pair.to_dict(),
            "worst_loss": float(self.worst_loss),
            "loss_pair": self.loss_pair.to_dict(),
            "bound": None if bound is None else bound.statement,
            "within_bound": self.within_bound,
        }
