import pickle

import numpy as np
import pytest

import mitchell
from pysoft.families import FAMILIES


def test_catalogue_names_parse_back_to_equal_operators():
    catalogue = mitchell.operators()
    assert len(catalogue) == len(set(catalogue)) == len({op.name for op in catalogue})
    families = FAMILIES.values()
    for form, available in (("u16", "operations"), ("f8e4m3", "floats")):
        assert {(family.name, operation) for family in families for operation in getattr(family, available)} == {
            (op.family, op.operation) for op in catalogue if op.format.name == form
        }
    assert {"mul", "div"} == {op.operation for op in catalogue if op.format.name == "s16"}
    for op in catalogue:
        assert op == mitchell.operator(op.name)
        assert op.name.startswith(f"{op.operation}-{op.format}-{op.family}")


def test_front_door_operator_computes_like_a_function():
    op = mitchell.operator("div-s8-mitchell-f2")
    result = op(np.array([[100], [-100]]), np.array([7, 0]))
    assert ((2, 2), np.dtype(np.int64)) == (result.shape, result.dtype)
    assert [[58, -1], [-58, -1]] == result.tolist()


@pytest.mark.parametrize("name", ["div-u9-exact-f4", "rsqrt-f32-gh"])
def test_operator_survives_pickling(name):
    op = mitchell.operator(name)
    assert op == pickle.loads(pickle.dumps(op))


def test_circuit_is_a_core_without_stages_and_a_shell_with():
    from rtl.core import Core
    from rtl.shell import Shell

    op = mitchell.operator("mul-u4-mitchell")
    assert isinstance(op.circuit(), Core)
    assert isinstance(op.circuit(stages=2), Shell)


def test_verilog_takes_stages_by_position_and_by_name():
    op = mitchell.operator("mul-u4-mitchell")
    assert op.verilog(2) == op.verilog(stages=2) != op.verilog()


def test_exported_names_are_sorted_and_there():
    assert sorted(mitchell.__all__, key=lambda name: (name == name.lower(), name)) == mitchell.__all__
    assert all(hasattr(mitchell, name) for name in mitchell.__all__)


@pytest.mark.parametrize("name", [None, 3, b"mul-u8-mitchell"])
def test_operator_name_must_be_a_string(name):
    with pytest.raises(TypeError, match="must be a string"):
        mitchell.operator(name)


def test_operators_of_both_doors_are_equal():
    from pysoft.operator import Operator as Model

    inner, outer = Model.from_name("div-u8-exact-f3"), mitchell.operator("div-u8-exact-f3")
    assert inner == outer
    assert 1 == len({inner, outer})
    assert outer != "div-u8-exact-f3"


@pytest.mark.parametrize("stages", [None, 0.0, False, "", [], 6, -1, True, 1.0])
def test_stages_that_are_no_number_from_0_to_5_are_refused(stages):
    op = mitchell.operator("mul-u4-mitchell")
    with pytest.raises(ValueError, match=r"stages must be 0\.\.5"):
        op.verilog(stages)
    with pytest.raises(ValueError, match=r"stages must be 0\.\.5"):
        op.circuit(stages=stages)
