"""Exhaustive search for small circuits of two-input gates, bit-parallel.

Gates are of any of the ten functions that depend on both inputs, so that inverters are free. Functions of n <= 6 inputs
are truth tables, uint64: bit r for inputs that read r as a number, the first input its leading bit. They are *normal*,
0 where all inputs are: complementing inputs and outputs of gates, which is free, makes them so. Of the ten gates the
five of ``GATES`` keep functions normal, and the output alone may be complemented.

A chain of gates is looked at as a set of functions. Where no gate is idle, the last one reads a gate that nothing else
reads, which may stand just before it: all sets of all gates but two, and a cascade of two gates behind each, are all
chains.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np

__all__ = ["GATES", "Circuit", "best", "connect", "unpack"]

GATES = ("{} & {}", "{} & ~{}", "~{} & {}", "{} | {}", "{} ^ {}")
CHUNK = 1 << 14  # sets that are looked at together


@dataclass(frozen=True)
class Circuit:
    """A chain of gates.

    Parameters
    ----------
    names : tuple of str
        Inputs.
    gates : tuple of (int, int, int)
        Index into ``GATES``, and the two signals that the gate reads: inputs first, then gates in their order.
    output : int
        A signal; -1 is the constant 0.
    inverted : bool
        Whether the output is complemented.

    Examples
    --------
    >>> circuit = Circuit(("x", "y", "z"), ((4, 0, 1), (1, 3, 2)), 4, True)
    >>> str(circuit), f"{circuit.function:08b}"
    ('t1 = x ^ y, g = ~(t1 & ~z)', '11101011')
    """

    names: tuple[str, ...]
    gates: tuple[tuple[int, int, int], ...]
    output: int
    inverted: bool

    @property
    def function(self) -> int:
        """Its truth table, which is not normal if the output is complemented."""
        signals = list(_inputs(len(self.names)))
        for gate, i, j in self.gates:
            signals.append(_gates(signals[i], signals[j])[gate])
        function = int(signals[self.output]) if self.output >= 0 else 0
        return function ^ ((1 << (1 << len(self.names))) - 1 if self.inverted else 0)

    def __str__(self) -> str:
        """Its gates as assignments, that of ``g`` the last."""
        names = [*self.names, *(f"t{n + 1}" for n in range(len(self.gates)))]
        values = [GATES[gate].format(names[i], names[j]) for gate, i, j in self.gates]
        if not values:
            values = ["0" if self.output < 0 else names[self.output]]
        elif self.inverted:
            values[-1] = f"({values[-1]})"
        g = f"g = {'~' if self.inverted else ''}{values[-1]}".replace("~0", "1")
        return ", ".join([*(f"t{n + 1} = {value}" for n, value in enumerate(values[:-1])), g])


def best(n: int, gates: int, ones: int, zeros: int) -> tuple[int, dict[int, tuple[int, ...]]]:
    """The functions that are right in most places, of all that so many gates at most make.

    Parameters
    ----------
    n : int
        Inputs, 1 to 6.
    gates : int
        Two-input gates. About a minute and 9 GiB for six of them behind six inputs.
    ones, zeros : int
        Where the function is to be 1, and where 0: truth tables. Elsewhere it does not matter.

    Returns
    -------
    score : int
        Places where it is right.
    functions : dict
        Truth tables of all such functions, not normal ones among them; and for each the functions of all gates but the
        last two of a circuit that makes it.
    """
    total = ones.bit_count() + zeros.bit_count()
    if gates > 1:
        sets = _sets(n, gates - 2)
        scores = _scores(n, sets, ones, zeros)
        rows = sets[scores == scores.max()]
    else:
        rows = np.zeros((1, 0), dtype=np.uint64)
    everywhere = (1 << (1 << n)) - 1
    score, found = -1, dict[int, tuple[int, ...]]()
    for row in rows:
        functions = _cascades(n, row) if gates > 1 else _few_gates(n, gates)
        errors = np.bitwise_count((functions ^ np.uint64(ones)) & np.uint64(ones | zeros)).astype(int)
        for right, invert in ((total - errors, 0), (errors, everywhere)):
            if right.max() > score:
                score, found = int(right.max()), {}
            if right.max() == score:
                for function in functions[right == score].tolist():
                    found.setdefault(function ^ invert, tuple(row.tolist()))
    return score, found


def connect(names: tuple[str, ...], function: int, first: tuple[int, ...]) -> Circuit:
    """A circuit that makes ``function`` with two gates at most behind the functions ``first``, of :func:`best`.

    Raises
    ------
    ValueError
        If there is none.
    """
    everywhere = (1 << (1 << len(names))) - 1
    inverted = bool(function & 1)
    normal = function ^ (everywhere if inverted else 0)
    signals = [int(row) for row in _inputs(len(names))]
    steps: list[tuple[int, int, int]] = []
    for wanted in first:
        step = _step(signals, wanted)
        if step is None:
            raise ValueError(f"no gate makes the function {wanted:#x}")
        steps.append(step)
        signals.append(wanted)
    if normal in [0, *signals]:
        return Circuit(names, tuple(steps), signals.index(normal) if normal else -1, inverted)
    if step := _step(signals, normal):
        return Circuit(names, (*steps, step), len(signals), inverted)
    for i, j in combinations(range(len(signals)), 2):
        for gate, h in enumerate(_gates(signals[i], signals[j])):
            if step := _step([*signals, h], normal):
                return Circuit(names, (*steps, (gate, i, j), step), len(signals) + 1, inverted)
    raise ValueError(f"two gates do not make the function {function:#x}")


def unpack(functions: np.ndarray, n: int) -> np.ndarray:
    """Truth tables of n inputs as rows of 0 and 1, int64: shape ``(..., 2^n)``."""
    return (functions[..., None] >> np.arange(1 << n, dtype=np.uint64) & np.uint64(1)).astype(np.int64)


def _gates(a: Any, b: Any) -> list[Any]:
    """What the normal gates make of two normal functions, integers or arrays."""
    return [a & b, a & ~b, ~a & b, a | b, a ^ b]


def _step(signals: list[int], wanted: int) -> tuple[int, int, int] | None:
    """The gate that makes ``wanted`` of two of the signals."""
    for i, j in combinations(range(len(signals)), 2):
        if wanted in (made := _gates(signals[i], signals[j])):
            return made.index(wanted), i, j
    return None


def _inputs(n: int) -> np.ndarray:
    """The inputs as functions: uint64, shape ``(n,)``."""
    rows = np.arange(1 << n, dtype=np.uint64)
    bits = rows >> np.arange(n - 1, -1, -1, dtype=np.uint64)[:, None] & np.uint64(1)
    return (bits << rows).sum(axis=1, dtype=np.uint64)


def _few_gates(n: int, gates: int) -> np.ndarray:
    """All functions of no gate, or of one at most."""
    signals = _inputs(n)
    made = [_gates(signals[i], signals[j]) for i, j in combinations(range(n), 2)] if gates else []
    return np.unique(np.concatenate([np.zeros(1, dtype=np.uint64), signals, *made]))


def _cascades(n: int, row: np.ndarray) -> np.ndarray:
    """All functions that two gates at most make behind the inputs and the functions of a set."""
    signals = np.concatenate([_inputs(n), row])
    first, second = np.triu_indices(len(signals), 1)
    h = np.concatenate(_gates(signals[first], signals[second]))
    return np.unique(
        np.concatenate(
            [*_gates(h[:, None], signals), h[:, None], signals[:, None], np.zeros((1, 1), dtype=np.uint64)], axis=None
        )
    )


@cache
def _sets(n: int, size: int) -> np.ndarray:
    """All sets of so many functions of n inputs that a chain of as many gates makes: uint64, shape (sets, size).

    Those of a row are in an order in which gates can make them.
    """
    if size == 0:
        return np.zeros((1, 0), dtype=np.uint64)
    smaller = _sets(n, size - 1)
    signals = np.concatenate([np.broadcast_to(_inputs(n), (len(smaller), n)), smaller], axis=1)
    larger = []
    for i, j in combinations(range(signals.shape[1]), 2):
        for h in _gates(signals[:, i], signals[:, j]):
            new = (h != 0) & np.all(signals != h[:, None], axis=1)
            larger.append(np.concatenate([smaller[new], h[new, None]], axis=1))
    rows = np.concatenate(larger)
    keys = np.sort(rows, axis=1)
    order = np.lexsort(keys.T)
    keys = keys[order]
    fresh = np.append(True, np.any(keys[1:] != keys[:-1], axis=1))
    return rows[order[fresh]]


def _scores(n: int, sets: np.ndarray, ones: int, zeros: int) -> np.ndarray:
    """Of each set, in how many places the best cascade of two gates behind it is right: int8, shape (sets,)."""
    chunks = [sets[at : at + CHUNK] for at in range(0, len(sets), CHUNK)]
    most = np.concatenate([_weights(n, chunk, ones, zeros) for chunk in chunks], axis=1)
    return np.maximum(zeros.bit_count() + most[0], ones.bit_count() - most[1])


def _weights(n: int, sets: np.ndarray, ones: int, zeros: int) -> tuple[np.ndarray, np.ndarray]:
    """Greatest and least weight of any cascade behind each set: int8.

    The weight of a function counts its places among ``ones``, less those among ``zeros``. That of a gate is linear in
    those of its inputs and of their AND; of three signals p, q, r all cascades follow from seven weights.
    """
    signals = list(np.concatenate([np.broadcast_to(_inputs(n), (len(sets), n)), sets], axis=1).T.copy())
    high, low = (np.zeros(len(sets), dtype=np.int8) for _ in range(2))

    def weight(function: np.ndarray) -> np.ndarray:
        hit, miss = (np.bitwise_count(function & np.uint64(places)).view(np.int8) for places in (ones, zeros))
        return hit - miss

    def note(values: Iterable[np.ndarray]) -> None:
        for value in values:
            np.maximum(high, value, out=high)
            np.minimum(low, value, out=low)

    single = [weight(signal) for signal in signals]
    note(single)
    double: dict[tuple[int, int], np.ndarray] = {}
    for i, j in combinations(range(len(signals)), 2):
        double[i, j] = double[j, i] = weight(signals[i] & signals[j])
        note(_gate_weights(single[i], single[j], double[i, j]))
    for i, j, k in combinations(range(len(signals)), 3):
        pqr = weight(signals[i] & signals[j] & signals[k])
        for p, q, r in ((i, j, k), (i, k, j), (j, k, i)):
            gates = _gate_weights(single[p], single[q], double[p, q])
            behind = _gate_weights(double[p, r], double[q, r], pqr)
            for h, hr in zip(gates, behind, strict=True):
                note(_gate_weights(h, single[r], hr))
    return high, low


def _gate_weights(a: np.ndarray, b: np.ndarray, ab: np.ndarray) -> tuple[np.ndarray, ...]:
    """Weights of the gates, from those of their inputs and of the AND."""
    only_a, only_b = a - ab, b - ab
    return ab, only_a, only_b, only_a + b, only_a + only_b
