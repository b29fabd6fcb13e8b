import pytest
import z3

from formal import solver
from formal.solver import ask, bit_vector_solver, decide

a, b = z3.BitVecs("a b", 40)
HARD = (z3.UDiv(a, b) == 77, z3.UGT(b, 1000), a * b == z3.BitVecVal(123456789, 40) * b)
IMPOSSIBLE = (z3.UDiv(a, b) == 77, z3.UGT(b, a), b != 0)


def test_z3_answers_what_it_can():
    answer, who = decide(a == 3, b == a + 1)
    assert (answer[a].as_long(), answer[b].as_long()) == (3, 4)
    assert who == (f"z3 {z3.get_version_string()}",)


def test_bitwuzla_answers_what_z3_gives_up_on(monkeypatch):
    monkeypatch.setattr(solver, "LIMIT_MS", 1)
    assert ask(bit_vector_solver(), *IMPOSSIBLE) == "timeout"
    answer, who = decide(*IMPOSSIBLE)
    assert answer is None
    assert who[-1].startswith("bitwuzla ")


def test_equal_polynomials_are_seen_at_once(monkeypatch):
    monkeypatch.setattr(solver, "FIRST_LIMIT_MS", 1)
    c, d = z3.ZeroExt(40, a), z3.ZeroExt(40, b)
    low, high = z3.ZeroExt(60, z3.Extract(19, 0, b)), z3.ZeroExt(60, z3.Extract(39, 20, b))
    answer, who = decide(c * d != c * low + (c * high) * (1 << 20))
    assert answer is None
    assert who[-1] == "equal words shared"


def test_values_of_bitwuzla_are_a_model_of_z3(monkeypatch):
    asked = []

    def at_last(*question, **limit):
        asked.append(question)
        return "timeout" if len(asked) < 3 else ask(*question, **limit)

    monkeypatch.setattr(solver, "ask", at_last)
    answer, _ = decide(*HARD)
    assert all(z3.is_true(answer.eval(constraint)) for constraint in HARD)


def test_bitwuzla_gives_up_in_time(monkeypatch):
    monkeypatch.setattr(solver, "LIMIT_MS", 1)
    monkeypatch.setattr(solver, "SECOND_LIMIT_MS", 1)
    answer, _ = decide(z3.UDiv(a, b) * b != a - z3.URem(a, b), b != 0)
    assert answer == "z3: timeout; bitwuzla: unknown"


def test_values_that_break_the_question_are_no_answer(monkeypatch):
    monkeypatch.setattr(solver, "ask", lambda *question, **limit: ask(bit_vector_solver(), a == 3))
    answer, _ = decide(a == 4)
    assert answer.endswith("values that are none")


def test_solvers_that_disagree_prove_nothing(monkeypatch):
    answers = iter(["timeout", "timeout", None])
    monkeypatch.setattr(solver, "ask", lambda *question, **limit: next(answers))
    answer, _ = decide(a == 4)
    assert answer == "z3 does not find what bitwuzla found"


def test_ctrl_c_ends_bitwuzla(monkeypatch):
    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr(solver, "LIMIT_MS", 1)
    monkeypatch.setattr(solver.time, "monotonic", iter([0.0]).__next__)
    stop = solver._Stop()
    monkeypatch.setattr(solver.time, "monotonic", interrupted)
    assert stop()
    assert stop.interrupted


@pytest.mark.slow
def test_bitwuzla_proves_an_exact_division_of_16_bits():
    from formal.prove import prove
    from pysoft.operator import Operator

    assert prove(Operator.from_name("div-u16-exact")).proved
