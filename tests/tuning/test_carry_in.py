"""Carry-ins: the search against brute force and known costs, and the file of the models against the search."""

import itertools
import random

import numpy as np
import pytest

from pysoft.families.float_tables import CARRIES
from pysoft.operation import OPERATIONS
from tuning import carry_in
from tuning.carry_in import curve, task
from tuning.chain import Circuit, best, connect
from tuning.float_tables import PATH, text

TWO_INPUT = [f for f in range(16) if f not in (0, 3, 5, 10, 12, 15)]  # truth tables of the ten real gates


def table(function, n):
    """Truth table of a Python function of n bits, the first the leading one."""
    return sum(bool(function(*(row >> n - 1 - i & 1 for i in range(n)))) << row for row in range(1 << n))


def all_functions(n, gates):
    """Every function of at most so many gates, by trying all circuits."""
    inputs = [table(lambda *bits, i=i: bits[i], n) for i in range(n)]
    ones = (1 << (1 << n)) - 1
    found = {0, ones, *inputs, *(ones ^ signal for signal in inputs)}

    def grow(signals, left):
        found.update(signals, (ones ^ signal for signal in signals))
        if left:
            for a, b in itertools.combinations(signals, 2):
                for gate in TWO_INPUT:
                    parts = ((~a & ~b, 0), (~a & b, 1), (a & ~b, 2), (a & b, 3))
                    made = sum((part & ones) * (gate >> place & 1) for part, place in parts)
                    grow([*signals, made], left - 1)

    grow(inputs, gates)
    return found


@pytest.mark.parametrize(("n", "gates"), [(2, 1), (3, 0), (3, 1), (3, 2), (4, 2)])
def test_search_finds_what_trying_all_circuits_finds(n, gates):
    rng = random.Random(n * 8 + gates)
    functions = all_functions(n, gates)
    for _ in range(10):
        ones, zeros = rng.getrandbits(1 << n), rng.getrandbits(1 << n)
        zeros &= ~ones
        right = {f: (f & ones).bit_count() + (~f & zeros).bit_count() for f in functions}
        score, found = best(n, gates, ones, zeros)
        assert max(right.values()) == score
        assert {f for f, count in right.items() if count == score} == set(found)


# Least gates of well-known functions; Knuth, The Art of Computer Programming 4A, 7.1.2.
COSTS = [
    (3, 2, lambda a, b, c: a ^ b ^ c),
    (3, 3, lambda a, b, c: b if a else c),
    (3, 4, lambda a, b, c: a + b + c > 1),
    (4, 3, lambda a, b, c, d: a ^ b ^ c ^ d),
    (4, 3, lambda a, b, c, d: a & b | c & d),
    (6, 5, lambda a, b, c, d, e, f: a & b | c & d | e & f),
]


@pytest.mark.parametrize(("n", "gates", "function"), COSTS)
def test_known_functions_take_their_known_number_of_gates(n, gates, function):
    wanted = table(function, n)
    others = (1 << (1 << n)) - 1 ^ wanted
    assert best(n, gates - 1, wanted, others)[0] < 1 << n
    score, found = best(n, gates, wanted, others)
    assert (1 << n, {wanted}) == (score, set(found))
    circuit = connect(tuple("abcdef"[:n]), wanted, found[wanted])
    assert (gates, wanted) == (len(circuit.gates), circuit.function)


def test_circuit_that_does_not_exist_is_refused():
    parity = table(lambda a, b, c: a ^ b ^ c, 3)
    with pytest.raises(ValueError, match="no gate makes"):
        connect(("a", "b", "c"), 0, (parity,))
    with pytest.raises(ValueError, match="two gates do not make"):
        connect(("a", "b", "c"), table(lambda a, b, c: a + b + c > 1, 3), ())


def test_circuits_are_written_as_assignments():
    assert "g = 0" == str(Circuit(("a",), (), -1, False))
    assert "g = 1" == str(Circuit(("a",), (), -1, True))
    assert "g = ~a" == str(Circuit(("a",), (), 0, True))


@pytest.mark.parametrize("F", carry_in.FRACTION_BITS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_result_is_right_with_one_of_both(operation, F):
    wanted = task(operation, F)
    assert wanted.right.any(axis=0).all()
    assert wanted.right.shape == wanted.errors.shape == (2, 1 << len(wanted.names))


@pytest.mark.parametrize(
    ("operation", "F", "limit"),
    [(name, F, 3 if F == 3 and name in ("mul", "div") else None) for F in (2, 3) for name in OPERATIONS],
)
def test_file_is_what_is_written(operation, F, limit):
    whole = PATH.read_text()
    found = curve(operation, F, limit)
    keys = [(operation, F, "full" if carry.is_full else carry.gates) for carry in found]
    written = [key for key in CARRIES if key[:2] == (operation, F)]
    assert keys == (written if limit is None else [key for key in written if key[2] != "full" and key[2] <= limit])
    assert limit is not None or found[-1].is_full
    for key, carry in zip(keys, found, strict=True):
        assert CARRIES[key] == carry.table
        body = text([], [carry]).partition("CARRIES: dict")[2]
        assert body.partition("{\n")[2].removesuffix("}\n") in whole


@pytest.mark.parametrize("operation", ["mul", "div"])
def test_larger_circuits_are_those_that_are_known(operation, monkeypatch):
    monkeypatch.setattr(carry_in, "EXHAUSTIVE", 3)
    found = curve(operation, 3)
    assert [53, 64] == [found[2].right, found[-1].right]
    assert [True] * 3 + [False] * (len(found) - 3) == [carry.is_best for carry in found]
    assert len(carry_in.KNOWN[operation, 3]) == len(found) - 3  # each is better than the one before
    for carry in found[3:]:
        key = (operation, 3, "full" if carry.is_full else carry.gates)
        assert CARRIES[key] == carry.table
        assert carry.circuit.function == sum(1 << int(row) for row in np.flatnonzero(carry.g))


def test_arguments_out_of_range_are_refused():
    with pytest.raises(ValueError, match="'log' with 2"):
        task("log", 2)
    with pytest.raises(ValueError, match="with 7 fraction bits"):
        curve("mul", 7)
