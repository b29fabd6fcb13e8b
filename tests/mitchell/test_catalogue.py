"""What every operator of the catalogue keeps, whatever its family."""

from fractions import Fraction

import numpy as np
import pytest

import mitchell
from pysoft.errors import measure
from pysoft.families import FAMILIES, STATUSES
from pysoft.float_formats import FLOAT_FORMATS
from pysoft.operation import OPERATIONS

CATALOGUE = mitchell.operators()
INTEGERS = [op for op in CATALOGUE if op.format.name not in FLOAT_FORMATS]
FLOATS = [op for op in CATALOGUE if op.format.name in FLOAT_FORMATS]


def every_choice(op, corners):
    """Operands of an operator: all pairs of corners, or the corners."""
    return [values.ravel() for values in np.meshgrid(*[corners] * len(op.operands))]


@pytest.mark.parametrize("width", range(2, 33))
def test_results_at_the_corners_fit_their_port_and_keep_their_bound(width):
    for op in (op for op in INTEGERS if op.format.width == width):
        low, high, bound = op.format.minimum, op.format.maximum, op.bound
        half = high // 2 + 1
        corners = sorted({low, low + 1, -1, 1, 2, 3, half - 1, half, high - 2, high - 1, high} - {0})
        operands = every_choice(op, [value for value in corners if low <= value <= high and value])
        for *values, result in zip(*(array.tolist() for array in (*operands, op(*operands))), strict=True):
            assert op.result_format.minimum <= result <= op.result_format.maximum, (op.name, values)
            value = Fraction(result, 1 << op.fraction_bits)
            assert bound.allows(abs(value), abs(op.exact_value(*values))), (op.name, values, result)


@pytest.mark.parametrize("form", FLOAT_FORMATS)
def test_normal_results_at_the_corners_keep_their_bound(form):
    form = FLOAT_FORMATS[form]
    one, half = 1 << form.fraction_bits, 1 << form.fraction_bits - 1
    fractions = sorted({0, 1, half - 1, half, half + 1, one - 2, one - 1})
    exponents = (1, form.bias - 1, form.bias, form.bias + 1, (form.largest >> form.fraction_bits))
    patterns = [e << form.fraction_bits | f for e in exponents for f in fractions]
    corners = form.from_bits(np.array([bits for bits in patterns if bits <= form.largest], dtype=np.uint64))
    smallest, largest = corners[0].astype(float), form.from_bits(np.array([form.largest], dtype=np.uint64))[0]
    for op in (op for op in FLOATS if op.format == form):
        # Meshes of float64, as NumPy has no meshes of all these types that keep them.
        operands = [values.astype(form.dtype) for values in every_choice(op, corners.astype(np.float64))]
        normal, bound = 0, op.bound
        for *values, result in zip(*(a.astype(np.float64).tolist() for a in (*operands, op(*operands))), strict=True):
            exact = op.exact_value(*values)
            if smallest <= result <= largest:
                assert bound.allows(Fraction(result), exact), (op.name, values, result)
                normal += 1
            else:  # it is too small or too large, give or take its error
                assert exact < Fraction(smallest) * 9 / 8 or exact > Fraction(float(largest)) * 8 / 9, (op.name, values)
        assert 2 * normal > len(operands[0]), op.name


@pytest.mark.parametrize(
    "name",
    [
        *(op.name for op in CATALOGUE if op.format.name in ("u8", "s7", "bf16", "f8e4m3", "f8e5m2")),
        *(op.name for op in FLOATS if op.format.name == "f16" and len(op.operands) == 1),
        *(f"{op.name}-f9" for op in INTEGERS if op.format.name in ("u4", "s4") and op.operation in ("div", "sqrt")),
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
    assert set(family.operations) | set(family.floats) <= set(OPERATIONS)
    assert family.operations or family.floats
    implementations = [(i, 16) for i in family.operations.values()]
    implementations += [(i, 4) for i in family.floats.values()]  # f8e4m3, which every family of floats has
    for implementation, width in implementations:
        assert implementation.configurations_at(width)
        assert len({parameter.name for parameter in implementation.parameters}) == len(implementation.parameters)
