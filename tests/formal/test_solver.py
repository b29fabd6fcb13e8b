import pytest
import z3

from formal import solver
from formal.solver import ask, ask_both, bit_vector_solver

a, b = z3.BitVecs("a b", 40)
HARD = (z3.UDiv(a, b) == 77, z3.UGT(b, 1000), a * b == z3.BitVecVal(123456789, 40) * b)
IMPOSSIBLE = (z3.UDiv(a, b) == 77, z3.UGT(b, a), b != 0)


def test_z3_answers_what_it_can():
    answer, who = ask_both(a == 3, b == a + 1)
    assert (answer[a].as_long(), answer[b].as_long()) == (3, 4)
    assert who == f"z3 {z3.get_version_string()}"


def test_bitwuzla_answers_what_z3_gives_up_on(monkeypatch):
    monkeypatch.setattr(solver, "LIMIT_MS", 1)
    assert ask(bit_vector_solver(), *IMPOSSIBLE) == "timeout"
    answer, who = ask_both(*IMPOSSIBLE)
    assert answer is None
    assert ", then bitwuzla " in who


def test_values_of_bitwuzla_are_a_model_of_z3(monkeypatch):
    asked = []

    def once(*question):
        asked.append(question)
        return "timeout" if len(asked) == 1 else ask(*question)

    monkeypatch.setattr(solver, "ask", once)
    answer, _ = ask_both(*HARD)
    assert all(z3.is_true(answer.eval(constraint)) for constraint in HARD)


def test_bitwuzla_gives_up_in_time(monkeypatch):
    monkeypatch.setattr(solver, "LIMIT_MS", 1)
    monkeypatch.setattr(solver, "SECOND_LIMIT_MS", 1)
    answer, _ = ask_both(z3.UDiv(a, b) * b != a - z3.URem(a, b), b != 0)
    assert answer == "z3: timeout; bitwuzla: unknown"


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
