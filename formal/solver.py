"""One way to put questions to solvers: is there a value of the variables for which all of this holds?"""

import importlib.metadata
import re
import time

import bitwuzla
import z3
from z3 import z3util

from .polynomial import share_equal_words

__all__ = ["LIMIT_MS", "SECOND_LIMIT_MS", "ask", "bit_vector_solver", "decide", "real_solver", "solver_version"]

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


def decide(*constraints: z3.BoolRef) -> tuple[z3.ModelRef | str | None, str]:
    """Whether constraints on bit-vectors can hold together, by what it takes.

    What z3 does not see at once it may see when equal polynomials are the same words; and Bitwuzla divides better.

    Returns
    -------
    answer : z3.ModelRef, None or str
        As of :func:`ask`.
    solver : str
        Who answered, with the version.
    """
    answer = ask(bit_vector_solver(), *constraints, limit_ms=min(FIRST_LIMIT_MS, LIMIT_MS))
    if not isinstance(answer, str):
        return answer, solver_version()
    constraints = (share_equal_words(z3.And(*constraints)),)
    answer = ask(bit_vector_solver(), *constraints)
    if not isinstance(answer, str):
        return answer, f"{solver_version()} with equal words shared"
    goal = z3.Goal()
    goal.add(*constraints)
    (plain,) = z3.Then("simplify", "fpa2bv", "simplify")(goal)
    script = z3.Solver()
    script.add(plain.as_expr())
    options = bitwuzla.Options()
    options.set(bitwuzla.Option.PRODUCE_MODELS, True)
    parser = bitwuzla.Parser(bitwuzla.TermManager(), options)
    # z3 writes a division that is total, as all of SMT-LIB are, with a name of its own.
    text = re.sub(r"\b(bv[us](?:div|rem|mod))_i\b", r"\1", script.to_smt2().replace("(check-sat)", ""))
    parser.parse(f"(set-logic QF_BV)\n{text}", True, False)
    stop, second = _Stop(), parser.bitwuzla()
    second.configure_terminator(stop)
    verdict = second.check_sat()
    if stop.interrupted:
        raise KeyboardInterrupt
    solver = f"{solver_version()}, then bitwuzla {importlib.metadata.version('bitwuzla')}"
    if verdict == bitwuzla.Result.UNSAT:
        return None, solver
    if verdict == bitwuzla.Result.UNKNOWN:
        return f"z3: {answer}; bitwuzla: unknown", solver
    # z3 makes a model of its own of these values.
    names = z3util.get_vars(plain.as_expr())
    values = [second.get_value(parser.parse_term(variable.sexpr())).value(10) for variable in names]
    return ask(
        bit_vector_solver(), *constraints, *(x == int(value) for x, value in zip(names, values, strict=True))
    ), solver


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
