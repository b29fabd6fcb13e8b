"""What every operator of the catalogue keeps, whatever its family."""

from fractions import Fraction

import numpy as np
import pytest

import mitchell
from pysoft.errors import measure
from pysoft.families import FAMILIES, STATUSES
from pysoft.operation import OPERATIONS

CATALOGUE = mitchell.operators()


@pytest.mark.parametrize("width", range(2, 33))
def test_results_at_the_corners_fit_their_port_and_keep_their_bound(width):
    for op in (op for op in CATALOGUE if op.format.width == width):
        low, high = op.format.minimum, op.format.maximum
        half = high // 2 + 1
        corners = sorted({low, low + 1, -1, 1, 2, 3, half - 1, half, high - 2, high - 1, high} - {0})
        corners = [value for value in corners if low <= value <= high and value]
        a, b = (operand.ravel() for operand in np.meshgrid(corners, corners))
        for x, y, result in zip(a.tolist(), b.tolist(), op(a, b).tolist(), strict=True):
            assert op.result_format.minimum <= result <= op.result_format.maximum, (op.name, x, y)
            value = Fraction(result, 1 << op.fraction_bits)
            assert op.bound.allows(abs(value), abs(op.exact_value(x, y))), (op.name, x, y, result)


@pytest.mark.parametrize(
    "name",
    [
        *(op.name for op in CATALOGUE if op.format.name in ("u8", "s7")),
        *(f"{op.name}-f9" for op in CATALOGUE if op.format.name in ("u4", "s4") and op.operation == "div"),
    ],
)
def test_measured_errors_are_within_what_is_proved(name):
    assert measure(mitchell.operator(name)).within_bound is True


@pytest.mark.parametrize("family", FAMILIES.values(), ids=list(FAMILIES))
def test_entries_say_what_they_are(family):
    assert family.title
    assert family.source
    assert family.definition
    assert family.status in STATUSES
    assert family.note or family.status not in ("nearly", "unconfirmed")
    assert set(family.operations) <= set(OPERATIONS)
    for implementation in family.operations.values():
        assert implementation.configurations_at(16)
        assert len({parameter.name for parameter in implementation.parameters}) == len(implementation.parameters)
