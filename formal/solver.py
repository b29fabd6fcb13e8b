"""One way to put questions to z3: is there a value of the variables for which all of this holds?"""

import z3

__all__ = ["LIMIT_MS", "ask", "bit_vector_solver", "real_solver", "solver_version"]

LIMIT_MS = 60_000  # per question; the slowest at 32 bits takes about one second


def bit_vector_solver() -> z3.Solver:
    """A fresh solver for bit-vectors, and for floats as bit-vectors."""
    return z3.Then("simplify", "fpa2bv", "qfbv").solver()


def real_solver() -> z3.Solver:
    """A fresh solver for polynomials over the reals."""
    return z3.SolverFor("QF_NRA")


def ask(solver: z3.Solver, *constraints: z3.BoolRef) -> z3.ModelRef | str | None:
    """Whether the constraints can hold together.

    Returns
    -------
    z3.ModelRef
        Values for which they do.
    None
        If there are none.
    str
        Why the solver gave up.
    """
    solver.set("timeout", LIMIT_MS)
    solver.add(*constraints)
    answer = solver.check()
    if answer == z3.sat:
        return solver.model()
    if answer == z3.unsat:
        return None
    if "interrupted" in solver.reason_unknown():  # z3 takes Ctrl-C for itself
        raise KeyboardInterrupt
    return solver.reason_unknown()


def solver_version() -> str:
    """Program and version, such as ``z3 4.13.0``."""
    return f"z3 {z3.get_version_string()}"
