import numpy as np
import pytest

from pysoft.named_arithmetic import named_arithmetic

OPERATIONS = ("mul", "div", "square", "reciprocal", "sqrt", "rsqrt")


@pytest.mark.parametrize("name", ["f32-mitchell", "bf16-mitchell", "f16-lmul", "f32-realm-m8", "f32-mbm", "f32-gh",
                                  "f32-tuned-minimax-m16", "f8e4m3-mitchell", "s8-mitchell", "s8-drum-k4"])  # fmt: skip
def test_nothing_is_exact_unless_it_is_named_so(name):
    arithmetic = named_arithmetic(name)
    used = {operation: arithmetic.operator(operation) for operation in ("mul", "div", "sqrt", "rsqrt")}
    assert not [str(operator) for operator in used.values() if operator.is_exact]
    assert "exponential='mitchell'" in repr(arithmetic)


@pytest.mark.parametrize("name", ["f32-exact", "bf16-exact", "s8-exact"])
def test_everything_is_exact_if_it_is_named_so(name):
    arithmetic = named_arithmetic(name)
    assert all(arithmetic.operator(operation).is_exact for operation in OPERATIONS)
    assert "exponential='exact'" in repr(arithmetic)


def test_operations_are_those_of_the_family_where_it_has_them():
    arithmetic = named_arithmetic("f32-tuned-minimax-m16")
    assert {"tuned"} == {arithmetic.operator(operation).family for operation in OPERATIONS}
    assert "div-f32-mitchell" == named_arithmetic("f32-lmul").operator("div").name


@pytest.mark.parametrize(
    ("name", "used"),
    [
        ("f32-mitchell+exact", "mitchell mitchell exact exact exact exact"),
        ("f32-exact+mitchell", "exact exact mitchell mitchell mitchell mitchell"),
        ("bf16-lmul+tuned-minimax-m16", "lmul lmul tuned tuned tuned tuned"),
        ("f32-tuned-minimax-m16+lmul", "tuned tuned mitchell mitchell mitchell mitchell"),
        ("s8-drum-k4+exact", "exact exact exact exact exact exact"),
    ],
)
def test_a_second_family_is_that_of_quotients_roots_and_exponentials(name, used):
    arithmetic = named_arithmetic(name)
    square = arithmetic.operator("square")
    families = [arithmetic.operator(each).family for each in ("mul", "div", "reciprocal", "sqrt", "rsqrt")]
    expected = used.split()
    assert [expected[0], *expected[2:]] == families
    x = arithmetic.cast([1.5, -3.25])
    assert np.array_equal(arithmetic.operator("mul")(x, x) if square.is_exact else square(x), arithmetic.square(x))
    assert ("exact" if "exact" in expected[2:] else "mitchell") == arithmetic.exponential
    assert ("mul-s8-drum-k4" if "s8" in name else None) == (arithmetic.products and arithmetic.products.name)


def test_a_square_of_a_family_without_one_is_its_product():
    arithmetic, x = named_arithmetic("f32-lmul"), np.float32([1.5, -3.25])
    assert np.array_equal(arithmetic.operator("mul")(x, x), arithmetic.square(x))


@pytest.mark.parametrize(
    ("name", "message"),
    [("f32-foo", "unknown family 'foo'"), ("f99-mitchell", "f99"), ("u8-mitchell", "not u8"), ("s32-exact", "16 bits"),
     ("f32-mitchell+foo", "unknown family 'foo'"), ("f32-exact+", "no family behind"), ("", "unknown operator")],
)  # fmt: skip
def test_bad_names_are_refused(name, message):
    with pytest.raises(ValueError, match=message):
        named_arithmetic(name)


def test_options_are_passed_on():
    assert "accumulate='float64', threads=1" in repr(named_arithmetic("f32-mitchell", accumulate="float64", threads=1))
