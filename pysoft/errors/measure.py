"""Measuring the error of an operator over all pairs of operands, or over a random sample."""

from collections.abc import Callable, Iterator

import numpy as np

from ..operator import Operator
from .metrics import ErrorMetrics
from .tally import Tally

__all__ = ["MAX_EXHAUSTIVE_WIDTH", "measure"]

MAX_EXHAUSTIVE_WIDTH = 12
_CHUNK = 1 << 16  # pairs at a time: the temporaries of one chunk stay in the caches


def measure(
    operator: Operator,
    *,
    samples: int | None = None,
    seed: int = 0,
    progress: Callable[[int, int, str], None] | None = None,
) -> ErrorMetrics:
    """The error figures of ``operator``; see :class:`~pysoft.errors.metrics.ErrorMetrics` for what each of them means.

    Parameters
    ----------
    operator : Operator
        What to measure. Operands of up to 12 bits are measured exhaustively (2^24 pairs) unless ``samples`` is given.
    samples : int, optional
        Pairs to draw, at least 1, each operand uniform over all values of its format.
    seed : int
        Seed of the sample, 0 or more.
    progress : callable, optional
        Called with (pairs done, pairs in total, what) every now and then.

    Raises
    ------
    TypeError
        If an argument has the wrong type.
    ValueError
        If ``operator`` is too wide for an exhaustive run and ``samples`` is not given, if a number is out of its range,
        or if the sample holds no pair whose exact value is other than zero.

    Examples
    --------
    >>> metrics = measure(Operator.from_name("mul-u8-mitchell"))
    >>> metrics.pairs, metrics.zero_pairs, f"{100 * metrics.mred_with_zeros:.2f} %"
    (65536, 511, '3.76 %')
    >>> metrics.worst_below, metrics.below_pair.operands, metrics.within_bound
    (Fraction(-1, 9), (3, 3), True)
    """
    if not isinstance(operator, Operator):
        raise TypeError(f"operator must be an Operator, not {operator!r}")
    _check_integer("seed", seed, 0)
    if samples is None:
        if operator.format.width > MAX_EXHAUSTIVE_WIDTH:
            raise ValueError(
                f"{operator} is {operator.format.width} bits wide, and at most {MAX_EXHAUSTIVE_WIDTH} bits are measured"
                " exhaustively: state a number of random samples (--samples N)"
            )
        chunks, total = _all_pairs(operator), 1 << 2 * operator.format.width
    else:
        _check_integer("samples", samples, 1)
        chunks, total = _random_pairs(operator, samples, seed), samples

    tally = Tally(operator)
    done = 0
    for a, b in chunks:
        tally.add(a, b)
        done += a.size
        if progress is not None:
            progress(done, total, f"errors of {operator}")
    return tally.metrics() if samples is None else tally.metrics(samples=samples, seed=seed)


def _check_integer(name: str, value: int, minimum: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be an integer, not {value!r}")
    if value < minimum:
        raise ValueError(f"{name} must be {minimum} or more, not {value}")


def _all_pairs(operator: Operator) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    values = operator.format.values()
    rows = max(1, _CHUNK // values.size)
    for first in range(0, values.size, rows):
        a = values[first : first + rows]
        yield np.repeat(a, values.size), np.tile(values, a.size)


def _random_pairs(operator: Operator, samples: int, seed: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    rng = np.random.default_rng(seed)
    form = operator.format
    for first in range(0, samples, _CHUNK):
        # Row by row, so that the sample is the same whatever the size of a chunk.
        shape = min(_CHUNK, samples - first), 2
        pairs = rng.integers(form.minimum, form.maximum, shape, dtype=form.dtype, endpoint=True)
        yield pairs[:, 0], pairs[:, 1]
