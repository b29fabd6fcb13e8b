import hashlib
import json

import pytest
from slow_tests import slow_unless

from formal.prove import prove, statement
from formal.result import Part, Proof
from pysoft.operator import Operator
from rtl.verilog import generate

# One of each kind of circuit.
NAMES = [
    *(
        "mul-s5-mitchell",
        "div-u8-mitchell",
        "div-s5-mitchell-f2",
        "mul-u8-dralm-t4",
        "mul-s5-mbm-t1",
        "mul-u5-realm-m4",
    ),
    *("mul-u5-roba", "mul-u6-babic-i1", "mul-u8-drum-k4", "mul-u8-tosam-h2-t5", "div-u8-aaxd-k4"),
    *("square-u8-mitchell", "rsqrt-u8-mitchell-f10", "mul-u8-exact", "div-u6-exact", "sqrt-u8-exact"),
    *("mul-bf16-tuned-minimax", "div-f16-mitchell", "rsqrt-f16-gh", "mul-f8e5m2-exact"),
]
SLOW = [
    *("mul-u16-mitchell", "div-u16-mitchell", "mul-s8-mitchell", "div-s8-mitchell", "mul-u32-mitchell"),
    *("mul-u8-mitchw-w4", "mul-u8-almsoa-m4", "mul-u8-realm-m8-t2", "mul-u8-tuned-minimax-m4-linear", "mul-u8-ilm"),
    *("div-u8-inzed-f3", "mul-f8e4m3-carryin-g3", "mul-u8-split-mred-m16"),
]


@pytest.mark.parametrize("name", slow_unless(lambda name: name in NAMES, [*NAMES, *SLOW]))
def test_prove_proves_every_part(name):
    operator = Operator.from_name(name)
    proof = prove(operator)
    assert [part.name for part in proof.parts][:4] == ["coverage", "equivalence", "bound", "attained"]
    assert {part.result for part in proof.parts} == {"proved"}, proof.parts
    assert proof.proved


def test_prove_names_the_verilog_that_it_looked_at():
    operator = Operator.from_name("div-s4-mitchell")
    assert prove(operator).sha256 == hashlib.sha256(generate(operator).encode()).hexdigest()


def test_prove_reports_each_case():
    seen = []
    prove(Operator.from_name("mul-u4-mitchell"), progress=lambda done, total, what: seen.append((done, total, what)))
    assert seen[:17] == [(done, 17, what) for done, (_, _, what) in enumerate(seen[:17], 1)]
    assert seen[16][2] == "k1 = 3, k2 = 3"
    done, total, what = seen[-1]  # of the bound
    assert (done, what) == (total, "segments 0, 0, carry 1")


def test_prove_proves_a_pipeline():
    operator = Operator.from_name("mul-u4-mitchell")
    proof = prove(operator, stages=2)
    assert proof.proved
    assert [part.name for part in proof.parts[4:]] == ["reset", "handshake", "delivery", "progress", "stages", "result"]
    assert proof.sha256 == hashlib.sha256(generate(operator, stages=2).encode()).hexdigest()
    assert "in order, each once" in proof.statement


@pytest.mark.parametrize("stages", [-1, 6, 1.0])
def test_prove_refuses_stages(stages):
    with pytest.raises(ValueError, match=r"0\.\.5"):
        prove(Operator.from_name("mul-u4-mitchell"), stages=stages)


def test_prove_refuses_a_name():
    with pytest.raises(TypeError, match="'mul-u8-mitchell'"):
        prove("mul-u8-mitchell")


@pytest.mark.parametrize("result", ["refuted", "unknown", "not attempted"])
def test_proof_with_one_other_result_is_not_proved(result):
    operator = Operator.from_name("mul-s4-mitchell")
    parts = (Part("coverage", "", "proved"), Part("equivalence", "", result, counterexample=(-3, 5)))
    proof = Proof(operator, 0, "", parts, "", (("z3", "4"),))
    assert not proof.proved
    plain = json.loads(json.dumps(proof.to_dict()))
    assert plain["operator"] == "mul-s4-mitchell"
    assert plain["proved"] is False
    assert plain["parts"][1]["counterexample"] == {"a": -3, "b": 5}
    assert plain["versions"] == {"z3": "4"}


def test_a_bound_that_is_not_met_is_a_bound():
    proof = prove(Operator.from_name("mul-bf16-mbm"))
    results = {part.name: part.result for part in proof.parts}
    assert results == {"coverage": "proved", "equivalence": "proved", "bound": "proved", "attained": "refuted"}
    assert proof.proved


def test_prove_proves_that_a_constant_is_the_best():
    proof = prove(Operator.from_name("mul-u4-tuned-minimax"))
    assert proof.proved
    assert [part.name for part in proof.parts] == ["coverage", "equivalence", "bound", "attained", "optimum"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("mul-u8-exact", "p = a x b;"),
        ("div-u8-exact-f3", "q = n / d, cut off to a multiple of 2^-3;"),
        ("square-u8-exact", "r = square a;"),
        (
            "rsqrt-f8e4m3-exact",
            "r = 1 / sqrt a, rounded to nearest, ties to even; and where the exact value is",
        ),
    ],
)
def test_statement_says_what_is_exact(name, words):
    operator = Operator.from_name(name)
    assert f"computes {words}" in statement(operator, 0, [Part("bound", "r = e", "proved")])


def test_statement_has_the_bound_that_was_proved():
    operator = Operator.from_name("mul-bf16-tuned-minimax")
    words = "-597/8789 <= (r - e)/e <= 9/128 for all real fractions, each limit widened by 1/16384"
    assert prove(operator).statement.endswith(f"obey {words}")
    assert "obey" not in statement(operator, 0, [])
