"""Random directions, orthogonal in blocks, that are as long as random ones are.

Drawing them is done once, before anything is computed, in float64 and by NumPy's own functions.
"""

from functools import lru_cache

import numpy as np

__all__ = ["orthogonal_directions"]


@lru_cache(maxsize=64)
def orthogonal_directions(count: int, d: int, seed: int) -> np.ndarray:
    """Normally distributed directions of which every d in a row are orthogonal.

    Parameters
    ----------
    count, d, seed : int

    Returns
    -------
    numpy.ndarray of float64, shape (count, d)
        Read-only. Each row by itself has the distribution of d independent normal numbers: its direction is uniform
        and its length that of such a row (chi with d degrees of freedom).

    References
    ----------
    K. Choromanski et al., "Rethinking Attention with Performers", ICLR 2021, section 2.4.

    Examples
    --------
    >>> directions = orthogonal_directions(4, 3, 0)
    >>> directions.shape, bool(abs(directions[0] @ directions[1]) < 1e-12)
    ((4, 3), True)
    """
    random = np.random.default_rng(seed)
    blocks = -(-count // d)
    q, r = np.linalg.qr(random.standard_normal((blocks, d, d)))
    q = q * np.sign(np.diagonal(r, axis1=-2, axis2=-1))[:, None, :]  # columns of a uniform rotation, not LAPACK's signs
    lengths = np.linalg.norm(random.standard_normal((blocks, d, d)), axis=-1)  # [blocks, d, d] -> [blocks, d]
    rows = (q.swapaxes(-1, -2) * lengths[..., None]).reshape(blocks * d, d)[:count]  # [blocks, d, d] -> [count, d]
    rows.flags.writeable = False
    return rows
