"""Few rows by a transposed matrix, and a matrix by a column, on every vector unit, against a plain loop of models."""

import itertools

import numpy as np
import pytest
from float_loops import LEVELS, OTHERS, by_level, matmul
from float_values import FORMATS, STYLES, catalogue, numbers, pairs_at_limits, plain_sums, random_numbers, words

from pysoft.operator import Operator

FAMILIES = ("exact", "mitchell", "tuned-minimax-m16", "mbm", "realm-m4")
NAMES = [f"mul-{form}-{family}" for form in FORMATS for family in FAMILIES]
by_name = pytest.mark.parametrize("name", NAMES)


def turned(values):
    """The same matrices, their columns close together in memory."""
    return values.swapaxes(1, 2).copy().swapaxes(1, 2)


def at_address(values, step):
    """Transposed matrices whose first number is ``step`` bytes behind a page."""
    lines = values.swapaxes(1, 2)
    memory = np.empty(lines.nbytes + 2 * 4096, np.uint8)
    start = -memory.ctypes.data % 4096 + step
    place = memory[start : start + lines.nbytes]
    place[:] = np.ascontiguousarray(lines).view(np.uint8).ravel()
    return place.view(values.dtype).reshape(lines.shape).swapaxes(1, 2)


def agree(operator, a, b, levels=LEVELS):
    expected = plain_sums(operator, a, b)
    for level in levels:
        assert np.array_equal(expected, matmul(level, operator, a, b, guard=0 if b.shape[2] == 1 else 2)), level


@by_name
@pytest.mark.parametrize("style", STYLES)
def test_every_kind_of_numbers(name, style):
    """Whole squares and what they leave, of few rows; more rows, which are packed; and one column."""
    operator, rng = Operator.from_name(name), np.random.default_rng(1)
    for rows, depth, columns in ((1, 21, 37), (1, 64, 16), (3, 32, 48), (5, 101, 17), (13, 40, 20), (37, 45, 1)):
        a, b = (random_numbers(operator.format, s, style, rng) for s in ((1, rows, depth), (1, depth, columns)))
        agree(operator, a, turned(b))


@pytest.mark.parametrize(
    "operator", [*(operator for form in FORMATS for operator in catalogue(form, ("mul",))), *OTHERS], ids=str
)
def test_every_operator(operator):
    rng = np.random.default_rng(2)
    for style in ("with zeros", "any"):
        a, b = (random_numbers(operator.format, shape, style, rng) for shape in ((1, 2, 35), (1, 35, 17)))
        agree(operator, a, turned(b))
        agree(operator, turned(b).swapaxes(1, 2), a[:, :1].swapaxes(1, 2))


@by_name
@pytest.mark.parametrize("small", [False, True], ids=["ordinary", "small"])
def test_one_product_of_corners_among_others(name, small):
    operator, rng = Operator.from_name(name), np.random.default_rng(3)
    (x, y), rows, depth, columns = pairs_at_limits(operator.format), 2, 33, 16
    pick = rng.permutation(x.size)[:700]
    x, y = x[pick], y[pick]
    palette = random_numbers(operator.format, 40, "about one", rng)
    if small:
        palette = (palette * np.float32(2.0 ** (-operator.format.bias // 2 + 1))).astype(palette.dtype)
    a, b = (rng.choice(palette, shape) for shape in ((x.size, rows, depth), (x.size, depth, columns)))
    t, i, k, j = np.arange(x.size), *(rng.integers(0, end, x.size) for end in (rows, depth, columns))
    a[t, i, k], b[t, k, j] = x, y
    agree(operator, a, turned(b))


@by_level
@pytest.mark.parametrize("name", ["mul-f32-mitchell", "mul-bf16-exact", "mul-f16-mitchell"])
def test_every_product_counts_once(level, name):
    """Whatever the length: the last square of a line reaches over the one before it."""
    operator, rng = Operator.from_name(name), np.random.default_rng(4)
    form = operator.format
    one = form.bias << form.fraction_bits
    for depth in range(1, 70):
        patterns = np.full((1, depth, 16), one)
        places = rng.integers(max(0, depth - 40), depth, 16)
        patterns[0, places, np.arange(16)] = form.infinity
        a, b = numbers(form, np.full((1, 1, depth), one)), numbers(form, patterns)
        assert np.all(matmul(level, operator, a, turned(b)) == 0x7F800000), depth
        assert np.array_equal(
            plain_sums(operator, a, a.swapaxes(1, 2).repeat(20, axis=2)),
            matmul(level, operator, a, turned(a.swapaxes(1, 2).repeat(20, axis=2))),
        )


@by_level
@pytest.mark.parametrize(("name", "depth"), [("mul-f32-mitchell", 1024), ("mul-bf16-realm-m4", 2048)])
def test_lines_whole_pages_apart_at_any_address(level, name, depth):
    operator, rng = Operator.from_name(name), np.random.default_rng(5)
    for style, step in itertools.product(("about one", "one nan"), (0, 1, 2, 4, 12, 34, 60)):
        palette = random_numbers(operator.format, 64, style, rng)
        a, b = rng.choice(palette, (1, 2, depth)), rng.choice(palette, (1, depth, 16))
        agree(operator, a, at_address(b, step), [level])


@by_level
@pytest.mark.parametrize("name", ["mul-f32-tuned-minimax-m16", "mul-f16-mitchell"])
@pytest.mark.parametrize("depth", [4095, 4097, 8200])
def test_long_lines(level, name, depth):
    operator, rng = Operator.from_name(name), np.random.default_rng(depth)
    palette = random_numbers(operator.format, 64, "with zeros", rng)
    a, b = rng.choice(palette[:32], (1, 12, depth)), rng.choice(palette[32:], (1, depth, 17))
    agree(operator, a, turned(b), [level])


def test_many_matrices_and_results_with_gaps():
    """And one matrix by many rows, as a stride of zero has it."""
    operator, rng = Operator.from_name("mul-f32-mitchell"), np.random.default_rng(6)
    a, b = (random_numbers(operator.format, shape, "about one", rng) for shape in ((4, 3, 30), (4, 30, 21)))
    agree(operator, a, turned(b))
    agree(operator, a, np.broadcast_to(turned(b[:1]), b.shape))
    agree(operator, np.broadcast_to(a[:, :1], a.shape), turned(b))
    assert words(a).strides != words(turned(a)).strides
