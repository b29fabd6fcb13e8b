"""The relative error of a corrected Mitchell product or quotient over rectangles of mantissas.

The operands are 2^k1 (1 + x) and 2^k2 (1 + y), x and y uniform on [0, 1). With z = x + y (mul) or z = x - y (div), the
approximate significand R is continuous and piecewise linear in z, and the relative error is e = R / E - 1 with the
exact significand E = (1 + x)(1 + y) or (1 + x) / (1 + y). A correction c >= 0 acts in one of two domains:

    linear, mul   R = 1 + z + c (z < 1),  2 z + c
            div   R = 1 + z - c (z >= 0), 1 + z/2 - c
    log,    mul   R = 2^floor(s) (1 + s - floor(s)) with s = z + c
            div   the same with s = z - c

For a fixed y the zero of e on each linear piece of R is rational in y, so the integrals of e and of abs(e) over x are
closed forms; the integral over y is split where these change their form, and is smooth in between: Gauss and Legendre.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

__all__ = ["DOMAINS", "OPERATIONS", "Piece", "Statistics", "piecewise", "statistics"]

OPERATIONS = ("mul", "div")
DOMAINS = ("linear", "log")
Piece = tuple[np.ndarray, np.ndarray]  # (A, B): R = A + B z
ROUNDING = 1e-14  # of a z
NODES = 32  # of Gauss-Legendre on each smooth part; 1e-13 of the whole square is left


@dataclass(frozen=True)
class Statistics:
    """What is known of the relative error e over rectangles; arrays of one shape.

    Parameters
    ----------
    mean, bias : numpy.ndarray of float64
        Integrals of abs(e) and of e over the rectangle: summed over a partition of the unit square they are the means.
    slope : numpy.ndarray of float64
        Derivative of ``mean`` with respect to c.
    low, high : numpy.ndarray of float64
        Infimum and supremum of e.
    """

    mean: np.ndarray
    bias: np.ndarray
    slope: np.ndarray
    low: np.ndarray
    high: np.ndarray

    @property
    def peak(self) -> np.ndarray:
        """Supremum of abs(e)."""
        return np.maximum(-self.low, self.high)


def statistics(
    operation: str, domain: str, x0: ArrayLike, x1: ArrayLike, y0: ArrayLike, y1: ArrayLike, c: ArrayLike
) -> Statistics:
    """Mean, bias and extremes of the relative error over rectangles [x0, x1] x [y0, y1] with the correction c.

    Parameters
    ----------
    operation : str
        ``mul`` or ``div``.
    domain : str
        ``linear`` or ``log``.
    x0, x1, y0, y1 : float or numpy.ndarray of float64
        0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1.
    c : float or numpy.ndarray of float64
        0 <= c < 1. All arrays are broadcast against each other.

    Returns
    -------
    Statistics
        Arrays of the common shape.

    Raises
    ------
    ValueError
        If operation or domain is not one of those named, or a number is out of its range.

    Examples
    --------
    >>> plain = statistics("mul", "linear", 0.0, 1.0, 0.0, 1.0, 0.0)
    >>> f"{plain.mean:.8f} {plain.low:.8f} {plain.high:.8f}"
    '0.03848799 -0.11111111 0.00000000'
    """
    if operation not in OPERATIONS or domain not in DOMAINS:
        raise ValueError(f"operation is one of {OPERATIONS} and domain of {DOMAINS}, not {operation!r}, {domain!r}")
    x0, x1, y0, y1, c = np.broadcast_arrays(*(np.asarray(array, float) for array in (x0, x1, y0, y1, c)))
    if not np.all((c >= 0) & (c < 1)):
        raise ValueError(f"a correction is in [0, 1), not {c}")
    bends, pieces = _significand(operation, domain, c)
    gains = [np.ones_like(c) if domain == "linear" else B for _, B in pieces]
    return piecewise(operation, bends, pieces, x0, x1, y0, y1, gains)


def piecewise(
    operation: str,
    bends: list[np.ndarray],
    pieces: list[Piece],
    x0: np.ndarray,
    x1: np.ndarray,
    y0: np.ndarray,
    y1: np.ndarray,
    gains: list[np.ndarray],
) -> Statistics:
    """The same for any R that is linear in z on pieces, and may jump between them.

    Parameters
    ----------
    operation : str
        ``mul`` or ``div``: which z, and which E.
    bends : list of numpy.ndarray
        The z between the pieces, not falling.
    pieces : list of tuple of numpy.ndarray
        (A, B) with R = A + B z, one more than there are bends.
    x0, x1, y0, y1 : numpy.ndarray of float64
        As for :func:`statistics`; here all arrays have one shape.
    gains : list of numpy.ndarray
        Derivative of R with respect to c on each piece, negated for ``div``: for the slope.

    Raises
    ------
    ValueError
        If the rectangles are not in the unit square.
    """
    for low, high in ((x0, x1), (y0, y1)):
        if not np.all((low >= 0) & (low < high) & (high <= 1)):
            raise ValueError(f"a rectangle lies in the unit square, with 0 <= low < high <= 1, not {low} to {high}")
    sign = 1 if operation == "mul" else -1
    mean, bias, slope = _integrals(sign, bends, pieces, gains, x0, x1, y0, y1)
    low, high = _extremes(sign, bends, pieces, x0, x1, y0, y1)
    return Statistics(mean, bias, sign * slope, low, high)


def _significand(operation: str, domain: str, c: np.ndarray) -> tuple[list[np.ndarray], list[Piece]]:
    """R as the z where it bends and, from the lowest z up, its pieces (A, B): R = A + B z."""
    if operation == "mul":
        if domain == "linear":
            return [np.ones_like(c)], _pieces((1 + c, 1.0), (c, 2.0))
        return [1 - c, 2 - c], _pieces((1 + c, 1.0), (2 * c, 2.0), (4 * c - 4, 4.0))
    if domain == "linear":
        return [np.zeros_like(c)], _pieces((1 - c, 0.5), (1 - c, 1.0))
    return [c - 1, c], _pieces(((3 - c) / 4, 0.25), (1 - c / 2, 0.5), (1 - c, 1.0))


def _pieces(*pieces: tuple[np.ndarray, float]) -> list[Piece]:
    return [(A, np.full_like(A, B)) for A, B in pieces]


def _integrals(
    sign: int, bends: list[np.ndarray], pieces: list[Piece], gains: list[np.ndarray], *sides: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Integrals of abs(e), of e and of gain sign(e) / E."""
    x0, x1, y0, y1 = sides
    edges = np.stack([y0, *_changes(sign, bends, pieces, x0, x1), y1])
    edges = np.sort(np.clip(np.where(np.isfinite(edges), edges, y0), y0, y1), axis=0)
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    half = np.diff(edges, axis=0)[..., None] / 2
    y = edges[:-1, ..., None] + half * (1 + nodes)
    weights = weights * half
    exact = (1 + y) ** sign  # E = exact (1 + x)
    x0, x1 = x0[..., None], x1[..., None]
    limits = [x0, *(np.clip(bend[..., None] - sign * y, x0, x1) for bend in bends), x1]
    totals = [np.zeros(x0.shape[:-1]) for _ in range(3)]
    for (A, B), gain, (left, right) in zip(pieces, gains, pairwise(limits), strict=True):
        B = B[..., None]
        constant = A[..., None] + sign * B * y  # R = constant + B x
        with np.errstate(divide="ignore", invalid="ignore"):
            zero = (exact - constant) / (B - exact)
        zero = np.clip(np.where(np.isfinite(zero), zero, left), left, right)
        logarithms = [np.log1p(x) for x in (left, zero, right)]
        primitive = [
            (B * x + (constant - B) * logarithm) / exact - x
            for x, logarithm in zip((left, zero, right), logarithms, strict=True)
        ]
        parts = [after - before for before, after in pairwise(primitive)]
        weighted = [
            np.sign(part) * gain[..., None] * (after - before) / exact
            for part, (before, after) in zip(parts, pairwise(logarithms), strict=True)
        ]
        for total, integrand in zip(
            totals, (np.abs(parts[0]) + np.abs(parts[1]), sum(parts), sum(weighted)), strict=True
        ):
            total += np.sum(weights * integrand, axis=(0, -1))
    mean, bias, slope = totals
    return mean, bias, slope


def _changes(
    sign: int, bends: list[np.ndarray], pieces: list[Piece], x0: np.ndarray, x1: np.ndarray
) -> list[np.ndarray]:
    """Every y at which a bend or a zero of e meets a side x0 or x1, or each other."""
    ys = [sign * (bend - side) for bend in bends for side in (x0, x1)]
    with np.errstate(divide="ignore", invalid="ignore"):
        for A, B in pieces:
            for side in (x0, x1):
                R = A + B * side
                ys += [(1 + side - R) / (B - 1 - side)] if sign > 0 else _roots(-B, R - B, R - 1 - side)
            for bend in bends:
                R = A + B * bend
                ys += _roots(np.ones_like(bend), -bend, R - 1 - bend) if sign > 0 else [(1 + bend - R) / (R - 1)]
    return ys


def _roots(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> list[np.ndarray]:
    """Both y with a y^2 + b y + c = 0; NaN where there are none."""
    root = np.sqrt(b * b - 4 * a * c)
    return [(-b - root) / (2 * a), (-b + root) / (2 * a)]


def _extremes(
    sign: int, bends: list[np.ndarray], pieces: list[Piece], *sides: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Infimum and supremum of e.

    For a fixed y, e is monotonic in x on every piece, so that extremes lie on the border of the rectangle or on a bend:
    in its corners, where a bend meets its sides, on a bend at x = y (mul), on a side x0 or x1 at a stationary y (div).
    """
    x0, x1, y0, y1 = sides
    points = [(x, y) for x in (x0, x1) for y in (y0, y1)]
    for bend in bends:
        points += [(x, sign * (bend - x)) for x in (x0, x1)] + [(bend - sign * y, y) for y in (y0, y1)]
        if sign > 0:
            points.append((bend / 2, bend / 2))
    if sign < 0:
        points += [(x, (A / B + x - 1) / 2) for A, B in pieces for x in (x0, x1)]
    x, y = (np.stack(coordinates) for coordinates in zip(*points, strict=True))
    inside = (x >= x0) & (x <= x1) & (y >= y0) & (y <= y1)
    z = x + sign * y
    low, high = np.full_like(x0, np.inf), np.full_like(x0, -np.inf)
    infinite = np.full_like(x0, np.inf)
    least, most = (x0 + y0, x1 + y1) if sign > 0 else (x0 - y1, x1 - y0)
    for (A, B), (start, end) in zip(pieces, pairwise([-infinite, *bends, infinite]), strict=True):
        # On a bend, both sides count; but a piece that only touches a corner of the rectangle has no points in it.
        has_points = np.minimum(end, most) - np.maximum(start, least) > ROUNDING
        here = inside & has_points & (z >= start - ROUNDING) & (z <= end + ROUNDING)
        with np.errstate(divide="ignore", invalid="ignore"):
            e = (A + B * z) / ((1 + x) * (1 + y) ** float(sign)) - 1
        low = np.minimum(low, np.min(np.where(here, e, np.inf), axis=0))
        high = np.maximum(high, np.max(np.where(here, e, -np.inf), axis=0))
    return low, high
