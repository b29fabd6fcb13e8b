"""The best single constants: closed forms, the theory's figures, and brute force."""

import math

import numpy as np
import pytest

from tuning.constants import bias, constant, dilogarithm
from tuning.segment import statistics

# To the digits printed; worst error and mean in percent.
FIGURES = [
    ("mul", "minimax", 0.0688575, 6.8858, 2.7716),
    ("mul", "zerobias", 0.0566233, 7.6582, 2.5789),
    ("mul", "mred", 0.0462356, 8.3066, 2.5250),
    ("div", "minimax", 0.0748032, 6.9597, 2.8654),
    ("div", "zerobias", 0.0579951, 8.1924, 2.6110),
    ("div", "mred", 0.0497484, 8.7998, 2.5781),
]


def brute_force(operation, c, side):
    """Relative errors at the midpoints of a grid."""
    x = ((np.arange(side) + 0.5) / side)[:, None]
    y = x.T
    exact, s = ((1 + x) * (1 + y), x + y + c) if operation == "mul" else ((1 + x) / (1 + y), x - y - c)
    K = np.floor(s)
    return 2**K * (1 + s - K) / exact - 1


@pytest.mark.parametrize(("operation", "objective", "c", "peak", "mean"), FIGURES)
def test_constants_are_those_of_the_theory(operation, objective, c, peak, mean):
    found = constant(operation, objective)
    worth = statistics(operation, "log", 0, 1, 0, 1, found)
    assert (c, peak, mean) == (round(found, 7), round(100 * float(worth.peak), 4), round(100 * float(worth.mean), 4))


def test_minimax_constants_solve_their_equations():
    c = constant("mul", "minimax")
    assert abs((1 - c) * (3 - c) ** 2 - 8) < 1e-14
    c = constant("div", "minimax")
    assert abs((1 + c) * (3 - c) ** 2 - 8 * (1 + 2 * c)) < 1e-14


@pytest.mark.parametrize("operation", ["mul", "div"])
def test_minimax_constant_has_errors_of_equal_size_on_both_sides(operation):
    worth = statistics(operation, "log", 0, 1, 0, 1, constant(operation, "minimax"))
    assert abs(worth.low + worth.high) < 1e-15


@pytest.mark.parametrize("c", [0, 0.01, 0.0625, 0.3, 0.999])
@pytest.mark.parametrize("operation", ["mul", "div"])
def test_bias_is_that_of_brute_force(operation, c):
    assert abs(bias(operation, c) - brute_force(operation, c, 1000).mean()) < 1e-6


@pytest.mark.parametrize("objective", ["minimax", "zerobias", "mred"])
@pytest.mark.parametrize("operation", ["mul", "div"])
def test_neighbours_are_worse_by_brute_force(operation, objective):
    measure = {
        "minimax": lambda e: np.abs(e).max(),
        "zerobias": lambda e: abs(e.mean()),
        "mred": lambda e: np.abs(e).mean(),
    }[objective]
    c = constant(operation, objective)
    best, *others = (measure(brute_force(operation, c + away, 999)) for away in (0, -0.002, 0.002))
    assert best < min(others)


def test_dilogarithm_has_its_known_values():
    assert 0 == dilogarithm(0)
    assert abs(dilogarithm(0.5) - (math.pi**2 / 12 - math.log(2) ** 2 / 2)) < 1e-15
    golden = (math.sqrt(5) - 1) / 2
    assert abs(dilogarithm(golden) - (math.pi**2 / 10 - math.log(golden) ** 2)) < 1e-15


def test_arguments_out_of_range_are_refused():
    with pytest.raises(ValueError, match="not 'sqrt', 'mred'"):
        constant("sqrt", "mred")
    with pytest.raises(ValueError, match="not 'mul', 'best'"):
        constant("mul", "best")
    with pytest.raises(ValueError, match="not 'sqrt'"):
        bias("sqrt", 0.1)
    for c in (-0.1, 1):
        with pytest.raises(ValueError, match="a constant is in"):
            bias("mul", c)
        with pytest.raises(ValueError, match="z is in"):
            dilogarithm(c)
