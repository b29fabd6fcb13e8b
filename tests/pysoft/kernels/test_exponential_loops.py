"""Compiled exponentials, logarithms and activations on every vector unit, against the models in NumPy."""

import numpy as np
import pytest
from float_loops import LEVELS, by_level, module
from float_values import FORMATS, LAYOUTS, corners, laid_out, random_numbers, words

from pysoft import activation, exact_exponential, exponential
from pysoft.constant_product import LN_2, LOG2_E, constant_bits, signed_digits
from pysoft.exponential import EXPONENTIALS, exponential_bits, logarithm_bits
from pysoft.float_formats import FLOAT_FORMATS
from pysoft.kernels.floats import packed, packed_exponential
from pysoft.kernels.lines import activation_of, results_of
from pysoft.operator import Operator

CONSTANTS = {"exp2": 1, "exp": LOG2_E, "log2": 1, "log": LN_2}
CASES = [*((function, 0) for function in CONSTANTS), ("exp", 1), ("exp", 2)]
by_form = pytest.mark.parametrize("name", FORMATS)
by_case = pytest.mark.parametrize(("function", "decay"), CASES)


def integer(function, form):
    return round(CONSTANTS[function] * 2 ** constant_bits(form))


def code(function, form, decay=0):
    operation = "exponential" if function.startswith("exp") else "logarithm"
    return packed_exponential(operation, form, integer(function, form), constant_bits(form), decay=decay)


def model(function, decay, x, form):
    core = exponential_bits if function.startswith("exp") else logarithm_bits
    argument = exact_exponential.minus_magnitude(x, form, decay - 1) if decay else x
    return core(form.to_bits(argument), form, signed_digits(integer(function, form))).astype(words(x).dtype)


def every(form):
    """Every number of 16 bits; of f32 corners, numbers next to where the functions have some, and random ones."""
    if form.width == 16:
        return form.values()
    rng = np.random.default_rng(1)
    ends = np.float32(
        [88, 88.722839, 87.33654, 43.668, 44.36142, 128, 64, 126, 63, 149, 1, 2**-23, 2**-24, 2**-33, 2**-40]
    )
    near = (ends.view(np.int32)[:, None] + np.arange(-3, 4, dtype=np.int32)).ravel().view(np.float32)
    exponents = np.arange(512, dtype=np.uint32) << 23
    steps = [(exponents + np.uint32(step)).view(np.float32) for step in (0, 1, 1 << 22, (1 << 23) - 1)]
    scales = [rng.normal(scale=scale, size=20_000).astype(np.float32) for scale in (1e-6, 0.1, 1, 30, 90)]
    about_one = rng.normal(1, 1e-3, size=20_000).astype(np.float32)
    return np.concatenate(
        [corners(form), near, -near, *steps, *scales, about_one, random_numbers(form, 200_000, "any", rng)]
    )


@by_form
@by_case
def test_every_number_has_the_bits_of_the_model(function, decay, name):
    form = FLOAT_FORMATS[name]
    x = every(form)
    expected = model(function, decay, x, form)
    for level in LEVELS:
        assert np.array_equal(expected, words(results_of(code(function, form, decay), form, x, x, level=level))), level


@by_level
@pytest.mark.parametrize("name", FORMATS)
def test_other_constants(level, name):
    """At the ends of what is allowed, and in between: the loops look at no particular one."""
    form, rng = FLOAT_FORMATS[name], np.random.default_rng(2)
    places, x = constant_bits(form), random_numbers(form, 20_000, "any", rng)
    one = 1 << places
    end = min(2 * one, one + (1 << 32))
    for core, operation, constants in (
        (exponential_bits, "exponential", (one, one + 1, end - 1, *rng.integers(one, end, 5).tolist())),
        (logarithm_bits, "logarithm", (one // 2, one // 2 + 1, one - 1, one, *rng.integers(one // 2, one, 5).tolist())),
    ):
        for constant in constants:
            got = results_of(packed_exponential(operation, form, constant, places), form, x, x, level=level)
            assert np.array_equal(core(form.to_bits(x), form, signed_digits(constant)), words(got)), constant


@by_level
@pytest.mark.parametrize(
    ("constant", "pattern"),
    [(5527130124, 0x7DB94419), (6971592340, 0x6CC98ED1), (8509183676, 0x52FE225), (6534134820, 0x8B9BA4D)],
)
def test_products_next_to_a_tie_are_rounded_once(level, constant, pattern):
    """Of 63 bits, so near to a tie of 24 bits that those of a double are one, which is rounded the other way."""
    f32 = FLOAT_FORMATS["f32"]
    x = np.full(40, pattern, np.uint32).view(np.float32)
    expected = logarithm_bits(f32.to_bits(x), f32, signed_digits(constant))
    product = abs(pattern - 0x3F800000) * constant
    assert float(np.float32(float(product))) * 2.0**-56 != abs(float(expected.astype(np.uint32).view(np.float32)[0]))
    got = results_of(packed_exponential("logarithm", f32, constant, 33), f32, x, x, level=level)
    assert np.array_equal(expected, words(got))


@by_level
@by_form
@pytest.mark.parametrize("layout", LAYOUTS)
def test_lines_of_any_length_and_distance(level, name, layout):
    form, rng = FLOAT_FORMATS[name], np.random.default_rng(3)
    for columns in (0, 1, 7, 15, 16, 17, 33, 511, 513, 1030):
        x = laid_out(form, (1, 3, columns), "about one", layout, rng)[0]
        for function, decay in CASES:
            got = results_of(code(function, form, decay), form, x, x, level=level)
            assert np.array_equal(model(function, decay, x, form), words(got)), (function, decay, columns)


@np.errstate(all="ignore")  # of signalling NaN
def test_decay_is_the_exponential_of_a_multiple():
    for name, form in FLOAT_FORMATS.items():
        x = every(form) if name in FORMATS else form.values()
        normal = x[np.isfinite(x)].astype(np.float64)
        normal = normal[(np.abs(normal) >= 2.0 ** (1 - form.bias)) | (normal == 0)]
        largest = float(form.from_bits(np.array(form.largest)))
        for doublings in (0, 1):
            argument = form.cast(np.maximum(-np.abs(normal) * 2**doublings, -largest))
            for kind in EXPONENTIALS.values():
                got = kind.decay(form.cast(normal), form, doublings)
                assert np.array_equal(words(kind.exp(argument, form)), words(got))


# Activations

DIVIDERS = ("exact", "mitchell", "gh", "tuned-minimax-m4")


@by_form
@pytest.mark.parametrize("family", DIVIDERS)
@pytest.mark.parametrize("kind", EXPONENTIALS)
@pytest.mark.parametrize("function", ["sigmoid", "tanh"])
def test_activations_have_the_bits_of_the_model(function, kind, family, name):
    form, divide, exponentials = FLOAT_FORMATS[name], Operator.from_name(f"div-{name}-{family}"), EXPONENTIALS[kind]
    x = every(form)[:: 1 if family == "mitchell" else 7]
    expected = getattr(activation, function)(x, form, exponentials, divide)  # by the operator itself, in NumPy
    power = exponentials.decay(x, form, int(function == "tanh"))
    linear = 2.0 ** activation.linear_exponent(form, exponentials)
    for level in LEVELS:
        got = activation_of(function, packed(divide), form, x, power, linear=linear, level=level)
        assert np.array_equal(words(expected), words(got)), level


@by_level
@pytest.mark.parametrize("count", [0, 1, 15, 16, 17, 511, 512, 513, 1025])
def test_activations_of_any_length(level, count):
    form, rng = FLOAT_FORMATS["f32"], np.random.default_rng(4)
    divide = Operator.from_name("div-f32-mitchell")
    x = random_numbers(form, count, "with zeros", rng)
    for function in ("sigmoid", "tanh"):
        expected = getattr(activation, function)(x, form, EXPONENTIALS["mitchell"], divide)
        power = exponential.decay(x, form, int(function == "tanh"))
        got = activation_of(function, packed(divide), form, x, power, linear=0.5, level=level)
        assert np.array_equal(words(expected), words(got))


# What is refused


def changed(bytes_, **fields):
    from pysoft.kernels.floats import _STRUCTURE

    structure = np.frombuffer(bytes_, _STRUCTURE).copy()
    for name, value in fields.items():
        structure[name] = value
    return structure.tobytes()


def test_what_is_no_exponential_is_refused():
    form, x = FLOAT_FORMATS["f32"], np.zeros(3, np.uint32)
    exp, log = code("exp", form), code("log", form)
    wrong = [
        *({"constant": value} for value in (0, (1 << 33) - 1, (1 << 33) + (1 << 32), -1)),
        *({"places": value} for value in (-1, 16, 34)),
        *({"decay": value} for value in (-1, 3)),
        *({"form": value} for value in (0, 2, 3, -1)),
        {"operation": 8},
    ]
    for fields in wrong:
        with pytest.raises(ValueError, match=r"not an operator \(2104 bytes\) on floats of format 0"):
            module.elementwise(0, changed(exp, **fields), 0, x, x, x.copy())
    for fields in ({"constant": (1 << 32) - 1}, {"constant": (1 << 33) + 1}, {"constant": -1}):
        with pytest.raises(ValueError, match="not an operator"):
            module.elementwise(0, changed(log, **fields), 0, x, x, x.copy())


def test_what_is_no_activation_is_refused():
    divide, multiply = (packed(Operator.from_name(f"{operation}-f32-mitchell")) for operation in ("div", "mul"))
    x = np.zeros(3, np.float32)
    for function, operator in ((2, divide), (-1, divide), (0, multiply)):
        with pytest.raises(ValueError, match=f"function {function} takes a divider"):
            module.activation(0, operator, 0, function, 0, x, x, x.copy())
    with pytest.raises(ValueError, match="equal length, not 12, 8 and 12 bytes"):
        module.activation(0, divide, 0, 0, 0, x, x[:2], x.copy())
    with pytest.raises(ValueError, match=r"level must be 0\.\.\d, not 9"):
        module.activation(9, divide, 0, 0, 0, x, x, x.copy())
    with pytest.raises(TypeError):
        module.activation(0, divide)
