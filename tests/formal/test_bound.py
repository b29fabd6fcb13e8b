from dataclasses import replace
from fractions import Fraction

import pytest

from formal.bound import prove_attained, prove_bound
from formal.specification import SPECIFICATIONS
from pysoft.operator import Operator

NAMES = [
    "mul-u16-mitchell",
    "mul-s8-mitchell",
    "div-u16-mitchell",
    "div-u16-mitchell-f8",
    "div-s8-mitchell-f4",
    "div-u8-exact",
]


def arguments(name):
    operator = Operator.from_name(name)
    return operator, SPECIFICATIONS[operator.operation, operator.family], operator.bound


@pytest.mark.parametrize("name", NAMES)
def test_prove_bound_proves_the_stated_bound(name):
    assert prove_bound(*arguments(name)).result == "proved"


@pytest.mark.parametrize("name", NAMES)
def test_prove_attained_proves_that_the_stated_bound_is_tight(name):
    assert prove_attained(*arguments(name)).result == "proved"


@pytest.mark.parametrize(
    ("name", "tighter"),
    [
        ("mul-u16-mitchell", {"lower": Fraction(-1, 10)}),
        ("mul-s8-mitchell", {"upper": Fraction(-1, 100)}),
        ("div-u16-mitchell", {"upper": Fraction(1, 9)}),
        ("div-s8-mitchell-f4", {"upper": Fraction(1, 10)}),
    ],
)
def test_prove_bound_refutes_a_tighter_bound_with_operands_that_break_it(name, tighter):
    operator, specification, bound = arguments(name)
    tight = replace(bound, **tighter)
    part = prove_bound(operator, specification, tight)
    assert part.result == "refuted"
    assert part.note.startswith("x1 = ")
    a, b = part.counterexample
    result = Fraction(int(operator(a, b)), 1 << operator.fraction_bits)
    assert not tight.allows(result, operator.exact_value(a, b))
    assert bound.allows(result, operator.exact_value(a, b))


def test_prove_bound_refutes_a_truncation_that_is_too_small():
    operator, specification, bound = arguments("div-u16-mitchell-f8")
    part = prove_bound(operator, specification, replace(bound, truncation=bound.truncation * Fraction(99, 100)))
    assert part.result == "refuted"


def test_prove_bound_refutes_without_operands_what_no_operands_of_the_width_break():
    operator, specification, bound = arguments("div-u2-mitchell")  # every quotient is cut off to an exact one
    part = prove_bound(operator, specification, replace(bound, upper=Fraction(1, 9)))
    assert part.result == "refuted"
    assert part.counterexample is None
    assert part.note.startswith("x1 = ")


@pytest.mark.parametrize(("name", "side"), [("mul-u16-mitchell", "lower"), ("div-u16-mitchell", "upper")])
def test_prove_attained_refutes_a_bound_with_room_to_spare(name, side):
    operator, specification, bound = arguments(name)
    loose = replace(bound, **{side: getattr(bound, side) * 2})
    assert prove_bound(operator, specification, loose).result == "proved"
    part = prove_attained(operator, specification, loose)
    assert part.result == "refuted"
    assert f"{getattr(loose, side)} nowhere" in part.note
