import pytest
from two_stages import PIPELINE

from formal.handshake import control_invariant, observe, prove_handshake, prove_reset
from formal.machine import read_machine

MUTANTS = [
    ("there <= 0", "there <= there", "reset"),
    ("there <= 0", "there <= 1", "reset"),
    ("o_valid = there", "o_valid = there & o_ready", "handshake"),
    ("leaves = ~there | o_ready", "leaves = 1", "handshake"),
    ("there <= here;", "there <= i_valid;", "delivery"),
    ("i_ready = ~here | leaves", "i_ready = 1", "delivery"),
    ("here <= i_valid;", "here <= i_valid & ~here;", "delivery"),
    ("i_ready = ~here | leaves", "i_ready = o_ready", "progress"),
    ("i_ready = ~here | leaves", "i_ready = i_valid & (~here | leaves)", "progress"),
]


def proved(verilog, stages=2):
    control = read_machine(verilog, "top").part("i_ready", "o_valid")
    handshake = observe(control, stages)
    parts = (prove_reset(control), *prove_handshake(handshake, control_invariant(handshake)))
    return {part.name: part for part in parts}


def test_handshake_of_another_hand_is_proved():
    assert {"reset": "proved", "handshake": "proved", "delivery": "proved", "progress": "proved"} == {
        name: part.result for name, part in proved(PIPELINE).items()
    }


@pytest.mark.parametrize(("text", "replacement", "part"), MUTANTS)
def test_a_planted_fault_is_refuted(text, replacement, part):
    assert text in PIPELINE
    refuted = proved(PIPELINE.replace(text, replacement))[part]
    assert "refuted" == refuted.result
    assert "rst" in refuted.note


@pytest.mark.parametrize("stages", [1, 3])
def test_another_number_of_stages_is_refuted(stages):
    assert "refuted" in {part.result for part in proved(PIPELINE, stages).values()}


def test_the_invariant_says_what_every_register_of_the_handshake_holds():
    control = read_machine(PIPELINE, "top").part("i_ready", "o_valid")
    assert {"here", "there"} == set(control.registers)
    handshake = observe(control, 2)
    words = {str(statement).replace("\n", "") for statement in control_invariant(handshake)}
    assert {"(here == 1) == And(slot 0 holds)", "(there == 1) == And(slot 1 holds)"} <= words
    assert 5 == len(words)  # and both numbers, and the counts
