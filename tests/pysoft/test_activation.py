"""Activations against the same steps taken number by number, in fractions.

An exponential is taken from a table of all its results, which its own tests judge.
"""

from fractions import Fraction

import float_reference
import numpy as np
import pytest
from exponential_reference import nearest, number
from float_reference import INFINITY, NAN, ZERO, decode, encode

from pysoft.activation import linear_exponent, sigmoid, softmax, tanh
from pysoft.exponential import EXPONENTIALS
from pysoft.float_formats import FLOAT_FORMATS
from pysoft.operator import Operator

PAIRS = [("exact", "exact"), ("mitchell", "mitchell"), ("mitchell", "exact"), ("exact", "tuned-minimax")]
by_form = pytest.mark.parametrize("name", FLOAT_FORMATS)
by_pair = pytest.mark.parametrize(("kind", "family"), PAIRS)
LINEAR = {"f32": -8, "f16": -4, "bf16": -3, "f8e4m3": -1, "f8e5m2": -1}  # of exact exponentials


class Scalar:
    """The steps for one number of a format; all are bits."""

    def __init__(self, name, kind, family):
        self.name, self.form = name, FLOAT_FORMATS[name]
        self.exponential, self.divide = EXPONENTIALS[kind], Operator.from_name(f"div-{name}-{family}")
        self.one = encode(0, (0, 0), name)
        self.top = 1 << self.form.width - 1
        self.linear = -1 if kind == "mitchell" else LINEAR[name]

    def exps(self, bits):
        values = self.form.from_bits(np.array(bits, dtype=np.uint64))
        return dict(zip(bits, self.form.to_bits(self.exponential.exp(values, self.form)).tolist(), strict=True))

    def add(self, a, b, sign=1):
        """One sum of finite numbers or NaN."""
        if NAN in (decode(a, self.name)[1], decode(b, self.name)[1]):
            return self.form.nan
        return nearest(number(a, self.name) + sign * number(b, self.name), self.name)

    def quotient(self, n, d):
        return float_reference.evaluate(self.divide, n, d)

    def sigmoid(self, bits, exps):
        z = exps[bits | self.top]
        return self.quotient(z if self.is_negative(bits) else self.one, self.add(self.one, z))

    def is_negative(self, bits):
        sign, value = decode(bits, self.name)
        return sign == 1 and value not in (NAN, ZERO)

    def twice(self, bits):
        """-2 |x|, which an infinity or the largest number stands for where it is not of the format."""
        _, value = decode(bits, self.name)
        if value in (NAN, ZERO, INFINITY):
            return encode(1, value, self.name)
        k, x = value
        doubled = encode(1, (k + 1, x), self.name)
        return self.top | self.form.largest if decode(doubled, self.name)[1] == NAN else doubled

    def tanh(self, bits, exps):
        sign, value = decode(bits, self.name)
        if value == ZERO or (isinstance(value, tuple) and value[0] < self.linear):
            return encode(sign, value, self.name)
        u = exps[self.twice(bits)]
        quotient = self.quotient(self.add(self.one, u, -1), self.add(self.one, u))
        return quotient ^ self.top if sign and value != NAN else quotient

    def softmax(self, row):
        """Of a list of bits."""
        values = [decode(bits, self.name) for bits in row]
        if any(value == NAN or (value == INFINITY and not sign) for sign, value in values):
            return [self.form.nan] * len(row)
        finite = [number(bits, self.name) for bits, (_, value) in zip(row, values, strict=True) if value != INFINITY]
        if not finite:
            return [self.form.nan] * len(row)
        lowest = self.top | self.form.largest
        differences = [
            lowest if value == INFINITY else nearest(number(bits, self.name) - max(finite), self.name)
            for bits, (_, value) in zip(row, values, strict=True)
        ]
        differences = [lowest if decode(bits, self.name)[1] == NAN else bits for bits in differences]
        exps = self.exps(differences)
        total = Fraction(0)
        for bits in differences:
            total = number(nearest(total + number(exps[bits], self.name), "f32"), "f32")
        limit = number(self.form.largest, self.name)
        total = nearest(min(total, limit), self.name)
        return [self.quotient(exps[bits], total) for bits in differences]


def cases(name):
    """Every number of 8 bits; of more every seventh, corners, and those about 1; of f32 random ones, too."""
    form = FLOAT_FORMATS[name]
    top = 1 << form.width - 1
    if form.width == 8:
        return list(range(256))
    rng = np.random.default_rng(6)
    found = rng.normal(scale=3, size=1500).astype(form.dtype)
    bits = [0, 1, form.smallest - 1, form.smallest, form.largest, form.infinity, form.nan, top - 1, form.infinity + 1]
    bits += [form.largest - form.smallest + i for i in (-1, 0, 1)]
    bits += [(form.bias + k << form.fraction_bits) + i for k in range(-9, 4) for i in (-1, 0, 1)]
    bits += rng.integers(top, size=500).tolist()
    return sorted({*bits, *(top + number for number in bits), *form.to_bits(found).tolist()})


@by_form
@by_pair
@pytest.mark.parametrize("function", [sigmoid, tanh])
def test_functions_of_one_number_are_their_steps(function, name, kind, family):
    scalar, bits = Scalar(name, kind, family), cases(name)
    exps = scalar.exps(sorted({number | scalar.top for number in bits} | {scalar.twice(number) for number in bits}))
    expected = [getattr(scalar, function.__name__)(number, exps) for number in bits]
    x = scalar.form.from_bits(np.array(bits, dtype=np.uint64))
    result = function(x, scalar.form, scalar.exponential, scalar.divide)
    assert result.dtype == scalar.form.dtype
    assert expected == scalar.form.to_bits(result).tolist()


@by_form
@by_pair
@pytest.mark.parametrize("n", [1, 2, 3, 40])
def test_softmax_is_its_steps(name, kind, family, n):
    scalar, rng = Scalar(name, kind, family), np.random.default_rng(n)
    form = scalar.form
    rows = [form.to_bits(rng.normal(scale=s, size=n).astype(form.dtype)).tolist() for s in (0.1, 1, 3, 20) * 4]
    limits = [form.largest, scalar.top | form.largest, 0, scalar.top, form.smallest, 1, scalar.top | form.smallest - 1]
    rows += [rng.choice(limits, n).tolist() for _ in range(12)]
    rows += [[limit] * n for limit in limits]
    if form.has_infinity:
        low = scalar.top | form.infinity
        rows += [[low] * n, [form.infinity] * n, [form.infinity, low] * (n // 2), [low, 0] * (n // 2)]
    rows += [[form.nan] * n, [0] * (n - 1) + [form.nan | scalar.top], [0] * (n - 1) + [scalar.top - 1]]
    for row in filter(None, rows):
        x = form.from_bits(np.array(row, dtype=np.uint64))
        result = softmax(x, form, scalar.exponential, scalar.divide)
        assert result.dtype == form.dtype
        assert scalar.softmax(row) == form.to_bits(result).tolist()


@by_form
@pytest.mark.parametrize("kind", EXPONENTIALS)
def test_tanh_is_its_operand_below_a_power_of_two(name, kind):
    form, exponential = FLOAT_FORMATS[name], EXPONENTIALS[kind]
    expected = -1 if kind == "mitchell" else LINEAR[name]
    assert expected == linear_exponent(form, exponential)
    divide = Operator("div", form, kind)
    place = (form.bias + expected) << form.fraction_bits
    bits = np.array([form.smallest, place - 1, place], dtype=np.uint64)
    results = form.to_bits(tanh(form.from_bits(bits), form, exponential, divide))
    assert results[:2].tolist() == bits[:2].tolist()
    assert results[2] <= place


@by_form
@by_pair
def test_special_cases(name, kind, family):
    form, exponential = FLOAT_FORMATS[name], EXPONENTIALS[kind]
    divide = Operator.from_name(f"div-{name}-{family}")
    top, one = 1 << form.width - 1, float(divide(1.0, 1.0))
    bits = np.array([0, top, 1, top + 1, form.nan, top - 1, 2 * top - 1], dtype=np.uint64)
    half = form.to_bits(divide(1.0, np.array([2.0], dtype=form.dtype)))[0]
    found = form.to_bits(sigmoid(form.from_bits(bits), form, exponential, divide))
    assert found.tolist() == [half] * 4 + [form.nan] * 3
    found = form.to_bits(tanh(form.from_bits(bits), form, exponential, divide))
    assert found.tolist() == [0, top, 0, top] + [form.nan] * 3
    ends = form.from_bits(np.array([form.largest, top + form.largest]))
    if form.has_infinity:
        ends = np.append(ends, form.from_bits(np.array([form.infinity, top + form.infinity])))
    assert sigmoid(ends, form, exponential, divide).tolist() == [one, 0] * (len(ends) // 2)
    assert tanh(ends, form, exponential, divide).tolist() == [one, -one] * (len(ends) // 2)


@pytest.mark.parametrize("name", ["f16", "f8e4m3", "f8e5m2"])
def test_sum_beyond_the_largest_number_gives_zeros(name):
    """For 1 over it is below the smallest normal number."""
    form = FLOAT_FORMATS[name]
    for kind in EXPONENTIALS:
        divide = Operator("div", form, kind)
        assert not softmax(np.zeros(70_000, dtype=form.dtype), form, EXPONENTIALS[kind], divide).any()


def test_softmax_sums_in_increasing_order():
    """Float32 has no 1 + 2^-25, but it has 2^-25 + 2^-25 + ... + 1."""
    f32, exact = FLOAT_FORMATS["f32"], EXPONENTIALS["exact"]
    divide = Operator("div", f32, "exact")
    small = np.float32(np.log(2.0**-25))
    first = softmax(np.array([0.0] + [small] * 1024, dtype=np.float32), f32, exact, divide)
    last = softmax(np.array([small] * 1024 + [0.0], dtype=np.float32), f32, exact, divide)
    assert first[0] == 1
    assert last[-1] < 1 - 2.0**-16


# Arrays


@pytest.mark.parametrize("function", [sigmoid, tanh])
def test_shapes_scalars_strides_and_empty_arrays(function):
    bf16 = FLOAT_FORMATS["bf16"]
    rest = bf16, EXPONENTIALS["mitchell"], Operator.from_name("div-bf16-mitchell")
    grid = np.linspace(-4, 4, 60).astype(bf16.dtype).reshape(6, 10)
    grid.flags.writeable = False
    view = grid.T[::2, ::-1]
    assert np.array_equal(function(np.ascontiguousarray(view), *rest), function(view, *rest))
    assert function(grid[:, :0], *rest).shape == (6, 0)
    assert type(function(-2.0, *rest)) is bf16.scalar
    assert function(-2.0, *rest) == function([-2.0], *rest)[0]
    with pytest.raises(TypeError, match="x is an array of float32, which format bf16 does not hold exactly"):
        function(np.ones(2, dtype=np.float32), *rest)


@pytest.mark.parametrize("name", ["f32", "bf16"])
def test_axes_of_softmax(name):
    form = FLOAT_FORMATS[name]
    rest = form, EXPONENTIALS["mitchell"], Operator("div", form, "mitchell")
    x = np.random.default_rng(7).normal(size=(3, 4, 5)).astype(form.dtype)
    x.flags.writeable = False
    for axis in (-3, -2, -1, 0, 1, 2):
        result = softmax(x, *rest, axis=axis)
        assert result.shape == x.shape
        rows = np.moveaxis(x, axis, -1).reshape(-1, x.shape[axis])
        expected = np.array([softmax(row, *rest) for row in rows])
        assert np.array_equal(expected, np.moveaxis(result, axis, -1).reshape(rows.shape))
    for shape, axis in (((3, 0), -1), ((0, 3), -1), ((0, 3), 0), ((0,), 0)):
        assert softmax(np.zeros(shape, dtype=form.dtype), *rest, axis=axis).shape == shape
    for operand, axis in ((x, 3), (1.0, -1)):
        with pytest.raises(np.exceptions.AxisError):
            softmax(operand, *rest, axis=axis)
    with pytest.raises(TypeError, match="x is an array of float64"):
        softmax(np.ones(2), *rest)
