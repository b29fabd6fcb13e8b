"""Tables of corrections: what the objectives promise, by brute force where a table is small, and figures to reach."""

import itertools

import numpy as np
import pytest

from tuning.search import choices, choose
from tuning.segment import statistics

KINDS = list(itertools.product(("mul", "div"), ("linear", "log")))
# Multiplier, correction in the linear domain: (m, q, objective) to (mean, peak) in percent. For q = 6 the means are
# those of REALM and 1 %, and its peaks are 5.71, 3.70 and 2.08.
LINEAR_TARGETS = {
    (4, 6, "mred"): (1.383 * 1.01, 5.21),
    (8, 6, "mred"): (0.754 * 1.01, 2.97),
    (16, 6, "mred"): (0.419 * 1.01, 1.79),
    (4, 7, "minimax"): (1.3885, 5.21),
    (8, 7, "mred"): (0.753, 2.97),
    (16, 7, "mred"): (0.393, 1.67),
}
# Least mean and smallest peak in percent, without quantisation
FLOORS = {
    ("mul", "linear", 4): (1.3706, 5.0847),
    ("mul", "linear", 8): (0.7350, 2.8340),
    ("mul", "log", 4): (1.4266, 4.8672),
    ("mul", "log", 8): (0.7497, 2.7815),
    ("div", "linear", 4): (1.3644, 7.1429),
    ("div", "linear", 8): (0.7259, 5.0000),
    ("div", "log", 4): (1.3399, 5.6396),
    ("div", "log", 8): (0.7169, 4.1667),
}


def every_table(operation, domain, q):
    """(mean, bias, peak) of each 1 x 2 table of numerators up to 2^(q-2) + 1."""
    halves = [
        [statistics(operation, domain, 0, 1, y0, y0 + 0.5, n / 2**q) for n in range(2 ** (q - 2) + 2)]
        for y0 in (0, 0.5)
    ]
    for (i, left), (j, right) in itertools.product(*map(enumerate, halves)):
        mean, bias = left.mean + right.mean, left.bias + right.bias
        yield float(mean), abs(float(bias)), float(max(left.peak, right.peak)), (i, j)


@pytest.mark.parametrize(("operation", "domain"), KINDS)
def test_objectives_choose_the_best_of_every_small_table(operation, domain):
    q = 6
    costs = choices(operation, domain, (1, 2), q)
    tables = list(every_table(operation, domain, q))
    smallest = min(peak for _, _, peak, _ in tables)
    least = min(mean for mean, _, _, _ in tables)
    assert min(t for t in tables if t[2] == smallest)[3] == choose(costs, "minimax").numerators[0]
    near = [t for t in tables if t[0] <= 1.01 * least]
    peak = min(t[2] for t in near)
    assert min(t for t in near if t[2] == peak)[3] == choose(costs, "mred").numerators[0]
    best = min(tables)[3]
    close = [t for t in tables if max(abs(n - b) for n, b in zip(t[3], best, strict=True)) <= 2]
    unbiased = choose(costs, "zerobias")
    assert unbiased.numerators[0] in [t[3] for t in close]
    assert abs(abs(unbiased.bias) - min(bias for _, bias, _, _ in close)) < 1e-5


@pytest.mark.parametrize(("m", "q", "objective"), LINEAR_TARGETS)
def test_tables_in_the_linear_domain_reach_their_targets(m, q, objective):
    mean, peak = LINEAR_TARGETS[m, q, objective]
    found = choose(choices("mul", "linear", (m, m), q), objective)
    assert 100 * found.mean <= mean
    assert round(100 * found.peak, 2) <= peak


@pytest.mark.parametrize(("operation", "domain", "m"), FLOORS)
def test_fine_tables_come_close_to_the_floors_and_never_below(operation, domain, m):
    least, smallest = FLOORS[operation, domain, m]
    costs = choices(operation, domain, (m, m), 10)
    assert least - 1e-4 <= 100 * choose(costs, "mred").mean <= least * 1.012
    assert smallest - 1e-4 <= 100 * choose(costs, "minimax").peak <= smallest + 0.07


@pytest.mark.parametrize("m", [4, 8])
@pytest.mark.parametrize(("operation", "domain"), KINDS)
def test_zerobias_has_no_bias_and_a_mean_close_to_the_least(operation, domain, m):
    costs = choices(operation, domain, (m, m), 7)
    found = choose(costs, "zerobias")
    assert abs(found.bias) < 1e-5
    assert found.mean < 1.03 * costs.statistics.mean.min(axis=0).sum()


@pytest.mark.parametrize("objective", ["minimax", "zerobias", "mred"])
def test_tables_of_products_are_symmetric(objective):
    table = np.array(choose(choices("mul", "log", (8, 8), 7), objective).numerators)
    assert np.array_equal(table, table.T)


def test_arguments_out_of_range_are_refused():
    for q in (1, 13):
        with pytest.raises(ValueError, match=f"q is 2 to 12 fraction bits, not {q}"):
            choices("mul", "log", (4, 4), q)
    with pytest.raises(ValueError, match="1 segment or more"):
        choices("mul", "log", (4, 0), 6)
    with pytest.raises(ValueError, match="not 'best'"):
        choose(choices("mul", "log", (1, 1), 4), "best")
