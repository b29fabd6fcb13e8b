"""The constants of floats: brute force in fractions, the theory's figures, and the exact bound."""

import math
from fractions import Fraction

import numpy as np
import pytest

from pysoft.families.float_tables import CONSTANTS
from pysoft.float_bound import float_product_bound, float_quotient_bound
from pysoft.logarithmic import Correction, Scheme
from pysoft.operator import Operator
from pysoft.power import PowerScheme
from pysoft.power_bound import extremes
from tuning.float_constants import FRACTION_BITS, SEGMENTS, best, float_constants
from tuning.float_tables import PATH, text
from tuning.search import OBJECTIVES

POWERS = {"square": Fraction(2), "reciprocal": Fraction(-1), "sqrt": Fraction(1, 2), "rsqrt": Fraction(-1, 2)}
# Worst error of one constant for real fractions, in percent, to the digits printed.
THEORY = {
    "mul": (6.8858, 4),
    "div": (6.9597, 4),
    "square": (6.8858, 4),
    "reciprocal": (5.05103, 5),
    "sqrt": (3.4747, 4),
    "rsqrt": (3.42128, 5),
}


def antilog(L, F):
    """The number whose Mitchell logarithm is L / 2^F, as a fraction."""
    return Fraction((1 << F) + L % (1 << F), 1 << F) * Fraction(2) ** (L >> F)


def errors(operation, F, c):
    """Relative errors with the constant c of either sign, floats for roots and fractions for the rest."""
    one, each = 1 << F, range(1 << F)
    if operation == "mul":
        return [antilog(x + y + c, F) * one * one / ((one + x) * (one + y)) - 1 for x in each for y in each]
    if operation == "div":
        return [antilog(x - y + c, F) * (one + y) / (one + x) - 1 for x in each for y in each]
    if operation == "square":
        return [antilog(2 * x + c, F) * one * one / (one + x) ** 2 - 1 for x in each]
    if operation == "reciprocal":
        return [antilog(-x + c, F) * (one + x) / one - 1 for x in each]
    sign = {"sqrt": 1, "rsqrt": -1}[operation]
    return [
        float(antilog((sign * L + c) // 2, F)) / math.sqrt((1 + L % one / one) * 2 ** (L // one)) ** sign - 1
        for L in range(2 * one)
    ]


COST = {
    "minimax": lambda e: max(map(abs, e)),
    "zerobias": lambda e: abs(sum(e)),
    "mred": lambda e: sum(map(abs, e)),
}


@pytest.mark.parametrize(
    ("operation", "F"), [(name, F) for name in THEORY for F in (2, 3, 7) if F < 7 or name in POWERS]
)
def test_constants_are_the_best_by_brute_force(operation, F):
    tried = range(-(1 << F - 1), (1 << F - 1) + 1)
    if operation in ("mul", "div"):
        tried = [c for c in tried if (c <= 0 if operation == "div" else c >= 0)]
    of_constant = {c: errors(operation, F, c) for c in tried}
    for objective, cost in COST.items():
        expected = min(tried, key=lambda c: (round(cost(of_constant[c]), 12), abs(c), c))
        ((found,),) = CONSTANTS[operation, objective, 1, F]
        assert expected == (-found if operation == "div" else found)


@pytest.mark.parametrize("operation", POWERS)
def test_segments_are_the_best_by_brute_force(operation):
    F, m = 3, 4
    rows = 2 if operation in ("sqrt", "rsqrt") else 1
    of_constant = {c: np.array(errors(operation, F, c), float).reshape(rows, m, -1) for c in range(-5, 6)}
    for objective, cost in COST.items():
        table = CONSTANTS[operation, objective, m, F]
        assert (rows, m) == np.shape(table)
        for i, j in np.ndindex(rows, m):
            costs = {c: round(cost(e[i, j].tolist()), 12) for c, e in of_constant.items()}
            assert min(costs, key=lambda c: (costs[c], abs(c), c)) == table[i][j]


def test_table_has_every_operation_objective_segment_and_format():
    expected = {(name, o, 1, F) for name in ("mul", "div") for o in OBJECTIVES for F in FRACTION_BITS}
    expected |= {
        (name, o, m, F) for name in POWERS for o in OBJECTIVES for F in FRACTION_BITS for m in SEGMENTS if m <= 1 << F
    }
    assert expected == set(CONSTANTS)
    assert {F for *_, F in CONSTANTS} == {
        Operator.from_name(f"mul-{form}-exact").format.fraction_bits
        for form in ("f32", "f16", "bf16", "f8e4m3", "f8e5m2")
    }


@pytest.mark.parametrize("F", [2, 3, 7])
def test_file_is_what_is_written(F):
    """But for longer fractions, whose search takes minutes; these are tested below."""
    whole = PATH.read_text()
    found = list(float_constants(F))
    assert len([key for key in CONSTANTS if key[3] == F]) == len(found)
    for table in found:
        assert CONSTANTS[table.operation, table.objective, table.m, F] == table.table
        _, body = text([table], []).split("CONSTANTS: dict", 1)
        entry = body.partition("{\n")[2].partition("}\n\nCARRIES")[0]
        assert entry
        assert entry in whole


def test_products_of_bf16_are_the_best_by_brute_force():
    x = 1 + np.arange(128) / 128
    for operation, exact, sign in (("mul", np.outer(x, x), 1), ("div", np.divide.outer(x, x), -1)):
        L = np.add.outer(np.arange(128), sign * np.arange(128))
        e = {c: np.ldexp(1 + (L + sign * c) % 128 / 128, (L + sign * c) // 128) / exact - 1 for c in range(33)}
        for objective, cost in (
            ("minimax", lambda e: np.abs(e).max()),
            ("zerobias", lambda e: abs(e.mean())),
            ("mred", lambda e: np.abs(e).mean()),
        ):
            assert ((min(e, key=lambda c: cost(e[c])),),) == CONSTANTS[operation, objective, 1, 7]


def worst(operation, c):
    """The exact worst error with a constant of 23 bits, over all (pairs of) fractions."""
    if operation in POWERS:
        low, high = extremes(PowerScheme(((c,),), 23), POWERS[operation], 24, {0: 1, 1: 1}, operation.endswith("sqrt"))
        return max(-low.error, high.error)
    bound = {"mul": float_product_bound, "div": float_quotient_bound}[operation]
    return bound(Scheme(kept=23, correction=Correction(((c,),), 23, "log")), 24).peak


@pytest.mark.parametrize("operation", THEORY)
def test_minimax_constant_of_f32_is_that_of_the_theory_and_no_neighbour_is_better(operation):
    ((c,),) = CONSTANTS[operation, "minimax", 1, 23]
    peak, digits = THEORY[operation]
    found = worst(operation, c)
    assert peak == round(100 * float(found), digits)
    assert found == min(worst(operation, c + away) for away in range(-5, 6))
    assert found == Operator.from_name(f"{operation}-f32-tuned-minimax").bound.peak


def test_reciprocal_constant_of_f32_is_the_closed_form():
    assert CONSTANTS["reciprocal", "minimax", 1, 23][0][0] in {
        rounding(-(5 - 2 * math.sqrt(6)) * 2**23) for rounding in (math.floor, math.ceil)
    }


@pytest.mark.parametrize(("operation", "exponent"), POWERS.items())
@pytest.mark.parametrize("m", SEGMENTS)
def test_segments_of_f32_balance_their_extremes_and_have_no_bias(operation, exponent, m):
    """Over every 37th fraction: the extremes differ and the means are within the distance of those from any."""
    rows = 2 if exponent.denominator == 2 else 1
    X = np.arange(0, 1 << 23, 37)
    for i in range(rows):
        a = (1 + X / 2**23) * 2.0**i
        for objective in ("minimax", "zerobias"):
            table = np.array(CONSTANTS[operation, objective, m, 23])
            c = table[i % len(table)][X * m >> 23]
            L = (exponent.numerator * (X + (i << 23)) + c) / 2**23 / exponent.denominator
            e = 2 ** np.floor(L) * (1 + L % 1) / a ** float(exponent) - 1
            if m > 1 or rows == 1:
                for j in range(m):
                    part = e[X * m >> 23 == j]
                    assert abs(part.min() + part.max() if objective == "minimax" else part.mean()) < 1e-5


@pytest.mark.parametrize("operation", POWERS)
@pytest.mark.parametrize("F", [10, 23])
def test_more_segments_are_better(operation, F):
    peaks = [
        Operator.from_name(f"{operation}-{'f32' if F == 23 else 'f16'}-tuned-minimax-m{m}").bound.peak for m in SEGMENTS
    ]
    assert sorted(peaks, reverse=True) == peaks
    assert peaks[-1] < peaks[0] / 3


def test_arguments_out_of_range_are_refused():
    for arguments in (("log", "mred", 7), ("mul", "best", 7), ("mul", "mred", 8), ("mul", "mred", 7, 2)):
        with pytest.raises(ValueError, match="no constants of"):
            best(*arguments)
    with pytest.raises(ValueError, match="2 fraction bits and 8 segments"):
        best("sqrt", "mred", 2, 8)
