"""What is said about the error of an operator: the figures, and the operands where it is worst."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ..operator import Operator
from .distribution import Distribution
from .pair import ErrorPair

__all__ = ["PERCENTILES", "ErrorMetrics", "LargeErrors"]

PERCENTILES = (50, 90, 99, 99.9)


@dataclass(frozen=True)
class _Relative:
    """The relative errors of some pairs, and where they are worst."""

    below_pair: ErrorPair
    above_pair: ErrorPair

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

    def _peaks(self) -> dict[str, Any]:
        return {
            "worst_below": float(self.worst_below),
            "below_pair": self.below_pair.to_dict(),
            "worst_above": float(self.worst_above),
            "above_pair": self.above_pair.to_dict(),
        }


@dataclass(frozen=True, kw_only=True)
class LargeErrors(_Relative):
    """Relative errors of pairs whose operands both have 8 significant bits or more: magnitudes of 2^7 or more.

    Small operands dominate the peaks of whole formats (3 x 3 gives 8 in every truncating logarithmic multiplier), so
    that sampled figures in print, which miss them, compare with these. All figures are as in :class:`ErrorMetrics`.

    Parameters
    ----------
    pairs : int
        Pairs looked at.
    mred, bias, std : float
        Mean of the magnitude, mean and standard deviation of the signed relative error.
    below_pair, above_pair : ErrorPair
        Where the signed relative error is smallest, and largest.
    """

    pairs: int
    mred: float
    bias: float
    std: float

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {"pairs": self.pairs, "mred": self.mred, "bias": self.bias, "std": self.std} | self._peaks()


@dataclass(frozen=True, kw_only=True)
class ErrorMetrics(_Relative):
    """Error figures of one operator over all its operands, or over a random sample of them.

    Of an operator with one operand, a pair is a single operand.

    The error is taken against the TRUE real value: for a division that is n/d, so what the truncation of the quotient
    costs is part of the error. The relative error is signed, (result - exact) / exact. Result and exact value always
    share their sign, so signed operators are measured on magnitudes: a negative error means a result that is too small.

    Which pairs of integers count: those without an exact value (a divisor is 0) are left out of everything and only
    counted in ``undefined_pairs``. Those whose exact value is zero have no relative error; they count in ``pairs``,
    ``error_rate``, ``med``, ``nmed``, ``rms``, ``wce``, and as zero relative error in ``mred_with_zeros``, which is the
    convention of most published tables. Every other relative figure leaves them out. A sample never draws them: their
    share of all pairs is known and weighs in the same figures.

    Of floats, what is looked at are the fractions of normal operands, and the figures are those of normal results: a
    relative error depends on nothing else. An absolute one depends on the exponents, so that its figures are None.
    Corners that a sample of floats takes besides may be among the worst pairs, and count for nothing else.

    What is exact: all counts, all figures at a pair (:class:`ErrorPair`) and ``within_bound``; of equally bad pairs the
    first in the order of the operands is named. The means and deviations are quotients and roots of sums that do not
    depend on threads, chunks or engine. In such a sum an error, a relative error and the square of either is the
    nearest float64, and is rounded once more, to 2^-75 of the range of its row (2^5, for relative errors of 0.2 % to
    3200 %) or of the square of that; the error of a product is not rounded at all. See :mod:`pysoft.errors.tally`.

    Parameters
    ----------
    operator : Operator
        What was measured.
    exhaustive : bool
        Whether every pair of operands was looked at.
    samples, seed : int or None
        How many random pairs were asked for, and the seed they came from; None if exhaustive.
    pairs, zero_pairs, undefined_pairs : int
        Pairs looked at; those among them whose exact value is zero; pairs left out because a divisor is 0.
    zero_share : float
        Share of all defined pairs whose exact value is zero; exact, in a sample too.
    error_rate : float
        Fraction of all defined pairs whose result differs from the exact real value.
    med, rms : float or None
        Mean, and root of the mean square, of the absolute error, in real units (one unit of the last place is 2^-f).
    nmed : float or None
        ``med`` over the largest exact magnitude of the operation in this format.
    mred_with_zeros, mred_without_zeros : float
        Mean of the magnitude of the relative error, 0.01 being 1 %.
    bias, std : float
        Mean and standard deviation of the signed relative error, zeros left out.
    mred_interval, bias_interval : float or None
        Half width of the 95 % confidence interval of ``mred_without_zeros`` and of ``bias``; None if exhaustive, or for
        a sample too small to tell.
    correctly_rounded : float or None
        Of floats, the share of the results that are those of the exact family; None for integers.
    distribution : Distribution
        Of the signed relative error, zeros left out.
    wce_pair : ErrorPair or None
        Where the absolute error is largest.
    below_pair, above_pair : ErrorPair
        Where the signed relative error is smallest, and largest.
    loss_pair : ErrorPair or None
        Where the result falls short of the exact value by most units of the last place.
    large : LargeErrors or None
        The same for operands that both have 8 significant bits or more; None if no such pair was looked at.
    within_bound : bool or None
        Whether every pair looked at obeys the operator's proved bound, decided in exact rationals; None where nothing
        is proved.
    """

    operator: Operator
    exhaustive: bool
    samples: int | None
    seed: int | None
    pairs: int
    zero_pairs: int
    undefined_pairs: int
    zero_share: float
    error_rate: float
    med: float | None
    nmed: float | None
    mred_with_zeros: float
    mred_without_zeros: float
    bias: float
    std: float
    rms: float | None
    mred_interval: float | None
    bias_interval: float | None
    correctly_rounded: float | None
    distribution: Distribution = field(repr=False)
    wce_pair: ErrorPair | None
    loss_pair: ErrorPair | None
    large: LargeErrors | None
    within_bound: bool | None

    @property
    def wce(self) -> Fraction | None:
        """Worst case of the absolute error, in real units."""
        return None if self.wce_pair is None else abs(self.wce_pair.error)

    @property
    def percentiles(self) -> dict[float, float]:
        """Magnitudes of the relative error that 50, 90, 99 and 99.9 % of the pairs do not exceed, zeros left out.

        At most 0.4 % of themselves too large; see :meth:`Distribution.percentile`.
        """
        peak = float(self.peak)
        return {percent: min(peak, self.distribution.percentile(percent / 100)) for percent in PERCENTILES}

    @property
    def worst_loss(self) -> Fraction | None:
        """Largest exact - result (magnitudes) in units of the last place; 0 or less if no result is too small.

        In a division whose error before truncation is never negative, such as Mitchell's, this is the cost of
        truncation alone and below 1 (exactly 1 where a signed quotient saturates), while ``worst_above`` shows the
        error before truncation.
        """
        return None if self.loss_pair is None else -self.loss_pair.error * (1 << self.operator.fraction_bits)

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
            "zero_share": self.zero_share,
            "error_rate": self.error_rate,
            "med": self.med,
            "nmed": self.nmed,
            "mred_with_zeros": self.mred_with_zeros,
            "mred_without_zeros": self.mred_without_zeros,
            "mred_interval": self.mred_interval,
            "bias": self.bias,
            "bias_interval": self.bias_interval,
            "std": self.std,
            "rms": self.rms,
            "correctly_rounded": self.correctly_rounded,
            "percentiles": {f"{percent:g}": magnitude for percent, magnitude in self.percentiles.items()},
            "wce": None if self.wce is None else float(self.wce),
            "wce_pair": None if self.wce_pair is None else self.wce_pair.to_dict(),
            **self._peaks(),
            "worst_loss": None if self.worst_loss is None else float(self.worst_loss),
            "loss_pair": None if self.loss_pair is None else self.loss_pair.to_dict(),
            "large": None if self.large is None else self.large.to_dict(),
            "distribution": self.distribution.to_dict(),
            "bound": None if bound is None else bound.statement,
            "within_bound": self.within_bound,
        }
