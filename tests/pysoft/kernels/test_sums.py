"""Sums of products by table against a loop in Python integers, and against NumPy's additions one by one."""

import itertools

import hypothesis.extra.numpy as hnp
import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

_sums = pytest.importorskip("pysoft.kernels._sums", reason="the compiled part is not there")
LEVELS = pytest.mark.parametrize("level", range(len(_sums.levels())), ids=_sums.levels())
BYTE = np.arange(256)
SIGNED = BYTE.astype(np.uint8).view(np.int8).astype(np.int32)
INTEGERS = {
    "u8": (BYTE[:, None] * BYTE).astype(np.int32),
    "s8": SIGNED[:, None] * SIGNED,
    "asymmetric": (257 * BYTE[:, None] ^ 31 * BYTE).astype(np.int32) & 0xFFFF,
    "most": np.full((256, 256), 65535, np.int32),
    "least": np.full((256, 256), -32768, np.int32),
}
NAN, INFINITY, SIGN = 0x7FC0, 0x7F80, 0x8000
# In memory: as written, transposed, every second row backwards, each third column, one line or matrix repeated.
LAYOUTS = ("plain", "transposed", "backwards", "gaps", "same row", "same column", "same matrix")


def bfloats(rng, *, special):
    """Bits of numbers of many magnitudes with four leading bits; ``special``: also both zeros, infinities and NaN."""
    values = np.ldexp(rng.integers(8, 16, (256, 256)), rng.integers(-12, 12, (256, 256))).astype(np.float32)
    bits = (values.view(np.uint32) >> 16).astype(np.uint16) | (rng.random((256, 256)) < 0.5) * np.uint16(SIGN)
    if special:
        for code in (0, SIGN):
            bits[rng.random((256, 256)) < 0.2] = code
        for code in (INFINITY, INFINITY | SIGN, NAN):
            bits[rng.random((256, 256)) < 0.0005] = code
    return bits


def matrices(rng, layout, count, rows, columns):
    """Random bytes, shape (count, rows, columns)."""

    def random(*shape):
        return rng.integers(0, 256, shape).astype(np.uint8)

    shape = count, rows, columns
    match layout:
        case "transposed":
            return random(count, columns, rows).swapaxes(1, 2)
        case "backwards":
            return random(count, 2 * rows, columns)[:, ::-2]
        case "gaps":
            return random(count, rows, 3 * columns + 1)[:, :, 1::3]
        case "same row":
            return np.broadcast_to(random(count, 1, columns), shape)
        case "same column":
            return np.broadcast_to(random(count, rows, 1), shape)
        case "same matrix":
            return np.broadcast_to(random(rows, columns), shape)
    return random(*shape)


def expected_integers(table, a, b):
    """By Python integers, which do not wrap."""
    table, (count, rows, depth), columns = table.tolist(), a.shape, b.shape[2]
    sums = [
        sum(table[a[t, i, k]][b[t, k, j]] for k in range(depth)) % 2**32
        for t, i, j in itertools.product(range(count), range(rows), range(columns))
    ]
    return np.array(sums, dtype=np.uint32).reshape(count, rows, columns)


def expected_bits(table, a, b):
    """By additions of float32 arrays, one k after the other."""
    products = (table.astype(np.uint32) << 16).view(np.float32)
    c = np.zeros((*a.shape[:2], b.shape[2]), np.float32)
    with np.errstate(invalid="ignore", over="ignore"):
        for k in range(a.shape[2]):
            c = c + np.take(products, a[:, :, k, None].astype(np.intp) * 256 + b[:, None, k, :])
    return np.where(np.isnan(c), np.uint32(0x7FC00000), c.view(np.uint32))


def sums(function, level, table, a, b):
    """Bits of the sums, written between other bytes, which stay as they are, at an address that is not aligned."""
    count, rows, columns = a.shape[0], a.shape[1], b.shape[2]
    memory = np.full(4 * count * rows * (columns + 2) + 1, 0xA5, np.uint8)
    c = memory[1:].view(np.uint32).reshape(count, rows, columns + 2)
    function(level, table, a, b, c[:, ::-1, 1:-1])
    assert np.all(c[:, :, [0, -1]] == 0xA5A5A5A5)
    return c[:, ::-1, 1:-1].copy()


SHAPES = [(1, 1, 1, 1), (2, 3, 5, 7), (1, 2, 0, 3), (0, 2, 3, 4), (2, 0, 3, 4), (2, 3, 4, 0), (1, 3, 259, 67)]
WIDE = [(1, 3, 257, 65), (2, 5, 31, 191), (1, 2, 515, 300), (1, 67, 300, 2), (1, 257, 13, 1), (3, 64, 64, 64)]


@LEVELS
@pytest.mark.parametrize("name", INTEGERS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_integers_are_sums_of_python_integers(level, name, shape):
    rng = np.random.default_rng(1)
    count, rows, depth, columns = shape
    a, b = matrices(rng, "plain", count, rows, depth), matrices(rng, "plain", count, depth, columns)
    assert np.array_equal(expected_integers(INTEGERS[name], a, b), sums(_sums.integers, level, INTEGERS[name], a, b))


@LEVELS
@pytest.mark.parametrize("special", [False, True])
@pytest.mark.parametrize("shape", SHAPES + WIDE, ids=str)
def test_floats_are_added_in_order(level, special, shape):
    rng = np.random.default_rng(2)
    count, rows, depth, columns = shape
    table = bfloats(rng, special=special)
    a, b = matrices(rng, "plain", count, rows, depth), matrices(rng, "plain", count, depth, columns)
    assert np.array_equal(expected_bits(table, a, b), sums(_sums.floats, level, table, a, b))


@LEVELS
def test_every_pair_is_the_entry_of_the_table(level):
    a, b = BYTE.astype(np.uint8).reshape(1, 256, 1), BYTE.astype(np.uint8).reshape(1, 1, 256)
    for table in INTEGERS.values():
        assert np.array_equal(table.view(np.uint32), sums(_sums.integers, level, table, a, b)[0])
    table = np.arange(65536).astype(np.uint16).reshape(256, 256)
    is_nan = (table & 0x7FFF) > INFINITY
    expected = np.where(is_nan, 0x7FC00000, table.astype(np.uint32) << 16)
    expected[table == SIGN] = 0  # the sum starts at +0
    assert np.array_equal(expected, sums(_sums.floats, level, table, a, b)[0])


@LEVELS
def test_integers_wrap_modulo_2_32(level):
    depth = 65600
    a, b = np.broadcast_to(np.uint8(9), (1, 1, depth)), np.broadcast_to(np.uint8(7), (1, depth, 1))
    for name in ("most", "least"):
        entry = int(INTEGERS[name][0, 0])
        assert depth * entry % 2**32 == sums(_sums.integers, level, INTEGERS[name], a, b).item()
    assert not -(2**31) <= depth * 65535 < 2**32


@LEVELS
def test_opposite_infinities_are_the_canonical_nan(level):
    table = np.zeros((256, 256), np.uint16)
    table[1], table[2], table[3] = (
        INFINITY,
        INFINITY | SIGN,
        0xFF81,
    )  # the last a NaN that is neither quiet nor positive
    a = np.array([[[1, 1], [1, 2], [2, 2], [0, 3], [3, 1]]], np.uint8)
    expected = [0x7F800000, 0x7FC00000, 0xFF800000, 0x7FC00000, 0x7FC00000]
    for columns in (1, 70):
        got = sums(_sums.floats, level, table, a, np.zeros((1, 2, columns), np.uint8))
        assert np.array_equal(np.broadcast_to(np.array(expected)[:, None], (5, columns)), got[0])


@LEVELS
@settings(deadline=None, max_examples=60, derandomize=True)
@given(
    st.tuples(*map(st.integers, (0, 0, 0, 0), (2, 80, 300, 300))),
    st.sampled_from(LAYOUTS),
    st.sampled_from(LAYOUTS),
    st.sampled_from([*INTEGERS, "floats", "special"]),
    st.booleans(),
    st.integers(0, 2**32 - 1),
)
def test_any_shapes_and_strides(level, shape, layout_a, layout_b, name, transposed, seed):
    rng = np.random.default_rng(seed)
    count, rows, depth, columns = shape
    a, b = matrices(rng, layout_a, count, rows, depth), matrices(rng, layout_b, count, depth, columns)
    table = INTEGERS.get(name)
    if table is None:
        table = bfloats(rng, special=name == "special")
        function, expected = _sums.floats, expected_bits(table, a, b)
    else:
        wide = table.astype(np.uint32)
        function, expected = _sums.integers, np.zeros((count, rows, columns), np.uint32)
        for k in range(depth):
            expected += wide[a[:, :, k, None], b[:, None, k, :]]
    if transposed:
        table = np.asfortranarray(table)
    assert np.array_equal(expected, sums(function, level, table, a, b))
    c = np.zeros((count, columns, rows), np.uint32)
    function(level, table, a, b, c.swapaxes(1, 2))
    assert np.array_equal(expected, c.swapaxes(1, 2))


@LEVELS
@settings(deadline=None, max_examples=30, derandomize=True)
@given(hnp.arrays(np.uint8, (1, 3, 4)), hnp.arrays(np.uint8, (1, 4, 5)))
def test_sums_of_signed_products_are_those_of_numpy(level, a, b):
    expected = a.view(np.int8).astype(np.int64) @ b.view(np.int8).astype(np.int64)
    assert np.array_equal(expected, sums(_sums.integers, level, INTEGERS["s8"], a, b).view(np.int32))


class TestArguments:
    A, B, C = np.zeros((2, 3, 4), np.uint8), np.zeros((2, 4, 5), np.uint8), np.zeros((2, 3, 5), np.int32)

    @pytest.mark.parametrize("level", [-1, 99])
    def test_unknown_level_is_refused(self, level):
        for function, table in ((_sums.integers, INTEGERS["u8"]), (_sums.floats, np.zeros((256, 256), np.uint16))):
            with pytest.raises(ValueError, match=rf"level must be 0\.\.\d, not {level}"):
                function(level, table, self.A, self.B, self.C)

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"table": np.zeros((256, 255), np.int32)}, "table must be 256 x 256, not 256 x 255"),
            ({"table": np.zeros((256, 256), np.int64)}, "items of table must be 4 bytes, not 8"),
            ({"table": np.zeros(65536, np.int32)}, "table must have 2 axes, not 1"),
            ({"a": A[0]}, "a must have 3 axes, not 2"),
            ({"a": A.astype(np.int16)}, "items of a must be 1 bytes, not 2"),
            ({"a": A[:1]}, r"a and b must be \(T, M, K\) and \(T, K, N\), not \(1, 3, 4\) and \(2, 4, 5\)"),
            ({"b": B[:, :3]}, r"not \(2, 3, 4\) and \(2, 3, 5\)"),
            ({"c": C[:, :, :4]}, r"c must be \(2, 3, 5\), not \(2, 3, 4\)"),
            ({"c": C.astype(np.float64)}, "items of c must be 4 bytes, not 8"),
        ],
    )
    def test_wrong_shapes_and_sizes_are_refused(self, change, message):
        arguments = {"table": INTEGERS["u8"], "a": self.A, "b": self.B, "c": self.C} | change
        with pytest.raises(ValueError, match=message):
            _sums.integers(0, *arguments.values())

    def test_floats_take_16_bit_entries(self):
        with pytest.raises(ValueError, match="items of table must be 2 bytes, not 4"):
            _sums.floats(0, INTEGERS["u8"], self.A, self.B, self.C)

    @LEVELS
    @pytest.mark.parametrize(("least", "most"), [(-1, 32768), (-32769, 0), (0, 65536), (-(2**31), 2**31 - 1)])
    def test_entries_beyond_16_bits_are_refused(self, level, least, most):
        table = np.zeros((256, 256), np.int32)
        table[7, 255], table[255, 0] = least, most
        for chosen in (table, table.T):
            with pytest.raises(ValueError, match=r"all be in -32768\.\.32767, or all in 0\.\.65535"):
                _sums.integers(level, chosen, self.A, self.B, self.C)

    def test_what_cannot_be_written_is_refused(self):
        with pytest.raises((ValueError, BufferError), match="read-only"):
            _sums.integers(0, INTEGERS["u8"], self.A, self.B, np.broadcast_to(np.int32(0), (2, 3, 5)))

    def test_last_level_runs_everywhere(self):
        assert _sums.levels()[-1] == "plain"
