from fractions import Fraction
from functools import cache
from itertools import groupby

import pytest
from slow_tests import slow_unless

from pysoft.errors import measure
from pysoft.families import FAMILIES
from pysoft.kernels import extension
from pysoft.operator import Operator
from pysoft.published import FIGURES, PUBLISHED

BY_OPERATOR = {
    name: list(rows) for name, rows in groupby(sorted(PUBLISHED, key=lambda p: p.operator), lambda p: p.operator)
}

ALWAYS = ("mul-u16-mitchell", "mul-u16-mbm", "mul-u16-drum-k6")  # 16 bits take a quarter of a minute
OFTEN = slow_unless(lambda name: "-u16-" not in name or name in ALWAYS, BY_OPERATOR)

NEEDS_ENGINE = pytest.mark.skipif(
    extension("_errors") is None, reason="16 bits take minutes without the compiled engine"
)


@cache
def measured_once(name):
    """Figures over all pairs, which take half a minute."""
    return measure(Operator.from_name(name))


@NEEDS_ENGINE
@pytest.mark.parametrize("name", OFTEN)
def test_published_figures_are_reproduced_over_all_pairs(name):
    metrics = measured_once(name)
    measured = [(row.figure, row.measure(metrics)) for row in BY_OPERATOR[name]]
    assert [(row.figure, row.measured or row.printed) for row in BY_OPERATOR[name]] == measured


@NEEDS_ENGINE
def test_all_figures_of_mitchell_over_all_pairs():
    metrics = measured_once("mul-u16-mitchell")
    assert f"{100 * metrics.mred_with_zeros:.2f}" == "3.85"
    assert f"{100 * metrics.nmed:.3f}" == "0.926"
    assert metrics.wce == 2**28  # 268.435e6
    assert (metrics.worst_below, metrics.below_pair.operands) == (Fraction(-1, 9), (3, 3))
    assert (metrics.pairs, metrics.zero_pairs) == (2**32, 2**17 - 1)
    assert (metrics.exhaustive, metrics.samples, metrics.seed) == (True, None, None)
    assert metrics.large.worst_below == Fraction(-1, 9)
    assert metrics.within_bound is True
    # Uniform mantissas, theory: 4 ln^2 2 - 1 - 3 (ln 2 ln 3 - Li2(2/3) + Li2(1/3)), and 1/108
    assert f"{100 * metrics.large.mred:.3f}" == "3.849"
    assert f"{metrics.nmed:.4f}" == f"{1 / 108:.4f}"


def test_rows_differ_only_where_they_say_so_and_families_own_up_to_it():
    assert len(PUBLISHED) == len({(row.operator, row.figure, row.source) for row in PUBLISHED})
    for row in PUBLISHED:
        assert row.figure in FIGURES
        assert row.measured != row.printed
        family = FAMILIES[Operator.from_name(row.operator).family]
        assert not row.measured or row.reason or family.status != "confirmed"
