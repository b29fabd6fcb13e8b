import numpy as np
import pytest

from pysoft.formats import IntegerFormat, format_from_name
from pysoft.vectors import all_operands, corner_operands, operand_vectors, random_operands, random_values

NAMES = ["u2", "s2", "u3", "s3", "u8", "s8", "u13", "s16", "u32", "s32"]


def pairs_of(columns):
    return list(zip(*(column.tolist() for column in columns), strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_corners_are_distinct_and_inside_the_format(name):
    form = format_from_name(name)
    a, b = corner_operands(form)
    assert a.dtype == b.dtype == form.dtype
    assert len(set(pairs_of((a, b)))) == len(a)
    assert min(a.min(), b.min()) == form.minimum
    assert max(a.max(), b.max()) == form.maximum


@pytest.mark.parametrize("name", NAMES)
def test_corners_hold_the_special_cases(name):
    form = format_from_name(name)
    pairs = set(pairs_of(corner_operands(form)))
    low, high = form.minimum, form.maximum
    due = [(0, 0), (1, 0), (0, 1), (high, 0), (low, 0), (high, high), (low, low), (high, 1), (low, 1), (low, high)]
    due += [(1 << k, 1 << k) for k in range(form.width - form.signed)]
    due += [(low, -1), (-1, low), (-1, -1), (high, -1)] if form.signed else []
    due += [(3, 3)] if high >= 3 else []
    due += [pair for k in range(form.width - 1) for pair in ((1 << k, (1 << k) + 1), ((1 << k) + 1, 1 << k))][:-2]
    due += [(1 << k, -1 << k) for k in range(form.width - 1)] if form.signed else []
    due += [(1 << k, -2 << k) for k in range(form.width - 1)] if form.signed else []
    assert set(due) <= pairs


@pytest.mark.parametrize("name", NAMES)
def test_random_values_reach_every_magnitude(name):
    form = format_from_name(name)
    values = random_values(form, 4000, np.random.default_rng(1))
    assert values.dtype == form.dtype
    assert np.array_equal(values, form.array(values))
    sizes = {abs(value).bit_length() for value in values.tolist()}
    assert sizes == set(range(form.width + 1))
    if form.signed:
        assert (values < 0).any()


@pytest.mark.parametrize("name", NAMES)
def test_random_operands_are_inside_the_format_and_of_every_size(name):
    form = format_from_name(name)
    operands = random_operands(form, 4000, np.random.default_rng(1))
    assert 2 == len(operands)
    for values in operands:
        assert ((4000,), form.dtype) == (values.shape, values.dtype)
        assert np.array_equal(values, form.array(values))
        assert set(range(form.width + 1)) == {abs(value).bit_length() for value in values.tolist()}


@pytest.mark.parametrize("name", ["u16", "s32"])
def test_many_random_pairs_are_close_to_each_other_as_independent_ones_are_not(name):
    form = format_from_name(name)

    def close(a, b):
        return sum(0 < abs(abs(x) - abs(y)) < abs(x) >> 8 for x, y in pairs_of((a, b)))

    together = random_operands(form, 6000, np.random.default_rng(1))
    apart = [random_values(form, 6000, np.random.default_rng(seed)) for seed in (1, 2)]
    assert close(*together) > 4 * close(*apart)


def test_all_operands_are_all_operands():
    pairs = pairs_of(all_operands(format_from_name("s4")))
    assert len(pairs) == 256
    assert set(pairs) == {(a, b) for a in range(-8, 8) for b in range(-8, 8)}


def test_corners_come_first_and_are_never_left_out():
    form = format_from_name("u16")
    corners = pairs_of(corner_operands(form))
    assert pairs_of(operand_vectors(form, 1, 0)) == corners
    longer = pairs_of(operand_vectors(form, 500, 0))
    assert len(longer) == 500
    assert longer[: len(corners)] == corners


def test_seed_makes_vectors_reproducible():
    form = format_from_name("s16")
    assert pairs_of(operand_vectors(form, 900, 7)) == pairs_of(operand_vectors(form, 900, 7))
    assert pairs_of(operand_vectors(form, 900, 7)) != pairs_of(operand_vectors(form, 900, 8))


@pytest.mark.parametrize("vectors", [0, -1, "some"])
def test_wrong_number_of_vectors_is_refused(vectors):
    with pytest.raises(ValueError, match=f"at least 1, or 'all', not {vectors!r}"):
        operand_vectors(IntegerFormat(signed=False, width=8), vectors, 0)


@pytest.mark.parametrize("vectors", [True, 1.5, None])
def test_vectors_of_another_type_are_refused(vectors):
    with pytest.raises(TypeError, match="integer or 'all'"):
        operand_vectors(IntegerFormat(signed=False, width=8), vectors, 0)


def test_all_is_refused_above_8_bits():
    with pytest.raises(ValueError, match="up to 8 bits, not for u9"):
        operand_vectors(format_from_name("u9"), "all", 0)
