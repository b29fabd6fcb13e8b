import pytest

from pysoft.families.corrected import realm_table
from pysoft.operator import Operator

# As in the report of the table for m = 4 and 8, numerators over 64.
PRINTED = {
    4: "1 3 5 4 / 3 9 12 5 / 5 12 9 3 / 4 5 3 1",
    8: "0 1 1 2 2 3 3 2 / 1 2 4 5 7 8 8 3 / 1 4 6 9 11 12 8 3 / 2 5 9 12 14 11 7 2"
    " / 2 7 11 14 12 9 5 2 / 3 8 12 11 9 6 4 1 / 3 8 8 7 5 4 2 1 / 2 3 3 2 2 1 1 0",
}


@pytest.mark.parametrize("m", PRINTED)
def test_realm_table_is_the_printed_one(m):
    assert [list(map(int, row.split())) for row in PRINTED[m].split("/")] == list(map(list, realm_table(m, 6)))


@pytest.mark.parametrize("m", [4, 8, 16])
def test_realm_table_is_symmetric_at_every_resolution(m):
    for q in range(4, 11):
        table = realm_table(m, q)
        assert list(zip(*table, strict=True)) == list(table)


def test_worked_example_of_dralm():
    assert 0b101101 << 22 == Operator.from_name("mul-u16-dralm-t6")(22285, 8538)


def test_correction_that_would_overflow_is_skipped():
    largest = 2**16 - 1
    uncorrected = Operator.from_name("mul-u16-mitchell")(largest, largest)
    assert uncorrected == Operator.from_name("mul-u16-mbm")(largest, largest)
