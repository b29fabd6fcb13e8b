"""Compiled sums of products of floats, on every vector unit, against a plain loop over the model."""

import ctypes
import itertools
import platform

import hypothesis.strategies as st
import numpy as np
import pytest
from float_loops import LEVELS, OTHERS, by_level, elementwise, loop, matmul, module
from float_values import (
    FORMATS,
    LAYOUTS,
    STYLES,
    catalogue,
    laid_out,
    numbers,
    pairs_at_limits,
    plain_sums,
    random_numbers,
    words,
)
from hypothesis import given, settings

from pysoft.kernels import floats
from pysoft.operator import Operator

by_form = pytest.mark.parametrize("form", FORMATS)
MULTIPLIERS = [*(operator for form in FORMATS for operator in catalogue(form, ("mul",))), *OTHERS]
FAMILIES = {
    "f32": ("exact", "mitchell", "lmul", "tuned-zerobias-m4", "mbm", "realm-m4"),
    "bf16": ("exact", "gh", "realm-m4"),
    "f16": ("exact", "mitchell", "tuned-minimax-m16", "realm-m4"),
}
SOME = [f"mul-{form}-{family}" for form, families in FAMILIES.items() for family in families]
CONSTANT = {
    "about one": "PLAIN",
    "with zeros": "PLAIN + ZEROS",
    "small": "FLUSH",
    "large": "FINITE",
    "finite": "FINITE",
}
TABLE = {"about one": "TABLE", "with zeros": "TABLE + ZEROS", "small": "ANY + LOG", "any": "ANY + LOG"}
PART = {"about one": "PART", "with zeros": "PART + ZEROS", "one nan": "ANY + LINEAR"}
PARTS = {"about one": "PARTS", "with zeros": "PARTS + ZEROS", "large": "ANY + LINEAR"}
FLOATS = {"about one": "FLOATS", "with zeros": "FLOATS"}
ROUNDED = {"about one": "ROUNDED", "with zeros": "ROUNDED", "one infinity": "ANY + EXACT"}
KINDS = {  # by operator, and by style of the numbers
    **{f"mul-{form}-mitchell": CONSTANT | {"one nan": "ANY + CONSTANT"} for form in FORMATS},
    **{f"mul-{form}-tuned-minimax-m16": TABLE for form in FORMATS},
    **{f"mul-{form}-realm-m4": PARTS for form in FORMATS},
    "mul-f32-realm-m16-t18": PARTS,
    "mul-f32-mbm-t1": PART,
    "mul-f32-mbm-t19": {"about one": "ANY + LINEAR"},
    "mul-f32-exact": FLOATS | {"finite": "ANY + EXACT"},
    "mul-bf16-exact": ROUNDED | {"large": "ANY + EXACT"},
    "mul-f16-exact": ROUNDED,
}
KINDS["mul-f16-realm-m16"] = {"about one": "CLIPPED_PARTS"}
for name, kind in (("exact", "CLIPPED_ROUNDED"), ("tuned-minimax-m16", "CLIPPED_TABLE"), ("realm-m4", "CLIPPED_PARTS")):
    KINDS[f"mul-f16-{name}"] = KINDS[f"mul-f16-{name}"] | dict.fromkeys(("finite", "small", "large"), kind)
CASES = [(name, style, kind) for name, kinds in KINDS.items() for style, kind in kinds.items()]


def test_every_loop_is_reached():
    limited = {"PLAIN", "TABLE", "PART", "PARTS"}
    every = limited | {f"{kind} + ZEROS" for kind in limited} | {"FLUSH", "FINITE", "FLOATS", "ROUNDED"}
    every |= {"CLIPPED_ROUNDED", "CLIPPED_TABLE", "CLIPPED_PARTS"}
    assert every | {f"ANY + {form}" for form in ("EXACT", "CONSTANT", "LOG", "LINEAR")} == {kind for *_, kind in CASES}


@pytest.mark.parametrize(("name", "style", "kind"), CASES)
def test_sums_by_every_loop(name, style, kind):
    """In tiles of one vector of columns, and of two and three; whole and cut off; in few rows, and in one column."""
    operator, rng = Operator.from_name(name), np.random.default_rng(3)
    for rows, columns in ((17, 16), (17, 32), (8, 48), (11, 53), (4, 53), (1, 80), (37, 1)):
        a, b = (random_numbers(operator.format, shape, style, rng) for shape in ((1, rows, 21), (1, 21, columns)))
        assert kind == loop(operator, a, b)
        for dtype in (np.float32, np.float64):
            expected = plain_sums(operator, a, b, dtype)
            for level in LEVELS:
                got = matmul(level, operator, a, b, dtype, guard=0 if columns == 1 else 2)
                assert np.array_equal(expected, got), (level, rows, columns, dtype)


@pytest.mark.parametrize("operator", MULTIPLIERS, ids=str)
def test_sums_by_every_operator(operator):
    rng = np.random.default_rng(4)
    for (rows, columns), style in itertools.product(((3, 21), (10, 21), (9, 1)), STYLES):
        a, b = (random_numbers(operator.format, shape, style, rng) for shape in ((1, rows, 13), (1, 13, columns)))
        expected = plain_sums(operator, a, b)
        for level in LEVELS:
            assert np.array_equal(expected, matmul(level, operator, a, b, guard=0)), (level, rows, style)


@pytest.mark.parametrize("name", SOME)
@pytest.mark.parametrize(("rows", "columns"), [(1, 18), (9, 18), (18, 1)])
@pytest.mark.parametrize("small", [False, True], ids=["ordinary", "small"])
def test_one_product_of_corners_among_others(name, rows, columns, small):
    """Which are small so that no sum hides one that is subnormal."""
    operator, rng = Operator.from_name(name), np.random.default_rng(5)
    (x, y), depth = pairs_at_limits(operator.format), 9
    count = x.size
    palette = random_numbers(operator.format, 40, "about one", rng)
    if small:
        palette = (palette * np.float32(2.0 ** (-operator.format.bias // 2 + 1))).astype(palette.dtype)
    a, b = (rng.choice(palette, shape) for shape in ((count, rows, depth), (count, depth, columns)))
    t, i, k, j = np.arange(count), *(rng.integers(0, end, count) for end in (rows, depth, columns))
    a[t, i, k], b[t, k, j] = x, y
    expected = plain_sums(operator, a, b)
    for level in LEVELS:
        assert np.array_equal(expected, matmul(level, operator, a, b, guard=0)), level


@pytest.mark.parametrize(
    ("name", "style"),
    [("mul-f32-mitchell", "about one"), ("mul-bf16-mbm", "one infinity"), ("mul-f16-exact", "finite")],
)
@pytest.mark.parametrize("shape", [(131, 263, 1051), (3, 515, 4127), (2051, 259, 1)], ids=str)
def test_several_blocks(name, style, shape):
    operator, rng = Operator.from_name(name), np.random.default_rng(6)
    rows, depth, columns = shape
    palette = random_numbers(operator.format, 64, style, rng)
    a, b = rng.choice(palette[:32], (1, rows, depth)), rng.choice(palette[32:], (1, depth, columns))
    b = b.swapaxes(1, 2).copy().swapaxes(1, 2) if rows % 2 == 0 else b
    expected = plain_sums(operator, a, b)
    for level in LEVELS:
        assert np.array_equal(expected, matmul(level, operator, a, b, guard=0)), level


@by_level
@pytest.mark.parametrize("name", ["mul-f32-tuned-minimax-m16", "mul-bf16-realm-m8", "mul-f32-realm-m16-t20"])
def test_one_column_by_a_table_that_is_not_symmetric(level, name):
    """In the catalogue they are; one column is the matrices exchanged, and so are the sides of the table."""
    operator, rng = Operator.from_name(name), np.random.default_rng(10)
    head, *tables, tail = np.split(np.frombuffer(floats.packed(operator), np.int32), [9, 9 + 256, 9 + 2 * 256])
    rolled = [np.roll(table.reshape(16, 16), 3, axis=0).ravel() for table in tables]
    code = np.concatenate([head, *rolled, tail]).tobytes()
    unit = floats.FORMATS[operator.format.name]
    a, b = (random_numbers(operator.format, shape, "about one", rng) for shape in ((1, 30, 40), (1, 40, 1)))
    x, y = np.ascontiguousarray(words(a)[0]), np.ascontiguousarray(np.broadcast_to(words(b)[0, :, 0], (30, 40)))
    products = np.empty_like(x)
    module.elementwise(level, code, unit, x, y, products)
    assert not np.array_equal(words(operator(a[0], b[0, :, 0])), products)
    expected = np.add.accumulate(products.view(a.dtype).astype(np.float32), axis=1)[:, -1:]
    c = np.empty((1, 30, 1), np.float32)
    module.matmul(level, code, unit, False, words(a), words(b), np.empty(module.SCRATCH_BYTES, np.uint8), c)
    assert np.array_equal(words(expected), words(c[0]))


@pytest.mark.parametrize("name", SOME)
def test_sums_in_double(name):
    operator, rng = Operator.from_name(name), np.random.default_rng(7)
    for style, (rows, columns) in itertools.product(STYLES, ((2, 3), (9, 37), (5, 1))):
        a, b = (random_numbers(operator.format, shape, style, rng) for shape in ((1, rows, 19), (1, 19, columns)))
        expected = plain_sums(operator, a, b, np.float64)
        for level in LEVELS:
            assert np.array_equal(expected, matmul(level, operator, a, b, np.float64)), (level, style)


@by_level
@by_form
@pytest.mark.parametrize("family", ["exact", "mitchell", "tuned-minimax-m4", "realm-m4"])
@pytest.mark.parametrize("shape", [(1, 20), (9, 20), (9, 1)], ids=str)
def test_sums_that_are_special(level, form, family, shape):
    operator = Operator.from_name(f"mul-{form}-{family}")
    f, (rows, columns) = operator.format, shape
    one, minus, unit = f.bias << f.fraction_bits, 1 << f.width - 1, 1 << f.fraction_bits
    payload, inf, largest, tiny = f.infinity + 1, f.infinity, f.largest, f.smallest - 1
    f32 = {"nan": 0x7FC00000, "inf": 0x7F800000, "-inf": 0xFF800000, "0": 0}
    cases = [  # factors, and the sum
        ([(inf, one), (minus | inf, one)], "nan"),
        ([(minus | inf, one), (one, inf), (one, one)], "nan"),
        ([(inf, one), (one, one), (minus | one, one)], "inf"),
        ([(inf, minus | one)], "-inf"),
        ([(one, one), (payload, one)], "nan"),
        ([(minus | payload, one)], "nan"),
        ([(one, minus | f.nan), (inf, one)], "nan"),
        ([(0, inf)], "nan"),
        ([(minus | inf, minus)], "nan"),
        ([(tiny, inf)], "nan"),
        ([(0, f.nan), (one, one)], "nan"),
        ([(largest, largest)], "inf"),
        ([(largest, minus | largest)], "-inf"),
        ([(largest, largest), (largest, minus | largest)], "nan"),
        ([(minus, one), (one, minus)], "0"),
        ([(minus | unit, unit)], "0"),
        ([(minus | tiny, largest)], "0"),
        ([(one, one), (minus | one, one), (minus, one)], "0"),
    ]
    for factors, due in cases:
        a, b = (
            numbers(f, [part] * times) for part, times in zip(zip(*factors, strict=True), (rows, columns), strict=True)
        )
        if due == "0" and family != "exact":  # Mitchell's product of 1 and 1 is 1, a corrected one is more
            assert np.all(plain_sums(operator, a[None], b.T[None]) == 0)
        got = matmul(level, operator, a[None], b.T[None])
        assert np.all(got == f32[due]), (factors, due)


@by_level
def test_sums_round_once_and_may_be_subnormal(level):
    """float32 has 24 bits: 2^24 + 1 + 1 is 2^24, and 1 + 1 + 2^24 is not. Small differences are not flushed."""
    operator = Operator.from_name("mul-f32-mitchell")
    for rows, columns in ((1, 20), (9, 20), (9, 1)):
        for factors, due in (([2.0**24, 1, 1], 2.0**24), ([1, 1, 2.0**24], 2.0**24 + 2)):
            a, b = np.float32([[factors] * rows]), np.ones((1, 3, columns), np.float32)
            assert np.all(matmul(level, operator, a, b) == words(np.float32(due)))
        for power in (-126, -60):  # of the first factors; products underflow, or do not
            a = np.float32([[[2.0**power, -(2.0**power) * 1.5]] * rows])
            b = np.full((1, 2, columns), 2.0 ** (-126 - power), np.float32)
            assert np.all(matmul(level, operator, a, b) == 0x80000000 | 1 << 22)
    bf16 = Operator.from_name("mul-bf16-exact")
    a, b = numbers(bf16.format, [[[0x7F7F] * 300] * 9]), numbers(bf16.format, [[[0x3F80] * 20] * 300])
    assert np.all(matmul(level, bf16, a, b) == 0x7F800000)
    assert np.all(matmul(level, bf16, a[:, :1], b) == 0x7F800000)


@by_level
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_edges(level, dtype):
    operators = [
        Operator.from_name(f"mul-{form}-{family}")
        for form, family in zip(FORMATS, ("tuned-minimax-m16", "mitchell", "realm-m8"), strict=True)
    ]
    rng = np.random.default_rng(8)
    for shape in itertools.product((0, 1, 5, 7, 13), (0, 1, 2, 17), (0, 1, 3, 15, 31)):
        rows, depth, columns = shape
        for operator in operators:
            a, b = (
                random_numbers(operator.format, part, "with zeros", rng)
                for part in ((2, rows, depth), (2, depth, columns))
            )
            assert np.array_equal(plain_sums(operator, a, b, dtype), matmul(level, operator, a, b, dtype)), shape


@by_level
@settings(deadline=None, max_examples=120, derandomize=True)
@given(
    st.sampled_from(MULTIPLIERS),
    st.tuples(st.integers(0, 2), st.integers(0, 25), st.integers(0, 40), st.integers(0, 80)),
    *[st.sampled_from(LAYOUTS)] * 2,
    *[st.sampled_from(STYLES)] * 2,
    st.sampled_from([np.float32, np.float32, np.float64]),
    st.sampled_from([0, 2]),
    st.integers(0, 2**32 - 1),
)
def test_any_shapes_and_strides(level, operator, shape, layout_a, layout_b, style_a, style_b, dtype, guard, seed):
    rng = np.random.default_rng(seed)
    count, rows, depth, columns = shape
    a = laid_out(operator.format, (count, rows, depth), style_a, layout_a, rng)
    b = laid_out(operator.format, (count, depth, columns), style_b, layout_b, rng)
    assert np.array_equal(plain_sums(operator, a, b, dtype), matmul(level, operator, a, b, dtype, guard))


# What surrounds the loops


@pytest.mark.skipif(
    (platform.system(), platform.machine()) != ("Linux", "x86_64"), reason="fenv_t is laid out otherwise"
)
@by_level
@pytest.mark.parametrize("mode", [0x9FC0, 0x7F80, 0x3F80], ids=["to zero and flushed", "towards zero", "downwards"])
def test_modes_of_the_caller_are_neither_used_nor_changed(level, mode):
    libm, saved, changed, after = ctypes.CDLL("libm.so.6"), *(ctypes.create_string_buffer(32) for _ in range(3))
    rng = np.random.default_rng(9)
    operator, quotient = Operator.from_name("mul-f32-exact"), Operator.from_name("div-f32-exact")
    shapes = (1, 9, 3), (1, 3, 33), (333,), (333,)
    a, b, x, y = (random_numbers(operator.format, shape, "about one", rng) for shape in shapes)
    a, b = (part * np.float32(2.0**-63) for part in (a, b))
    expected = [plain_sums(operator, a, b), words(quotient(x, y)), plain_sums(operator, a[:, :1], b)]
    assert all(np.any((sums & 0x7FFFFFFF) - np.uint32(1) < 0x7FFFFF) for sums in expected[::2])  # subnormal
    libm.fegetenv(saved)
    changed.raw = saved.raw[:28] + mode.to_bytes(4, "little")
    libm.fesetenv(changed)
    try:
        got = [matmul(level, operator, a, b), elementwise(level, quotient, x, y), matmul(level, operator, a[:, :1], b)]
        libm.fegetenv(after)
    finally:
        libm.fesetenv(saved)
    assert mode == int.from_bytes(after.raw[28:], "little") & ~0x3F
    assert all(map(np.array_equal, expected, got))
