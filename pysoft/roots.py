"""Integer square roots of arrays, exact beyond 64 bits."""

import numpy as np

__all__ = ["floor_root"]


def floor_root(estimate: np.ndarray, N: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The largest r with r^2 weight <= N, and whether that is an equality.

    Only N modulo 2^64 is needed: near the root, what is left of N is far below 2^63.

    Parameters
    ----------
    estimate : numpy.ndarray of float64
        r, give or take 1.
    N, weight : numpy.ndarray of uint64
        N modulo 2^64, and weight below 2^33; 2 r weight is below 2^60.

    Returns
    -------
    r : numpy.ndarray of uint64
    is_exact : numpy.ndarray of bool
    """
    with np.errstate(over="ignore"):
        r = estimate.astype(np.uint64)
        left = (N - r * r * weight).view(np.int64)
        r = np.where(left < 0, r - np.uint64(1), r)
        left = (N - r * r * weight).view(np.int64)
        step = ((2 * r + 1) * weight).astype(np.int64)
    return np.where(left >= step, r + np.uint64(1), r), (left == 0) | (left == step)
