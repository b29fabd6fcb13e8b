"""One way to put questions to solvers: is there a value of the variables for which all of this holds?"""

import importlib.metadata
import re
import time

import bitwuzla
import z3
from z3 import z3util

from .polynomial import share_equal_words

__all__ = [
    "FIRST_LIMIT_MS",
    "LIMIT_MS",
    "SECOND_LIMIT_MS",
    "ask",
    "bit_vector_solver",
    "decide",
    "real_solver",
    "solver_version",
]

# Per question: for a first try of z3, which is enough for shifts and sums, then for z3 and for Bitwuzla.
FIRST_LIMIT_MS, LIMIT_MS, SECOND_LIMIT_MS = 5_000, 60_000, 535_000


def bit_vector_solver() -> z3.Solver:
    """A fresh solver for bit-vectors, and for floats as bit-vectors."""
    return z3.Then("simplify", "fpa2bv", "qfbv").solver()


def real_solver() -> z3.Solver:
    """A fresh solver for polynomials over the reals."""
    return z3.SolverFor("QF_NRA")


def ask(solver: z3.Solver, *constraints: z3.BoolRef, limit_ms: int | None = None) -> z3.ModelRef | str | None:
    """Whether the constraints can hold together, within the time of a question or this limit.

    Returns
    -------
    z3.ModelRef
        Values for which they do.
    None
        If there are none.
    str
        Why the solver gave up.
    """
    solver.set("timeout", limit_ms or LIMIT_MS)
    solver.add(*constraints)
    answer = solver.check()
    if answer == z3.sat:
        return solver.model()
    if answer == z3.unsat:
        return None
    if "interrupted" in solver.reason_unknown():  # z3 takes Ctrl-C for itself
        raise KeyboardInterrupt
    return solver.reason_unknown()


def decide(*constraints: z3.BoolRef) -> tuple[z3.ModelRef | str | None, tuple[str, ...]]:
    """Whether constraints on bit-vectors can hold together, by what it takes.

    What z3 does not see at once it may see when equal polynomials are the same words; and Bitwuzla divides better.

    Returns
    -------
    answer : z3.ModelRef, None or str
        As of :func:`ask`. Values are tried on the constraints as they were given.
    solvers : tuple of str
        On whom the answer rests, with versions.
    """
    whole, solvers = z3.And(*constraints), (solver_version(),)
    answer = ask(bit_vector_solver(), whole, limit_ms=min(FIRST_LIMIT_MS, LIMIT_MS))
    if isinstance(answer, str):
        question = share_equal_words(whole)
        if not question.eq(whole):
            solvers += ("equal words shared",)
        answer = ask(bit_vector_solver(), question)
        if isinstance(answer, str):
            solvers += (f"bitwuzla {importlib.metadata.version('bitwuzla')}",)
            answer = _ask_bitwuzla(question, answer)
    if isinstance(answer, z3.ModelRef) and not z3.is_true(answer.eval(whole, model_completion=True)):
        return f"{', '.join(solvers)}: values that are none", solvers
    return answer, solvers


def _ask_bitwuzla(question: z3.BoolRef, why: str) -> z3.ModelRef | str | None:
    """The same of Bitwuzla, where z3 gave up, and why."""
    goal = z3.Goal()
    goal.add(question)
    (plain,) = z3.Then("simplify", "fpa2bv", "simplify")(goal)
    script = z3.Solver()
    script.add(plain.as_expr())
    options = bitwuzla.Options()
    options.set(bitwuzla.Option.PRODUCE_MODELS, True)
    parser = bitwuzla.Parser(bitwuzla.TermManager(), options)
    # z3 writes a division that is total, as all of SMT-LIB are, with a name of its own.
    text = re.sub(r"\b(bv[us](?:div|rem|mod))_i\b", r"\1", script.to_smt2().replace("(check-sat)", ""))
    parser.parse(f"(set-logic QF_BV)\n{text}", True, False)
    stop, solver = _Stop(), parser.bitwuzla()
    solver.configure_terminator(stop)
    verdict = solver.check_sat()
    if stop.interrupted:
        raise KeyboardInterrupt
    if verdict == bitwuzla.Result.UNSAT:
        return None
    if verdict == bitwuzla.Result.UNKNOWN:
        return f"z3: {why}; bitwuzla: unknown"
    # z3 makes a model of its own of these values.
    names = z3util.get_vars(plain.as_expr())
    values = [solver.get_value(parser.parse_term(variable.sexpr())).value(10) for variable in names]
    answer = ask(bit_vector_solver(), question, *(x == int(value) for x, value in zip(names, values, strict=True)))
    return "z3 does not find what bitwuzla found" if answer is None else answer


class _Stop:
    """What Bitwuzla asks now and then: whether to stop, because time is over or for Ctrl-C, which Python sees here."""

    def __init__(self) -> None:
        self.interrupted = False
        self._end = time.monotonic() + SECOND_LIMIT_MS / 1000

    def __call__(self) -> bool:
        try:
            return self.interrupted or time.monotonic() > self._end
        except KeyboardInterrupt:
            self.interrupted = True
            return True


def solver_version() -> str:
    """Program and version, such as ``z3 4.13.0``."""
    return f"z3 {z3.get_version_string()}"
