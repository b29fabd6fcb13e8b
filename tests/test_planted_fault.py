"""One carry bit is lost in a core: whatever looks at the circuit finds it."""

import pytest
from amaranth.hdl import Cat

import rtl.logarithmic
from boards.synthesis.gate_level import gate_level_verilog
from formal.mutation import score_mutants
from formal.prove import prove
from pysoft.operator import Operator
from sim.runner import simulate

PLACE = 3  # of the fractions, whose unit is 2^-7


@pytest.fixture
def faulty(monkeypatch):
    """A multiplier whose sum of logarithms has no carry into one of its bits."""

    def add(m, pipeline, point, x, y, *passing, subtract):
        place = PLACE + len(x) - 10  # behind 3 bits of the characteristic and 7 of the fraction
        low = (x[:place] + y[:place])[:place]
        return Cat(low, x[place:] + y[place:]), *passing

    monkeypatch.setattr(rtl.logarithmic, "add", add)
    return Operator.from_name("mul-u8-mitchell")


def test_proof_refutes_it_with_operands_that_fail(faulty):
    proof = prove(faulty)
    refuted = {part.name: part.counterexample for part in proof.parts if part.result == "refuted"}
    assert refuted.keys() == {"equivalence"}
    (a, b) = refuted["equivalence"]
    x1, x2 = ((N << 8 - N.bit_length()) % 128 for N in (a, b))
    assert x1 % (1 << PLACE) + x2 % (1 << PLACE) >= 1 << PLACE


def test_bench_finds_it(faulty, cache):
    result = simulate(faulty, simulator="icarus", cache=cache)
    assert not result.passed
    assert result.mismatches


@pytest.mark.parametrize("target", ["ice40-hx8k", "ecp5-25k"])
def test_run_of_the_netlist_finds_it(faulty, target, cache):
    result = simulate(faulty, simulator="icarus", cache=cache, verilog=gate_level_verilog(faulty, target))
    assert not result.passed
    assert result.mismatches


def test_no_mutants_are_made_of_it(faulty):
    with pytest.raises(RuntimeError, match="not its model"):
        score_mutants(faulty, mutants=1)
