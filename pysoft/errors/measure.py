"""Measuring the error of an operator over all its operands, or over a random sample."""

from collections.abc import Callable
from fractions import Fraction

import numpy as np

from ..float_formats import FloatFormat
from ..operator import Operator
from ..threads import thread_count
from .distribution import Distribution
from .engine import ENGINES, engine_for
from .exhaustive import LARGE, Exhaustive
from .extent import integers, needs_samples, samples_advice, undefined_pairs, zero_pairs
from .figures import absolute_figures, large_errors, relative_figures, within_bound
from .findings import Findings
from .floats import FloatRun
from .locate import SLACK, both_limits, locate, obeys
from .metrics import ErrorMetrics, LargeErrors
from .sampled import Sample
from .tally import Sums
from .worst import Pairs, Worst

__all__ = ["measure"]


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

    Integers of up to 16 bits are measured exhaustively (2^32 pairs) unless ``samples`` is given, floats over all
    fractions of normal operands, see :mod:`pysoft.errors.floats`; :func:`~pysoft.errors.extent.needs_samples` tells
    which operators are too wide. The figures are the same bit for bit whatever the number of threads and the engine. A
    compiled engine, of pairs of integers, is held to the model before it is used, over corners and random operands, and
    the rows of the worst pairs are computed anew by the model.

    A sample of integers is stratified over the characteristics of the operands, see :mod:`pysoft.errors.sampled`; any
    sample depends on ``samples`` and ``seed`` alone (and on NumPy's generator), and is taken by the model.

    Parameters
    ----------
    operator : Operator
        What to measure.
    samples : int, optional
        Pairs of operands, or single ones, to draw, at least 1.
    seed : int
        Seed of the sample, 0 or more.
    progress : callable, optional
        Called with (pairs done, pairs in total, what) every now and then, by the calling thread.
    threads : int, optional
        Of an exhaustive run over pairs of integers, 1 or more; as many as there are cores for this process by default,
        or as the environment variable MITCHELL_NUM_THREADS says.
    engine : str
        Of the same: ``compiled`` loops in C, ``numpy``, or ``auto``: the first if it was built with the package.

    Raises
    ------
    TypeError
        If an argument has the wrong type.
    ValueError
        If ``operator`` is too wide for an exhaustive run and ``samples`` is not given, if a number is out of its range,
        or if the engine is unknown or not there.
    ArithmeticError
        If the operator does not give zero where the exact value is zero, or errs by a factor of 2^33; of floats, if it
        gives infinity or NaN for normal operands in the middle of their range.
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
    >>> metrics = measure(Operator.from_name("rsqrt-bf16-mitchell"))
    >>> metrics.pairs, f"{float(100 * metrics.peak):.2f} %", metrics.above_pair.operands, metrics.med
    (256, '8.87 %', (2.65625,), None)
    """
    if not isinstance(operator, Operator):
        raise TypeError(f"operator must be an Operator, not {operator!r}")
    _check_integer("seed", seed, 0)
    threads = thread_count(threads)
    if engine not in ENGINES:
        raise ValueError(f"engine must be one of {', '.join(ENGINES)}, not {engine!r}")
    if samples is not None:
        _check_integer("samples", samples, 1)
    elif needs_samples(operator):
        raise ValueError(samples_advice(operator))
    if isinstance(operator.format, FloatFormat):
        return _of_floats(operator, samples, seed, progress)
    if samples is not None:
        return _sampled(operator, samples, seed, progress)
    if len(operator.operands) == 1:
        return _exhaustive_unary(operator, progress)
    return _exhaustive(operator, threads, engine, progress)


def _check_integer(name: str, value: int, minimum: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be an integer, not {value!r}")
    if value < minimum:
        raise ValueError(f"{name} must be {minimum} or more, not {value}")


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
    large = None
    if run.large_sums.pairs and integers(operator).maximum >= LARGE:  # one number alone, -2^7, says nothing
        worst_large = locate(operator, run.large_extremes, LARGE)
        large = large_errors(run.large_sums, worst_large, int(run.large_sums.pairs))
    obeys_both = limits is None or obeys(operator, limits, shortfalls)
    return _of_all(operator, run.sums, worst, run.counts, large, obeys_both)


def _exhaustive_unary(operator: Operator, progress: Progress | None) -> ErrorMetrics:
    values = operator.format.values()
    zero = values[:1]
    findings = Findings(operator)
    findings.look((values[1:],))  # 2^16 at most
    if zero_pairs(operator):
        result = operator(zero)
        if result.any():
            raise ArithmeticError(f"{operator} does not give zero where its exact value is zero")
        for kind in ("wce", "loss"):
            findings.worst.offer(kind, Pairs((zero,), result, np.zeros(1), np.zeros(1)))
    _counter(operator, values.size, progress)(values.size)
    counts = findings.weights.astype(np.int64)
    return _of_all(operator, findings.sums, findings.worst, counts, _large(findings), findings.obeys)


def _of_all(
    operator: Operator, sums: Sums, worst: Worst, counts: np.ndarray, large: LargeErrors | None, obeys_both: bool
) -> ErrorMetrics:
    zeros = zero_pairs(operator)
    return ErrorMetrics(
        operator=operator,
        exhaustive=True,
        samples=None,
        seed=None,
        pairs=int(sums.pairs) + zeros,
        zero_pairs=zeros,
        undefined_pairs=undefined_pairs(operator),
        mred_interval=None,
        bias_interval=None,
        correctly_rounded=None,
        distribution=Distribution.of(counts),
        large=large,
        within_bound=within_bound(worst) if obeys_both else False,
        **absolute_figures(operator, sums, Fraction(zeros), worst),
    )


def _sampled(operator: Operator, samples: int, seed: int, progress: Progress | None) -> ErrorMetrics:
    sample = Sample(operator, samples, seed)
    sample.run(_counter(operator, sample.planned, progress))
    found = sample.findings
    nonzero = ((1 << operator.format.width) - 1) ** len(operator.operands)
    zeros = found.sums.pairs * Fraction(zero_pairs(operator), nonzero)
    return ErrorMetrics(
        operator=operator,
        exhaustive=False,
        samples=samples,
        seed=seed,
        pairs=found.pairs,
        zero_pairs=0,
        undefined_pairs=0,
        mred_interval=sample.interval("magnitude"),
        bias_interval=sample.interval("relative"),
        correctly_rounded=None,
        distribution=Distribution.of(found.weights),
        large=_large(found),
        within_bound=within_bound(found.worst) if found.obeys else False,
        **absolute_figures(operator, found.sums, zeros, found.worst),
    )


def _large(found: Findings) -> LargeErrors | None:
    if not found.large_pairs or integers(found.operator).maximum < LARGE:
        return None
    return large_errors(found.large_sums, found.worst_large, found.large_pairs)


def _of_floats(operator: Operator, samples: int | None, seed: int, progress: Progress | None) -> ErrorMetrics:
    run = FloatRun(operator, samples, seed)
    run.run(_counter(operator, run.planned, progress))
    mred = float(run.sums.total("magnitude") / run.sums.pairs)
    return ErrorMetrics(
        operator=operator,
        exhaustive=samples is None,
        samples=samples,
        seed=None if samples is None else seed,
        pairs=run.planned,
        zero_pairs=0,
        undefined_pairs=0,
        zero_share=0.0,
        error_rate=float(run.sums.wrong / run.sums.pairs),
        med=None,
        nmed=None,
        mred_with_zeros=mred,
        mred_without_zeros=mred,
        rms=None,
        mred_interval=run.interval("magnitude"),
        bias_interval=run.interval("relative"),
        correctly_rounded=run.correctly_rounded / run.planned,
        distribution=Distribution.of(run.counts),
        wce_pair=None,
        loss_pair=None,
        below_pair=run.worst["below"],
        above_pair=run.worst["above"],
        large=None,
        within_bound=within_bound(run.worst, ("above", "below")),
        **relative_figures(run.sums),
    )
