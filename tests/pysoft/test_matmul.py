"""Matrix products against a loop in Python's numbers, and against the plain loop over the model."""

import ctypes
import itertools

import float_reference
import hypothesis.extra.numpy as hnp
import hypothesis.strategies as st
import numpy as np
import pytest
import scalar_reference
from float_values import FORMATS, STYLES, plain_sums, random_numbers, words
from hypothesis import given, settings

from pysoft import matmul
from pysoft.float_formats import FLOAT_FORMATS
from pysoft.kernels import extension
from pysoft.matmul import ACCUMULATORS, MatrixProduct, plain_matmul
from pysoft.operator import Operator

_module = extension("_arithmetic")
LEVELS = range(len(_module.levels()) if _module else 1)
FLOATS = [
    f"mul-{form}-{family}" for form in FLOAT_FORMATS for family in ("exact", "mitchell", "realm-m4", "tuned-mred")
]
FLOATS += ["mul-f32-mbm-t20", "mul-f8e4m3-carryin-full", "mul-f8e5m2-lmul", "mul-f16-tuned-minimax-m16"]
INTEGERS = ["mul-u8-mitchell", "mul-s8-mbm", "mul-u5-realm-m4", "mul-s12-mitchell", "mul-u12-exact", "mul-s2-exact"]


def same(expected, got):
    assert (expected.dtype, expected.shape) == (got.dtype, got.shape)
    assert np.array_equal(words(expected), words(got))


def number(bits, form):
    """A finite number, infinity or NaN as Python's float."""
    sign, value = float_reference.decode(bits, form)
    named = {"zero": 0.0, "infinity": float("inf"), "NaN": float("nan")}
    magnitude = named[value] if isinstance(value, str) else float(float_reference.real(value))
    return -magnitude if sign else magnitude


def scalar_sum(operator, row, column, accumulate):
    """Of factors' bits, one after the other; that float64 rounds a sum of two float32 first does no harm."""
    total = 0.0
    for x, y in zip(row, column, strict=True):
        total += number(float_reference.evaluate(operator, x, y), operator.format.name)
        total = ctypes.c_float(total).value if accumulate == "float32" else total
    return float("nan") if total != total else total


def random_integers(form, shape, rng):
    return rng.integers(form.minimum, form.maximum, shape, endpoint=True).astype(form.dtype)


# Sums of floats


@pytest.mark.parametrize("accumulate", ACCUMULATORS["f"])
@pytest.mark.parametrize("name", FLOATS)
def test_sums_are_those_of_a_loop_in_python(name, accumulate):
    operator, rng = Operator.from_name(name), np.random.default_rng(1)
    for style, (m, k, n) in itertools.product(STYLES, ((2, 4, 3), (1, 3, 2), (5, 3, 1))):
        a, b = (random_numbers(operator.format, shape, style, rng) for shape in ((m, k), (k, n)))
        rows, columns = operator.format.to_bits(a).tolist(), operator.format.to_bits(b).T.tolist()
        sums = [[scalar_sum(operator, row, column, accumulate) for column in columns] for row in rows]
        expected = np.array(sums, accumulate)
        expected[np.isnan(expected)] = np.nan
        same(expected, MatrixProduct(operator, accumulate=accumulate)(a, b))
        same(expected, plain_matmul(operator, a, b, accumulate=accumulate))


@pytest.mark.parametrize("accumulate", ACCUMULATORS["f"])
@pytest.mark.parametrize("name", FLOATS)
def test_sums_are_those_of_the_plain_loop_at_every_level(name, accumulate):
    operator, rng = Operator.from_name(name), np.random.default_rng(2)
    for style in STYLES:
        a, b = (random_numbers(operator.format, shape, style, rng) for shape in ((11, 18), (18, 35)))
        expected = plain_matmul(operator, a, b, accumulate=accumulate)
        assert np.array_equal(plain_sums(operator, a, b, np.dtype(accumulate).type), words(expected))
        for level in LEVELS:
            same(expected, MatrixProduct(operator, accumulate=accumulate, level=level)(a, b))


@settings(deadline=None, max_examples=150, derandomize=True)
@given(
    st.sampled_from([*FLOATS[:8], "mul-f8e4m3-mitchell", "mul-u8-mitchell", "mul-s12-exact"]),
    hnp.mutually_broadcastable_shapes(signature="(m,k),(k,n)->(m,n)", max_dims=3, min_side=0, max_side=6),
    st.integers(1, 3),
    st.integers(0, 2**32 - 1),
)
def test_leading_dimensions_broadcast(name, shapes, threads, seed):
    operator, rng = Operator.from_name(name), np.random.default_rng(seed)
    random = random_integers if operator.format.name[0] in "us" else lambda *_: random_numbers(*_[:2], "any", rng)
    a, b = (random(operator.format, shape, rng) for shape in shapes.input_shapes)
    result = MatrixProduct(operator, threads=threads)(a, b)
    assert result.shape == shapes.result_shape
    same(plain_matmul(operator, a, b), result)


@pytest.mark.parametrize(
    "name", ["mul-f32-mitchell", "mul-bf16-realm-m4", "mul-f8e5m2-exact", "mul-s8-mitchell", "mul-u12-exact"]
)
def test_any_number_of_threads_gives_the_same_bits(monkeypatch, name):
    monkeypatch.setattr(matmul, "_ALONE", 1)
    operator, rng = Operator.from_name(name), np.random.default_rng(3)
    shapes = [
        ((100, 7), (7, 3)),
        ((3, 7), (7, 301)),
        ((1, 7), (7, 1)),
        ((2, 5), (5, 2)),
        ((1, 9), (9, 50)),
        ((60, 9), (9, 1)),
    ]
    shapes += [((5, 2, 3), (5, 3, 4)), ((2, 40, 3), (3, 4)), ((2, 3), (4, 1, 3, 60)), ((2, 1, 3, 4), (4, 2))]
    for shape_a, shape_b in shapes:
        for accumulate in ACCUMULATORS["f" if operator.format.name in FLOAT_FORMATS else "i"]:
            if operator.format.name in FLOAT_FORMATS:
                a, b = (random_numbers(operator.format, shape, "any", rng) for shape in (shape_a, shape_b))
            else:
                a, b = (random_integers(operator.format, shape, rng) for shape in (shape_a, shape_b))
            alone = MatrixProduct(operator, accumulate=accumulate, threads=1)(a, b)
            same(plain_matmul(operator, a, b, accumulate=accumulate), alone)
            for threads in (2, 3, 8):
                same(alone, MatrixProduct(operator, accumulate=accumulate, threads=threads)(a, b))


def test_threads_share_out_what_is_worth_it(monkeypatch):
    shared = []

    def share_out(work, parts, threads):
        assert threads == 3
        shared.append(parts)
        for part in parts:
            work(part)

    monkeypatch.setattr(matmul, "share_out", share_out)
    operator = Operator.from_name("mul-bf16-mitchell")
    for shapes, parts in (
        (((100, 128), (128, 128)), []),
        (((300, 128), (128, 128)), [[(0, 96), (96, 192), (192, 300)]]),
        (((128, 128), (128, 300)), [[(0, 96), (96, 192), (192, 300)]]),
        (((3, 100, 128), (128, 128)), [[(0, 1), (1, 2), (2, 3)]]),
        (((2, 30), (30, 100000)), [[(0, 33328), (33328, 66656), (66656, 100000)]]),
    ):
        shared.clear()
        a, b = (np.ones(shape, operator.format.dtype) for shape in shapes)
        c = MatrixProduct(operator, threads=3)(a, b)
        assert parts == [[(part.start, part.stop) for part in each] for each in shared]
        assert np.all(c == a.shape[-1])


@pytest.mark.parametrize("form", FORMATS)
def test_views_of_any_strides(form):
    operator, rng = Operator.from_name(f"mul-{form}-mitchell"), np.random.default_rng(4)
    a, b = (random_numbers(operator.format, shape, "any", rng) for shape in ((4, 30, 26), (4, 26, 22)))
    for x, y in (
        (a[::-1], b),
        (a[:, ::2], b[..., ::-3]),
        (a.swapaxes(1, 2)[:, ::-1], a[:, :, ::4]),
        (a[0], b[1:]),
        (a[:, 3:4], b[..., 5:6]),
    ):
        expected = plain_matmul(operator, np.ascontiguousarray(x), np.ascontiguousarray(y))
        same(expected, MatrixProduct(operator)(x, y))
    flat = np.broadcast_to(a[0, 0, :1], (7, 26))
    same(plain_matmul(operator, flat, b), MatrixProduct(operator)(flat, b))


# Sums of integers


@pytest.mark.parametrize("accumulate", ACCUMULATORS["i"])
@pytest.mark.parametrize("name", INTEGERS)
def test_sums_of_integers_are_those_of_python(name, accumulate):
    operator, rng = Operator.from_name(name), np.random.default_rng(5)
    for m, k, n in ((3, 5, 4), (1, 70, 2), (2, 3, 33), (4, 1, 1)):
        a, b = (random_integers(operator.format, shape, rng) for shape in ((m, k), (k, n)))
        a.flat[:2], b.flat[:2] = operator.format.minimum, operator.format.maximum
        products = [
            [scalar_reference.evaluate(operator, zip(row, column, strict=True)) for column in b.T.tolist()]
            for row in a.tolist()
        ]
        expected = np.array([[sum(each) for each in row] for row in products], accumulate)
        same(expected, plain_matmul(operator, a, b, accumulate=accumulate))
        for level in LEVELS:
            same(expected, MatrixProduct(operator, accumulate=accumulate, level=level)(a, b))


@pytest.mark.parametrize(
    ("name", "largest"),
    [
        ("mul-u8-exact", 255**2),
        ("mul-u8-mitchell", 255**2),
        ("mul-s8-exact", 2**14),
        ("mul-u12-exact", 4095**2),
        ("mul-s16-exact", 2**30),
        ("mul-u16-exact", 65535**2),
    ],
)
def test_sums_that_might_leave_int32_are_refused(name, largest):
    operator = Operator.from_name(name)
    result = operator.result_format
    assert max(result.maximum, -result.minimum) >= largest
    most = (2**31 - 1) // max(result.maximum, -result.minimum)
    depths = [most] if most else []
    for k in depths:
        a = np.full(
            (1, k),
            operator.format.minimum if operator.format.signed else operator.format.maximum,
            operator.format.dtype,
        )
        assert k * int(operator(a[0, 0], a[0, 0])) == MatrixProduct(operator)(a, a.T).item()
    a = np.ones((1, most + 1), operator.format.dtype)
    message = (
        f"^a sum of {most + 1} products of {operator.format} may leave int32, which [a-z ]*holds? [a-z ]*{most}:"
        f" take accumulate='int64', or shorter sums$"
    )
    for function in (MatrixProduct(operator), lambda *_: plain_matmul(operator, *_)):
        with pytest.raises(ValueError, match=message):
            function(a, a.T)
    same(np.array([[(most + 1) * int(operator(1, 1))]]), MatrixProduct(operator, accumulate="int64")(a, a.T))


def test_long_sums_of_bytes_in_int64():
    """In parts, as none of them holds more in an int32."""
    operator, k = Operator.from_name("mul-u8-exact"), (1 << 17) + 3
    a = np.broadcast_to(np.uint64(255), (2, k))
    assert np.all(MatrixProduct(operator, accumulate="int64")(a, a.T) == 255**2 * k)
    assert 255**2 * k > 2**32


# What is empty, and what is refused


@pytest.mark.parametrize(
    "name", ["mul-f32-exact", "mul-bf16-mitchell", "mul-f8e4m3-exact", "mul-u8-exact", "mul-s12-mitchell"]
)
def test_empty_sums_are_zeros(name):
    operator = Operator.from_name(name)
    for shape_a, shape_b in itertools.product(
        ((0, 3), (2, 0), (2, 3), (0, 0), (0, 2, 3)), ((3, 0), (0, 4), (3, 4), (0, 0), (5, 0, 3, 4))
    ):
        a, b = np.ones(shape_a, operator.format.dtype), np.ones(shape_b, operator.format.dtype)
        if a.shape[-1] == b.shape[-2] and 0 in (*a.shape, *b.shape):
            result = MatrixProduct(operator, threads=3)(a, b)
            assert result.dtype == MatrixProduct(operator).accumulate
            same((a.astype(np.float32) @ b.astype(np.float32)).astype(result.dtype), result)


def test_accumulators_have_their_defaults():
    assert MatrixProduct(Operator.from_name("mul-bf16-exact")).accumulate == "float32"
    assert MatrixProduct(Operator.from_name("mul-s8-exact")).accumulate == "int32"


@pytest.mark.parametrize(
    ("name", "accumulate", "message"),
    [
        ("div-f32-exact", None, "^sums of products need a multiplier, not div-f32-exact$"),
        ("square-u8-exact", None, "^sums of products need a multiplier, not square-u8-exact$"),
        ("mul-u17-exact", None, "^sums of products take integers of up to 16 bits, not u17$"),
        ("mul-s32-mitchell", "int64", "^sums of products take integers of up to 16 bits, not s32$"),
        ("mul-f16-exact", "int32", "^f16 is summed up in float32 or float64, not in 'int32'$"),
        ("mul-f16-exact", "float16", "^f16 is summed up in float32 or float64, not in 'float16'$"),
        ("mul-u8-exact", "float32", "^u8 is summed up in int32 or int64, not in 'float32'$"),
        ("mul-u8-exact", "", "^u8 is summed up in int32 or int64, not in ''$"),
    ],
)
def test_what_cannot_be_summed_up_is_refused(name, accumulate, message):
    operator = Operator.from_name(name)
    with pytest.raises(ValueError, match=message):
        MatrixProduct(operator, accumulate=accumulate)
    with pytest.raises(ValueError, match=message):
        plain_matmul(operator, np.ones((2, 2)), np.ones((2, 2)), accumulate=accumulate)


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        (
            ((3,), (3, 2)),
            r"^shapes \(3,\) and \(3, 2\) do not fit: they must be \(\.\.\., m, k\) and \(\.\.\., k, n\)$",
        ),
        (((2, 3), (3,)), r"^shapes \(2, 3\) and \(3,\) do not fit"),
        (((2, 3), (2, 3)), r"^shapes \(2, 3\) and \(2, 3\) do not fit"),
        (((), ()), r"^shapes \(\) and \(\) do not fit"),
        (((2, 2, 3), (3, 3, 4)), r"^leading dimensions \(2,\) and \(3,\) do not broadcast$"),
    ],
)
def test_shapes_that_do_not_fit_are_refused(shapes, message):
    operator = Operator.from_name("mul-f32-exact")
    a, b = (np.ones(shape, np.float32) for shape in shapes)
    for function in (MatrixProduct(operator), lambda *_: plain_matmul(operator, *_)):
        with pytest.raises(ValueError, match=message):
            function(a, b)
