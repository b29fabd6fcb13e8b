"""Measuring the error of an operator over all pairs of operands, or over a random sample."""

import math
import os
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from ..operator import Operator
from .distribution import Distribution
from .engine import ENGINES, engine_for
from .exhaustive import LARGE, Exhaustive
from .locate import SLACK, both_limits, locate, obeys
from .metrics import ErrorMetrics, LargeErrors
from .sampled import Sample
from .tally import Sums
from .worst import Worst

__all__ = ["MAX_EXHAUSTIVE_WIDTH", "measure"]

MAX_EXHAUSTIVE_WIDTH = 16
_THREADS_VARIABLE = "MITCHELL_NUM_THREADS"

Progress = Callable[[int, int, str], None]


def measure(
    operator: Operator,
    *,
    samples: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    threads: int | None = None,
    engine: str = "auto",
) -> ErrorMetrics:
    """The error figures of ``operator``; see :class:`~pysoft.errors.metrics.ErrorMetrics` for what each of them means.

    Operands of up to 16 bits are measured exhaustively (2^32 pairs) unless ``samples`` is given. The figures are the
    same bit for bit whatever the number of threads and the engine. A compiled engine is held to the model before it is
    used, over corners and random operands, and the rows of the worst pairs are computed anew by the model.

    A sample is stratified over the characteristics of both operands, see :mod:`pysoft.errors.sampled`; it depends on
    ``samples`` and ``seed`` alone (and on NumPy's generator), and is taken by the model.

    Parameters
    ----------
    operator : Operator
        What to measure.
    samples : int, optional
        Pairs to draw, at least 1.
    seed : int
        Seed of the sample, 0 or more.
    progress : callable, optional
        Called with (pairs done, pairs in total, what) every now and then, by the calling thread.
    threads : int, optional
        1 or more; as many as there are cores for this process by default, or as the environment variable
        MITCHELL_NUM_THREADS says.
    engine : str
        ``compiled`` loops in C, ``numpy``, or ``auto``: the first if it was built with the package.

    Raises
    ------
    TypeError
        If an argument has the wrong type.
    ValueError
        If ``operator`` is too wide for an exhaustive run and ``samples`` is not given, if a number is out of its range,
        or if the engine is unknown or not there.
    ArithmeticError
        If the operator does not give zero where the exact value is zero, or errs by a factor of 2^33.
    RuntimeError
        If the compiled loops differ from the model.

    Examples
    --------
    >>> metrics = measure(Operator.from_name("mul-u8-mitchell"))
    >>> metrics.pairs, metrics.zero_pairs, f"{100 * metrics.mred_with_zeros:.2f} %"
    (65536, 511, '3.76 %')
    >>> metrics.worst_below, metrics.below_pair.operands, metrics.within_bound
    (Fraction(-1, 9), (3, 3), True)
    >>> metrics = measure(Operator.from_name("mul-u32-mitchell"), samples=100_000)
    >>> f"{100 * metrics.mred_without_zeros:.2f} % +- {100 * metrics.mred_interval:.2f} %"
    '3.84 % +- 0.02 %'
    """
    if not isinstance(operator, Operator):
        raise TypeError(f"operator must be an Operator, not {operator!r}")
    _check_integer("seed", seed, 0)
    if threads is not None:
        _check_integer("threads", threads, 1)
    if engine not in ENGINES:
        raise ValueError(f"engine must be one of {', '.join(ENGINES)}, not {engine!r}")
    if samples is not None:
        _check_integer("samples", samples, 1)
        return _sampled(operator, samples, seed, progress)
    if operator.format.width > MAX_EXHAUSTIVE_WIDTH:
        raise ValueError(
            f"{operator} is {operator.format.width} bits wide, and at most {MAX_EXHAUSTIVE_WIDTH} bits are measured"
            " exhaustively: state a number of random samples (--samples N)"
        )
    return _exhaustive(operator, threads or _default_threads(), engine, progress)


def _check_integer(name: str, value: int, minimum: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be an integer, not {value!r}")
    if value < minimum:
        raise ValueError(f"{name} must be {minimum} or more, not {value}")


def _default_threads() -> int:
    if wanted := os.environ.get(_THREADS_VARIABLE):
        if not wanted.isdecimal() or int(wanted) < 1:
            raise ValueError(f"{_THREADS_VARIABLE} must be an integer, 1 or more, not {wanted!r}")
        return int(wanted)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _counter(operator: Operator, total: int, progress: Progress | None) -> Callable[[int], None]:
    done = 0

    def count(pairs: int) -> None:
        nonlocal done
        done += pairs
        if progress is not None:
            progress(done, total, f"errors of {operator}")

    return count


def _exhaustive(operator: Operator, threads: int, engine: str, progress: Progress | None) -> ErrorMetrics:
    limits, values = both_limits(operator.bound), 1 << operator.format.width
    run = Exhaustive(operator, engine_for(operator, engine), lower=float(limits[0]) + SLACK if limits else 0.0)
    run.run(threads, _counter(operator, values * values, progress))
    shortfalls = run.extremes.pop("shortfall")
    worst = locate(operator, run.extremes)
    division = operator.operation == "div"
    zeros = values - 1 if division else 2 * values - 1
    large = None
    if run.large_sums.pairs and operator.format.maximum >= LARGE:  # one number alone, -2^7, says nothing
        worst_large = locate(operator, run.large_extremes, LARGE)
        large = _large(run.large_sums, worst_large, int(run.large_sums.pairs))
    return ErrorMetrics(
        operator=operator,
        exhaustive=True,
        samples=None,
        seed=None,
        pairs=int(run.sums.pairs) + zeros,
        zero_pairs=zeros,
        undefined_pairs=values if division else 0,
        mred_interval=None,
        bias_interval=None,
        distribution=Distribution.of(run.counts),
        large=large,
        within_bound=_within_bound(worst, limits is None or obeys(operator, limits, shortfalls)),
        **_figures(operator, run.sums, Fraction(zeros), worst),
    )


def _sampled(operator: Operator, samples: int, seed: int, progress: Progress | None) -> ErrorMetrics:
    sample = Sample(operator, samples, seed)
    sample.run(_counter(operator, sample.planned, progress))
    without_zero = Fraction((1 << operator.format.width) - 1, 1 << operator.format.width)
    if operator.operation == "mul":
        without_zero *= without_zero
    return ErrorMetrics(
        operator=operator,
        exhaustive=False,
        samples=samples,
        seed=seed,
        pairs=sample.pairs,
        zero_pairs=0,
        undefined_pairs=0,
        mred_interval=sample.interval("magnitude"),
        bias_interval=sample.interval("relative"),
        distribution=Distribution.of(sample.weights),
        large=_large(sample.large_sums, sample.worst_large, sample.large_pairs)
        if sample.large_pairs and operator.format.maximum >= LARGE
        else None,
        within_bound=_within_bound(sample.worst, sample.obeys),
        **_figures(operator, sample.sums, sample.sums.pairs * (1 / without_zero - 1), sample.worst),
    )


def _figures(operator: Operator, sums: Sums, zeros: Fraction, worst: Worst) -> Mapping[str, Any]:
    """Figures of pairs whose exact value is not zero, and of others of the weight ``zeros``, which have no error."""
    everything = sums.pairs + zeros
    unit = Fraction(1, 1 << operator.fraction_bits)
    med = sums.total("error") / everything * unit
    return {
        "zero_share": float(zeros / everything),
        "error_rate": float(sums.wrong / everything),
        "med": float(med),
        "nmed": float(med / _largest_exact(operator)),
        "rms": math.sqrt(sums.total("error_square") / everything) * float(unit),
        "mred_with_zeros": float(sums.total("magnitude") / everything),
        "mred_without_zeros": float(sums.total("magnitude") / sums.pairs),
        **_relative(sums),
        "wce_pair": worst["wce"],
        "loss_pair": worst["loss"],
        "below_pair": worst["below"],
        "above_pair": worst["above"],
    }


def _relative(sums: Sums) -> dict[str, float]:
    bias = sums.total("relative") / sums.pairs
    variance = sums.total("relative_square") / sums.pairs - bias * bias
    return {"bias": float(bias), "std": math.sqrt(max(variance, Fraction(0)))}


def _large(sums: Sums, worst: Worst, pairs: int) -> LargeErrors:
    return LargeErrors(
        pairs=pairs,
        mred=float(sums.total("magnitude") / sums.pairs),
        below_pair=worst["below"],
        above_pair=worst["above"],
        **_relative(sums),
    )


def _within_bound(worst: Worst, obeys_both: bool) -> bool | None:
    """Whether the bound holds for every pair, given whether all of them obey its lower limit where that has two parts.

    ``above`` is nearest to the upper limit, ``below`` to the lower one if nothing is cut off, and ``loss`` if it is
    nothing but what is cut off.
    """
    bound = worst.operator.bound
    if bound is None:
        return None
    nearest = [worst[kind] for kind in ("above", "below", "loss")]
    return obeys_both and all(bound.allows(abs(pair.result), abs(pair.exact)) for pair in nearest)


def _largest_exact(operator: Operator) -> int:
    """Largest magnitude of an exact value, in real units."""
    largest = max(-operator.format.minimum, operator.format.maximum)
    return largest if operator.operation == "div" else largest * largest
