"""Whether measured errors keep to the proved bound."""

import dataclasses
from fractions import Fraction

import numpy as np
import pytest

from pysoft.bound import Bound
from pysoft.errors import measure
from pysoft.families import FAMILIES
from pysoft.operator import Operator

MITCHELL = FAMILIES["mitchell"]


def verdict(monkeypatch, name, lower, upper, truncation, **options):
    operator = Operator.from_name(name)
    bound = Bound(Fraction(lower), Fraction(upper), Fraction(truncation), "nowhere", "nobody")
    wrong = dataclasses.replace(MITCHELL.operations[operator.operation], bound=lambda width, **parameters: bound)
    monkeypatch.setitem(MITCHELL.operations, operator.operation, wrong)
    return measure(operator, **options).within_bound


@pytest.mark.parametrize("options", [{}, {"engine": "numpy"}, {"samples": 200_000}])
def test_violated_bound_is_reported(monkeypatch, options):
    hair = Fraction(1, 10**9)
    product, quotient = "mul-u8-mitchell", "div-u8-mitchell"
    assert verdict(monkeypatch, product, Fraction(-1, 9), 0, 0, **options) is True
    assert verdict(monkeypatch, product, Fraction(-1, 9) + hair, 0, 0, **options) is False
    assert verdict(monkeypatch, product, Fraction(-1, 9), -hair, 0, **options) is False
    assert verdict(monkeypatch, quotient, 0, Fraction(1, 8), 1, **options) is True
    assert verdict(monkeypatch, quotient, 0, Fraction(1, 8) - hair, 1, **options) is False


@pytest.mark.parametrize("hair", [Fraction(1, 10**9), Fraction(1, 10**30)])
def test_violation_by_a_hair_is_reported(monkeypatch, hair):
    # 254 / 255 -> 0 falls short by most. With a lower limit too, 255 / 254 -> 1 and its like decide.
    name = "div-u8-mitchell"
    assert verdict(monkeypatch, name, 0, Fraction(1, 8), Fraction(254, 255)) is True
    assert verdict(monkeypatch, name, 0, Fraction(1, 8), Fraction(254, 255) - hair) is False
    lower = Fraction(-1, 100)
    values = range(1, 256)
    operator = Operator.from_name(name)
    quotients = operator(np.arange(1, 256)[:, None], np.arange(1, 256)).tolist()
    needed = max((1 + lower) * Fraction(n, d) - quotients[n - 1][d - 1] for n in values for d in values)
    assert verdict(monkeypatch, name, lower, Fraction(1, 8), needed) is True
    assert verdict(monkeypatch, name, lower, Fraction(1, 8), needed - hair) is False


def test_unproved_operator_has_no_verdict(monkeypatch):
    unproved = dataclasses.replace(MITCHELL.operations["mul"], bound=lambda width: None)
    monkeypatch.setitem(MITCHELL.operations, "mul", unproved)
    metrics = measure(Operator.from_name("mul-u4-mitchell"))
    assert metrics.within_bound is None
    assert metrics.to_dict()["bound"] is None
