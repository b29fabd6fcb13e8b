import z3

from formal.induction import Always, inductive, prove_always
from formal.machine import Machine

COUNT, OTHER = z3.BitVecs("count other", 3)
RST, GO, CLK = z3.BitVecs("rst go clk", 1)

# Counts 0 1 2 3 4 0 1 ... from a reset on; 5, 6 and 7 are never reached, but 5 would be followed by 6.
COUNTER = Machine(
    inputs={"clk": CLK, "rst": RST, "go": GO},
    registers={"count": COUNT, "other": OTHER},
    outputs={"high": z3.Extract(2, 2, COUNT)},
    next={
        "count": z3.If(RST == 1, 0, z3.If(GO == 0, COUNT, z3.If(COUNT == 4, z3.BitVecVal(0, 3), COUNT + 1))),
        "other": OTHER,
    },
)


def always(condition):
    return Always("name", "statement", lambda window: window[0](z3.Not(condition)))


def test_inductive_keeps_all_that_holds_together():
    candidates = [z3.ULE(COUNT, 3), z3.ULE(COUNT, 4), COUNT != 7, OTHER == 0, z3.ULE(COUNT, 6), COUNT == 0]
    assert [z3.ULE(COUNT, 4), COUNT != 7, z3.ULE(COUNT, 6)] == list(inductive(COUNTER, candidates))


def test_inductive_needs_a_reset():
    assert () == inductive(Machine(**{**vars(COUNTER), "next": COUNTER.registers}), [z3.ULE(COUNT, 4)])


def test_prove_always_proves_what_follows_from_the_invariant():
    part = prove_always(COUNTER, [z3.ULE(COUNT, 4)], always(COUNT != 6), search=5)
    assert ("name", "statement", "proved", "") == (part.name, part.statement, part.result, part.note)


def test_prove_always_refutes_with_a_trace_from_a_reset():
    part = prove_always(COUNTER, [z3.ULE(COUNT, 4)], always(COUNT != 4), search=9)
    assert "refuted" == part.result
    assert part.note.endswith("of rst go high: rst; go; go; go; go; high") or part.note.endswith(
        "of rst go high: rst go; go; go; go; go; high"
    )


def test_prove_always_looks_at_as_many_cycles_as_the_statement_is_about():
    jumps = Always("", "", lambda window: window[1](COUNT) - window[0](COUNT) == 2, cycles=2)
    assert "proved" == prove_always(COUNTER, [z3.ULE(COUNT, 4), OTHER == 0], jumps, search=1).result
    stays = Always("", "", lambda window: z3.And(*(values(COUNT == 4) for values in window)), cycles=3)
    assert "refuted" == prove_always(COUNTER, [], stays, search=5).result


def test_prove_always_is_unknown_without_a_trace_or_an_invariant():
    for search, invariant, condition in ((4, [z3.ULE(COUNT, 4)], COUNT != 4), (9, [], COUNT != 6)):
        part = prove_always(COUNTER, invariant, always(condition), search=search)
        assert "unknown" == part.result
        assert f"count = {4 if invariant else 6}" in part.note
