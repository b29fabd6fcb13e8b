"""The cheapest conditional carry-ins of 8-bit floats.

A result is the sum (difference, multiple, half) of the bit patterns, a base constant, and g(fractions) in {0, 1} last
places, which a quotient and a reciprocal take away. A root halves the sum with g in it, its base is -1, and its g sees
the lowest bit of the exponent, too. For every number of two-input gates the best g is the one that rounds most
fractions correctly, to nearest, ties to even; of equally good ones that with the least mean of abs(e), then a constant,
then the least truth table. ``chain`` finds it, of up to four inputs until all is right. Of six inputs, those of
products and quotients of three fraction bits, it goes on up to ``EXHAUSTIVE`` gates; the larger circuits of ``KNOWN``
were found by simulated annealing. What they are worth is computed here, but there may be better ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from pysoft.families.exact_float import EXACT_FLOATS
from pysoft.operation import OPERATIONS

from .chain import Circuit, best, connect, unpack

__all__ = ["EXHAUSTIVE", "FRACTION_BITS", "Carry", "Task", "curve", "task"]

FRACTION_BITS = (2, 3)
EXHAUSTIVE = 6  # gates behind six inputs
# The gates of a ``Circuit``: index into ``GATES`` and both signals. The last is the output, or its complement.
KNOWN = {
    ("mul", 3): (
        "4.3.4 4.0.1 4.0.4 4.4.5 0.8.9 3.6.10 0.7.11",
        "3.0.5 4.0.1 0.4.6 1.2.8 4.3.8 2.1.9 3.7.11 0.10.12",
        "3.0.5 0.4.6 4.0.3 4.0.1 4.3.7 4.0.2 0.8.11 3.9.12 0.10.13",
        "4.0.3 4.1.2 4.3.5 4.0.1 0.6.8 0.6.7 4.3.4 3.9.11 3.10.12 0.13.14",
        "3.2.5 4.2.3 1.4.6 4.0.1 4.4.5 4.0.3 2.7.11 4.3.4 2.8.13 3.9.12 0.10.11 3.14.16 0.15.17",
    ),
    ("div", 3): (
        "4.3.4 4.4.5 2.2.3 1.1.8 4.0.9 3.6.7 2.10.11",
        "1.0.5 1.3.6 2.2.7 4.5.7 1.1.8 4.0.10 4.3.4 3.9.12 2.11.13",
        "4.3.4 4.2.3 4.3.5 4.0.1 4.1.3 1.2.10 1.8.11 1.7.10 1.9.13 3.6.12 2.14.15",
        "4.0.1 4.0.3 4.4.5 4.2.3 0.7.9 1.6.10 0.7.8 2.2.8 3.4.13 4.3.14 3.12.15 2.11.16",
        "4.1.3 1.2.6 0.1.3 4.3.4 4.4.5 2.7.10 4.7.8 2.11.12 1.1.12 4.0.14 2.13.15 3.9.11 2.16.17",
    ),
}


@dataclass(frozen=True, eq=False)
class Task:
    """What a carry-in is to do.

    Parameters
    ----------
    operation : str
    F : int
        Fraction bits.
    names : tuple of str
        Inputs of g: bits of the fractions, and ``k``, the lowest bit of the exponent.
    base, sign : int
        base + sign g last places are added.
    right : numpy.ndarray of bool, shape (2, 2^inputs)
        Whether the result is rounded correctly with g = 0, and with g = 1, by the number that the inputs read.
    errors : numpy.ndarray of float64, same shape
        Its relative error.
    """

    operation: str
    F: int
    names: tuple[str, ...]
    base: int
    sign: int
    right: np.ndarray
    errors: np.ndarray


@dataclass(frozen=True, eq=False)
class Carry:
    """A carry-in and what it is worth.

    Parameters
    ----------
    task : Task
    circuit : Circuit
    is_best : bool
        Whether the search was exhaustive: no circuit of as many gates is better.
    """

    task: Task
    circuit: Circuit
    is_best: bool

    @property
    def gates(self) -> int:
        """Two-input gates."""
        return len(self.circuit.gates)

    @property
    def g(self) -> np.ndarray:
        """The function: 0 or 1 by the number that the inputs read, int64."""
        return unpack(np.array(self.circuit.function, dtype=np.uint64), len(self.task.names))

    @property
    def right(self) -> int:
        """How many fractions are rounded correctly, of ``len(g)``."""
        return int(np.where(self.g, *self.task.right[::-1]).sum())

    @property
    def is_full(self) -> bool:
        """Whether all of them are."""
        return self.right == len(self.g)

    @property
    def errors(self) -> np.ndarray:
        """Relative errors, by the number that the inputs read."""
        return np.where(self.g, *self.task.errors[::-1])

    @property
    def table(self) -> tuple[tuple[int, ...], ...]:
        """The constants, as in :class:`~pysoft.logarithmic.Correction` and :class:`~pysoft.power.PowerScheme`."""
        c = self.g if self.task.operation == "div" else self.task.base + self.task.sign * self.g
        return tuple(tuple(row) for row in c.reshape(-1, 1 << self.task.F).tolist())


@cache
def task(operation: str, F: int) -> Task:
    """What the carry-in of an operation is to do.

    Parameters
    ----------
    operation : str
    F : int
        Fraction bits of the format, 2 or 3.

    Raises
    ------
    ValueError
        If there is no such operation, or F is something else.
    """
    if operation not in OPERATIONS or F not in FRACTION_BITS:
        raise ValueError(f"no carry-in for {operation!r} with {F} fraction bits")
    X, exponent = np.arange(1 << F, dtype=np.int64), OPERATIONS[operation].exponent
    x, y = (tuple(f"{letter}{bit}" for bit in reversed(range(F))) for letter in "xy")
    halve = 0 if exponent is None else exponent.denominator - 1
    base, sign = -halve, -1 if operation in ("div", "reciprocal") else 1
    if exponent is None:
        names, operands = (*x, *y), [values.ravel() for values in np.meshgrid(X, X, indexing="ij")]
        L = operands[0] + operands[1] * (1 if operation == "mul" else -1)
    else:
        names, operands = (("k", *x), [np.arange(2 << F)]) if halve else (x, [X])
        L = exponent.numerator * operands[0]
    found = np.stack([L + base + sign * g >> halve for g in (0, 1)])
    a, *b = (_number(operand, F) for operand in operands)
    exact = a ** float(exponent) if exponent is not None else a * b[0] if operation == "mul" else a / b[0]
    right = found == EXACT_FLOATS[operation].core(*operands, F + 1)
    return Task(operation, F, names, base, sign, right, _number(found, F) / exact - 1)


def curve(operation: str, F: int, limit: int | None = None) -> list[Carry]:
    """The best carry-ins, each better than those of fewer gates.

    Parameters
    ----------
    operation : str
    F : int
        Fraction bits of the format, 2 or 3.
    limit : int, optional
        The most gates that are tried. Without it the last one is always right.

    Raises
    ------
    ValueError
        If there is no such operation, or F is something else.

    Examples
    --------
    >>> for carry in curve("div", 2):
    ...     print(carry.gates, carry.right, carry.circuit)
    0 14 g = 0
    3 16 t1 = y1 ^ y0, t2 = x1 | x0, g = t1 & ~t2
    """
    found: list[Carry] = []
    for carry in _carries(task(operation, F), limit):
        if not found or carry.right > found[-1].right:
            found.append(carry)
        if carry.is_full:
            break
    return found


def _carries(wanted: Task, limit: int | None) -> Iterator[Carry]:
    """The best of 0, 1, 2, ... gates, then those that are known."""
    n = len(wanted.names)
    exhaustive = EXHAUSTIVE if n > 4 else 1 << n
    for gates in range(1 + min(exhaustive, exhaustive if limit is None else limit)):
        yield Carry(wanted, _best(wanted, gates), is_best=True)
    for text in KNOWN.get((wanted.operation, wanted.F), ()):
        chain = tuple(_gate(gate) for gate in text.split())
        if limit is None or len(chain) <= limit:
            either = [Circuit(wanted.names, chain, n + len(chain) - 1, inverted) for inverted in (False, True)]
            yield max((Carry(wanted, circuit, is_best=False) for circuit in either), key=lambda carry: carry.right)


def _gate(text: str) -> tuple[int, int, int]:
    gate, i, j = map(int, text.split("."))
    return gate, i, j


def _best(wanted: Task, gates: int) -> Circuit:
    n, (zero, one) = len(wanted.names), wanted.right
    places = [sum(1 << int(r) for r in np.flatnonzero(where)) for where in (one & ~zero, zero & ~one)]
    _, functions = best(n, gates, *places)

    def rank(function: int) -> tuple[float, bool, int]:
        g = unpack(np.array(function, dtype=np.uint64), n)
        mean = np.abs(np.where(g, *wanted.errors[::-1])).mean()
        return round(float(mean), 12), g.min() != g.max(), function  # a constant is simpler than an input

    chosen = min(functions, key=rank)
    return connect(wanted.names, chosen, functions[chosen])


def _number(L: np.ndarray, F: int) -> np.ndarray:
    """The numbers whose Mitchell logarithms these are, unit 2^-F: float64."""
    return np.ldexp(1 + (L & ((1 << F) - 1)) / (1 << F), (L >> F).astype(np.int32))
