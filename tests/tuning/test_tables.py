"""The file of the models is the one that the search writes, and its figures are those of brute force."""

import itertools

import numpy as np
import pytest

from pysoft.families.tuned_tables import CORRECTIONS, SPLITS
from tuning.search import OBJECTIVES
from tuning.segment import OPERATIONS
from tuning.split import figures
from tuning.tables import PATH, SEGMENTS, SPLIT_SEGMENTS, fraction_bits, text, tuned


@pytest.fixture(scope="module")
def tables():
    return list(tuned())


def test_file_is_what_is_written(tables):
    split_tables = [(*key, figures(key[0], *SPLITS[key])) for key in SPLITS]  # their search takes half a minute
    assert PATH.read_text() == text(tables, split_tables)


def test_file_has_every_operation_objective_and_size():
    keys = list(itertools.product(OPERATIONS, OBJECTIVES))
    assert {(*key, m) for key in keys for m in SEGMENTS} == set(CORRECTIONS)
    assert {(*key, m) for key in keys for m in SPLIT_SEGMENTS} == set(SPLITS)
    for (_, objective, m), (q, domain, numerators) in CORRECTIONS.items():
        assert (fraction_bits(objective, m), "log") == (q, domain)
        assert {m} == {len(numerators), *map(len, numerators)}
    for (_, _, m), (q, *entries) in SPLITS.items():
        assert SPLIT_SEGMENTS[m] == q
        assert [m] * 3 == [len(table) for table in entries]


def brute_force(operation, numerators, q, side):
    """Relative errors at the midpoints of a grid."""
    m = len(numerators)
    x = (np.arange(side) + 0.5) / side
    i = (x * m).astype(int)
    c = np.array(numerators)[i[:, None], i] / 2**q
    x, y = x[:, None], x
    exact, s = ((1 + x) * (1 + y), x + y + c) if operation == "mul" else ((1 + x) / (1 + y), x - y - c)
    K = np.floor(s)
    return 2**K * (1 + s - K) / exact - 1


def test_figures_of_tables_are_those_of_brute_force(tables):
    for operation, _, _, table in tables:
        e = brute_force(operation, table.numerators, table.q, 480)
        assert abs(table.mean - np.abs(e).mean()) < 2e-6
        assert abs(table.bias - e.mean()) < 2e-6
        assert 0 <= e.min() - table.low < 2 / 480
        assert 0 <= table.high - e.max() < 2 / 480
