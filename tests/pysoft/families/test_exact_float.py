"""The correctly rounded operations on f32 against NumPy's own, and where the two rules of underflow part."""

import float_reference
import numpy as np
import pytest

from pysoft.operator import Operator

SMALLEST = np.float32(2.0**-126)
OPERATIONS = {
    "mul": np.multiply,
    "div": np.divide,
    "square": np.square,
    "reciprocal": np.reciprocal,
    "sqrt": np.sqrt,
}


def flushed(values):
    return np.where(np.abs(values) < SMALLEST, np.copysign(np.float32(0), values), values)


def assert_equals_numpy(operation, *operands):
    """Returns how many results were left to the scalar statement.

    IEEE 754 rounds a result below the smallest normal number to a multiple of 2^-149, we to 24 bits: of those that
    come out as the smallest normal number some are still below it for us.
    """
    operator = Operator.from_name(f"{operation}-f32-exact")
    with np.errstate(all="ignore"):
        expected = flushed(OPERATIONS[operation](*map(flushed, operands)))
    bits = np.where(np.isnan(expected), np.uint32(0x7FC00000), expected.view(np.uint32))
    open_to_doubt = np.flatnonzero(np.abs(expected) == SMALLEST)
    for i in open_to_doubt:
        bits[i] = float_reference.evaluate(operator, *(int(operand[i].view(np.uint32)) for operand in operands))
    assert np.array_equal(bits, operator(*operands).view(np.uint32))
    return open_to_doubt.size


@pytest.mark.parametrize("operation", OPERATIONS)
def test_ten_million_equal_numpy(operation):
    rng = np.random.default_rng(754)
    for _ in range(20):
        bits = rng.integers(1 << 32, size=(2, 500_000), dtype=np.uint32)
        assert_equals_numpy(operation, *bits.view(np.float32)[: 2 if operation in ("mul", "div") else 1])


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("fractions", [(0, 0), (0, 1), (1, 0x7FFFFF), (0x7FFFFF, 0x7FFFFF), (0x3504F3, 0x3504F4)])
def test_every_pair_of_exponents_equals_numpy(operation, fractions):
    """With signs, zeros, subnormal numbers, infinities and NaN among them."""
    exponents = np.arange(512, dtype=np.uint32) << np.uint32(23)
    a, b = np.broadcast_arrays((exponents | np.uint32(fractions[0]))[:, None], exponents | np.uint32(fractions[1]))
    operands = [np.ascontiguousarray(each).ravel().view(np.float32) for each in (a, b)]
    if operation in ("mul", "div"):
        assert_equals_numpy(operation, *operands)
    else:
        for operand in operands:
            assert_equals_numpy(operation, operand)


def test_product_that_rounds_up_to_the_smallest_normal_number_with_24_bits_is_kept():
    """Products just below 2^-126: from 2^-126 - 2^-150 on IEEE 754 gives 2^-126, we from 2^-126 - 2^-151 on."""
    A = np.random.default_rng(1).integers(1 << 23, 1 << 24, size=20_000, dtype=np.int64)
    B = ((1 << 47) - (1 << 21)) // A
    below = (1 << 47) - A * B  # units of 2^-173
    near = (B < 1 << 24) & (B >= 1 << 23) & (below <= 1 << 24)
    A, B, below = A[near], B[near], below[near]
    a = np.ldexp(A.astype(np.float32), -63)
    b = np.ldexp(B.astype(np.float32), -110)
    assert (A * B == (a.astype(float) * b * 2.0**173).astype(np.int64)).all()
    result = Operator.from_name("mul-f32-exact")(a, b)
    kept, lost = below <= 1 << 22, below > 1 << 22
    assert (result[kept] == SMALLEST).all()
    assert (result[lost] == 0).all()
    assert min(kept.sum(), lost.sum(), (lost & (below <= 1 << 23)).sum()) > 100
    assert assert_equals_numpy("mul", a, b) > 100


def test_quotient_that_rounds_up_to_the_smallest_normal_number_with_24_bits_is_kept():
    n, d = np.float32(2 - 2.0**-23), np.float32(2)  # a quotient of 24 bits never needs rounding up to 2^-126
    quotient = Operator.from_name("div-f32-exact")
    assert quotient(np.ldexp(n, -126), d) == 0
    assert quotient(np.ldexp(n, -125), d) == np.ldexp(n, -126)
    assert np.divide(np.ldexp(n, -126), d) == SMALLEST  # IEEE 754: to even


# Reciprocal square root


def test_rsqrt_of_every_fraction_is_the_nearest():
    """float64 decides, but for the few that it does not set apart from a tie."""
    rsqrt = Operator.from_name("rsqrt-f32-exact")
    doubtful = 0
    for parity in (0, 1):
        for start in range(1 << 23, 1 << 24, 1 << 21):
            x = np.arange(start, start + (1 << 21))
            a = np.ldexp(x.astype(np.float32), parity - 23)
            result = rsqrt(a)
            root = 1 / np.sqrt(a.astype(float)) * 2.0**24  # 2^23 to 2^24: in units of the last place below 1
            settled = np.abs(root - np.floor(root) - 0.5) > 2.0**-12
            settled |= root >= 2**24
            assert np.array_equal(np.rint(root[settled]), result[settled] * 2.0**24)
            doubtful += (~settled).sum()
            for i in np.flatnonzero(~settled):
                r = int(result[i] * 2.0**24)  # (r - 1/2)^2 a < 2^48 < (r + 1/2)^2 a
                weight = int(x[i]) << parity
                assert (2 * r - 1) ** 2 * weight < 1 << 73 < (2 * r + 1) ** 2 * weight
    assert 100 < doubtful < 20_000


def test_rsqrt_of_every_exponent_equals_python_integers():
    rsqrt = Operator.from_name("rsqrt-f32-exact")
    rng = np.random.default_rng(5)
    bits = np.concatenate([np.arange(512) << 23, (np.arange(256) << 23) + 1, (np.arange(256) << 23) - 1 & 0x7FFFFFFF])
    bits = np.concatenate([bits, rng.integers(1 << 31, size=20_000)]).astype(np.uint32)
    expected = [float_reference.evaluate(rsqrt, value) for value in bits.tolist()]
    assert expected == rsqrt(bits.view(np.float32)).view(np.uint32).tolist()


@pytest.mark.parametrize("name", ["mul", "div", "square", "reciprocal", "sqrt", "rsqrt"])
@pytest.mark.parametrize("form", ["f8e4m3", "bf16", "f32"])
def test_bound_is_that_of_rounding_to_nearest(name, form):
    bound = Operator.from_name(f"{name}-{form}-exact").bound
    F = float_reference.FORMATS[form][1]
    assert bound.upper == -bound.lower
    assert 1 / bound.upper == 2 ** (F + 1) + 1  # 1 + 2^-(F+1) is halfway, and rounds to 1
