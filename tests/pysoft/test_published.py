from itertools import groupby

import pytest

from pysoft.errors import measure
from pysoft.families import FAMILIES
from pysoft.kernels import extension
from pysoft.operator import Operator
from pysoft.published import FIGURES, PUBLISHED

BY_OPERATOR = {
    name: list(rows) for name, rows in groupby(sorted(PUBLISHED, key=lambda p: p.operator), lambda p: p.operator)
}


@pytest.mark.parametrize("name", BY_OPERATOR)
@pytest.mark.skipif(extension() is None, reason="16 bits take minutes without the compiled engine")
def test_published_figures_are_reproduced_over_all_pairs(name):
    metrics = measure(Operator.from_name(name))
    measured = [(row.figure, row.measure(metrics)) for row in BY_OPERATOR[name]]
    assert [(row.figure, row.measured or row.printed) for row in BY_OPERATOR[name]] == measured


def test_rows_differ_only_where_they_say_so_and_families_own_up_to_it():
    assert len(PUBLISHED) == len({(row.operator, row.figure, row.source) for row in PUBLISHED})
    for row in PUBLISHED:
        assert row.figure in FIGURES
        assert row.measured != row.printed
        family = FAMILIES[Operator.from_name(row.operator).family]
        assert not row.measured or row.reason or family.status != "confirmed"
