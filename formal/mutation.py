"""Do the vectors of a bench tell a broken circuit from a whole one?"""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import z3

from pysoft.operator import Operator
from pysoft.vectors import operand_vectors
from rtl.verilog import generate

from .gates import GateNetlist, Net, pack, read_gates
from .mutants import Mutant, draw_mutants
from .solver import ask, bit_vector_solver

__all__ = ["MutationScore", "Survivor", "score_mutants"]

VECTOR_SEED = 0  # that of ``mitchell sim`` by default


@dataclass(frozen=True)
class Survivor:
    """A mutant that no vector tells from the circuit, and that is not proved equal to it.

    Parameters
    ----------
    mutation : str
        What is broken, in words.
    operands : tuple of int, or None
        Bit patterns of operands for which it differs; None where the solver gave up.
    expected, got : int or None
        Bit patterns of the results of the circuit and of the mutant for these operands.
    note : str
        Why the solver gave up.
    """

    mutation: str
    operands: tuple[int, ...] | None = None
    expected: int | None = None
    got: int | None = None
    note: str = ""


@dataclass(frozen=True)
class MutationScore:
    """What became of the mutants of one operator.

    Parameters
    ----------
    operator : Operator
    gates : int
        In its netlist.
    vectors : int
        Operand vectors that each mutant was given; for all of them the netlist itself is equal to the model.
    seed : int
        Of the choice of mutants.
    mutants : int
        How many there were.
    killed : int
        Those with another result for at least one vector.
    equivalent : int
        Those proved to have the same result for every input.
    live : tuple of Survivor
        The others.
    seconds : float
        Wall-clock time.
    """

    operator: Operator
    gates: int
    vectors: int
    seed: int
    mutants: int
    killed: int
    equivalent: int
    live: tuple[Survivor, ...]
    seconds: float

    @property
    def score(self) -> float:
        """Killed mutants as a fraction of those that are not equivalent; 1 if all are."""
        due = self.mutants - self.equivalent
        return self.killed / due if due else 1.0

    @property
    def complete(self) -> bool:
        """Whether every mutant is killed or proved equivalent."""
        return not self.live

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON, the operator by its name."""
        return asdict(self) | {
            "operator": self.operator.name,
            "live": [asdict(survivor) for survivor in self.live],
            "score": self.score,
            "complete": self.complete,
        }


def score_mutants(
    operator: Operator,
    *,
    mutants: int | str = 100,
    seed: int = 0,
    vectors: int | str = 1000,
    progress: Callable[[int, int, str], None] | None = None,
) -> MutationScore:
    """Give broken circuits the vectors of ``mitchell sim``, and prove of those that survive that nothing is broken.

    The generated Verilog becomes gates. They are checked against the model at all vectors, then each mutant against
    them. Whether a survivor is equal to them for every input is for z3 to say, for one leading one of the first operand
    after the other: that is where the datapaths of products branch.

    Parameters
    ----------
    operator : Operator
    mutants : int or str
        How many, or ``all``: every pin of every gate, always 0, always 1 and inverted.
    seed : int
        Of the choice of mutants.
    vectors : int or str
        As :func:`pysoft.vectors.operand_vectors` takes it.
    progress : callable, optional
        Called with (done, total, what) after each mutant.

    Returns
    -------
    MutationScore

    Raises
    ------
    ValueError
        If an argument is out of its range.
    RuntimeError
        If the netlist is not the model: there is nothing to compare mutants with.
    rtl.tools.MissingToolError
        If Yosys is not installed.

    References
    ----------
    DeMillo, Lipton and Sayward, Hints on Test Data Selection, Computer 11(4), 1978.
    """
    start = time.perf_counter()
    operands = operand_vectors(operator.format, vectors, VECTOR_SEED, operands=len(operator.operands))
    netlist = read_gates(operator, generate(operator))
    values = _checked(operator, netlist, operands)
    drawn = draw_mutants(netlist, mutants, seed)
    question = _Question(operator, netlist)
    count = len(operands[0])
    killed, equivalent, live = 0, 0, []
    for done, mutant in enumerate(drawn, 1):
        if _difference(netlist, values, mutant, count):
            killed += 1
        elif (survivor := question.ask(mutant)) is None:
            equivalent += 1
        else:
            live.append(survivor)
        if progress is not None:
            progress(done, len(drawn), operator.name)
    return MutationScore(
        operator=operator,
        gates=len(netlist.gates),
        vectors=count,
        seed=seed,
        mutants=len(drawn),
        killed=killed,
        equivalent=equivalent,
        live=tuple(live),
        seconds=time.perf_counter() - start,
    )


def _checked(operator: Operator, netlist: GateNetlist, operands: tuple[np.ndarray, ...]) -> dict[Net, int]:
    """The values of all nets, after a comparison of every result with the model's."""
    form, result = operator.format, operator.result_format
    values = netlist.evaluate([pack(form.to_bits(column), form.width) for column in operands])
    expected = pack(result.to_bits(operator(*operands)), result.width)
    every = (1 << len(operands[0])) - 1
    if [values[net] & every for net in netlist.result] != expected:
        raise RuntimeError(f"the netlist of {operator} is not its model: see  mitchell sim {operator}")
    return values


def _difference(netlist: GateNetlist, values: Mapping[Net, int], mutant: Mutant, vectors: int) -> int:
    """The vectors that kill a mutant, a bit for each."""
    changed, difference = mutant.changes(values), 0
    for net in netlist.result:
        difference |= changed.get(net, values[net]) ^ values[net]
    return difference & (1 << vectors) - 1


class _Question:
    """For which operands does a mutant differ from the netlist?"""

    def __init__(self, operator: Operator, netlist: GateNetlist):
        width = operator.format.width
        self._netlist = netlist
        self._operands = [z3.BitVec(name, width) for name in operator.operands]
        bits = [[z3.Extract(i, i, operand) for i in range(width)] for operand in self._operands]
        self._terms = netlist.evaluate(bits, z3.BitVecVal(0, 1))
        first = self._operands[0]
        self._cases = [first == 0, *(z3.LShR(first, k) == 1 for k in range(width))]

    def ask(self, mutant: Mutant) -> Survivor | None:
        """None if there are no such operands."""
        changed = mutant.changes(self._terms)
        differs = [changed[net] != self._terms[net] for net in self._netlist.result if net in changed]
        for case in self._cases:
            answer = ask(bit_vector_solver(), case, z3.Or(*differs))
            if isinstance(answer, str):
                return Survivor(str(mutant), note=answer)
            if answer is not None:
                found = (answer.eval(operand, model_completion=True).as_long() for operand in self._operands)
                return self._survivor(mutant, tuple(found))
        return None

    def _survivor(self, mutant: Mutant, operands: tuple[int, ...]) -> Survivor:
        ports = self._netlist.operands
        bits = [[pattern >> i & 1 for i in range(len(nets))] for pattern, nets in zip(operands, ports, strict=True)]
        values = self._netlist.evaluate(bits)
        broken = values | mutant.changes(values)
        expected, got = (sum((v[net] & 1) << i for i, net in enumerate(self._netlist.result)) for v in (values, broken))
        return Survivor(str(mutant), operands, expected, got)
