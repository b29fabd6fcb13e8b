"""What holds in every cycle after a reset, however long ago, and whatever the registers held before it."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import z3

from .machine import Machine, Values, cycles
from .result import Part
from .solver import ask, bit_vector_solver, solver_version

__all__ = ["Always", "inductive", "prove_always"]


@dataclass(frozen=True)
class Always:
    """A statement about every cycle.

    Parameters
    ----------
    name, statement : str
        Of the part of a proof.
    violated : callable
        From the values in some successive cycles to whether they violate the statement.
    cycles : int
        As many.
    """

    name: str
    statement: str
    violated: Callable[[Sequence[Values]], z3.BoolRef]
    cycles: int = 1


def inductive(machine: Machine, candidates: Iterable[z3.BoolRef]) -> tuple[z3.BoolRef, ...]:
    """The candidates that hold in every cycle after a reset, by induction over one cycle.

    All candidates are supposed to hold. A cycle from a state where they do, or with the input ``rst`` from any state,
    must lead to a state where they do: those that a counterexample breaks are given up, until there is none.

    Returns
    -------
    tuple of z3.BoolRef
        The largest set that is inductive; none if the solver gives up.

    References
    ----------
    Flanagan and Leino, "Houdini, an annotation assistant for ESC/Java", FME 2001.
    """
    now, then = cycles(machine, 2)
    reset = now(machine.inputs["rst"]) == 1
    kept = list(candidates)
    while True:
        before = z3.Or(reset, z3.And(*map(now, kept)))
        answer = ask(bit_vector_solver(), before, z3.Not(z3.And(*map(then, kept))))
        if not isinstance(answer, z3.ModelRef):
            return tuple(kept) if answer is None else ()
        kept = [candidate for candidate in kept if z3.is_true(answer.eval(then(candidate), model_completion=True))]


def prove_always(machine: Machine, invariant: Sequence[z3.BoolRef], always: Always, *, search: int) -> Part:
    """A statement holds in every cycle after a reset.

    Parameters
    ----------
    machine : Machine
        With an input ``rst``.
    invariant : sequence of z3.BoolRef
        From :func:`inductive`.
    always : Always
    search : int
        Cycles after a reset in which a violation is looked for, if the statement does not follow from the invariant.

    Returns
    -------
    Part
        Refuted with what the ports do from a reset on; unknown if there is no such trace within ``search`` cycles.
    """
    start = time.perf_counter()
    window = tuple(cycles(machine, always.cycles))
    answer = ask(bit_vector_solver(), *map(window[0], invariant), always.violated(window))
    result, note, questions = "proved", "", 1
    if answer is not None:
        result, note = "unknown", answer if isinstance(answer, str) else _state(machine, answer)
        for length in range(1, search + 1):
            trace = tuple(cycles(machine, length + always.cycles))
            resets = [values(machine.inputs["rst"]) == int(i == 0) for i, values in enumerate(trace[:length])]
            answer = ask(bit_vector_solver(), *resets, always.violated(trace[length:]))
            questions += 1
            if isinstance(answer, z3.ModelRef):
                result, note = "refuted", _story(machine, trace, answer)
                break
    return Part(
        always.name, always.statement, result, solver_version(), time.perf_counter() - start, questions, note=note
    )


def _state(machine: Machine, model: z3.ModelRef) -> str:
    values = {name: model.eval(x, model_completion=True) for name, x in machine.registers.items()}
    return "it does not follow for " + ", ".join(f"{name} = {value}" for name, value in values.items())


def _story(machine: Machine, trace: Sequence[Values], model: z3.ModelRef) -> str:
    ports = {name: x for name, x in (machine.inputs | machine.outputs).items() if x.size() == 1 and name != "clk"}
    lines = []
    for values in trace:
        high = [name for name, x in ports.items() if model.eval(values(x), model_completion=True).as_long()]
        lines.append(" ".join(high) or "none")
    return f"ports that are high in each cycle, of {' '.join(ports)}: {'; '.join(lines)}"
