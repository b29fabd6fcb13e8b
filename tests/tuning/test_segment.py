"""The relative error over rectangles of mantissas against plain sums over a fine grid."""

import itertools
import math

import numpy as np
import pytest

from tuning.segment import DOMAINS, OPERATIONS, statistics

SIDE = 120
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


@pytest.mark.parametrize("rectangle", RECTANGLES)
@pytest.mark.parametrize(("operation", "domain"), KINDS)
def test_statistics_are_those_of_a_fine_grid(operation, domain, rectangle):
    x0, x1, y0, y1, c = rectangle
    steps = (np.arange(SIDE) + 0.5) / SIDE
    x, y = x0 + (x1 - x0) * steps[:, None], y0 + (y1 - y0) * steps
    e = np.vectorize(error)(operation, domain, x, y, c)
    found = statistics(operation, domain, *rectangle)
    area = (x1 - x0) * (y1 - y0)
    step = max(x1 - x0, y1 - y0) / SIDE
    assert abs(found.mean / area - np.abs(e).mean()) < step**2  # midpoint rule, with bends
    assert abs(found.bias / area - e.mean()) < step**2
    assert 0 <= e.min() - found.low < 2 * step  # no derivative of e passes 2
    assert 0 <= found.high - e.max() < 2 * step


@pytest.mark.parametrize(("operation", "domain"), KINDS)
def test_parts_make_the_whole(operation, domain):
    edges = np.linspace(0, 1, 9)
    x0, x1, y0, y1 = edges[:-1, None], edges[1:, None], edges[:-1], edges[1:]
    whole = statistics(operation, domain, 0, 1, 0, 1, 0.0625)
    parts = statistics(operation, domain, x0, x1, y0, y1, 0.0625)
    assert abs(parts.mean.sum() - whole.mean) < 1e-14
    assert abs(parts.bias.sum() - whole.bias) < 1e-14
    assert (abs(parts.low.min() - whole.low), abs(parts.high.max() - whole.high)) < (1e-15, 1e-15)


@pytest.mark.parametrize("c", [0.03, 0.11])
@pytest.mark.parametrize(("operation", "domain"), KINDS)
def test_slope_is_that_of_the_mean(operation, domain, c):
    around = statistics(operation, domain, 0, 1, 0, 1, np.array([c - 1e-4, c + 1e-4]))
    assert abs(np.diff(around.mean)[0] / 2e-4 - statistics(operation, domain, 0, 1, 0, 1, c).slope) < 1e-6


def test_plain_means_are_the_closed_forms():
    li2 = {z: sum(z**k / k**2 for k in range(1, 90)) for z in (1 / 3, 2 / 3)}
    J = math.log(2) * math.log(3) - li2[2 / 3] + li2[1 / 3]
    assert abs(statistics("mul", "log", 0, 1, 0, 1, 0).mean - (4 * math.log(2) ** 2 - 1 - 3 * J)) < 1e-7
    assert abs(statistics("div", "log", 0, 1, 0, 1, 0).mean - (math.log(2) / 2 - 11 / 36)) < 1e-7


@pytest.mark.parametrize(("operation", "low", "high"), [("mul", -1 / 9, 0), ("div", 0, 1 / 8)])
def test_plain_extremes_are_mitchells(operation, low, high):
    for domain in DOMAINS:
        found = statistics(operation, domain, 0, 1, 0, 1, 0)
        assert abs(found.low - low) < 1e-15
        assert abs(found.high - high) < 1e-15


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("sqrt", "log", 0, 1, 0, 1, 0), "operation is one of"),
        (("mul", "cubic", 0, 1, 0, 1, 0), "domain of"),
        (("mul", "log", 0.5, 0.5, 0, 1, 0), "rectangle"),
        (("mul", "log", 0, 1, -1, 1, 0), "rectangle"),
        (("mul", "log", 0, 1, 0, 2, 0), "rectangle"),
        (("mul", "log", 0, 1, 0, 1, 1), "correction"),
        (("mul", "log", 0, 1, 0, 1, -0.1), "correction"),
    ],
)
def test_arguments_out_of_range_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        statistics(*arguments)
