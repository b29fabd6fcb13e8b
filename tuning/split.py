"""Three short tables in place of one wide one: each logarithm is corrected for itself, and the antilogarithm too.

With g(x) = log2(1 + x) - x the product of 2^k1 (1 + x) and 2^k2 (1 + y) has the exact logarithm
L = k1 + x + g(x) + k2 + y + g(y), and with h(f) = 1 + f - 2^f its exact antilogarithm is 2^floor(L) (1 + f - h(f)),
f = L - floor(L); for a quotient the second logarithm is subtracted. A split correction replaces g for either operand
and h by tables over the leading log2(m) bits of their arguments. The error has three small parts where that of an
m x m table has one, and with m = 16 every bit of an entry is a function of four bits.

Entries of g obey x + g(x) < 1, so that a corrected fraction does not leave its binade. A significand may fall a little
below 1, where h(0) is not 0.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import product

import numpy as np

from .search import BIAS, OBJECTIVES
from .segment import OPERATIONS, piecewise

__all__ = ["Split", "figures", "search"]

POINTS = 7  # in a segment, in each direction, that the search looks at; odd, so that few of them meet a bend of L
OFFSETS = np.arange(-6, 7) / 8  # added to exact values before they are rounded, where a search starts
STARTS = 4  # how many of these are followed
MAX_PAIRED = 16  # entries of a table up to which two are changed together: there are as many pairs as entries squared
CARE = 0.01  # weight of the peak beside the mean, as far as the mean is meant
MEAN = 0.2  # weight of the mean beside the peak
PENALTY = 5  # weight of a bias beyond BIAS

Entries = tuple[int, ...]
Tables = tuple[np.ndarray, np.ndarray, np.ndarray]
Change = tuple[tuple[int, ...], int, int]  # of which tables, at which entry, by how much


@dataclass(frozen=True)
class Split:
    """Three tables over 2^q, and what they are worth; figures as for :class:`~tuning.search.Table`.

    Parameters
    ----------
    q : int
        Fraction bits of an entry.
    first, second : tuple of int
        Added to the logarithms of the operands, by the leading bits of their fractions.
    antilog : tuple of int
        Taken from the fraction of their sum or difference, by its leading bits.
    mean, bias, low, high : float
    """

    q: int
    first: Entries
    second: Entries
    antilog: Entries
    mean: float
    bias: float
    low: float
    high: float

    @property
    def peak(self) -> float:
        """Supremum of abs(e)."""
        return max(-self.low, self.high)


def figures(operation: str, q: int, first: Entries, second: Entries, antilog: Entries) -> Split:
    """The tables with their figures, exact as those of :func:`~tuning.segment.statistics`.

    Parameters
    ----------
    operation : str
        ``mul`` or ``div``.
    q : int
        Fraction bits of an entry.
    first, second, antilog : tuple of int
        Of one length.

    Raises
    ------
    ValueError
        If the operation is not one of those named, the lengths differ, or an entry is negative or leaves its binade.
    """
    _check(operation)
    m = len(first)
    if not m == len(second) == len(antilog):
        raise ValueError(f"tables have one length, not {m}, {len(second)}, {len(antilog)}")
    limits = _limits(m, q)
    for entries, limit in zip((first, second, antilog), limits, strict=True):
        if not all(0 <= entry <= most for entry, most in zip(entries, limit, strict=True)):
            raise ValueError(f"entries are 0 to {tuple(map(int, limit))}, not {entries}")

    sign = 1 if operation == "mul" else -1
    edges = np.arange(m) / m
    x0, y0 = (np.ascontiguousarray(side) for side in np.broadcast_arrays(edges[:, None], edges))
    c = (np.array(first)[:, None] + sign * np.array(second)) / 2**q  # L = z + c, but for the characteristics
    least = x0 + y0 if sign > 0 else x0 - y0 - 1 / m
    base = np.floor((least + c) * m).astype(int)  # the segment of L, counted on through the binades
    bends, pieces = [], []
    for k in range(4):  # a square of 1/m spans 2/m of L
        K, segment = np.divmod(base + k, m)
        B = 2.0**K
        pieces.append((B * (1 + c - K - np.array(antilog)[segment] / 2**q), B))
        bends.append((base + k + 1) / m - c)
    found = piecewise(operation, bends[:-1], pieces, x0, x0 + 1 / m, y0, y0 + 1 / m, [B for _, B in pieces])
    return Split(
        q,
        first,
        second,
        antilog,
        mean=float(found.mean.sum()),
        bias=float(found.bias.sum()),
        low=float(found.low.min()),
        high=float(found.high.max()),
    )


def search(operation: str, m: int, q: int) -> dict[str, Split]:
    """Good tables for every objective: a local search, which may miss the best.

    It starts from the exact g and h, rounded with various offsets, and changes one entry by one, or (up to 16 entries)
    one of g and one of h together, as long as a score on a grid of mantissas falls. The score of ``mred`` is the mean
    and 1 % of the peak, that of ``zerobias`` the same and a penalty on a bias of more than 0.001 %, that of ``minimax``
    the peak and 20 % of the mean. Of all tables found, each objective takes the one with the best exact score, and then
    changes single entries as long as that falls. The tables of a product are the same for both operands.

    Parameters
    ----------
    operation : str
        ``mul`` or ``div``.
    m : int
        Entries of a table, a power of two, 2 to 32.
    q : int
        Fraction bits of an entry, 4 to 10.

    Returns
    -------
    dict of Split
        By objective.

    Raises
    ------
    ValueError
        If an argument is not one of those named.
    """
    _check(operation)
    if m not in (2, 4, 8, 16, 32):
        raise ValueError(f"m is a power of two, 2 to 32, not {m}")
    if not 4 <= q <= 10:
        raise ValueError(f"q is 4 to 10 fraction bits, not {q}")
    side = POINTS * m
    points = (np.arange(side) + 0.5) / side
    x, y = points[:, None], points
    reciprocal = 1 / ((1 + x) * (1 + y)) if operation == "mul" else (1 + y) / (1 + x)

    def score(tables: Tables, objective: str) -> float:
        e = _significand(operation, q, tables, points, np.arange(side) // POINTS) * reciprocal - 1
        return _score(objective, float(np.abs(e).mean()), float(np.abs(e).max()), float(e.mean()))

    def exact(tables: Tables, objective: str) -> float:
        split = _figures(operation, q, tables)
        return _score(objective, split.mean, split.peak, split.bias)

    found = []
    for objective, small in product(OBJECTIVES, (False, True)):
        scored = partial(score, objective=objective)
        for start in sorted(_starts(operation, m, q, small), key=scored)[:STARTS]:
            found.append(_descend(start, scored, _moves(operation, m, pairs=m <= MAX_PAIRED), q))
    best = {}
    for objective in OBJECTIVES:
        scored = partial(exact, objective=objective)
        tables = _descend(min(found, key=scored), scored, _moves(operation, m, pairs=False), q)
        best[objective] = _figures(operation, q, tables)
    return best


def _figures(operation: str, q: int, tables: Tables) -> Split:
    return figures(operation, q, *(tuple(map(int, entries)) for entries in tables))


def _check(operation: str) -> None:
    if operation not in OPERATIONS:
        raise ValueError(f"operation is one of {OPERATIONS}, not {operation!r}")


def _limits(m: int, q: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Largest entries of the three tables."""
    log = (np.arange(m)[::-1] << q) // m
    return log, log, np.full(m, 2 ** (q - 2))


def _score(objective: str, mean: float, peak: float, bias: float) -> float:
    """What is to be made small."""
    if objective == "minimax":
        return peak + MEAN * mean
    return mean + CARE * peak + (PENALTY * max(0.0, abs(bias) - BIAS) if objective == "zerobias" else 0)


def _significand(operation: str, q: int, tables: Tables, points: np.ndarray, segment: np.ndarray) -> np.ndarray:
    """R at all pairs of points."""
    first, second, antilog = tables
    a, b = points + first[segment] / 2**q, points + second[segment] / 2**q
    L = a[:, None] + b if operation == "mul" else a[:, None] - b
    K = np.floor(L)
    f = L - K
    at = np.minimum(f * len(antilog), len(antilog) - 1).astype(int)  # f rounds to 1 if L is a hair below 0
    return np.ldexp(1 + f - antilog[at] / 2**q, K.astype(int))


def _starts(operation: str, m: int, q: int, small: bool) -> list[Tables]:
    """The exact g and h, averaged over segments and rounded with offsets; ``small``: and with h(f) <= f."""
    t = ((np.arange(64 * m) + 0.5) / (64 * m)).reshape(m, 64)
    g, h = ((values * 2**q).mean(axis=1) for values in (np.log2(1 + t) - t, 1 + t - 2**t))
    logs, _, antilogs = (
        [np.clip(np.rint(exact + offset), 0, limit).astype(int) for offset in OFFSETS]
        for exact, limit in zip((g, g, h), _limits(m, q), strict=True)
    )
    if small:
        antilogs = [np.minimum(antilog, (np.arange(m) << q) // m) for antilog in antilogs]
    pairs = [(log, log) for log in logs] if operation == "mul" else list(product(logs[::2], logs[::2]))
    starts = [(*pair, antilog) for pair, antilog in product(pairs, antilogs)]
    return list({b"".join(table.tobytes() for table in tables): tables for tables in starts}.values())


def _moves(operation: str, m: int, *, pairs: bool) -> list[list[Change]]:
    """Changes of one entry by one, and ``pairs`` of one of g and one of h."""
    operands: tuple[tuple[int, ...], ...] = ((0, 1),) if operation == "mul" else ((0,), (1,))
    logs: list[Change] = [(which, i, by) for which in operands for i in range(m) for by in (-1, 1)]
    antilogs: list[Change] = [((2,), i, by) for i in range(m) for by in (-1, 1)]
    moves = [[change] for change in logs + antilogs]
    if pairs:
        moves += [[log, antilog] for log, antilog in product(logs, antilogs) if log[2] == antilog[2]]
    return moves


def _descend(tables: Tables, score: Callable[[Tables], float], moves: list[list[Change]], q: int) -> Tables:
    """Change entries as long as the score falls."""
    limits = _limits(len(tables[0]), q)
    best = score(tables)
    improved = True
    while improved:
        improved = False
        for move in moves:
            changed = (tables[0].copy(), tables[1].copy(), tables[2].copy())
            for which, i, by in move:
                for table in which:
                    changed[table][i] += by
            if any(np.any((table < 0) | (table > most)) for table, most in zip(changed, limits, strict=True)):
                continue
            found = score(changed)
            if found < best - 1e-9:
                best, tables, improved = found, changed, True
    return tables
