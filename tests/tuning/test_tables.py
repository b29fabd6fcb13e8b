"""The file of the models is the one that the search writes, and its figures are those of brute force."""

import numpy as np
import pytest

from pysoft.families.tuned_tables import CORRECTIONS
from tuning.search import OBJECTIVES
from tuning.segment import OPERATIONS
from tuning.tables import FRACTION_BITS, PATH, text, tuned


@pytest.fixture(scope="module")
def tables():
    return list(tuned())


def test_file_is_what_the_search_writes(tables):
    assert PATH.read_text() == text(tables)


def test_file_has_every_operation_objective_and_size(tables):
    keys = {(operation, objective, m) for operation in OPERATIONS for objective in OBJECTIVES for m in FRACTION_BITS}
    assert keys == set(CORRECTIONS)
    for (_, _, m), (q, domain, numerators) in CORRECTIONS.items():
        assert (FRACTION_BITS[m], "log") == (q, domain)
        assert {m} == {len(numerators), *map(len, numerators)}


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
