"""Conditional carry-ins against rounding in fractions, and the exact family at every pair of operands."""

import itertools
from fractions import Fraction

import numpy as np
import pytest

from pysoft.families import FAMILIES
from pysoft.families.float_tables import CARRIES
from pysoft.float_formats import FLOAT_FORMATS
from pysoft.operation import OPERATIONS
from pysoft.operator import Operator

FORMATS = ("f8e5m2", "f8e4m3")
FAMILY = FAMILIES["carryin"]
# How many results are right with so many gates; at the last number of them, all.
RIGHT = {
    ("mul", "f8e5m2"): {0: 14, 3: 15, "full": 16},
    ("div", "f8e5m2"): {0: 14, "full": 16},
    ("square", "f8e5m2"): {"full": 4},
    ("reciprocal", "f8e5m2"): {0: 2, "full": 4},
    ("sqrt", "f8e5m2"): {"full": 8},
    ("rsqrt", "f8e5m2"): {"full": 8},
    ("mul", "f8e4m3"): {0: 39, 1: 45, 3: 53, 5: 55, 7: 57, 8: 58, 9: 60, 10: 63, "full": 64},
    ("div", "f8e4m3"): {0: 39, 1: 47, 3: 53, 5: 55, 7: 59, 9: 61, 11: 62, 12: 63, "full": 64},
    ("square", "f8e4m3"): {0: 5, 1: 7, "full": 8},
    ("reciprocal", "f8e4m3"): {0: 6, 2: 7, "full": 8},
    ("sqrt", "f8e4m3"): {0: 15, "full": 16},
    ("rsqrt", "f8e4m3"): {0: 14, 2: 15, "full": 16},
}


def fractions(operation, F):
    """Significands of all pairs of fractions; of roots, all numbers from 1 up to 4."""
    significands = [Fraction((1 << F) + x, 1 << F) for x in range(1 << F)]
    if operation in ("mul", "div"):
        return list(itertools.product(significands, significands))
    return [(a,) for a in significands + [2 * a for a in significands if operation in ("sqrt", "rsqrt")]]


def rounded(operation, operands, F):
    """The exact result rounded to F fraction bits, to nearest, ties to even: numbers from 1/4 up to 8 are compared."""
    candidates = [
        Fraction((1 << F) + f, 1 << F) * Fraction(2) ** K for K in range(-2, 3) for f in range(1 << F)
    ]  # in order; an even place is an even number of last places
    a, b = operands[0], operands[-1]
    power = 2 if operation in ("sqrt", "rsqrt") else 1
    exact = {"mul": a * b, "div": a / b, "square": a * a, "reciprocal": 1 / a, "sqrt": a, "rsqrt": 1 / a}[operation]
    at = max(i for i, c in enumerate(candidates) if c**power <= exact)
    half = ((candidates[at] + candidates[at + 1]) / 2) ** power
    return candidates[at + (exact > half or (exact == half and at % 2))]


def results(operation, form, g):
    operator = Operator(operation, FLOAT_FORMATS[form], "carryin", {"g": g})
    columns = zip(*fractions(operation, operator.format.fraction_bits), strict=True)
    return operator(*(np.array(column, dtype=float).astype(operator.format.dtype) for column in columns))


@pytest.mark.parametrize(("operation", "form"), RIGHT)
def test_results_are_rounded_as_often_as_is_said(operation, form):
    F = FLOAT_FORMATS[form].fraction_bits
    expected = [rounded(operation, operands, F) for operands in fractions(operation, F)]
    counts = {}
    for g in FAMILY.floats[operation].parameters[0].legal(F + 1):
        found = [Fraction(float(value)) for value in results(operation, form, g)]
        assert len(expected) == len(found)
        counts[g] = sum(e == r for e, r in zip(expected, found, strict=True))
        if g == "full":
            assert expected == found
    assert RIGHT[operation, form] == counts


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_full_is_exact_for_every_operand(operation, form):
    values = FLOAT_FORMATS[form].values()
    operands = np.meshgrid(values, values) if operation in ("mul", "div") else [values]
    expected = Operator.from_name(f"{operation}-{form}-exact")(*operands)
    found = Operator.from_name(f"{operation}-{form}-carryin-full")(*operands)
    assert np.array_equal(expected.view(np.uint8), found.view(np.uint8))


@pytest.mark.parametrize(("operation", "form"), RIGHT)
def test_bounds_are_the_extremes_of_all_fractions(operation, form):
    F = FLOAT_FORMATS[form].fraction_bits
    inputs = fractions(operation, F)
    for g in RIGHT[operation, form]:
        operator = Operator(operation, FLOAT_FORMATS[form], "carryin", {"g": g})
        found = results(operation, form, g)
        e = [
            Fraction(float(r)) / operator.exact_value(*map(float, operands)) - 1
            for r, operands in zip(found, inputs, strict=True)
        ]
        low, high = operator.bound.lower, operator.bound.upper
        if operation in ("sqrt", "rsqrt"):  # irrational
            assert 0 <= min(e) - low < Fraction(1, 10**30)
            assert 0 <= high - max(e) < Fraction(1, 10**30)
        else:
            assert (low, high) == (min(e), max(e))


@pytest.mark.parametrize(("operation", "form"), RIGHT)
def test_carries_are_zero_or_one(operation, form):
    F, root = FLOAT_FORMATS[form].fraction_bits, operation in ("sqrt", "rsqrt")
    carries = {0, -1} if root or operation == "reciprocal" else {0, 1}
    tables = [table for (name, bits, _), table in CARRIES.items() if (name, bits) == (operation, F)]
    assert len(RIGHT[operation, form]) == len(tables)
    rows = 2 if root else 1 << F if operation in ("mul", "div") else 1
    for table in tables:
        assert (rows, 1 << F) == np.shape(table)
        assert carries >= set(itertools.chain(*table))


def test_family_is_for_8_bit_floats_alone():
    assert not FAMILY.operations
    for form in ("f16", "bf16", "f32"):
        with pytest.raises(ValueError, match=f"mul of floats by carryin takes f8e4m3, f8e5m2, not {form}"):
            Operator.from_name(f"mul-{form}-carryin-full")
    with pytest.raises(ValueError, match=r"gates.* must be given: 0, 3, full"):
        Operator.from_name("mul-f8e5m2-carryin")
    with pytest.raises(ValueError, match="must be 0, 3, full, not 5"):
        Operator.from_name("mul-f8e5m2-carryin-g5")
    assert "mul-f8e4m3-carryin-g3" == Operator.from_name("mul-f8e4m3-carryin-g3").name
    assert "rsqrt-f8e4m3-carryin-full" == Operator.from_name("rsqrt-f8e4m3-carryin-full").name
    configurations = FAMILY.floats["mul"].configurations_at(4)
    assert list(RIGHT["mul", "f8e4m3"]) == [configuration["g"] for configuration in configurations]
