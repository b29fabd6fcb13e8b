import numpy as np
import pytest

from pysoft.float_formats import FLOAT_FORMATS
from pysoft.float_vectors import corner_floats, random_floats
from pysoft.vectors import all_operands, check_vectors, corner_operands, operand_vectors

FORMATS = pytest.mark.parametrize("form", FLOAT_FORMATS.values(), ids=str)


@FORMATS
def test_corners_are_distinct_and_hold_the_special_cases(form):
    bits = form.to_bits(corner_floats(form)).tolist()
    assert len(set(bits)) == len(bits)
    one, sign = form.bias << form.fraction_bits, 1 << form.width - 1
    due = {0, 1, form.smallest - 1, form.smallest, form.largest, form.infinity, form.nan, one - 1, one, one + 1}
    assert due | {bits | sign for bits in due} <= set(bits)
    with np.errstate(invalid="ignore"):  # of a signalling NaN
        values = corner_floats(form).astype(np.float64)
    assert {1.0, 1.5, 3.0, -1.0, -1.5, -3.0} <= set(values.tolist())
    assert np.isnan(values).any()
    assert np.isinf(values).any() == form.has_infinity


@FORMATS
def test_random_floats_are_of_both_signs_and_reach_every_exponent_bit(form):
    values = random_floats(form, 4000, np.random.default_rng(1))
    assert ((4000,), form.dtype) == (values.shape, values.dtype)
    bits = form.to_bits(values)
    assert int(np.bitwise_or.reduce(bits)) == (1 << form.width) - 1
    assert 0 == int(np.bitwise_and.reduce(bits))
    exponents = bits >> np.uint64(form.fraction_bits) & np.uint64((1 << form.exponent_bits) - 1)
    near_one = np.abs(exponents.astype(np.int64) - form.bias) <= max(1, form.bias // 3)
    assert near_one.mean() > 0.5


@FORMATS
def test_corners_of_one_operand_hold_what_is_one_bit_away_from_a_special_number(form):
    (corners,) = corner_operands(form, 1)
    bits = form.to_bits(corners).tolist()
    assert len(set(bits)) == len(bits)
    away = {special ^ 1 << k for special in (0, form.infinity) for k in range(form.width)}
    assert away | set(form.to_bits(corner_floats(form)).tolist()) <= set(bits)


@FORMATS
def test_corners_of_two_operands_are_distinct_and_of_all_signs(form):
    a, b = (form.to_bits(column) for column in corner_operands(form))
    pairs = set(zip(a.tolist(), b.tolist(), strict=True))
    assert len(pairs) == a.size < 400
    magnitude, sign = (1 << form.width - 1) - 1, form.width - 1
    one = form.bias << form.fraction_bits
    magnitudes = {(a & magnitude, b & magnitude) for a, b in pairs}
    limits = set((form.to_bits(corner_floats(form)) & np.uint64(magnitude)).tolist())
    assert {(a, b) for a in limits for b in limits} <= magnitudes
    away = {special ^ 1 << k for special in (0, form.infinity) for k in range(sign)}
    assert {pair for a in away for pair in ((a, one), (one, a))} <= magnitudes
    for limit in (0, form.infinity, form.nan, one):
        assert {(a >> sign, b >> sign) for a, b in pairs if a & magnitude == limit} == {(0, 0), (0, 1), (1, 0), (1, 1)}
        assert {(a >> sign, b >> sign) for a, b in pairs if b & magnitude == limit} == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_all_operands_are_all_patterns():
    form = FLOAT_FORMATS["f8e5m2"]
    (single,) = all_operands(form, 1)
    assert list(range(256)) == form.to_bits(single).tolist()
    pairs = zip(*(form.to_bits(column).tolist() for column in all_operands(form)), strict=True)
    assert len(set(pairs)) == 1 << 16


def test_vectors_are_reproducible_and_corners_come_first():
    form = FLOAT_FORMATS["f16"]
    first, again = (operand_vectors(form, 3000, 7) for _ in range(2))
    assert all(np.array_equal(form.to_bits(x), form.to_bits(y)) for x, y in zip(first, again, strict=True))
    corners = corner_operands(form)
    assert all(np.array_equal(form.to_bits(x)[: y.size], form.to_bits(y)) for x, y in zip(first, corners, strict=True))


def test_all_is_for_16_bits_of_operands_together():
    check_vectors(FLOAT_FORMATS["bf16"], "all", operands=1)
    with pytest.raises(ValueError, match="operands of up to 8 bits, not for bf16"):
        check_vectors(FLOAT_FORMATS["bf16"], "all")
    with pytest.raises(ValueError, match="operands of up to 16 bits, not for f32"):
        check_vectors(FLOAT_FORMATS["f32"], "all", operands=1)
