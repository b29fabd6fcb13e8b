"""Running totals from which the error figures of an operator are made."""

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np

from ..operator import Operator
from .deviation import deviation
from .metrics import ErrorMetrics, ErrorPair

__all__ = ["Tally"]


class Tally:
    """Add chunks of operands of any size in any order, then ask for the :class:`ErrorMetrics`.

    Integer sums are exact and float sums are added up by ``math.fsum``, so that the figures do not depend on the chunks
    beyond their last digits.

    Parameters
    ----------
    operator : Operator
        What to measure.
    """

    def __init__(self, operator: Operator):
        self.operator = operator
        self._pairs = self._undefined = self._zeros = self._wrong = self._whole = 0
        self._sums: dict[str, list[float]] = {
            "part": [],
            "square": [],
            "relative": [],
            "magnitude": [],
            "relative_square": [],
        }
        self._worst: dict[str, tuple[Fraction, ErrorPair]] = {}

    def add(self, a: np.ndarray, b: np.ndarray) -> None:
        """Compute the results of some pairs and count their errors.

        Parameters
        ----------
        a, b : numpy.ndarray
            Operands, shape ``(n,)``, in the dtype of the operator's format.
        """
        if self.operator.operation == "div":
            defined = b != 0
            self._undefined += b.size - int(np.count_nonzero(defined))
            a, b = a[defined], b[defined]
        if not b.size:
            return
        result = self.operator(a, b)
        errors = deviation(self.operator, a, b, result)
        error, exact = errors.error, errors.exact
        self._pairs += b.size
        self._wrong += int(np.count_nonzero(error))
        self._whole += _exact_sum(errors.whole)
        self._add_sums(part=errors.part, square=error * error)
        self._offer("wce", a, b, np.abs(error), lambda pair: abs(pair.error))
        self._offer("loss", a, b, -error, lambda pair: -pair.error)

        nonzero = exact != 0
        self._zeros += b.size - int(np.count_nonzero(nonzero))
        a, b, error, exact = (values[nonzero] for values in (a, b, error, exact))
        if not b.size:
            return
        relative = error / exact
        self._add_sums(relative=relative, magnitude=np.abs(relative), relative_square=relative * relative)
        self._offer("below", a, b, -relative, lambda pair: -pair.relative_error)
        self._offer("above", a, b, relative, lambda pair: pair.relative_error)
        if bound := self.operator.bound:
            # With truncation AND a lower bound other than 0, neither "below" nor "loss" need be nearest to the bound.
            shortfall = float(bound.lower) * exact - error
            self._offer("shortfall", a, b, shortfall, lambda pair: bound.lower * abs(pair.exact) - pair.error)

    def metrics(self, *, samples: int | None = None, seed: int | None = None) -> ErrorMetrics:
        """The figures of all pairs so far.

        Parameters
        ----------
        samples, seed : int, optional
            Where the pairs came from, if they are a random sample.

        Raises
        ------
        ValueError
            If there was no pair whose exact value is other than zero: nothing can be said about a relative error.
        """
        nonzero = self._pairs - self._zeros
        if not nonzero:
            raise ValueError(
                f"no pair of operands of {self.operator} had an exact value other than zero: take more samples"
            )
        operator = self.operator
        bound = operator.bound
        unit = math.ldexp(1, -operator.fraction_bits)
        sums = {name: math.fsum(values) for name, values in self._sums.items()}
        pairs = {name: pair for name, (_, pair) in self._worst.items()}
        bias = sums["relative"] / nonzero
        med = (self._whole / self._pairs + sums["part"] / self._pairs) * unit
        return ErrorMetrics(
            operator=operator,
            exhaustive=samples is None,
            samples=samples,
            seed=seed,
            pairs=self._pairs,
            zero_pairs=self._zeros,
            undefined_pairs=self._undefined,
            error_rate=self._wrong / self._pairs,
            med=med,
            nmed=med / _largest_exact(operator),
            mred_with_zeros=sums["magnitude"] / self._pairs,
            mred_without_zeros=sums["magnitude"] / nonzero,
            bias=bias,
            std=math.sqrt(max(0.0, sums["relative_square"] / nonzero - bias * bias)),
            rms=math.sqrt(sums["square"] / self._pairs) * unit,
            wce_pair=pairs["wce"],
            below_pair=pairs["below"],
            above_pair=pairs["above"],
            loss_pair=pairs["loss"],
            within_bound=None
            if bound is None
            else all(bound.allows(abs(p.result), abs(p.exact)) for p in pairs.values()),
        )

    def _add_sums(self, **terms: np.ndarray) -> None:
        for name, values in terms.items():
            self._sums[name].append(float(values.sum()))

    def _offer(
        self,
        name: str,
        a: np.ndarray,
        b: np.ndarray,
        badness: np.ndarray,
        exact_badness: Callable[[ErrorPair], Fraction],
    ) -> None:
        """Keep the worst pair of this chunk, found in float64, if it is exactly worse than those before."""
        worst = int(badness.argmax())
        pair = ErrorPair.at(self.operator, int(a[worst]), int(b[worst]))
        if name not in self._worst or exact_badness(pair) > self._worst[name][0]:
            self._worst[name] = exact_badness(pair), pair


def _exact_sum(values: np.ndarray) -> int:
    """Sum of uint64 values that may pass 2^64; for up to 2^32 of them."""
    return (int((values >> np.uint64(32)).sum()) << 32) + int((values & np.uint64(2**32 - 1)).sum())


def _largest_exact(operator: Operator) -> int:
    """Largest magnitude of an exact value, in real units."""
    largest = max(-operator.format.minimum, operator.format.maximum)
    return largest if operator.operation == "div" else largest * largest
