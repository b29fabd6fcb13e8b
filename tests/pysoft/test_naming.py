"""Names of operators on floats and of powers: both ways, and what an ill-formed one may have meant."""

import itertools

import pytest

from pysoft.families import FAMILIES
from pysoft.float_formats import FLOAT_FORMATS
from pysoft.formats import IntegerFormat
from pysoft.naming import nearest, parse
from pysoft.operation import OPERATIONS
from pysoft.operator import Operator


def float_operators():
    """Every family and operation on every float format, with all combinations of the limits of its parameters."""
    for family in FAMILIES.values():
        for operation, implementation in family.floats.items():
            for form in FLOAT_FORMATS.values():
                if not implementation.minimum_width <= form.precision <= implementation.maximum_width:
                    continue
                limits = [(p.name, p.legal(form.precision)) for p in implementation.parameters]
                ends = [dict.fromkeys([*legal[:1], *legal[-1:]]) for _, legal in limits]
                for values in itertools.product(*ends):
                    chosen = dict(zip([name for name, _ in limits], values, strict=True))
                    yield Operator(operation, form, family.name, chosen)


def test_names_of_operators_on_floats_go_both_ways():
    operators = list(float_operators())
    assert {(operator.operation, operator.family) for operator in operators} == {
        (operation, family.name) for family in FAMILIES.values() for operation in family.floats
    }
    for operator in operators:
        assert Operator.from_name(operator.name) == operator
        assert operator.name.split("-")[:2] == [operator.operation, operator.format.name]
        assert hash(operator) == hash(Operator.from_name(operator.name))
    assert len({operator.name for operator in operators}) == len(set(operators))


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("mul-f32-mitchell", {}),
        ("rsqrt-bf16-exact", {}),
        ("mul-f16-mbm-t3", {"t": 3}),
        ("mul-f8e4m3-realm-m8-q10", {"m": 8, "t": 0, "q": 10}),
        ("reciprocal-u16-mitchell-f16", {"f": 16}),
        ("rsqrt-u8-exact-f0", {"f": 0}),
        ("sqrt-u8-exact", {"f": 0}),
        ("square-u2-mitchell", {}),
    ],
)
def test_canonical_name_is_kept(name, parameters):
    operator = Operator.from_name(name)
    assert (operator.name, operator.parameters) == (name, parameters)


def test_name_is_parsed_to_its_parts():
    form = FLOAT_FORMATS["bf16"]
    assert parse("mul-bf16-realm-m4-t1") == ("mul", form, "realm", {"m": 4, "t": 1})
    assert parse("sqrt-u16-mitchell-f3") == ("sqrt", IntegerFormat(signed=False, width=16), "mitchell", {"f": 3})


WRONG_NAMES = {
    # no such format
    "mul-f64-mitchell": ("unknown format 'f64'", "mul-f16-mitchell"),
    "mul-float32-mitchell": ("unknown format 'float32'", "mul-f32-mitchell"),
    "mul-bfloat16-exact": ("unknown format 'bfloat16'", "mul-bf16-exact"),
    "mul-f8-mitchell": ("unknown format 'f8'", "mul-f8e4m3-mitchell"),
    "div-f8e5m3-gh": ("unknown format 'f8e5m3'", "div-f8e5m2-gh"),
    "MUL-F32-MITCHELL": ("unknown format 'F32'", "mul-f32-mitchell"),
    # a parameter that must be given, or that there is none of
    "mul-bf16-realm": ("parameter m (segments of each fraction) must be given: 4, 8, 16", "mul-bf16-realm-m8"),
    "mul-f8e5m2-realm-m8": ("must be 4, not 8", "mul-f8e5m2-realm-m4"),
    "mul-bf16-mbm-t9": ("must be 0..5, not 9", "mul-bf16-mbm-t5"),
    "div-f16-exact-f3": ("div by exact has no parameter 'f': it has none", "div-f16-exact"),
    "mul-f32-mitchell-f3": ("mul by mitchell has no parameter 'f'", "mul-f32-mitchell"),
    "rsqrt-u16-mitchell": ("parameter f (fraction bits of the result) must be given: 0..32", "rsqrt-u16-mitchell-f16"),
    "reciprocal-u16-exact-f33": ("must be 0..32, not 33", "reciprocal-u16-exact-f32"),
    "square-u16-mitchell-f1": ("square by mitchell has no parameter 'f'", "square-u16-mitchell"),
    # no such operation on these numbers; None where any valid name will do
    "sqrt-s8-exact": ("sqrt takes unsigned integers and floats, not s8", "sqrt-u8-exact"),
    "reciprocal-s16-exact-f3": ("reciprocal takes unsigned integers and floats, not s16", "reciprocal-u16-exact-f3"),
    "mul-u16-lmul": ("family lmul has no mul of integers", None),
    "sqrt-bf16-lmul": ("family lmul has no sqrt of floats: it has mul", None),
    "mul-f16-drum-k4": ("family drum has no mul of floats", None),
    # misspelt
    "sqrt-f32-mitchel": ("unknown family 'mitchel'", "sqrt-f32-mitchell"),
    "recip-bf16-gh": ("unknown operation 'recip'", "reciprocal-bf16-gh"),
    "rsqr-f16-exact": ("unknown operation 'rsqr'", "rsqrt-f16-exact"),
}


@pytest.mark.parametrize("name", WRONG_NAMES)
def test_wrong_name_is_refused_with_the_reason_and_a_valid_name_near_it(name):
    reason, near = WRONG_NAMES[name]
    with pytest.raises(ValueError, match=f"^unknown operator '{name}': ") as raised:
        Operator.from_name(name)
    message, _, suggested = str(raised.value).partition("; nearest valid: ")
    assert reason in message
    suggestions = suggested.split(", ")
    assert near is None or near in suggestions
    assert [Operator.from_name(suggestion).name for suggestion in suggestions] == suggestions


@pytest.mark.parametrize("operation", OPERATIONS)
def test_nearest_names_are_valid_whatever_is_asked(operation):
    for form, family, suffix in itertools.product(
        [*FLOAT_FORMATS, "u8", "s8"], FAMILIES, ["", "-f3", "-m999", "-t1", "-x"]
    ):
        found = nearest(f"{operation}-{form}-{family}{suffix}")
        assert 1 <= len(found) <= 3
        for parts in found:
            assert Operator.from_name(Operator(*parts).name) == Operator(*parts)


def test_parts_of_the_wrong_kind_are_refused():
    with pytest.raises(TypeError, match="format must be an IntegerFormat or a FloatFormat, not 'bf16'"):
        Operator("mul", "bf16", "exact")
    with pytest.raises(ValueError, match="family drum has no mul of floats: it has none of floats at all"):
        Operator("mul", FLOAT_FORMATS["bf16"], "drum", {"k": 4})
    with pytest.raises(ValueError, match="square takes unsigned integers and floats, not s8"):
        Operator("square", IntegerFormat(signed=True, width=8), "exact")
    with pytest.raises(ValueError, match="realm has no parameter 'f'"):
        Operator("mul", FLOAT_FORMATS["f16"], "realm", {"m": 4, "f": 1})


def test_with_family_keeps_what_belongs_to_the_operation():
    assert Operator.from_name("rsqrt-u8-mitchell-f4").with_family("exact").name == "rsqrt-u8-exact-f4"
