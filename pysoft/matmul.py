"""Sums of products by one operator: the bits of the plain loop over its model, from the compiled loops.

    c[i, j] = ((0 + a[i, 0] x b[0, j]) + a[i, 1] x b[1, j]) + ...

Every product is the operator's, and every sum of floats is rounded once, in float32 or float64, in increasing k. Sums of
integers are exact. A NaN is the canonical quiet one.
"""

import numpy as np

from .float_formats import FloatFormat
from .kernels.sums import add_plain, sums_of
from .operator import Operator
from .threads import share_out, thread_count

__all__ = ["ACCUMULATORS", "matmul", "plain_matmul"]

ACCUMULATORS = {"f": ("float32", "float64"), "i": ("int32", "int64")}  # by kind; the first is the default
_ALONE = 1 << 21  # products that are not worth another thread
_MOST_BITS = 16  # of integers: an int64 holds the sum of 2^31 products


def matmul(
    operator: Operator,
    a: np.ndarray,
    b: np.ndarray,
    *,
    accumulate: str | None = None,
    threads: int | None = None,
    level: int = 0,
) -> np.ndarray:
    """Matrix products.

    Parameters
    ----------
    operator : Operator
        A multiplier of floats, or of integers of up to 16 bits.
    a, b : numpy.ndarray
        Shapes (..., m, k) and (..., k, n), the leading ones broadcast, as ``operator.format.array`` makes them.
    accumulate : str, optional
        The accumulator: ``float32`` (default) or ``float64`` of floats, ``int32`` (default) or ``int64`` of integers.
    threads : int, optional
        See :func:`pysoft.threads.thread_count`; the bits are the same with any number.
    level : int
        Which vector unit of the compiled loops, 0 for the widest; the bits are the same with any.

    Returns
    -------
    numpy.ndarray
        Shape (..., m, n), dtype ``accumulate``.

    Raises
    ------
    ValueError
        If the shapes do not fit, the operator is no multiplier, its integers are too wide, the accumulator is of another
        kind than the numbers, or sums of integers might leave it.

    Examples
    --------
    >>> mul = Operator.from_name("mul-f32-mitchell")
    >>> matmul(mul, np.float32([[1.5, 3]]), np.float32([[1.5], [3]]))
    array([[10.]], dtype=float32)
    """
    c = _zeros(operator, a, b, accumulate)
    sums, count = sums_of(operator, c.dtype.name, level), thread_count(threads)
    (m, n), k = c.shape[-2:], a.shape[-1]
    if c.size and k:
        lead = c.shape[:-2]
        x = np.broadcast_to(a, (*lead, m, k)).reshape(-1, m, k)
        y = np.broadcast_to(b, (*lead, k, n)).reshape(-1, k, n)
        z = c.reshape(-1, m, n)
        axis = 0 if len(z) >= count else 1 if m >= n else 2

        def work(part: slice) -> None:
            t, rows, columns = (part if axis == number else slice(None) for number in range(3))
            sums(x[t, rows], y[t, :, columns], z[t, rows, columns])

        share_out(work, _parts(z.shape[axis], min(count, 1 + z.size * k // _ALONE)))
    return c


def plain_matmul(operator: Operator, a: np.ndarray, b: np.ndarray, *, accumulate: str | None = None) -> np.ndarray:
    """The plain loop over k by the model, in NumPy; see :func:`matmul`, which has the same bits."""
    c = _zeros(operator, a, b, accumulate)
    add_plain(operator, a, b, c)
    return c


def _parts(length: int, count: int) -> list[slice]:
    """Almost equal parts, the ends of which are multiples of 48 or 8 where that is possible: whole tiles."""
    tile = next((size for size in (48, 8) if length >= size * count), 1)
    tiles = -(-length // tile)
    ends = [tiles * part // count * tile for part in range(count)]
    return [slice(start, end) for start, end in zip(ends, [*ends[1:], length], strict=True) if start < end]


def _zeros(operator: Operator, a: np.ndarray, b: np.ndarray, accumulate: str | None) -> np.ndarray:
    """The sums before anything is added, or ValueError if there are none of this kind."""
    kind = "f" if isinstance(operator.format, FloatFormat) else "i"
    accumulate = accumulate or ACCUMULATORS[kind][0]
    if operator.operation != "mul":
        raise ValueError(f"sums of products need a multiplier, not {operator}")
    if accumulate not in ACCUMULATORS[kind]:
        raise ValueError(
            f"{operator.format} is summed up in {' or '.join(ACCUMULATORS[kind])}, not in {accumulate!r}"
        )
    if a.ndim < 2 or b.ndim < 2 or a.shape[-1] != b.shape[-2]:
        raise ValueError(f"shapes {a.shape} and {b.shape} do not fit: they must be (..., m, k) and (..., k, n)")
    try:
        lead = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    except ValueError:
        raise ValueError(f"leading dimensions {a.shape[:-2]} and {b.shape[:-2]} do not broadcast") from None
    if kind == "i":
        _check_range(operator, a.shape[-1], accumulate)
    return np.zeros((*lead, a.shape[-2], b.shape[-1]), accumulate)


def _check_range(operator: Operator, k: int, accumulate: str) -> None:
    if operator.format.width > _MOST_BITS:
        raise ValueError(f"sums of products take integers of up to {_MOST_BITS} bits, not {operator.format}")
    product, limit = operator.result_format, np.iinfo(accumulate).max
    largest = max(product.maximum, -product.minimum)
    if k * largest > limit:
        raise ValueError(
            f"a sum of {k} products of {operator.format} may leave {accumulate}, which holds {limit // largest}: take"
            f" accumulate='int64', or shorter sums"
        )
