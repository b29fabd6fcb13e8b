"""Sums of products by one operator: the bits of the plain loop over its model, from the compiled loops.

    c[i, j] = ((0 + a[i, 0] x b[0, j]) + a[i, 1] x b[1, j]) + ...

Every product is the operator's, and every sum of floats is rounded once, in float32 or float64, in increasing k. Sums
of integers are exact. A NaN is the canonical quiet one.
"""

import numpy as np

from .float_formats import FloatFormat
from .formats import IntegerFormat
from .kernels.sums import add_plain, sums_of
from .operator import Operator
from .threads import share_out, thread_count

__all__ = ["ACCUMULATORS", "MatrixProduct", "plain_matmul"]

ACCUMULATORS = {"f": ("float32", "float64"), "i": ("int32", "int64")}  # by kind; the first is the default
_ALONE = 1 << 21  # products that are not worth another thread
_MOST_BITS = 16  # of integers: an int64 holds the sum of 2^31 products


class MatrixProduct:
    """Matrix products by an operator.

    Parameters
    ----------
    operator : Operator
        A multiplier of floats, or of integers of up to 16 bits.
    accumulate : str, optional
        The accumulator: ``float32`` (default) or ``float64`` of floats, ``int32`` (default) or ``int64`` of integers.
    threads : int, optional
        See :func:`pysoft.threads.thread_count`; the bits are the same with any number.
    level : int
        Which vector unit of the compiled loops, 0 for the widest; the bits are the same with any.

    Raises
    ------
    TypeError, ValueError
        If the operator is no multiplier, its integers are too wide, the accumulator is of another kind than the
        numbers, or the number of threads is none.

    Examples
    --------
    >>> matmul = MatrixProduct(Operator.from_name("mul-f32-mitchell"))
    >>> matmul(np.float32([[1.5, 3]]), np.float32([[1.5], [3]]))
    array([[10.]], dtype=float32)
    """

    def __init__(
        self, operator: Operator, *, accumulate: str | None = None, threads: int | None = None, level: int = 0
    ):
        self.operator = operator
        self.accumulate = _accumulator(operator, accumulate)
        self._threads = thread_count(threads)
        self._sums = sums_of(operator, self.accumulate, level)

    def __call__(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """The products.

        Parameters
        ----------
        a, b : numpy.ndarray
            Shapes (..., m, k) and (..., k, n), the leading ones broadcast, as ``operator.format.array`` makes them.

        Returns
        -------
        numpy.ndarray
            Shape (..., m, n), dtype ``accumulate``.

        Raises
        ------
        ValueError
            If the shapes do not fit, or sums of integers might leave the accumulator.
        """
        c = _zeros(self.operator, a, b, self.accumulate)
        lead, (m, n), k = c.shape[:-2], c.shape[-2:], a.shape[-1]
        if not (c.size and k):
            return c
        x = a[None] if a.ndim == 2 else np.broadcast_to(a, (*lead, m, k)).reshape(-1, m, k)
        y = b[None] if b.ndim == 2 else np.broadcast_to(b, (*lead, k, n)).reshape(-1, k, n)
        z = c.reshape(-1, m, n)
        if len(z) > 1:
            x, y = np.broadcast_to(x, (len(z), m, k)), np.broadcast_to(y, (len(z), k, n))
        count = min(self._threads, 1 + z.size * k // _ALONE)
        if count == 1:
            self._sums(x, y, z)
            return c
        axis = 0 if len(z) >= count else 1 if m >= n else 2

        def work(part: slice) -> None:
            t, rows, columns = (part if axis == number else slice(None) for number in range(3))
            self._sums(x[t, rows], y[t, :, columns], z[t, rows, columns])

        share_out(work, _parts(z.shape[axis], count), self._threads)
        return c


def plain_matmul(operator: Operator, a: np.ndarray, b: np.ndarray, *, accumulate: str | None = None) -> np.ndarray:
    """The plain loop over k by the model, in NumPy, which :class:`MatrixProduct` has the bits of."""
    c = _zeros(operator, a, b, _accumulator(operator, accumulate))
    add_plain(operator, a, b, c)
    return c


def _parts(length: int, count: int) -> list[slice]:
    """Almost equal parts, the ends of which are multiples of 16 where that is possible: whole vectors, and tiles."""
    tile = 16 if length >= 16 * count else 1
    tiles = -(-length // tile)
    ends = [tiles * part // count * tile for part in range(count)]
    return [slice(start, end) for start, end in zip(ends, [*ends[1:], length], strict=True) if start < end]


def _accumulator(operator: Operator, name: str | None) -> str:
    """The name of the accumulator, or ValueError if there are no such sums."""
    kind = "f" if isinstance(operator.format, FloatFormat) else "i"
    if operator.operation != "mul":
        raise ValueError(f"sums of products need a multiplier, not {operator}")
    if kind == "i" and operator.format.width > _MOST_BITS:
        raise ValueError(f"sums of products take integers of up to {_MOST_BITS} bits, not {operator.format}")
    if name is not None and name not in ACCUMULATORS[kind]:
        raise ValueError(f"{operator.format} is summed up in {' or '.join(ACCUMULATORS[kind])}, not in {name!r}")
    return name or ACCUMULATORS[kind][0]


def _zeros(operator: Operator, a: np.ndarray, b: np.ndarray, accumulate: str) -> np.ndarray:
    """The sums before anything is added, or ValueError if the shapes do not fit or the sums might not."""
    if a.ndim < 2 or b.ndim < 2 or a.shape[-1] != b.shape[-2]:
        raise ValueError(f"shapes {a.shape} and {b.shape} do not fit: they must be (..., m, k) and (..., k, n)")
    product, k = operator.result_format, a.shape[-1]
    if isinstance(product, IntegerFormat):
        largest, limit = max(product.maximum, -product.minimum), np.iinfo(accumulate).max
        if k * largest > limit:
            raise ValueError(
                f"a sum of {k} products of {operator.format} may leave {accumulate}, which holds {limit // largest}:"
                f" take accumulate='int64', or shorter sums"
            )
    lead = a.shape[:-2]
    if lead != b.shape[:-2]:
        try:
            lead = np.broadcast_shapes(lead, b.shape[:-2])
        except ValueError:
            raise ValueError(f"leading dimensions {lead} and {b.shape[:-2]} do not broadcast") from None
    return np.zeros((*lead, a.shape[-2], b.shape[-1]), accumulate)
