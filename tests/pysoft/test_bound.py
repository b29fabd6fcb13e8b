import dataclasses
from fractions import Fraction

import pytest

from pysoft.bound import Bound


def bound(lower, upper, truncation):
    return Bound(Fraction(lower), Fraction(upper), Fraction(truncation), "somewhere", "somebody")


@pytest.mark.parametrize(
    ("case", "statement"),
    [
        (bound(0, 0, 0), "r = e"),
        (bound(0, 0, "1/4"), "e - 1/4 <= r <= e"),
        (bound("-1/9", 0, 0), "-1/9 <= (r - e)/e <= 0"),
        (bound(0, "1/8", 1), "e - 1 <= r <= 9/8 e"),
        (bound("-1/10", "1/8", 1), "9/10 e - 1 <= r <= 9/8 e"),
    ],
)
def test_statement_is_the_inequality(case, statement):
    assert case.statement == statement


@pytest.mark.parametrize(
    ("case", "exact", "lowest", "highest"),
    [
        (bound(0, 0, 0), 9, 9, 9),
        (bound("-1/9", 0, 0), 9, 8, 9),
        (bound(0, "1/8", 1), 8, 7, 9),
        (bound("-1/2", "1/2", "1/4"), 10, Fraction(19, 4), 15),
    ],
)
def test_allows_is_exact_at_both_ends(case, exact, lowest, highest):
    hair = Fraction(1, 10**30)
    assert case.allows(lowest, Fraction(exact))
    assert case.allows(highest, Fraction(exact))
    assert not case.allows(lowest - hair, Fraction(exact))
    assert not case.allows(highest + hair, Fraction(exact))


def test_peak_is_the_larger_side():
    assert bound("-1/9", "1/8", 0).peak == Fraction(1, 8)
    assert bound("-1/7", "1/8", 0).peak == Fraction(1, 7)
    assert bound(0, 0, 0).peak == 0


def test_bound_is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        bound(0, 0, 0).lower = Fraction(1)
