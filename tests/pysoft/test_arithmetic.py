"""Every function of an arithmetic against what it is defined to be, and what is taken where nothing is said."""

import copy
import functools
import pickle

import numpy as np
import pytest
from float_values import random_numbers, words

import mitchell
from pysoft import activation, activation_bound
from pysoft.arithmetic import Arithmetic
from pysoft.exponential import EXPONENTIALS
from pysoft.families import FAMILIES
from pysoft.float_formats import FLOAT_FORMATS, FloatFormat
from pysoft.formats import format_from_name
from pysoft.matmul import plain_matmul
from pysoft.operator import Operator

OPERATIONS = {"multiply": "mul", "divide": "div", **{name: name for name in ("square", "reciprocal", "sqrt", "rsqrt")}}
UNARY = ("square", "reciprocal", "sqrt", "rsqrt")
FUNCTIONS = ("exp2", "exp", "log2", "log")
by_form = pytest.mark.parametrize("form", FLOAT_FORMATS)
by_kind = pytest.mark.parametrize("kind", EXPONENTIALS)


def same(expected, got):
    assert type(expected) is type(got)
    assert (expected.dtype, expected.shape) == (got.dtype, got.shape)
    assert np.array_equal(words(expected), words(got))


def values(form, shape, style="any", seed=1):
    return random_numbers(FLOAT_FORMATS[form], shape, style, np.random.default_rng(seed))


def op(operation, form, family="exact"):
    return Operator.from_name(f"{operation}-{form}-{family}")


# Each function against its definition


@by_form
def test_without_operators_all_is_exact(form):
    arithmetic, a, b = Arithmetic(format=form), values(form, (40, 9)), values(form, (40, 9), seed=2)
    same(op("mul", form)(a, b), arithmetic.multiply(a, b))
    same(op("div", form)(a, b), arithmetic.divide(a, b))
    for name in ("sqrt", "rsqrt"):
        same(op(name, form)(a), getattr(arithmetic, name)(a))
    same(op("mul", form)(a, a), arithmetic.square(a))
    same(op("div", form)(a.dtype.type(1), a), arithmetic.reciprocal(a))
    for name in FUNCTIONS:
        same(getattr(EXPONENTIALS["exact"], name)(a, FLOAT_FORMATS[form]), getattr(arithmetic, name)(a))
    same(plain_matmul(op("mul", form), a, b.T), arithmetic.matmul(a, b.T))


@by_form
@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operator_is_used_for_what_it_is_given_for(form, name):
    """And, of products and quotients, for squares and reciprocals that have none of their own."""
    operation = OPERATIONS[name]
    operator, a, b = op(operation, form, "mitchell"), values(form, 300), values(form, 300, seed=2)
    for given in (operator, operator.name, mitchell.operator(operator.name)):
        arithmetic = Arithmetic(**{name: given})
        assert arithmetic.format == operator.format
        for other, word in OPERATIONS.items():
            assert arithmetic.operator(word) == (operator if other == name else op(word, form))
            if word in ("mul", "div", "sqrt", "rsqrt") or other == name:
                operands = (a, b)[: len(arithmetic.operator(word).operands)]
                same(arithmetic.operator(word)(*operands), getattr(arithmetic, other)(*operands))
        if name not in ("square", "reciprocal"):
            same(arithmetic.operator("mul")(a, a), arithmetic.square(a))
            same(arithmetic.operator("div")(a.dtype.type(1), a), arithmetic.reciprocal(a))


@by_form
@by_kind
def test_exponentials_are_those_that_were_chosen(form, kind):
    arithmetic, x = Arithmetic(format=form, exponential=kind), values(form, (7, 30))
    for name in FUNCTIONS:
        same(getattr(EXPONENTIALS[kind], name)(x, FLOAT_FORMATS[form]), getattr(arithmetic, name)(x))


@by_form
@by_kind
@pytest.mark.parametrize("family", ["exact", "mitchell"])
def test_activations_take_its_exponential_and_its_division(form, kind, family):
    divide, number_format = op("div", form, family), FLOAT_FORMATS[form]
    arithmetic = Arithmetic(divide=divide, exponential=kind)
    for style in ("about one", "any"):
        x = values(form, (5, 12), style)
        for name in ("sigmoid", "tanh", "softmax"):
            expected = getattr(activation, name)(x, number_format, EXPONENTIALS[kind], divide)
            same(expected, getattr(arithmetic, name)(x))
        same(activation.softmax(x, number_format, EXPONENTIALS[kind], divide, axis=0), arithmetic.softmax(x, axis=0))


@pytest.mark.parametrize("form", [*FLOAT_FORMATS, "u8", "s12"])
def test_matrix_products_take_rows_and_columns(form):
    arithmetic = Arithmetic(multiply=op("mul", form, "mitchell"))
    number_format, operator, rng = arithmetic.format, arithmetic.operator("mul"), np.random.default_rng(3)

    def random(*shape):
        if isinstance(number_format, FloatFormat):
            return random_numbers(number_format, shape, "finite", rng)
        return rng.integers(number_format.minimum, number_format.maximum, shape).astype(number_format.dtype)

    a, b, x, y = random(2, 4, 5), random(2, 5, 3), random(5), random(4)
    due = plain_matmul(operator, a, b)
    same(due, arithmetic.matmul(a, b))
    same(due[0], arithmetic.matmul(a[0], b[0]))
    same(plain_matmul(operator, a, x[:, None])[..., 0], arithmetic.matmul(a, x))
    same(plain_matmul(operator, x[None], b)[..., 0, :], arithmetic.matmul(x, b))
    same(plain_matmul(operator, x[None], x[:, None])[0, 0], arithmetic.matmul(x, x))
    same(plain_matmul(operator, a, x[:, None])[..., 0], arithmetic.matvec(a, x))
    z = random(3, 1, 5)
    same(plain_matmul(operator, a, z[..., None])[..., 0], arithmetic.matvec(a, z))
    same(operator(y[:, None], x[None]), arithmetic.outer(y, x))
    same(operator(a[..., :, None], a[0, :, None, :]), arithmetic.outer(a, a[0]))
    for left, right in ((a, a), (a, x), (x, a), (z, a[:, 0]), (x, x)):
        u, v = np.broadcast_arrays(left, right)
        due = plain_matmul(operator, u[..., None, :], v[..., None])[..., 0, 0][()]
        same(due, arithmetic.sum_of_products(left, right))
    same(arithmetic.matmul(a, b), arithmetic.matmul(a.tolist(), b.tolist()))


@pytest.mark.parametrize(
    ("form", "accumulators"),
    [("f32", ("float32", "float64")), ("f8e5m2", ("float32", "float64")), ("u8", ("int32", "int64"))],
)
def test_the_accumulator_is_the_type_of_sums(form, accumulators):
    for accumulate in (None, *accumulators):
        arithmetic = Arithmetic(format=form, accumulate=accumulate, threads=1)
        ones = np.ones((3, 3), arithmetic.format.dtype)
        for result in (
            arithmetic.matmul(ones, ones),
            arithmetic.matvec(ones, ones[0]),
            arithmetic.sum_of_products(ones, ones),
        ):
            assert result.dtype == (accumulate or accumulators[0])
            assert np.all(result == 3)


@pytest.mark.parametrize("accumulate", ["float32", "float64"])
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_sums_are_in_order_in_the_accumulator(accumulate, axis):
    arithmetic, x = Arithmetic(accumulate=accumulate), values("f32", (7, 33, 5))
    x[np.isnan(x)] = 1
    with np.errstate(all="ignore"):
        total = np.zeros(np.take(x, 0, axis).shape, accumulate)
        for i in range(x.shape[axis]):
            total = total + np.take(x, i, axis)
        ours = arithmetic.sum(x, axis)
    same(total, ours)
    same(np.expand_dims(total, axis), arithmetic.sum(x, axis, keepdims=True))


def test_sums_of_narrow_floats_and_of_nothing():
    bf16 = Arithmetic(format="bf16")
    assert (np.float32, 259) == (bf16.sum([256, 1, 1, 1]).dtype, bf16.sum([256, 1, 1, 1]))
    assert [0, 0] == Arithmetic().sum(np.zeros((2, 0), np.float32)).tolist()
    with pytest.raises(np.exceptions.AxisError):
        Arithmetic().sum(np.float32([1]), 1)


def test_integers_multiply_and_divide():
    arithmetic = Arithmetic("mul-u8-mitchell", "div-u8-mitchell-f3")
    same(op("mul", "u8", "mitchell")([3, 100], 7), arithmetic.multiply([3, 100], 7))
    same(op("div", "u8", "mitchell-f3")([3, 100], 7), arithmetic.divide([3, 100], 7))
    same(op("mul", "u8", "mitchell")([3, 100], [3, 100]), arithmetic.square([3, 100]))
    same(op("div", "u8", "mitchell-f3")(1, [3, 100]), arithmetic.reciprocal([3, 100]))
    same(op("sqrt", "u8")([3, 100]), arithmetic.sqrt([3, 100]))
    for name in (*FUNCTIONS, "sigmoid", "tanh", "softmax"):
        size = {"n": 2} if name == "softmax" else {}
        bound = functools.partial(arithmetic.bound, name, **size)
        for function in (functools.partial(getattr(arithmetic, name), [1, 2]), bound):
            with pytest.raises(ValueError, match=r"^this function is one of floats, and the arithmetic is on u8$"):
                function()


# A whole family


@pytest.mark.parametrize("form", [*FLOAT_FORMATS, "u8", "s8", "u12"])
@pytest.mark.parametrize("family", FAMILIES)
def test_of_family_takes_every_operation_that_the_family_has(family, form):
    number_format = format_from_name(form)
    available = FAMILIES[family].operations_on(number_format)
    legal = available["mul"].configurations_at(number_format.precision) if "mul" in available else ()
    for configuration in legal[-1:] if family == "carryin" else legal[:1]:  # the last is that of all operations
        name = Operator("mul", number_format, family, configuration).name.removeprefix(f"mul-{form}-")
        arithmetic = Arithmetic.of_family(name, form)
        wanted = OPERATIONS.values() if form in FLOAT_FORMATS else ("mul", "div")
        for operation in wanted:
            due = family if operation in available else "exact"
            assert (due, number_format) == (arithmetic.operator(operation).family, arithmetic.format)
            if due == family:
                parameters = arithmetic.operator(operation).parameters
                assert all(configuration.get(p, value) == value for p, value in parameters.items())
        kind = "mitchell" if form in FLOAT_FORMATS and family != "exact" else "exact"
        assert f"exponential={kind!r}" in repr(arithmetic)
    if not legal:
        with pytest.raises(ValueError, match=f"^unknown operator 'mul-{form}-{family}': "):
            Arithmetic.of_family(family, form)


def test_of_family_takes_options_which_go_before():
    arithmetic = Arithmetic.of_family(
        "mitchell", "bf16", divide=None, exponential="exact", accumulate="float64", threads=3
    )
    assert "exact" == arithmetic.operator("div").family
    assert "mitchell" == arithmetic.operator("sqrt").family
    assert "exponential='exact', format='bf16', accumulate='float64', threads=3)" in repr(arithmetic)
    assert "f32" == Arithmetic.of_family("mitchell").format.name
    assert "float32" == Arithmetic.of_family("mitchell").matmul(np.ones((1, 1), "f4"), np.ones((1, 1), "f4")).dtype


@by_form
@pytest.mark.parametrize("compiled", [True, False])
def test_mitchell_never_calls_an_exact_operator(monkeypatch, form, compiled):
    """Nor an exact exponential; whoever computes, the compiled part or the model."""
    used = set()

    def watch(target, name, operator_of):
        function = getattr(target, name)

        def watched(*arguments, **options):
            operator = operator_of(*arguments)
            used.add((operator.operation, operator.family))
            return function(*arguments, **options)

        monkeypatch.setattr(target, name, watched)

    watch(Operator, "unsigned_core", lambda operator, *_: operator)
    for module in ("elementwise", "kernels.sums"):
        target = __import__(f"pysoft.{module}", fromlist=["packed"])
        watch(target, "packed", lambda operator: operator)
        if not compiled:
            monkeypatch.setattr(target, "extension", lambda name: None)
    monkeypatch.setattr("pysoft.exact_exponential._rounded_once", None)
    arithmetic, x = Arithmetic.of_family("mitchell", form), values(form, (3, 3), "about one")
    for name in ("multiply", "divide", "matmul", "matvec", "outer", "sum_of_products"):
        getattr(arithmetic, name)(x, x)
    for name in (*UNARY, *FUNCTIONS, "sigmoid", "tanh", "softmax"):
        getattr(arithmetic, name)(x)
    assert {"mitchell"} == {family for _, family in used}
    assert set(OPERATIONS.values()) == {operation for operation, _ in used}


# What is said of it


def test_representation_makes_it_again():
    for arithmetic in (
        Arithmetic(),
        Arithmetic("mul-f16-mbm", divide="div-f16-mitchell", threads=2),
        Arithmetic(rsqrt="rsqrt-bf16-gh", exponential="mitchell", accumulate="float64"),
        Arithmetic.of_family("mitchell"),
        Arithmetic.of_family("mitchell", "s8"),
    ):
        assert repr(arithmetic) == repr(eval(repr(arithmetic), {"Arithmetic": Arithmetic}))
    assert "Arithmetic(exponential='exact', format='f32', accumulate='float32')" == repr(Arithmetic())
    assert mitchell.Arithmetic is Arithmetic


@pytest.mark.parametrize("form", ["f32", "bf16", "f8e4m3", "s8"])
def test_copies_compute_the_same(form):
    """Also of one that has been used, which holds compiled parts; as processes that share out work need it."""
    arithmetic = Arithmetic.of_family("mitchell", form, threads=2)
    a = np.arange(1, 7).reshape(2, 3).astype(arithmetic.format.dtype)
    for _ in range(2):
        for again in (copy.copy(arithmetic), copy.deepcopy(arithmetic), pickle.loads(pickle.dumps(arithmetic))):
            assert repr(arithmetic) == repr(again)
            same(arithmetic.multiply(a, a), again.multiply(a, a))
            same(arithmetic.matmul(a, a.T), again.matmul(a, a.T))


def test_casts_are_those_of_the_format():
    numbers = np.array([1.001, 3e38, 1e39, np.nan, -0.0, 2.0**-140])
    for form in FLOAT_FORMATS:
        same(FLOAT_FORMATS[form].cast(numbers), Arithmetic(format=form).cast(numbers))
    with pytest.raises(ValueError, match=r"^this function is one of floats, and the arithmetic is on u8$"):
        Arithmetic(format="u8").cast(numbers)


def test_bounds_are_those_of_what_computes():
    f32 = FLOAT_FORMATS["f32"]
    arithmetic = Arithmetic("mul-f32-lmul", "div-f32-mitchell", rsqrt="rsqrt-f32-gh", exponential="mitchell")
    assert op("mul", "f32", "lmul").bound == arithmetic.bound("multiply") == arithmetic.bound("square")
    assert op("div", "f32", "mitchell").bound == arithmetic.bound("divide") == arithmetic.bound("reciprocal")
    assert op("rsqrt", "f32", "gh").bound == arithmetic.bound("rsqrt")
    assert op("sqrt", "f32").bound == arithmetic.bound("sqrt")
    for kind in EXPONENTIALS:
        chosen = Arithmetic(divide="div-f32-mitchell", exponential=kind)
        for name in FUNCTIONS:
            assert getattr(EXPONENTIALS[kind], f"{name}_bound")(f32) == chosen.bound(name)
        arguments = f32, EXPONENTIALS[kind], op("div", "f32", "mitchell").bound
        assert activation_bound.sigmoid_bound(*arguments) == chosen.bound("sigmoid")
        assert activation_bound.tanh_bound(*arguments) == chosen.bound("tanh")
        assert activation_bound.softmax_bound(*arguments, n=10) == chosen.bound("softmax", n=10)
    family = Arithmetic.of_family("mitchell")
    for name, operation in OPERATIONS.items():
        assert op(operation, "f32", "mitchell").bound == family.bound(name)
    known = "multiply, divide, square, reciprocal, sqrt, rsqrt, exp2, exp, log2, log, sigmoid, tanh, softmax"
    with pytest.raises(ValueError, match=f"^unknown function 'matmul': there are {known}$"):
        arithmetic.bound("matmul")
    for name in ("multiply", "exp", "tanh"):
        with pytest.raises(ValueError, match=f"^the bound of {name} depends on no size, and n was given$"):
            arithmetic.bound(name, n=3)
    with pytest.raises(ValueError, match=r"^the bound of softmax depends on n"):
        arithmetic.bound("softmax")


# What is refused


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"multiply": 3}, TypeError, "^multiply must be an operator or its name, not 3$"),
        ({"sqrt": b"sqrt-f32-exact"}, TypeError, "^sqrt must be an operator or its name, not b'sqrt-f32-exact'$"),
        ({"multiply": "div-f32-exact"}, ValueError, "^multiply must be a mul operator, not div-f32-exact$"),
        ({"divide": "mul-f32-exact"}, ValueError, "^divide must be a div operator, not mul-f32-exact$"),
        ({"rsqrt": "sqrt-f32-exact"}, ValueError, "^rsqrt must be a rsqrt operator, not sqrt-f32-exact$"),
        ({"multiply": "mul-f32-mitchel"}, ValueError, "^unknown operator 'mul-f32-mitchel'"),
        (
            {"multiply": "mul-f32-exact", "divide": "div-bf16-exact"},
            ValueError,
            "must be on one format, not on bf16, f32$",
        ),
        ({"multiply": "mul-u8-exact", "format": "s8"}, ValueError, "must be on one format, not on s8, u8$"),
        ({"format": "f64"}, ValueError, "^unknown format 'f64'"),
        ({"format": 32}, TypeError, "^a format name must be a string such as 'u16', not 32$"),
        ({"format": "u17"}, ValueError, "^sums of products take integers of up to 16 bits, not u17$"),
        ({"exponential": "fast"}, ValueError, "^exponential must be one of exact, mitchell, not 'fast'$"),
        ({"exponential": None}, ValueError, "^exponential must be one of exact, mitchell, not None$"),
        ({"accumulate": "int32"}, ValueError, "^f32 is summed up in float32 or float64, not in 'int32'$"),
        ({"threads": 0}, ValueError, "^threads must be 1 or more, not 0$"),
        ({"threads": 1.0}, TypeError, "^threads must be an integer, not 1.0$"),
    ],
)
def test_wrong_options_are_refused(options, error, message):
    with pytest.raises(error, match=message):
        Arithmetic(**options)


def test_operations_that_integers_lack_are_refused():
    with pytest.raises(ValueError, match=r"^sqrt takes unsigned integers and floats, not s8$"):
        Arithmetic(format="s8").sqrt(9)
    with pytest.raises(ValueError, match=r"^parameter f .* must be given"):
        Arithmetic(format="u8").rsqrt(9)


def test_operands_that_do_not_fit_are_refused():
    arithmetic, ones = Arithmetic("mul-bf16-mitchell"), np.ones((2, 3), np.float32)
    half = ones.astype(arithmetic.format.dtype)
    for name in ("multiply", "divide", "matmul", "matvec", "outer", "sum_of_products"):
        with pytest.raises(TypeError, match="is an array of float32, which format bf16 does not hold exactly"):
            getattr(arithmetic, name)(half, ones)
    for name in (*UNARY, *FUNCTIONS, "sigmoid", "tanh", "softmax"):
        with pytest.raises(TypeError, match="is an array of float32, which format bf16 does not hold exactly"):
            getattr(arithmetic, name)(ones)
    for left, right in (
        (half, half),
        (half[0, :2], half.T),
        (half, half[0, :2]),
        (half[0, 0], half),
        (half, half[0, 0]),
    ):
        with pytest.raises(
            ValueError, match=r"^shapes .* do not fit: they must be \(\.\.\., m, k\) and \(\.\.\., k, n\)$"
        ):
            arithmetic.matmul(left, right)
    for function in (
        lambda x: arithmetic.matvec(half, x),
        lambda x: arithmetic.outer(x, half),
        lambda x: arithmetic.outer(half, x),
    ):
        with pytest.raises(ValueError, match=r"^[abx] must have a dimension or more, not be a scalar$"):
            function(2.0)
    with pytest.raises(ValueError, match=r"^b must have a dimension or more, not be a scalar$"):
        arithmetic.sum_of_products(half, half[0, 0])
