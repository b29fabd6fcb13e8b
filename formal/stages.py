"""Every stage of a pipeline holds what it should of its input, so that a result is one formula in the operands."""

import time
from collections.abc import Mapping, Sequence

import z3

from .handshake import Handshake
from .machine import Machine
from .netlist import Netlist
from .result import Part
from .solver import ask, bit_vector_solver, solver_version
from .terms import variables

__all__ = ["STAGES", "find_stages", "prove_stages", "unroll"]

Loads = Mapping[str, z3.BitVecRef]

STAGES = (
    "in every state that the handshake allows, whatever the data registers hold, each register of a stage is loaded "
    "from those of the stage before, or the operands, when an input moves into the stage, and holds until this leaves; "
    "the result depends on the last stage alone, so that it is stable while o_valid waits"
)


def find_stages(circuit: Machine, handshake: Handshake) -> tuple[Loads, ...]:
    """The data registers of each stage, with what they are loaded with.

    In the last stage are those that the result depends on, in the stage before it those that these are loaded from,
    and so on.

    Parameters
    ----------
    circuit : Machine
        With the result as its one output.
    handshake : Handshake

    Returns
    -------
    tuple of mappings of str to z3.BitVecRef
        For each register of each stage, the first stage first, what it is loaded with: with ``o_ready`` held that is
        every cycle.
    """
    held = [(circuit.inputs[name], z3.BitVecVal(value, 1)) for name, value in (("o_ready", 1), ("rst", 0))]
    data = circuit.registers.keys() - handshake.machine.registers.keys()
    stages, following = [], circuit.outputs
    for _ in handshake.holds:
        names = sorted(data & variables(*following.values()))
        following = {name: z3.simplify(z3.substitute(circuit.next[name], *held)) for name in names}
        stages.insert(0, following)
    return tuple(stages)


def prove_stages(
    circuit: Machine,
    handshake: Handshake,
    invariant: Sequence[z3.BoolRef],
    stages: Sequence[Loads],
    operands: Sequence[str],
) -> Part:
    """Registers are loaded exactly when the slot of their stage is.

    By induction over cycles a stage whose slot holds an input then holds the same functions of it as in a pipeline
    that never waits.

    Parameters
    ----------
    circuit : Machine
        With the result as its one output.
    handshake : Handshake
    invariant : sequence of z3.BoolRef
        From :func:`formal.handshake.control_invariant`.
    stages : sequence of mappings of str to z3.BitVecRef
        From :func:`find_stages`.
    operands : sequence of str
        Input ports.

    Returns
    -------
    Part
        Refuted with a register that depends on another than the stage before, or with a state in which it is wrongly
        loaded or held.
    """
    start = time.perf_counter()
    wrong = []
    for loads, moves, arrives, holds in zip(stages, handshake.moves, handshake.arrives, handshake.holds, strict=True):
        for name, load in loads.items():
            before, after = circuit.registers[name], circuit.next[name]
            right = z3.If(moves, z3.Implies(arrives, after == load), z3.Implies(holds, after == before))
            wrong.append((name, z3.Not(right)))  # a list: a register in two stages is wrong in one of them
    result, note = "proved", _stray(circuit, stages, operands)
    answer = ask(bit_vector_solver(), *invariant, circuit.inputs["rst"] == 0, z3.Or(*(term for _, term in wrong)))
    if note:
        result = "refuted"
    elif isinstance(answer, str):
        result, note = "unknown", answer
    elif answer is not None:
        names = (name for name, term in wrong if z3.is_true(answer.eval(term, model_completion=True)))
        inputs = (circuit.inputs["i_valid"] == 1, *handshake.holds, circuit.inputs["o_ready"] == 1)
        state = " ".join("01"[z3.is_true(answer.eval(x, model_completion=True))] for x in inputs)
        result, note = "refuted", f"{', '.join(names)} with i_valid, slots and o_ready {state}"
    return Part("stages", STAGES, result, solver_version(), time.perf_counter() - start, 1, note=note)


def unroll(circuit: Machine, stages: Sequence[Loads], operands: Sequence[str]) -> Netlist:
    """The result of a pipeline in terms of the operands, as of a combinational circuit.

    Parameters
    ----------
    circuit : Machine
        With the result as its one output.
    stages : sequence of mappings of str to z3.BitVecRef
        For which :func:`prove_stages` has proved its statement.
    operands : sequence of str
        Input ports.

    Returns
    -------
    Netlist
    """
    values = {name: circuit.inputs[name] for name in operands}
    for terms in (*stages, circuit.outputs):
        pairs = [(x, values[name]) for name, x in (circuit.inputs | circuit.registers).items() if name in values]
        values = {name: z3.substitute(term, *pairs) for name, term in terms.items()}
    (o,) = values.values()
    return Netlist(tuple(circuit.inputs[name] for name in operands), o)


def _stray(circuit: Machine, stages: Sequence[Loads], operands: Sequence[str]) -> str:
    """What depends on anything but the stage before it."""
    before = frozenset(operands)
    for loads in (*stages, circuit.outputs):
        for name, load in loads.items():
            if others := variables(load) - before:
                return f"{name} depends on {', '.join(sorted(others))}, not on the stage before it alone"
        before = loads.keys()
    return ""
