"""Bounds of powers against every operand, in exact integers and fractions."""

import re
from fractions import Fraction

import numpy as np
import power_reference
import pytest
from scalar_reference import ONE

from pysoft.families import FAMILIES
from pysoft.operation import OPERATIONS
from pysoft.operator import Operator
from pysoft.power import PowerScheme
from pysoft.power_bound import extremes, power_bound

POWERS = ("square", "reciprocal", "sqrt", "rsqrt")
WIDE = Fraction(1, 1 << 117)  # what the square of an irrational limit may be wide of


def degree(operation):
    """The errors of roots are compared as squares, which are rational."""
    return 2 if operation.endswith("sqrt") else 1


def exact_power(operation, a):
    """The exact value, of a root its square."""
    return Fraction(a) ** int(OPERATIONS[operation].exponent * degree(operation))


def limits(bound, operation):
    return tuple((1 + limit) ** degree(operation) for limit in (bound.lower, bound.upper))


def ratios(scheme, operation, width):
    """Result before anything is cut off over exact value, of a root the square of that, for every operand."""
    n = degree(operation)
    return [
        Fraction(power_reference.value(scheme, operation, a), ONE) ** n / exact_power(operation, a)
        for a in range(1, 1 << width)
    ]


def random_scheme(rng, operation, width):
    bits = int(rng.integers(1, width + 3))
    rows = int(rng.integers(1, 3)) if degree(operation) == 2 else 1
    columns = 1 << int(rng.integers(0, width))
    reach = max(1, (1 << bits) // int(rng.choice([3, 8, 32])))
    return PowerScheme(tuple(map(tuple, rng.integers(-reach, reach + 1, (rows, columns)).tolist())), bits)


@pytest.mark.parametrize("operation", POWERS)
@pytest.mark.parametrize("width", range(2, 9))
def test_limits_of_any_scheme_are_the_extremes_over_all_operands(operation, width):
    rng = np.random.default_rng(width)
    exponent = OPERATIONS[operation].exponent
    for scheme in [PowerScheme(), *(random_scheme(rng, operation, width) for _ in range(25 if width < 8 else 8))]:
        found = ratios(scheme, operation, width)
        low, high = limits(power_bound(scheme, exponent, width, 4), operation)
        wide = WIDE if degree(operation) == 2 else 0
        assert 0 <= min(found) - low <= wide, scheme
        assert 0 <= high - max(found) <= wide, scheme


@pytest.mark.parametrize("operation", POWERS)
@pytest.mark.parametrize("width", [3, 5, 6])
def test_limits_of_logarithms_that_are_cut_off_are_the_extremes(operation, width):
    """As of floats, whose fractions all occur with either parity."""
    rng, exponent, F = np.random.default_rng(7), OPERATIONS[operation].exponent, width - 1
    for _ in range(30):
        scheme = random_scheme(rng, operation, width)
        bits = max(F, scheme.bits) + (degree(operation) == 2)
        drop = int(rng.integers(0, bits - F + 1))
        unit = ONE >> bits - drop
        found = {}
        for parity in (0, 1):
            for x in range(1 << F):
                a = ((1 << F) + x) << (2 + parity + F % 2)  # of even characteristic if parity is 0
                L = power_reference.logarithm(scheme, operation, a) // unit * unit
                value = Fraction(ONE + L % ONE, ONE) * Fraction(2) ** (L // ONE)
                found[parity, x] = value ** degree(operation) / exact_power(operation, a)
        low, high = extremes(scheme, exponent, width, {0: 1, 1: 1}, drop)
        best = min(found.values()), max(found.values())
        for extreme, expected, side in zip((low, high), best, (-1, 1), strict=True):
            assert found[extreme.parity, extreme.x] == expected
            assert 0 <= side * ((1 + extreme.error) ** degree(operation) - expected) <= WIDE
            a = Fraction(((1 << F) + extreme.x) << extreme.parity, 1 << F)
            assert extreme.result ** degree(operation) / exact_power(operation, a) == expected


def operators():
    for name, family in FAMILIES.items():
        for operation in POWERS:
            for width in range(2, 9) if operation in family.operations else ():
                for f in (0, 3, 9, 20, 32) if operation != "square" else (None,):
                    yield f"{operation}-u{width}-{name}" + (f"-f{f}" if f is not None else "")


@pytest.mark.parametrize("name", list(operators()))
def test_every_operand_keeps_the_bound(name):
    operator = Operator.from_name(name)
    bound, n = operator.bound, degree(operator.operation)
    low, high = limits(bound, operator.operation)
    operands = range(1, 1 << operator.format.width)
    for a, result in zip(operands, operator(list(operands)), strict=True):
        exact = exact_power(operator.operation, a)
        r = operator.real(result)
        assert r**n <= high * exact
        assert low * exact <= (r + bound.truncation) ** n
        if bound.truncation == 0:
            assert low * exact <= r**n


@pytest.mark.parametrize("width", [2, 5, 8, 16, 31, 32])
@pytest.mark.parametrize("operation", POWERS)
def test_bound_of_mitchell_is_attained_where_it_says(operation, width):
    operator = Operator.from_name(f"{operation}-u{width}-mitchell" + ("" if operation == "square" else "-f32"))
    bound, scheme = operator.bound, PowerScheme()
    for limit, place in zip(limits(bound, operation), bound.attained.split("; "), strict=True):
        a = int(re.match(r"\S+ at a = (\d+)", place).group(1))
        assert a < 1 << width
        ratio = Fraction(power_reference.value(scheme, operation, a), ONE) ** degree(operation)
        assert abs(ratio / exact_power(operation, a) - limit) <= (WIDE if degree(operation) == 2 else 0)
        if operation == "square":
            assert place.endswith(f" -> {operator(a)}")


def test_bounds_of_mitchell_are_the_closed_forms():
    """-1/9 at a square, 1/8 at a reciprocal, sqrt(9/8) - 1 at a square root."""
    for width in range(3, 33):
        assert Operator.from_name(f"square-u{width}-mitchell").bound.statement == "-1/9 <= (r - e)/e <= 0"
        reciprocal = Operator.from_name(f"reciprocal-u{width}-mitchell-f8").bound
        assert (reciprocal.lower, reciprocal.upper, reciprocal.truncation) == (0, Fraction(1, 8), Fraction(1, 256))
        root = Operator.from_name(f"sqrt-u{width}-mitchell").bound
        assert root.lower == 0
        assert 0 < (1 + root.upper) ** 2 - Fraction(9, 8) <= WIDE
