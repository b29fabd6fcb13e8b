"""Heads: the features of a token in equal parts, each of which attends by itself."""

import numpy as np

__all__ = ["merge_heads", "split_heads"]


def split_heads(x: np.ndarray, heads: int) -> np.ndarray:
    """[..., n, heads * d] to [..., heads, n, d].

    Raises
    ------
    ValueError
        If the features are no multiple of ``heads``, or ``heads`` is not 1 or more.

    Examples
    --------
    >>> split_heads(np.arange(8).reshape(2, 4), 2)
    array([[[0, 1],
            [4, 5]],
    <BLANKLINE>
           [[2, 3],
            [6, 7]]])
    """
    if heads < 1 or x.ndim < 2 or x.shape[-1] % heads:
        raise ValueError(f"features (..., n, features) must be a multiple of 1 or more heads: {x.shape}, {heads} heads")
    parts = x.reshape(*x.shape[:-1], heads, x.shape[-1] // heads)  # [..., n, heads * d] -> [..., n, heads, d]
    return parts.swapaxes(-2, -3)  # [..., n, heads, d] -> [..., heads, n, d]


def merge_heads(x: np.ndarray) -> np.ndarray:
    """[..., heads, n, d] to [..., n, heads * d]: the inverse of :func:`split_heads`.

    Raises
    ------
    ValueError
        If there is no axis of heads.

    Examples
    --------
    >>> merge_heads(split_heads(np.arange(8).reshape(2, 4), 2))
    array([[0, 1, 2, 3],
           [4, 5, 6, 7]])
    """
    if x.ndim < 3:
        raise ValueError(f"x must have shape (..., heads, n, d), not {x.shape}")
    rows = x.swapaxes(-2, -3)  # [..., heads, n, d] -> [..., n, heads, d]
    return rows.reshape(*rows.shape[:-2], rows.shape[-2] * rows.shape[-1])  # [..., n, heads, d] -> [..., n, heads * d]
