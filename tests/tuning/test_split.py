"""Split corrections: exact figures against a scalar statement of the definition, and what the search promises."""

import numpy as np
import pytest

from pysoft.families.tuned_tables import SPLITS
from tuning.search import OBJECTIVES
from tuning.split import figures, search

SIDE = 1499  # prime: the points fall differently into every segment


def brute_force(operation, q, *tables):
    """Relative errors at the midpoints of a grid, from the definition."""
    first, second, antilog = map(np.array, tables)
    m = len(first)
    x = (np.arange(SIDE) + 0.5) / SIDE
    a, b = ((x + table[np.floor(x * m).astype(int)] / 2**q) for table in (first, second))
    L = a[:, None] + b if operation == "mul" else a[:, None] - b
    exact = (1 + x[:, None]) * (1 + x) if operation == "mul" else (1 + x[:, None]) / (1 + x)
    K = np.floor(L)
    f = L - K
    return 2**K * (1 + f - antilog[np.floor(f * m).astype(int)] / 2**q) / exact - 1


@pytest.mark.parametrize("key", [*SPLITS, ("mul", "large antilog", 4), ("div", "unlike logs", 8)])
def test_figures_are_those_of_brute_force(key):
    others = {
        ("mul", "large antilog", 4): (5, (3, 2, 1, 0), (1, 2, 3, 0), (5, 8, 8, 6)),
        ("div", "unlike logs", 8): (6, (7, 5, 3, 1, 0, 2, 4, 0), (0, 1, 2, 3, 5, 4, 3, 0), (2, 3, 4, 5, 6, 4, 3, 2)),
    }
    tables = (SPLITS | others)[key]
    found = figures(key[0], *tables)
    e = brute_force(key[0], *tables)
    assert abs(found.mean - np.abs(e).mean()) < 3e-5
    assert abs(found.bias - e.mean()) < 3e-5
    assert 0 <= e.min() - found.low < 2 / SIDE
    assert 0 <= found.high - e.max() < 2 / SIDE


def test_empty_tables_are_mitchells():
    for operation, low, high in (("mul", -1 / 9, 0), ("div", 0, 1 / 8)):
        found = figures(operation, 6, *(3 * [(0,) * 16]))
        assert abs(found.low - low) < 1e-14
        assert abs(found.high - high) < 1e-14


@pytest.mark.parametrize("operation", ["mul", "div"])
def test_each_objective_has_the_best_of_all_tables_found(operation):
    found = search(operation, 4, 5)
    assert list(OBJECTIVES) == list(found)
    for split in found.values():
        assert split == figures(operation, split.q, split.first, split.second, split.antilog)
        assert found["minimax"].peak + 0.2 * found["minimax"].mean <= split.peak + 0.2 * split.mean
        assert found["mred"].mean + 0.01 * found["mred"].peak <= split.mean + 0.01 * split.peak
        assert abs(found["zerobias"].bias) <= abs(split.bias) + 1e-5


@pytest.mark.parametrize("operation", ["mul", "div"])
def test_a_changed_entry_does_not_help_the_tables_of_the_family(operation):
    q, *tables = SPLITS[operation, "mred", 16]

    def score(table, i, by):
        changed = [list(entries) for entries in tables]
        for which in table:
            changed[which][i] += by
        split = figures(operation, q, *map(tuple, changed))
        return split.mean + 0.01 * split.peak

    best = score((), 0, 0)
    logs = [(0, 1)] if operation == "mul" else [(0,), (1,)]
    for table in [*logs, (2,)]:
        for i in range(1, 15, 3):
            for by in (-1, 1):
                assert best < score(table, i, by)


def test_arguments_out_of_range_are_refused():
    flat = (0,) * 8
    with pytest.raises(ValueError, match="not 'sqrt'"):
        figures("sqrt", 6, flat, flat, flat)
    with pytest.raises(ValueError, match="tables have one length, not 8, 8, 4"):
        figures("mul", 6, flat, flat, flat[:4])
    for wrong in ((0,) * 7 + (1,), (-1,) + (0,) * 7):
        with pytest.raises(ValueError, match="entries are 0 to"):
            figures("mul", 6, wrong, flat, flat)
    with pytest.raises(ValueError, match="not 'sqrt'"):
        search("sqrt", 8, 6)
    with pytest.raises(ValueError, match="power of two, 2 to 32, not 12"):
        search("mul", 12, 6)
    with pytest.raises(ValueError, match="4 to 10 fraction bits, not 3"):
        search("mul", 8, 3)
