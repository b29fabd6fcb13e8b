import numpy as np
import pytest
import scalar_reference

from pysoft.operator import Operator


@pytest.mark.parametrize("name", ["mul-{}-exact", "div-{}-exact", "div-{}-exact-f5"])
@pytest.mark.parametrize("sign", "us")
@pytest.mark.parametrize("width", range(2, 9))
def test_exact_equals_python_integers_for_every_pair(sign, width, name):
    operator = Operator.from_name(name.format(f"{sign}{width}"))
    values = operator.format.values()
    result = operator(values[:, None], values[None, :])
    expected = [scalar_reference.evaluate(operator, [(a, b) for b in values.tolist()]) for a in values.tolist()]
    assert result.tolist() == expected


def test_division_is_numpy_floor_division_of_unsigned_numbers():
    n, d = np.random.default_rng(1).integers(1, 2**32, (2, 1000), dtype=np.uint64)
    assert np.array_equal(Operator.from_name("div-u32-exact")(n, d), n // d)


@pytest.mark.parametrize(
    ("name", "a", "b", "expected"),
    [
        ("mul-u32-exact", 2**32 - 1, 2**32 - 1, (2**32 - 1) ** 2),
        ("mul-s32-exact", -(2**31), -(2**31), 2**62),
        ("mul-s32-exact", -(2**31), 2**31 - 1, -(2**31) * (2**31 - 1)),
        ("div-u32-exact-f32", 2**32 - 1, 1, (2**32 - 1) << 32),
        ("div-u32-exact-f32", 5, 0, 2**64 - 1),
        ("div-s32-exact-f32", -(2**31), -1, 2**63 - 1),
        ("div-s32-exact-f32", -(2**31), 1, -(2**63)),
        ("div-s8-exact", -7, 2, -3),
    ],
)
def test_corner_results(name, a, b, expected):
    assert Operator.from_name(name)(a, b) == expected


def test_bound_says_exact():
    assert Operator.from_name("mul-u8-exact").bound.statement == "r = e"
    assert Operator.from_name("div-u8-exact-f2").bound.statement == "e - 1/4 <= r <= e"
