"""Sums of scaled products, against Fractions and the operator."""

from fractions import Fraction

import ml_dtypes
import numpy as np
import pytest

from pysoft.arithmetic import Arithmetic
from pysoft.float_formats import FLOAT_FORMATS, FloatFormat
from pysoft.operator import Operator
from pysoft.scaled_product import ScaledMatrixProduct

OPERATORS = ("mul-s8-mitchell", "mul-s8-exact", "mul-s5-exact", "mul-s16-mitchell", "mul-f8e4m3-mitchell",
             "mul-f8e5m2-exact", "mul-f16-mitchell", "mul-bf16-lmul")  # fmt: skip


def exponent_of(line, limit):
    """The least e with max |line| 2^-e <= limit, by trial; 0 for a line of zeros."""
    peak = max(abs(Fraction(float(x))) for x in line)
    if not peak:
        return 0
    e = -300
    while peak / Fraction(2) ** e > limit:
        e += 1
    return e


def nearest(value, form):
    """To the nearest number of a narrow format, by the float64 nearest to it, which the format rounds."""
    if isinstance(form, FloatFormat):
        return form.cast(np.float64(float(value)))
    return form.dtype.type(round(value))  # Python rounds ties to even


def expected(operator, a, b):
    form = operator.format
    limit = {"f8e4m3": 16, "f8e5m2": 128, "f16": 128, "bf16": 2**31}.get(form.name) or form.maximum
    e = [exponent_of(row, limit) for row in a]
    f = [exponent_of(column, limit) for column in b.T]
    c = np.zeros((len(a), b.shape[1]), np.float32)
    for i, j in np.ndindex(c.shape):
        total = np.float32(0) if isinstance(form, FloatFormat) else 0
        for x, y in zip(a[i], b[:, j], strict=True):
            x, y = (nearest(Fraction(float(v)) / Fraction(2) ** s, form) for v, s in ((x, e[i]), (y, f[j])))
            product = operator(x, y)
            total += np.float32(product) if isinstance(form, FloatFormat) else int(product)
        c[i, j] = float(Fraction(float(total)) * Fraction(2) ** (e[i] + f[j]))
    return c


@pytest.mark.parametrize("name", OPERATORS)
def test_products_are_those_of_scaled_and_rounded_factors(name):
    operator, random = Operator.from_name(name), np.random.default_rng(7)
    a = np.ldexp(random.standard_normal((4, 9)), random.integers(-20, 20, (4, 1))).astype(np.float32)
    b = np.ldexp(random.standard_normal((9, 5)), random.integers(-9, 9, (9, 5))).astype(np.float32)
    a[1], a[2, 3], b[:, 4] = 0, 0, np.float32(0)
    a[3], b[:, 0] = 127, -0.5  # at a limit, and a power of two
    assert np.array_equal(expected(operator, a, b), ScaledMatrixProduct(operator)(a, b))


@pytest.mark.parametrize("name", OPERATORS)
def test_no_product_leaves_the_format(name):
    operator = Operator.from_name(name)
    for peak in np.float32([1, 1.5, 1.9999, 1e30, 1e-30]):
        c = ScaledMatrixProduct(operator)(np.full((1, 3), peak), np.full((3, 1), 1.5, np.float32))
        assert np.isfinite(c).all()
        assert 0.8 < c[0, 0] / (4.5 * float(peak)) < 1.2


def test_scaling_by_powers_of_two_changes_nothing_else():
    matmul, random = ScaledMatrixProduct(Operator.from_name("mul-s8-mitchell")), np.random.default_rng(3)
    a, b = random.standard_normal((2, 3, 8), np.float32), random.standard_normal((8, 4), np.float32)
    scaled = matmul(np.ldexp(a, 11), np.ldexp(b, np.array([-3, 0, 5, 9])))
    assert np.array_equal(np.ldexp(matmul(a, b), np.array([8, 11, 16, 20])), scaled)


def test_empty_sums_are_zeros():
    matmul = ScaledMatrixProduct(Operator.from_name("mul-s8-mitchell"))
    assert np.array_equal(
        np.zeros((2, 3), np.float32), matmul(np.ones((2, 0), np.float32), np.ones((0, 3), np.float32))
    )


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan])
def test_what_integers_cannot_hold_is_refused_and_floats_pass_it_on(bad):
    a, b = np.float32([[1, bad]]), np.ones((2, 1), np.float32)
    with pytest.raises(ValueError, match=r"infinite or NaN, which s8"):
        ScaledMatrixProduct(Operator.from_name("mul-s8-mitchell"))(a, b)
    assert not np.isfinite(ScaledMatrixProduct(Operator.from_name("mul-f8e5m2-mitchell"))(a, b)).any()


def test_operators_on_other_numbers_are_refused():
    with pytest.raises(ValueError, match="signed integers or floats, not u8"):
        ScaledMatrixProduct(Operator.from_name("mul-u8-mitchell"))
    with pytest.raises(ValueError, match="need a multiplier"):
        ScaledMatrixProduct(Operator.from_name("div-s8-mitchell"))


def test_arithmetic_takes_its_sums_of_products_there_and_nothing_else():
    random = np.random.default_rng(5)
    a, b = random.standard_normal((3, 8), np.float32), random.standard_normal((8, 4), np.float32)
    arithmetic = Arithmetic.of_family("mitchell", products="mul-s8-mitchell")
    narrow = ScaledMatrixProduct(Operator.from_name("mul-s8-mitchell"))
    assert np.array_equal(narrow(a, b), arithmetic.matmul(a, b))
    assert np.array_equal(narrow(a, a[0][:, None])[:, 0], arithmetic.matvec(a, a[0]))
    assert np.array_equal(narrow(a[:1], a[:1].T)[0, 0], arithmetic.sum_of_products(a[0], a[0]))
    assert np.array_equal(Operator.from_name("mul-f32-mitchell")(a, a), arithmetic.multiply(a, a))
    assert "products='mul-s8-mitchell'" in repr(arithmetic)


def test_products_of_a_narrow_arithmetic_take_its_numbers():
    arithmetic = Arithmetic.of_family("mitchell", "bf16", products="mul-s8-exact")
    a = np.arange(6).reshape(2, 3).astype(ml_dtypes.bfloat16)
    c = arithmetic.matmul(a, a.T)
    assert (np.float32, [[5, 14], [14, 50]]) == (c.dtype, c.tolist())


def test_an_arithmetic_of_integers_has_no_narrower_products():
    with pytest.raises(ValueError, match="floats"):
        Arithmetic(multiply="mul-s16-mitchell", products="mul-s8-mitchell")


def test_every_float_format_keeps_a_product_by_a_factor_below_seven_quarters():
    for form in FLOAT_FORMATS.values():
        matmul = ScaledMatrixProduct(Operator.from_name(f"mul-{form.name}-exact"))
        most = Fraction(int(np.ldexp(*matmul._most)))
        assert most**2 * Fraction(7, 4) <= Fraction(float(form.from_bits(np.array(form.largest)).astype(np.float64)))
