import functools
from collections import Counter
from pathlib import Path

import pytest

from formal.gates import GateNetlist, pack, read_gates
from formal.mutants import MODES, draw_mutants
from pysoft.operator import Operator
from pysoft.vectors import all_operands
from rtl.tools import run_yosys
from rtl.verilog import generate, port_names

NAMES = pytest.mark.parametrize("name", ["mul-u4-mitchell", "mul-f8e5m2-mitchell"])


@functools.cache
def netlist_of(name):
    operator = Operator.from_name(name)
    return operator, read_gates(operator, generate(operator))


@NAMES
def test_all_mutants_are_each_pin_of_each_gate_in_each_mode_once(name):
    _, netlist = netlist_of(name)
    mutants = draw_mutants(netlist, "all", 0)
    pins = {(place, pin) for place, gate in enumerate(netlist.gates) for pin in [*"ABS"[: len(gate.inputs)], "Y"]}
    assert Counter((*pin, mode) for pin in pins for mode in MODES) == Counter((m.place, m.pin, m.mode) for m in mutants)


def test_a_seed_chooses_some_of_them():
    _, netlist = netlist_of("mul-u4-mitchell")
    chosen = draw_mutants(netlist, 40, 5)
    assert 40 == len(set(map(str, chosen)))
    assert chosen == draw_mutants(netlist, 40, 5)
    assert chosen != draw_mutants(netlist, 40, 6)
    assert set(map(str, chosen)) < set(map(str, draw_mutants(netlist, "all", 0)))


@NAMES
def test_a_mutant_is_what_yosys_makes_of_it(name, tmp_path):
    operator, netlist = netlist_of(name)
    count = 100
    (tmp_path / "top.json").write_text(netlist.source)
    # Yosys puts all mutants into one netlist, with a port that selects one of them.
    run_yosys(f"read_json top.json\nmutate -list {count} -seed 3 -ctrl mutsel 7 1 -o list\n", folder=tmp_path)
    script = Path(tmp_path, "list").read_text()
    assert count == script.count("-ctrl mutsel 7")
    run_yosys(f"read_json top.json\n{script}\nsimplemap\nabc -g simple\nwrite_json all.json\n", folder=tmp_path)
    *ports, result = port_names(operator)
    selected = GateNetlist.from_json((tmp_path / "all.json").read_text(), [*ports, "mutsel"], result)

    form = operator.format
    columns = [pack(form.to_bits(column), form.width) for column in all_operands(form, len(operator.operands))]
    every = (1 << (1 << form.width * len(columns))) - 1
    values = netlist.evaluate(columns)
    differing = 0
    for number, mutant in enumerate(draw_mutants(netlist, count, 3), 1):
        mine = values | mutant.changes(values)
        theirs = selected.evaluate([*columns, [-(number >> i & 1) for i in range(7)]])
        results = [mine[net] & every for net in netlist.result]
        assert results == [theirs[net] & every for net in selected.result], str(mutant)
        differing += results != [values[net] & every for net in netlist.result]
    assert differing > count // 2
    none = selected.evaluate([*columns, [0] * 7])
    assert [values[net] & every for net in netlist.result] == [none[net] & every for net in selected.result]


def test_a_mutant_says_what_is_broken():
    _, netlist = netlist_of("mul-u4-mitchell")
    told = set(map(str, draw_mutants(netlist, "all", 0)))
    gate = next(gate for gate in netlist.gates if gate.kind == "XOR")
    assert {f"output Y of XOR {gate.name} always 1", f"input B of XOR {gate.name} inverted"} <= told


@pytest.mark.parametrize("count", [0, -3, 2.5, "some", True, None])
def test_a_wrong_number_of_mutants_is_refused(count):
    _, netlist = netlist_of("mul-u4-mitchell")
    with pytest.raises(ValueError, match=f"from 1 up, or 'all', not {count!r}"):
        draw_mutants(netlist, count, 0)


def test_a_negative_seed_is_refused():
    _, netlist = netlist_of("mul-u4-mitchell")
    with pytest.raises(ValueError, match="at least 0, not -1"):
        draw_mutants(netlist, 5, -1)
