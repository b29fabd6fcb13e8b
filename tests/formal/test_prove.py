import hashlib
import itertools
import json

import pytest

from formal import prove as prove_module
from formal.prove import prove
from formal.result import Part, Proof
from pysoft.operator import Operator
from rtl.verilog import generate

NAMES = [
    f"{operation}-{sign}{width}-mitchell"
    for operation, sign, width in itertools.product(("mul", "div"), "us", (4, 8, 13))
]


@pytest.mark.parametrize("name", [*NAMES, "mul-u16-mitchell", "div-u16-mitchell", "div-s8-mitchell-f9", "mul-s8-exact"])
def test_prove_proves_every_part(name):
    operator = Operator.from_name(name)
    proof = prove(operator)
    assert [part.name for part in proof.parts] == ["coverage", "equivalence", "bound", "attained"]
    assert [part.result for part in proof.parts] == ["proved"] * 4
    assert proof.proved
    if operator.family == "mitchell":  # every pair of characteristics, and the zeros
        zeros = 1 if operator.operation == "mul" else 2
        assert proof.parts[1].cases == operator.format.width**2 + zeros


def test_prove_names_the_verilog_that_it_looked_at():
    operator = Operator.from_name("div-s4-mitchell")
    assert prove(operator).sha256 == hashlib.sha256(generate(operator).encode()).hexdigest()


def test_prove_reports_each_case():
    seen = []
    prove(Operator.from_name("mul-u4-mitchell"), progress=lambda done, total, what: seen.append((done, total, what)))
    assert [done for done, _, _ in seen] == list(range(1, 18))
    assert {total for _, total, _ in seen} == {17}
    assert seen[-1][2] == "k1 = 3, k2 = 3"


def test_prove_says_why_it_leaves_a_wide_exact_division():
    proof = prove(Operator.from_name("div-u16-exact"))
    assert [part.result for part in proof.parts] == ["proved", "not attempted", "proved", "proved"]
    assert "16 > 12" in proof.parts[1].note
    assert not proof.proved


@pytest.mark.parametrize("name", ["div-u6-exact", "div-s6-exact-f2"])
def test_prove_proves_a_narrow_exact_division(name):
    assert prove(Operator.from_name(name)).proved


@pytest.mark.parametrize("name", ["mul-u4-mbm", "mul-f8e4m3-mitchell", "div-bf16-exact", "sqrt-u8-mitchell"])
def test_prove_attempts_nothing_without_a_specification(name):
    proof = prove(Operator.from_name(name))
    assert [part.result for part in proof.parts] == ["not attempted"] * 4
    assert {part.note for part in proof.parts} == {prove_module.UNSPECIFIED}
    assert not proof.proved


def test_prove_refuses_a_name():
    with pytest.raises(TypeError, match="'mul-u8-mitchell'"):
        prove("mul-u8-mitchell")


@pytest.mark.parametrize("result", ["refuted", "unknown", "not attempted"])
def test_proof_with_one_other_result_is_not_proved(result):
    operator = Operator.from_name("mul-s4-mitchell")
    parts = (Part("coverage", "", "proved"), Part("equivalence", "", result, counterexample=(-3, 5)))
    proof = Proof(operator, "", parts, "", (("z3", "4"),))
    assert not proof.proved
    plain = json.loads(json.dumps(proof.to_dict()))
    assert plain["operator"] == "mul-s4-mitchell"
    assert plain["proved"] is False
    assert plain["parts"][1]["counterexample"] == {"a": -3, "b": 5}
    assert plain["versions"] == {"z3": "4"}
