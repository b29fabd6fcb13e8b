"""Bounds of operators on floats against every pair of fractions, in exact integers and fractions."""

import re
from fractions import Fraction

import float_reference
import numpy as np
import pytest
from catalogue import examples
from limits import signs

from pysoft.families import FAMILIES
from pysoft.float_bound import float_product_bound, float_quotient_bound
from pysoft.float_formats import FLOAT_FORMATS
from pysoft.logarithmic import Correction, Scheme
from pysoft.operator import Operator

EXPONENTS = {"square": 2, "reciprocal": -1, "sqrt": Fraction(1, 2), "rsqrt": Fraction(-1, 2)}
CUT = "before bits are cut off"


def names(form, operations):
    """Every legal choice of parameters of eight bits, and the first and last configurations of 16."""
    if FLOAT_FORMATS[form].width > 8:
        return [name for operation in operations for name in examples(operation, form)]
    found = []
    for family in FAMILIES.values():
        for operation in operations:
            if operation in family.floats:
                choices = [{}]
                for p in family.floats[operation].parameters:
                    choices = [c | {p.name: v} for c in choices for v in p.legal(FLOAT_FORMATS[form].precision)]
                found += [Operator(operation, FLOAT_FORMATS[form], family.name, choice).name for choice in choices]
    return found


def significands(operator, binades=1):
    """Integers A of the operands A 2^-F in [1, 2), or [1, 2^binades), and these operands."""
    F = float_reference.FORMATS[operator.format.name][1]
    A = np.concatenate([np.arange(1 << F, 2 << F) << k for k in range(binades)])
    return A, np.ldexp(A.astype(np.float64), -F).astype(operator.format.dtype)


@pytest.mark.parametrize("name", [n for form in ("f8e4m3", "f8e5m2", "bf16") for n in names(form, ["mul", "div"])])
def test_pairs_of_fractions_keep_the_bound_and_attain_it_where_nothing_is_cut_off(name):
    operator = Operator.from_name(name)
    F, bound = operator.format.fraction_bits, operator.bound
    A, a = significands(operator)
    results = operator(a[:, None], a).astype(np.float64) * 2.0 ** (F + 3)
    R = results.astype(np.int64)
    assert np.array_equal(R, results)
    A, B = np.broadcast_arrays(A[:, None], A)
    if operator.operation == "mul":  # R 2^-(F+3) beside A B 2^-2F
        R, numerators, denominators = R << F, 8 * A * B, 1
    else:
        numerators, denominators = A << (F + 3), B
    low = signs(bound.lower, R, numerators, denominators).min()
    high = signs(bound.upper, R, numerators, denominators).max()
    assert low >= 0 >= high
    assert bound.truncation == 0
    if operator.family != "exact" and CUT not in bound.attained:
        assert (low, high) == (0, 0)
        for limit, place in zip((bound.lower, bound.upper), bound.attained.split("; "), strict=True):
            error, x, sign, y, result = re.fullmatch(r"(\S+) at (\S+) (x|/) (\S+) -> (\S+)", place).groups()
            exact = Fraction(x) * Fraction(y) if sign == "x" else Fraction(x) / Fraction(y)
            assert limit == Fraction(error) == Fraction(result) / exact - 1
            assert float(result) == float(operator(float(x), float(y)))


@pytest.mark.parametrize("form", ["f8e4m3", "f8e5m2", "bf16", "f16"])
def test_nothing_is_cut_off_from_sums_of_logarithms(form):
    for name in ("mul-{}-mitchell", "div-{}-mitchell", "mul-{}-lmul", "mul-{}-gh", "div-{}-gh"):
        assert CUT not in Operator.from_name(name.format(form)).bound.attained
    assert CUT in Operator.from_name(f"mul-{form}-mbm").bound.attained


@pytest.mark.parametrize(
    "name", ["mul-f8e4m3-mitchell", "mul-f8e5m2-mbm", "mul-f8e4m3-realm-m4-t1", "div-f8e4m3-gh", "div-f8e5m2-exact"]
)
def test_bound_holds_for_every_normal_result(name):
    operator = Operator.from_name(name)
    form, bound = operator.format, operator.bound
    numbers = form.from_bits(np.arange(form.smallest, form.largest + 1, dtype=np.uint64))
    results = form.to_bits(operator(numbers[:, None], -numbers)) - np.uint64(1 << form.width - 1)
    normal = (results >= form.smallest) & (results <= form.largest)
    assert normal.sum() > 5000
    values = [Fraction(float(number)) for number in numbers]
    for i, j in np.argwhere(normal):
        exact = values[i] * values[j] if operator.operation == "mul" else values[i] / values[j]
        assert bound.allows(Fraction(float(form.from_bits(results[i, j]))), exact)


@pytest.mark.parametrize(
    "name", [n for form in ("f8e4m3", "f8e5m2", "bf16", "f16") for n in names(form, EXPONENTS) if "exact" not in n]
)
def test_bound_of_one_operand_is_attained_where_it_says(name):
    """Both ends, whether bits are cut off or not: compared are squares, so that roots are rational, too."""
    operator = Operator.from_name(name)
    bound, square = operator.bound, 2 * EXPONENTS[operator.operation]
    _, a = significands(operator, 2)
    results = operator(a)
    ratios = [
        Fraction(float(r)) ** 2 / Fraction(float(x)) ** int(square) for x, r in zip(a.tolist(), results, strict=True)
    ]
    wide = Fraction(1, 1 << 117)  # what the square of an irrational limit may be wide of
    ends = zip((-1, 1), (bound.lower, bound.upper), bound.attained.split("; "), (min(ratios), max(ratios)), strict=True)
    for side, limit, place, extreme in ends:
        error, x, result = re.fullmatch(r"(\S+) at a = (\S+) -> (\S+)", place).groups()
        assert float(operator(float(x))) == float(result)
        assert Fraction(result) ** 2 / Fraction(x) ** int(square) == extreme
        assert abs(Fraction(error) - limit) * 10**7 <= abs(limit)
        assert 0 <= side * ((1 + limit) ** 2 - extreme) <= wide
        if operator.operation in ("square", "reciprocal"):
            assert (1 + limit) ** 2 == extreme


@pytest.mark.parametrize("name", [n for form in ("f8e4m3", "f8e5m2", "bf16", "f16") for n in names(form, EXPONENTS)])
def test_every_fraction_keeps_the_bound_of_one_operand(name):
    operator = Operator.from_name(name)
    bound, square = operator.bound, 2 * EXPONENTS[operator.operation]
    low, high = (1 + bound.lower) ** 2, (1 + bound.upper) ** 2
    _, a = significands(operator, 2)
    for x, r in zip(a, operator(a), strict=True):
        exact = Fraction(float(x)) ** int(square)
        assert low * exact <= Fraction(float(r)) ** 2 <= high * exact


def test_closed_forms_of_one_addition():
    """Mitchell's 1/9 and 1/8; 1/9 of a square; 1/8 of a reciprocal; sqrt(9/8) - 1 of roots, 3 / 2 over sqrt 2."""
    statements = {
        "mul": "-1/9 <= (r - e)/e <= 0",
        "div": "0 <= (r - e)/e <= 1/8",
        "square": "-1/9 <= (r - e)/e <= 0",
        "reciprocal": "0 <= (r - e)/e <= 1/8",
    }
    for form in ("f8e4m3", "f8e5m2", "bf16", "f16", "f32"):
        for operation, statement in statements.items():
            assert statement == Operator.from_name(f"{operation}-{form}-mitchell").bound.statement
        root = Operator.from_name(f"sqrt-{form}-mitchell").bound.upper
        assert 0 < (1 + root) ** 2 - Fraction(9, 8) < Fraction(1, 1 << 117)


def test_no_bound_where_the_proof_does_not_reach():
    table = Correction(((0, 4),), 2, "linear")
    assert float_product_bound(Scheme(3, correction=table), 4) is None
    assert float_quotient_bound(Scheme(3, correction=table), 4) is None
