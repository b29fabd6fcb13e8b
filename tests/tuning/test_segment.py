"""The relative error over rectangles of mantissas against plain sums over a fine grid."""

import itertools
import math

import numpy as np
import pytest

from tuning.segment import DOMAINS, OPERATIONS, statistics

SIDE = 800
KINDS = list(itertools.product(OPERATIONS, DOMAINS))
# (x0, x1, y0, y1, c): the whole square, squares and rectangles, cut by bends and zeros or by neither
RECTANGLES = [
    (0, 1, 0, 1, 0.06),
    (0, 1, 0, 1, 0.2),
    (0, 0.25, 0, 0.25, 1 / 64),
    (0.25, 0.5, 0.5, 0.75, 0.13),
    (0.75, 1, 0.75, 1, 0.01),
    (0, 0.5, 0.75, 1, 0.08),
    (0.5, 0.5625, 0, 0.0625, 0.02),
    (0.875, 1, 0.875, 1, 0),
]


def error(operation, domain, x, y, c):
    """From the definition, one pair of mantissas."""
    if operation == "mul":
        exact = (1 + x) * (1 + y)
        s = x + y
        if domain == "linear":
            return ((1 + s if s < 1 else 2 * s) + c) / exact - 1
        s += c
    else:
        exact = (1 + x) / (1 + y)
        s = x - y
        if domain == "linear":
            return ((1 + s if s >= 0 else (2 + s) / 2) - c) / exact - 1
        s -= c
    characteristic = math.floor(s)
    return 2.0**characteristic * (1 + s - characteristic) / exact - 1


def grid(x0, x1, y0, y1, side):
    """Midpoints of side x side equal rectangles."""
    steps = (np.arange(side) + 0.5) / side
    return x0 + (x1 - x0) * steps[:, None], y0 + (y1 - y0) * steps


@pytest.mark.parametrize("rectangle", RECTANGLES)
@pytest.mark.parametrize(("operation", "domain"), KINDS)
def test_statistics_are_those_of_a_fine_grid(operation, domain, rectangle):
    *sides, c = rectangle
    x, y = grid(*sides, SIDE)
    e = np.vectorize(error, excluded=(0, 1))(operation, domain, x[::4], y[:, ::4] if y.ndim > 1 else y[::4], c)
    found = statistics(operation, domain, *sides, c)
    area = (sides[1] - sides[0]) * (sides[3] - sides[2])
    step = max(sides[1] - sides[0], sides[3] - sides[2]) / (SIDE / 4)
    assert abs(found.mean / area - np.abs(e).mean()) < step**2
    assert abs(found.bias / area - e.mean()) < step**2
    assert -2 * step < found.low - e.min() <= 1e-15  # no derivative of e passes 2
    assert -1e-15 <= found.high - e.max() < 2 * step
