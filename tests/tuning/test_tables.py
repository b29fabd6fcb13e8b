"""The file of the models is the one that the search writes, and its figures are those of brute force."""

import itertools

import numpy as np
import pytest

from pysoft.families.tuned_tables import CORRECTIONS, SPLITS
from tuning.search import OBJECTIVES
from tuning.segment import OPERATIONS
from tuning.split import figures
from tuning.tables import DOMAINS, PATH, SEGMENTS, SPLIT_SEGMENTS, fraction_bits, text, tuned


@pytest.fixture(scope="module")
def tables():
    return list(tuned())


def test_file_is_what_is_written(tables):
    split_tables = [(*key, figures(key[0], *SPLITS[key])) for key in SPLITS]  # their search takes half a minute
    assert PATH.read_text() == text(tables, split_tables)


def test_file_has_every_operation_objective_and_size():
    keys = list(itertools.product(OPERATIONS, OBJECTIVES))
    assert {(*key, m, d) for key in keys for m in SEGMENTS for d in DOMAINS[key[0]]} == set(CORRECTIONS)
    assert {(*key, m) for key in keys for m in SPLIT_SEGMENTS} == set(SPLITS)
    for (_, objective, m, domain), (q, numerators) in CORRECTIONS.items():
        assert fraction_bits(objective, m, domain) == q
        assert {m} == {len(numerators), *map(len, numerators)}
    for (_, _, m), (q, *entries) in SPLITS.items():
        assert SPLIT_SEGMENTS[m] == q
        assert [m] * 3 == [len(table) for table in entries]


def brute_force(operation, domain, numerators, q, side):
    """Relative errors at the midpoints of a grid."""
    m = len(numerators)
    x = (np.arange(side) + 0.5) / side
    i = (x * m).astype(int)
    c = np.array(numerators)[i[:, None], i] / 2**q
    x, y = x[:, None], x
    exact, s = ((1 + x) * (1 + y), x + y) if operation == "mul" else ((1 + x) / (1 + y), x - y)
    change = c if operation == "mul" else -c
    L = s + change if domain == "log" else s
    K = np.floor(L)
    return (2**K * (1 + L - K) + (change if domain == "linear" else 0)) / exact - 1


def test_figures_of_tables_are_those_of_brute_force(tables):
    for operation, _, _, domain, table in tables:
        e = brute_force(operation, domain, table.numerators, table.q, 480)
        assert abs(table.mean - np.abs(e).mean()) < 2e-6
        assert abs(table.bias - e.mean()) < 2e-6
        assert 0 <= e.min() - table.low < 2 / 480
        assert 0 <= table.high - e.max() < 2 / 480


def test_shipped_tables_are_better_than_those_of_realm():
    """Mean and peak of REALM, q = 6, are 1.383 and 5.71, 0.754 and 3.70, 0.419 and 2.08 %."""
    reached = {(4, "minimax"): (1.3885, 5.21), (8, "mred"): (0.753, 2.97), (16, "mred"): (0.393, 1.67)}
    for (m, objective), (mean, peak) in reached.items():
        q, numerators = CORRECTIONS["mul", objective, m, "linear"]
        e = 100 * brute_force("mul", "linear", numerators, q, 960)
        assert np.abs(e).mean() < mean
        assert np.abs(e).max() < peak


def test_no_split_quotient_of_a_power_of_two_is_too_large():
    """The most negative number over -1 must not pass 2^(width-1): it would not fit its port."""
    for (operation, _, _), (q, first, second, antilog) in SPLITS.items():
        if operation == "div":
            x = (first[0] - second[0]) / 2**q
            segment = int(x % 1 * len(antilog))
            assert (1 + x % 1 - antilog[segment] / 2**q) * 2 ** np.floor(x) <= 1
