"""A netlist equals its specification for every input, shown case by case."""

import time
from collections.abc import Callable, Sequence

import numpy as np
import z3

from pysoft.operator import Operator

from .netlist import Netlist
from .result import Operands, Part, Verdict
from .solver import ask, bit_vector_solver, decide, solver_version
from .specification import Case

__all__ = ["EQUIVALENCE", "prove_coverage", "prove_equivalence"]

EQUIVALENCE = "in every case the netlist's result equals the specified one"


def prove_coverage(operator: Operator, netlist: Netlist, cases: Sequence[Case]) -> Part:
    """All operands meet the condition of at least one case.

    Parameters
    ----------
    operator : Operator
    netlist : Netlist
        Owner of the operands that the cases are about.
    cases : sequence of Case

    Returns
    -------
    Part
        Refuted with operands that no case covers.
    """
    start = time.perf_counter()
    answer = ask(bit_vector_solver(), z3.Not(z3.Or(*(case.condition for case in cases))))
    result, counterexample, note = _read(answer, operator, netlist)
    return Part(
        name="coverage",
        statement=f"all {operator.format.name} operands are in one of the specification's {len(cases)} cases",
        result=result,
        solver=solver_version(),
        seconds=time.perf_counter() - start,
        questions=1,
        counterexample=counterexample,
        note=note,
    )


def prove_equivalence(
    operator: Operator,
    netlist: Netlist,
    cases: Sequence[Case],
    *,
    progress: Callable[[int, int, str], None] | None = None,
) -> Part:
    """In each case the netlist's result is the specified one; with coverage: for every input.

    Parameters
    ----------
    operator : Operator
    netlist : Netlist
    cases : sequence of Case
        Of the same operator and operands.
    progress : callable, optional
        Called with (done, total, what) after each case.

    Returns
    -------
    Part
        Refuted with the operands of the first case that fails, or unknown at the first the solver gives up on.
    """
    start = time.perf_counter()
    extend = z3.SignExt if operator.result_format.signed else z3.ZeroExt
    result, counterexample, note, done, solvers = "proved", None, "", 0, {}
    for case in cases:
        # Compared as numbers, in the specification's width: neither side is cut to fit, so no port overflows either.
        o = extend(case.value.size() - netlist.o.size(), netlist.o)
        answer, asked = decide(case.condition, o != case.value)
        solvers |= dict.fromkeys(asked)  # a set in their order
        done += 1
        if progress is not None:
            progress(done, len(cases), case.name)
        if answer is not None:
            result, counterexample, note = _read(answer, operator, netlist)
            note = f"{case.name}: {note}" if note else case.name
            break
    return Part(
        name="equivalence",
        statement=EQUIVALENCE,
        result=result,
        solver=", ".join(solvers),
        seconds=time.perf_counter() - start,
        questions=done,
        counterexample=counterexample,
        note=note,
    )


def _read(
    answer: z3.ModelRef | str | None, operator: Operator, netlist: Netlist
) -> tuple[Verdict, Operands | None, str]:
    """Result, counterexample and note for the answer to a question that should have none."""
    if answer is None:
        return "proved", None, ""
    if isinstance(answer, str):
        return "unknown", None, answer
    bits = [answer.eval(operand, model_completion=True).as_long() for operand in netlist.operands]
    return "refuted", tuple(operator.format.from_bits(np.array([value], np.uint64))[0].item() for value in bits), ""
