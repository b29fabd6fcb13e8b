from dataclasses import replace
from fractions import Fraction

import pytest

from formal.bound import prove_attained, prove_bound
from pysoft.operator import Operator

# Bounds that no real fraction exceeds.
NAMES = [
    *(
        "mul-u16-mitchell",
        "mul-s8-mitchell",
        "mul-u16-mitchw-w6",
        "mul-u16-dralm-t6",
        "mul-u16-mbm",
        "mul-u16-realm-m4",
    ),
    *("mul-u12-tuned-minimax-m4-linear", "mul-u16-ilm", "mul-u16-roba", "mul-u16-babic-i2", "mul-u16-drum-k6"),
    *("mul-u16-tosam-h1-t5", "square-u16-mitchell", "mul-f8e5m2-mitchell", "mul-u8-exact", "mul-f16-exact"),
    *("div-u16-mitchell", "div-u16-mitchell-f8", "div-s8-mitchell-f4", "div-u16-aaxd-k4", "div-u8-exact"),
    *("rsqrt-f8e4m3-exact", "sqrt-u8-exact-f3"),
]
# Bounds of the fractions that there are, which those between them exceed.
BETWEEN = ["mul-u16-almsoa-m6", "mul-u16-almloa-m6", "mul-u16-mbm-t4", "mul-bf16-tuned-minimax", "rsqrt-f32-mitchell",
           "div-u16-inzed"]  # fmt: skip


def arguments(name):
    operator = Operator.from_name(name)
    return operator, operator.bound


@pytest.mark.parametrize("name", NAMES)
def test_prove_bound_proves_the_stated_bound(name):
    part = prove_bound(*arguments(name))
    assert part.result == "proved"
    assert "widened" not in part.statement


@pytest.mark.parametrize("name", BETWEEN)
def test_prove_bound_widens_a_bound_that_is_of_the_fractions_of_a_format(name):
    operator, bound = arguments(name)
    part = prove_bound(operator, bound)
    assert part.result == "proved"
    widened = Fraction(part.statement.split("each limit widened by ")[1])
    assert 0 < widened <= Fraction(1, 1 << 12)


@pytest.mark.parametrize("name", [*NAMES, *BETWEEN])
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
    operator, bound = arguments(name)
    tight = replace(bound, **tighter)
    part = prove_bound(operator, tight)
    assert part.result == "refuted"
    a, b = part.counterexample
    result = Fraction(int(operator(a, b)), 1 << operator.fraction_bits)
    assert not tight.allows(result, operator.exact_value(a, b))
    assert bound.allows(result, operator.exact_value(a, b))


def test_prove_bound_refutes_a_truncation_that_is_too_small():
    operator, bound = arguments("div-u16-mitchell-f8")
    part = prove_bound(operator, replace(bound, truncation=bound.truncation * Fraction(99, 100)))
    assert part.result == "refuted"


def test_prove_bound_counts_out_what_only_reals_break():
    operator, bound = arguments("div-u2-mitchell")  # every quotient is cut off to an exact one
    part = prove_bound(operator, replace(bound, upper=Fraction(1, 9)))
    assert part.result == "proved"
    assert part.statement.endswith("for all operands, one by one")
    assert part.questions == 16


@pytest.mark.parametrize(
    "name", ["mul-f8e4m3-tuned-mred", "sqrt-f16-tuned-minimax-m4", "mul-u8-mbm-t2", "rsqrt-f8e5m2-tuned-minimax"]
)
def test_prove_bound_counts_out_few_operands(name):
    operator, bound = arguments(name)
    part = prove_bound(operator, bound)
    assert part.result == "proved"
    least = replace(bound, lower=bound.lower + Fraction(1, 1000))
    assert prove_bound(operator, least).result == "refuted"


@pytest.mark.parametrize(("name", "side"), [("mul-u16-mitchell", "lower"), ("div-u16-mitchell", "upper")])
def test_prove_attained_refutes_a_bound_with_room_to_spare(name, side):
    operator, bound = arguments(name)
    loose = replace(bound, **{side: getattr(bound, side) * 2})
    assert prove_bound(operator, loose).result == "proved"
    part = prove_attained(operator, loose)
    assert part.result == "refuted"
    assert f"{getattr(loose, side)} nowhere" in part.note
