import json

import numpy as np
import pytest
from slow_tests import slow_unless

from formal import mutation
from formal.gates import GateNetlist, pack, read_gates
from formal.mutants import Mutant, draw_mutants
from formal.mutation import MutationScore, score_mutants
from pysoft.operator import Operator
from pysoft.vectors import all_operands, operand_vectors
from rtl.verilog import generate, port_names

ALWAYS = ("mul-s16-mitchell", "div-s8-mitchell-f4", "mul-f16-tuned-minimax")
SLOW = (
    *("mul-u8-mitchell", "mul-u16-mitchell", "div-u16-mitchell", "mul-u16-dralm-t6", "mul-u16-realm-m8"),
    *("mul-u16-drum-k6", "mul-u16-tosam-h2-t5", "mul-u16-babic-i1", "square-u16-mitchell"),
    *("sqrt-u16-mitchell", "mul-bf16-mitchell", "rsqrt-f16-mitchell", "mul-f8e4m3-carryin-g3"),
    *("mul-u8-exact", "div-u8-exact"),
)


@pytest.mark.parametrize("name", slow_unless(lambda name: name in ALWAYS, ALWAYS + SLOW))
def test_the_vectors_of_the_bench_kill_every_mutant_that_is_not_equivalent(name):
    operator = Operator.from_name(name)
    score = score_mutants(operator)
    assert () == score.live
    assert score.complete
    assert (100, 1.0) == (score.mutants, score.score)
    assert score.killed + score.equivalent == score.mutants
    assert score.vectors == len(operand_vectors(operator.format, 1000, 0, operands=len(operator.operands))[0]) == 1000


@pytest.mark.parametrize("name", ["mul-u4-mitchell", "div-s4-mitchell-f2"])
def test_equivalent_are_those_that_no_input_at_all_tells_from_the_circuit(name):
    operator = Operator.from_name(name)
    netlist = read_gates(operator, generate(operator))
    form = operator.format
    columns = [pack(form.to_bits(column), form.width) for column in all_operands(form, len(operator.operands))]
    every = (1 << (1 << form.width * len(columns))) - 1
    values = netlist.evaluate(columns)
    equal = 0
    for mutant in draw_mutants(netlist, "all", 0):
        changed = mutant.changes(values)
        equal += all((changed.get(net, values[net]) ^ values[net]) & every == 0 for net in netlist.result)
    score = score_mutants(operator, mutants="all")
    assert equal == score.equivalent
    assert score.mutants == score.killed + score.equivalent + len(score.live)


@pytest.mark.parametrize("name", ["mul-s8-mitchell", "rsqrt-f16-mitchell"])
def test_weak_vectors_leave_mutants_alive_and_say_where_they_differ(monkeypatch, name):
    operator = Operator.from_name(name)
    few = [column[-3:] for column in operand_vectors(operator.format, 1000, 0, operands=len(operator.operands))]
    monkeypatch.setattr(mutation, "operand_vectors", lambda *_, **__: few)
    score = score_mutants(operator, mutants=60, seed=2)
    assert 3 == score.vectors
    assert len(score.live) > 5
    assert not score.complete
    assert score.score == score.killed / (60 - score.equivalent) < 1

    form, result = operator.format, operator.result_format
    netlist = read_gates(operator, generate(operator))
    mutants = {str(mutant): mutant for mutant in draw_mutants(netlist, 60, 2)}
    for survivor in score.live:
        columns = [np.array([pattern], dtype=np.uint64) for pattern in survivor.operands]
        model = operator(*(form.from_bits(column) for column in columns))
        assert [survivor.expected] == result.to_bits(model).tolist()
        values = netlist.evaluate([pack(column, form.width) for column in columns])
        broken = values | mutants[survivor.mutation].changes(values)
        assert survivor.got == sum((broken[net] & 1) << place for place, net in enumerate(netlist.result))
        assert survivor.got != survivor.expected


def test_a_redundant_gate_may_break(monkeypatch):
    operator = Operator.from_name("mul-u4-mitchell")
    plain = json.loads(read_gates(operator, generate(operator)).source)
    (module,) = plain["modules"].values()
    bits, operand = module["ports"]["p"]["bits"], module["ports"]["a"]["bits"][0]
    absorbed, new = 10_001, 10_002  # p[3] or (p[3] and a[0])
    for name, kind, a, b, y in (
        ("idle", "$_AND_", bits[3], operand, absorbed),
        ("or", "$_OR_", bits[3], absorbed, new),
    ):
        directions = {"A": "input", "B": "input", "Y": "output"}
        connections = {"A": [a], "B": [b], "Y": [y]}
        module["cells"][name] = {"type": kind, "port_directions": directions, "connections": connections}
    bits[3] = new
    *operands, result = port_names(operator)
    netlist = GateNetlist.from_json(json.dumps(plain), operands, result)
    places = {gate.name: place for place, gate in enumerate(netlist.gates)}
    broken = [("idle", "Y", "const0"), ("idle", "B", "const1"), ("or", "A", "const0"), ("idle", "A", "inv")]
    mutants = [Mutant(netlist, places[name], pin, mode) for name, pin, mode in broken]
    monkeypatch.setattr(mutation, "read_gates", lambda *_: netlist)
    monkeypatch.setattr(mutation, "draw_mutants", lambda *_: mutants)
    score = score_mutants(operator)
    assert (2, 2, ()) == (score.equivalent, score.killed, score.live)


def test_what_the_solver_leaves_open_is_alive(monkeypatch):
    monkeypatch.setattr(mutation, "ask", lambda *_: "timeout")
    score = score_mutants(Operator.from_name("mul-u4-mitchell"), mutants="all")
    assert {(None, None, None, "timeout")} == {(s.operands, s.expected, s.got, s.note) for s in score.live}
    assert 0 == score.equivalent
    assert not score.complete


def test_a_netlist_that_is_not_its_model_has_no_score(monkeypatch):
    wrong = generate(Operator.from_name("mul-u4-exact"), module="mul_u4_mitchell")
    monkeypatch.setattr(mutation, "generate", lambda _: wrong)
    with pytest.raises(RuntimeError, match="netlist of mul-u4-mitchell is not its model"):
        score_mutants(Operator.from_name("mul-u4-mitchell"))


def test_score_counts_what_could_be_killed():
    operator = Operator.from_name("mul-u4-mitchell")
    score = MutationScore(operator, 9, 5, 0, mutants=10, killed=6, equivalent=2, live=(), seconds=0.0)
    assert 0.75 == score.score
    assert 1.0 == MutationScore(operator, 9, 5, 0, mutants=2, killed=0, equivalent=2, live=(), seconds=0.0).score


def test_score_is_plain_data_for_json():
    score = score_mutants(Operator.from_name("mul-u4-mitchell"), mutants=30, seed=4)
    plain = json.loads(json.dumps(score.to_dict()))
    assert ("mul-u4-mitchell", 30, 4, True) == tuple(plain[key] for key in ("operator", "mutants", "seed", "complete"))


def test_progress_tells_of_every_mutant():
    seen = []
    score_mutants(Operator.from_name("mul-u4-mitchell"), mutants=12, progress=lambda *step: seen.append(step))
    assert [(done, 12, "mul-u4-mitchell") for done in range(1, 13)] == seen
