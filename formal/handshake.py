"""A pipeline gives what it took, in order and each once: numbers beside the circuit show it."""

import time
from dataclasses import dataclass
from itertools import combinations

import z3

from .induction import Always, inductive, prove_always
from .machine import Machine, cycles
from .result import Part
from .solver import ask, bit_vector_solver, solver_version

__all__ = ["Handshake", "control_invariant", "observe", "prove_handshake", "prove_reset"]

BITS = 3  # of a number, which is so modulo 8: of the at most 5 inputs inside and the next, no two are the same


@dataclass(frozen=True)
class Handshake:
    """The control of a pipeline, and slots beside it, which no output depends on: one for each stage.

    A slot says whether the stage should hold an input, and has its number. Slots move by the rule of
    :class:`rtl.shell.Shell`, whatever the registers of the circuit do: a stage moves on if the output is taken, or if
    any stage from it to the output is empty. Inputs and outputs are numbered where the circuit's ports take and give
    them. A reset empties the slots, and sets both counts to 0.

    Parameters
    ----------
    machine : Machine
        The registers on which ``i_ready`` and ``o_valid`` depend, and those of the slots and counts.
    holds : tuple of z3.BoolRef
        Whether the slot holds an input, the first stage first.
    numbers : tuple of z3.BitVecRef
        Which.
    arrives : tuple of z3.BoolRef
        Whether there is one that would move into the slot.
    moves : tuple of z3.BoolRef
        Whether the slot lets it in.
    takes, gives : z3.BoolRef
        Whether the circuit's ports take an input and give an output.
    taken, given : z3.BitVecRef
        How many they have taken and given since the reset.
    """

    machine: Machine
    holds: tuple[z3.BoolRef, ...]
    numbers: tuple[z3.BitVecRef, ...]
    arrives: tuple[z3.BoolRef, ...]
    moves: tuple[z3.BoolRef, ...]
    takes: z3.BoolRef
    gives: z3.BoolRef
    taken: z3.BitVecRef
    given: z3.BitVecRef


def observe(control: Machine, stages: int) -> Handshake:
    """Slots beside the control of a pipeline that has the ports of generated Verilog.

    Parameters
    ----------
    control : Machine
        Of ``i_ready`` and ``o_valid``.
    stages : int
        1 to 5.
    """
    inputs, outputs = control.inputs, control.outputs
    holds = tuple(z3.Bool(f"slot {stage} holds") for stage in range(stages))
    numbers = tuple(z3.BitVec(f"slot {stage} number", BITS) for stage in range(stages))
    arrives = (inputs["i_valid"] == 1, *holds[:-1])
    moves = tuple(z3.Or(inputs["o_ready"] == 1, z3.Not(z3.And(*holds[stage:]))) for stage in range(stages))
    takes = z3.And(inputs["i_valid"] == 1, outputs["i_ready"] == 1)
    gives = z3.And(outputs["o_valid"] == 1, inputs["o_ready"] == 1)
    taken, given = z3.BitVecs(["inputs taken", "outputs given"], BITS)

    reset = inputs["rst"] == 1
    beside = [(taken, z3.If(reset, 0, taken + _count(takes))), (given, z3.If(reset, 0, given + _count(gives)))]
    for x, number, move, arrive, new in zip(holds, numbers, moves, arrives, (taken, *numbers[:-1]), strict=True):
        beside.append((x, z3.And(z3.Not(reset), z3.If(move, arrive, x))))
        beside.append((number, z3.If(move, new, number)))
    machine = Machine(
        inputs=inputs,
        registers=control.registers | {str(x): x for x, _ in beside},
        outputs=outputs,
        next=control.next | {str(x): value for x, value in beside},
    )
    return Handshake(machine, holds, numbers, arrives, moves, takes, gives, taken, given)


def control_invariant(handshake: Handshake) -> tuple[z3.BoolRef, ...]:
    """What can be shown, by induction over one cycle, to hold in every cycle after a reset.

    It is sought among: a register of the circuit is high exactly if each of some successive slots holds an input, for
    all registers and such slots; the inputs in slots are numbered in order without a gap, up to the next to be taken
    and down to the next to be given.
    """
    holds, machine = handshake.holds, handshake.machine
    ranges = [z3.And(*holds[i:j]) for i, j in combinations(range(len(holds) + 1), 2)]
    bits = [x for x in machine.registers.values() if z3.is_bv(x) and x.size() == 1]
    candidates = [(bit == 1) == full for bit in bits for full in ranges]
    for stage, number in enumerate(handshake.numbers):
        candidates.append(z3.Implies(holds[stage], number == handshake.given + _count(*holds[stage + 1 :])))
    return inductive(machine, [*candidates, handshake.taken == handshake.given + _count(*holds)])


def prove_reset(control: Machine) -> Part:
    """One cycle with ``rst`` is enough, from any state.

    Parameters
    ----------
    control : Machine
        Of ``i_ready`` and ``o_valid``.

    Returns
    -------
    Part
        Refuted with the registers on which a reset does not decide.
    """
    start = time.perf_counter()
    now, then = cycles(control, 2)
    other = [(x, z3.FreshConst(x.sort())) for x in (*control.registers.values(), *map(now, control.inputs.values()))]
    unlike = {name: then(x) != z3.substitute(then(x), *other) for name, x in control.registers.items()}
    unlike["o_valid"] = then(control.outputs["o_valid"]) == 1
    reset = now(control.inputs["rst"]) == 1
    answer = ask(bit_vector_solver(), reset, z3.substitute(reset, *other), z3.Or(*unlike.values()))
    result, note = "proved", ""
    if isinstance(answer, str):
        result, note = "unknown", answer
    elif answer is not None:
        names = [name for name, term in unlike.items() if z3.is_true(answer.eval(term, model_completion=True))]
        result, note = "refuted", f"rst does not decide on {', '.join(names)}"
    statement = (
        "whatever the registers hold, one cycle with rst leaves o_valid low, and every register on which i_ready or "
        "o_valid depends with one value"
    )
    return Part("reset", statement, result, solver_version(), time.perf_counter() - start, 1, note=note)


def prove_handshake(handshake: Handshake, invariant: tuple[z3.BoolRef, ...]) -> tuple[Part, Part, Part]:
    """What a user of the ports relies on, in every cycle after a reset: ``handshake``, ``delivery``, ``progress``.

    Parameters
    ----------
    handshake : Handshake
    invariant : tuple of z3.BoolRef
        From :func:`control_invariant`.

    Returns
    -------
    tuple of Part
        Refuted with what the ports do from a reset on.
    """
    stages = len(handshake.holds)
    machine, holds = handshake.machine, handshake.holds
    ready, valid, reset = machine.inputs["o_ready"], machine.outputs["o_valid"], machine.inputs["rst"]

    def falls(window):
        now, then = window
        waits = now(z3.And(valid == 1, ready == 0, reset == 0))
        listens = valid != z3.substitute(valid, (ready, ~ready))
        return z3.Or(now(listens), now((valid == 1) != holds[-1]), z3.And(waits, then(valid) == 0))

    def confuses(window):
        (now,) = window
        right = z3.And(holds[-1], handshake.numbers[-1] == handshake.given)
        lost = handshake.taken - handshake.given != _count(*holds)
        return now(z3.Or(z3.And(handshake.gives, z3.Not(right)), lost))

    def stalls(window):
        now, *later = window
        refuses = (machine.outputs["i_ready"] == 1) != handshake.moves[0]
        held = [values(z3.And(ready == 1, reset == 0)) for values in later]
        given = [z3.And(values(handshake.gives), values(handshake.given) == now(handshake.taken)) for values in later]
        return z3.Or(now(refuses), z3.And(now(z3.And(handshake.takes, reset == 0)), *held, z3.Not(z3.Or(*given))))

    statements = (
        Always(
            "handshake",
            "o_valid is high exactly if the last stage holds an input, does not depend on o_ready, and does not fall "
            "while it waits for o_ready",
            falls,
            cycles=2,
        ),
        Always(
            "delivery",
            "every output is that of the next input in the order in which they were taken; the stages hold all others "
            "that were taken",
            confuses,
        ),
        Always(
            "progress",
            "i_ready is high exactly if o_ready is high or some stage is empty; with o_ready held, what is taken is "
            f"given within {stages} cycle{'s'[: stages > 1]}",
            stalls,
            cycles=stages + 1,
        ),
    )
    return tuple(prove_always(machine, invariant, always, search=2 * stages + 2) for always in statements)


def _count(*events: z3.BoolRef) -> z3.BitVecRef:
    """How many are true."""
    zero, one = z3.BitVecVal(0, BITS), z3.BitVecVal(1, BITS)
    return sum((z3.If(event, one, zero) for event in events), start=zero)
