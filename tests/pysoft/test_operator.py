import copy
import dataclasses
import itertools
import pickle
import re
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from pysoft.families import FAMILIES
from pysoft.formats import IntegerFormat
from pysoft.operation import OPERATIONS
from pysoft.operator import Operator
from pysoft.parameters import Parameters

U8 = IntegerFormat(signed=False, width=8)


def catalogue():
    """Every operation of every family in every format, with all combinations of the limits of its parameters."""
    for family in FAMILIES.values():
        for operation, implementation in family.operations.items():
            parameters = implementation.parameters + OPERATIONS[operation].parameters
            for width in range(implementation.minimum_width, 33):
                limits = [dict.fromkeys([*p.legal(width)[:1], *p.legal(width)[-1:]]) for p in parameters]
                for values in itertools.product(*limits):
                    chosen = dict(zip([p.name for p in parameters], values, strict=True))
                    for signed in (False, True) if OPERATIONS[operation].signed else (False,):
                        yield Operator(operation, IntegerFormat(signed=signed, width=width), family.name, chosen)


def test_names_go_both_ways_for_the_whole_catalogue():
    operators = list(catalogue())
    assert {(operator.operation, operator.family) for operator in operators} == {
        (operation, family.name) for family in FAMILIES.values() for operation in family.operations
    }
    for operator in operators:
        assert Operator.from_name(operator.name) == operator
        assert str(operator) == operator.name == operator.name.lower()
    assert len({operator.name for operator in operators}) == len(set(operators))


@pytest.mark.parametrize(
    "name", ["mul-u16-mitchell", "div-s13-mitchell-f2", "mul-s2-exact", "div-u32-exact-f32", "div-u8-mitchell"]
)
def test_canonical_name_is_kept(name):
    assert Operator.from_name(name).name == name


def test_parameter_at_its_default_is_left_out_of_the_name():
    assert Operator.from_name("div-u16-mitchell-f0").name == "div-u16-mitchell"
    assert Operator.from_name("div-u16-mitchell-f0") == Operator.from_name("div-u16-mitchell")


WRONG_NAMES = {
    "": "mul-u16-mitchell",
    "-": "mul-u16-mitchell",
    "\x00": "mul-u16-mitchell",
    "mitchell": "mul-u16-mitchell",
    "mul": "mul-u16-mitchell",
    "mul-u16": "mul-u16-mitchell",
    "mul-u16-mitchel": "mul-u16-mitchell",
    "mul-u16-mitchell-": "mul-u16-mitchell",
    "mul-u16-mitchell ": "mul-u16-mitchell",
    " mul-u16-mitchell": "mul-u16-mitchell",
    "mul-u16-mitchell\n": "mul-u16-mitchell",
    "MUL-U16-MITCHELL": "mul-u16-mitchell",
    "mul_u16_mitchell": "mul-u16-mitchell",
    "mull-s8-exact": "mul-s8-exact",
    "mul-i8-exact": "mul-s8-exact",
    "mul-8-mitchell": "mul-u8-mitchell",
    "mul-u1-mitchell": "mul-u2-mitchell",
    "mul-u33-mitchell": "mul-u32-mitchell",
    "mul-u016-mitchell": "mul-u16-mitchell",
    "mul-u9999999999999999999999-mitchell": "mul-u32-mitchell",
    "mul-u\uff11\uff16-mitchell": "mul-u16-mitchell",
    "mul-u\u00b2-mitchell": "mul-u16-mitchell",
    "mul-u16-mitchell-f1": "mul-u16-mitchell",
    "div-u16-mitchell-f": "div-u16-mitchell",
    "div-u16-mitchell-f33": "div-u16-mitchell-f32",
    "div-u16-mitchell-f08": "div-u16-mitchell-f8",
    "div-u16-mitchell-f-1": "div-u16-mitchell",
    "div-u16-mitchell-f3-f3": "div-u16-mitchell-f3",
    "div-u16-mitchell-f99999999999999999999": "div-u16-mitchell-f32",
    "div-u16-mitchell-f\u0663": "div-u16-mitchell-f3",
    "mul-u16-mitchell-\ud800": "mul-u16-mitchell",
    "sqrt-s16-mitchell": "sqrt-u16-mitchell",
    "cbrt-u16-mitchell": "sqrt-u16-mitchell",
}


@pytest.mark.parametrize(("name", "nearest"), WRONG_NAMES.items(), ids=map(ascii, WRONG_NAMES))
def test_wrong_name_is_refused_with_the_nearest_valid_ones(name, nearest):
    with pytest.raises(ValueError, match=r"^unknown operator ") as raised:
        Operator.from_name(name)
    suggested = str(raised.value).rpartition("nearest valid: ")[2].split(", ")
    assert nearest in suggested
    assert [Operator.from_name(suggestion).name for suggestion in suggested] == suggested


@pytest.mark.parametrize("name", ["x" * 10_000, "-" * 10_000, "mul-u" + "9" * 10_000, "mul-u8-exact" + "-f1" * 5000])
def test_overlong_name_is_refused(name):
    with pytest.raises(ValueError, match=r"^unknown operator "):
        Operator.from_name(name)


@pytest.mark.parametrize(
    "name", [None, 1, 1.5, b"mul-u16-mitchell", ["mul-u16-mitchell"], Operator("mul", U8, "exact")]
)
def test_name_that_is_no_string_is_a_type_error(name):
    with pytest.raises(TypeError, match="an operator name must be a string such as 'mul-u16-mitchell'"):
        Operator.from_name(name)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("add", U8, "exact"), "unknown operation 'add': the operations are mul, div"),
        (("mul", U8, "nobody"), "unknown family 'nobody': the families are exact, mitchell"),
        (("mul", IntegerFormat(signed=False, width=33), "exact"), "unknown format 'u33'"),
        (("mul", U8, "exact", {"f": 1}), "mul by exact has no parameter 'f': it has none"),
        (("div", U8, "exact", {"g": 1}), "div by exact has no parameter 'g': it has f"),
        (("div", U8, "exact", {"f": -1}), "must be 0..32, not -1"),
        (("div", U8, "exact", {"f": 33}), "must be 0..32, not 33"),
        (("div", U8, "exact", {"f": True}), "must be 0..32, not True"),
        (("div", U8, "exact", {"f": 2.0}), "must be 0..32, not 2.0"),
    ],
)
def test_wrong_part_is_refused_with_the_legal_range(arguments, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        Operator(*arguments)


def test_operator_is_frozen_hashable_and_pickles():
    operator = Operator.from_name("div-s13-mitchell-f2")
    with pytest.raises(dataclasses.FrozenInstanceError):
        operator.family = "exact"
    twin = Operator("div", IntegerFormat(signed=True, width=13), "mitchell", {"f": 2})
    assert operator == twin == pickle.loads(pickle.dumps(operator)) == copy.deepcopy(operator)
    assert hash(operator) == hash(twin)
    assert operator != Operator.from_name("div-s13-mitchell")
    assert operator != "div-s13-mitchell-f2"


def test_parameters_are_a_complete_read_only_mapping():
    parameters = Operator.from_name("div-u8-mitchell").parameters
    assert parameters == {"f": 0}
    assert (list(parameters), len(parameters), repr(parameters)) == (["f"], 1, "{'f': 0}")
    with pytest.raises(TypeError):
        parameters["f"] = 1
    assert Operator.from_name("mul-u8-mitchell").parameters == {}


def test_parameters_do_not_follow_the_mapping_they_came_from():
    given = {"f": 2}
    operator = Operator("div", U8, "exact", Parameters(given))
    given["f"] = 3
    assert operator.parameters == {"f": 2}


def test_with_family_keeps_what_belongs_to_the_operation():
    operator = Operator.from_name("div-u8-mitchell-f4")
    assert operator.with_family("exact").name == "div-u8-exact-f4"
    assert operator.with_family("exact", f=1).name == "div-u8-exact-f1"


@pytest.mark.parametrize(
    ("name", "operands", "result", "result_format"),
    [
        ("mul-u8-mitchell", ("a", "b"), "p", "u16"),
        ("mul-s32-mitchell", ("a", "b"), "p", "s64"),
        ("div-u8-mitchell", ("n", "d"), "q", "u8"),
        ("div-s32-mitchell-f32", ("n", "d"), "q", "s64"),
        ("square-u8-mitchell", ("a",), "r", "u16"),
        ("reciprocal-u8-mitchell-f12", ("a",), "r", "u13"),
        ("sqrt-u9-exact-f3", ("a",), "r", "u8"),
        ("rsqrt-u32-exact-f32", ("a",), "r", "u33"),
        ("mul-bf16-mitchell", ("a", "b"), "p", "bf16"),
        ("rsqrt-f8e4m3-gh", ("a",), "r", "f8e4m3"),
    ],
)
def test_ports_and_result_format(name, operands, result, result_format):
    operator = Operator.from_name(name)
    assert (operator.operands, operator.result, operator.result_format.name) == (operands, result, result_format)


def test_exact_value_is_a_fraction_or_none():
    assert Operator.from_name("mul-s8-exact").exact_value(-3, 5) == Fraction(-15)
    assert Operator.from_name("div-s8-exact").exact_value(-3, 5) == Fraction(-3, 5)
    assert Operator.from_name("div-s8-exact").exact_value(-3, 0) is None


@pytest.mark.parametrize("name", ["mul-u8-mitchell", "div-u8-mitchell", "mul-s8-mitchell", "div-s8-mitchell-f3"])
class TestOperands:
    @pytest.mark.parametrize("dtype", ["i1", "u1", "i2", ">i2", "<u2", ">u4", "i8", ">i8", "u8", ">u8", object])
    def test_every_integer_dtype_gives_the_same(self, name, dtype):
        operator = Operator.from_name(name)
        values = np.arange(1, 100)
        result = operator(values.astype(dtype), values[::-1].astype(dtype))
        assert result.dtype == operator.format.dtype
        assert np.array_equal(result, operator(values.tolist(), values[::-1].tolist()))

    @pytest.mark.parametrize(
        "operand",
        [True, np.True_, 1.0, np.float32(1), float("nan"), 1j, None, "3", b"3", Fraction(3), Decimal(3), {1: 2}, {1}],
        ids=repr,
    )
    def test_operand_that_is_no_integer_is_a_type_error(self, name, operand):
        operator = Operator.from_name(name)
        first, second = operator.operands
        for case in (operand, [operand], np.array([operand])):
            with pytest.raises(TypeError, match=f"^{first} must be integers for format {operator.format.name}, not "):
                operator(case, 1)
            with pytest.raises(TypeError, match=f"^{second} must be integers"):
                operator(1, case)

    def test_floats_and_booleans_hidden_among_integers_are_refused(self, name):
        operator = Operator.from_name(name)
        for case in ([1, 2.0], np.array([1, True], dtype=object), np.array([1, 2.0], dtype=object), [1, None]):
            with pytest.raises(TypeError, match="must be integers"):
                operator(case, 1)

    def test_one_beyond_either_limit_is_refused(self, name):
        operator = Operator.from_name(name)
        form = operator.format
        for outside in (form.minimum - 1, form.maximum + 1, 2**64, -(2**64), 2**200):
            for case in (outside, [0, outside], np.array([[outside]], dtype=object)):
                with pytest.raises(
                    ValueError, match=f"^{operator.operands[1]} {outside} is outside format {form.name}, "
                ):
                    operator(1, case)

    def test_shapes_broadcast(self, name):
        operator = Operator.from_name(name)
        a, b = np.arange(12).reshape(3, 1, 4), np.arange(1, 6).reshape(5, 1)
        result = operator(a, b)
        assert result.shape == (3, 5, 4)
        assert result[2, 4, 1] == operator(9, 5)

    def test_shapes_that_do_not_broadcast_are_refused(self, name):
        with pytest.raises(ValueError, match=re.escape("shapes (2,) and (3,) do not broadcast")):
            Operator.from_name(name)([1, 2], [1, 2, 3])

    def test_scalars_give_a_scalar(self, name):
        operator = Operator.from_name(name)
        for case in (3, np.uint8(3), np.array(3)):
            result = operator(case, 3)
            assert np.isscalar(result)
            assert result.dtype == operator.format.dtype
            assert result == operator([3], [3])[0]

    def test_empty_operands_give_an_empty_result(self, name):
        operator = Operator.from_name(name)
        for case in ([], [[], []], np.ones((3, 0), dtype=np.int32)):
            result = operator(case, 1)
            assert result.shape == np.shape(case)
            assert result.dtype == operator.format.dtype

    def test_strides_do_not_matter_and_operands_are_not_written_to(self, name):
        operator = Operator.from_name(name)
        a = np.arange(100, dtype=operator.format.dtype).reshape(10, 10)
        before = a.copy()
        a.flags.writeable = False
        result = operator(a.T[::2, ::-3], a[::2, ::-3])
        assert np.array_equal(result, operator(before.T[::2, ::-3].copy(), before[::2, ::-3].copy()))
        assert np.array_equal(a, before)


@pytest.mark.parametrize(
    "name", [f"{op}-{sign}8-{family}" for op in ("mul", "div") for sign in "us" for family in ("exact", "mitchell")]
)
def test_python_integers_give_what_arrays_give(name):
    operator = Operator.from_name(name)
    form = operator.format
    cases = [(a, b) for a in (form.minimum, -3, 0, 3, form.maximum) for b in (-1, 0, 1, 7) if min(a, b) >= form.minimum]
    assert [int(operator(a, b)) for a, b in cases] == operator(*map(list, zip(*cases, strict=True))).tolist()


class Seven:
    def __index__(self):
        return 7


def test_objects_with_an_index_are_integers():
    assert [20, 6] == Operator.from_name("mul-u8-mitchell")([Seven(), 2], 3).tolist()


@pytest.mark.parametrize(
    "values",
    [
        [1, True],
        [[False], [2]],
        np.array([], dtype=float),
        np.array([], dtype=bool),
        np.ma.array([1, 2], mask=[False, True]),
        [[1, 2], [3]],
        "3",
        None,
        np.float32(1),
    ],
    ids=repr,
)
def test_what_is_no_integer_is_refused(values):
    with pytest.raises(TypeError, match="a must be integers for format u8"):
        Operator.from_name("mul-u8-mitchell")(values, 1)


def test_exact_value_of_numpy_integers_does_not_wrap():
    exact = Operator.from_name("mul-u32-exact").exact_value(np.uint64(2**32 - 1), np.uint64(2**32 - 1))
    assert (2**32 - 1) ** 2 == exact


def test_overlong_name_gives_a_short_message():
    with pytest.raises(ValueError, match="too long") as caught:
        Operator.from_name("mul-u8-" + "m" * 10**6)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    "arguments",
    [
        ("mul", "u8", "exact"),
        (["mul"], IntegerFormat(signed=False, width=8), "exact"),
        ("mul", IntegerFormat(signed=False, width=8), None),
        ("mul", IntegerFormat(signed=False, width=8), "exact", []),
    ],
)
def test_operator_of_parts_of_the_wrong_type_is_a_type_error(arguments):
    with pytest.raises(TypeError, match="must be"):
        Operator(*arguments)


def test_parameters_are_frozen():
    parameters = Operator.from_name("div-u8-exact-f3").parameters
    with pytest.raises(AttributeError):
        parameters.pairs = ()
    with pytest.raises(TypeError):
        parameters["f"] = 4
    assert {"f": 3} == parameters


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("mul-u16-mitchw", "parameter w (bits kept of an operand, the leading one too) must be given: 2..16"),
        ("mul-u16-mitchw-w17", "must be 2..16, not 17"),
        ("mul-u8-realm-m5", "parameter m (segments of each fraction) must be 4, 8, 16, not 5"),
        ("mul-u2-realm-m4", "parameter m (segments of each fraction) has no legal value at 2 bits"),
        ("mul-u16-tuned-m4", "must be given: minimax, zerobias, mred"),
        ("mul-u16-tuned-objective3", "parameter objective"),
        ("mul-u16-tuned-mred-minimax", "ill-formed or repeated parameter 'minimax'"),
        ("mul-u16-tuned-lowest", "a parameter is letters and a number, such as f4, or minimax or zerobias or mred"),
        ("mul-u3-simdive", "mul by simdive takes 4 bits or more, not 3"),
        ("div-u16-realm-m4", "family realm has no div of integers: it has mul"),
    ],
)
def test_wrong_parameters_of_families_are_refused_with_what_is_legal(name, message):
    with pytest.raises(ValueError, match=re.escape(message)) as raised:
        Operator.from_name(name)
    for suggestion in str(raised.value).rpartition("nearest valid: ")[2].split(", "):
        assert suggestion == Operator.from_name(suggestion).name


def test_parameters_stand_in_the_order_of_the_catalogue_whatever_the_order_given():
    assert "div-u16-tuned-mred-m8-t2-f3" == Operator.from_name("div-u16-tuned-f3-t2-m8-mred").name
    assert {"objective": "mred", "m": 8, "t": 2, "f": 3} == Operator.from_name("div-u16-tuned-mred-m8-t2-f3").parameters
