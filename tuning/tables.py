"""Which corrections the family ``tuned`` has, and the file of the models that holds them."""

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product
from pathlib import Path

from .constants import constant
from .search import OBJECTIVES, Table, choices, choose
from .segment import OPERATIONS
from .split import Split, search

__all__ = ["DOMAINS", "PATH", "SEGMENTS", "SPLIT_SEGMENTS", "fraction_bits", "splits", "text", "tuned"]

PATH = Path(__file__).parent.parent / "pysoft" / "families" / "tuned_tables.py"
# The log domain has the smaller circuits; in the linear one tables of products are better, those of quotients worse.
DOMAINS = {"mul": ("log", "linear"), "div": ("log",)}
SEGMENTS = (1, 4, 8, 16)
SPLIT_SEGMENTS = {16: 7, 32: 8}  # and their fraction bits

HEADER = '''"""Corrections of the family ``tuned``: written by ``python -m tuning``, not by hand.

``CORRECTIONS[operation, objective, m, domain]`` is ``(q, numerators)``: to the logarithm of the product (in the linear
domain: to the product over 2^(k1+k2)) is added, from the logarithm of the quotient is taken, numerators[i][j] / 2^q,
with i and j the leading log2(m) bits of the fractions of the first and second operand.

``SPLITS[operation, objective, m]`` is ``(q, first, second, antilog)``: to the logarithms of the operands are added
first[i] / 2^q and second[j] / 2^q, from the fraction of their sum or difference, as a significand, is taken
antilog[k] / 2^q, k its leading log2(m) bits.

The figures are percent of the exact result, over uniform fractions.
"""

__all__ = ["CORRECTIONS", "SPLITS"]

'''
CORRECTIONS = "CORRECTIONS: dict[tuple[str, str, int, str], tuple[int, tuple[tuple[int, ...], ...]]] = {\n"
SPLITS = "SPLITS: dict[tuple[str, str, int], tuple[int, tuple[int, ...], tuple[int, ...], tuple[int, ...]]] = {\n"

Tuned = tuple[str, str, int, str, Table]
Splits = tuple[str, str, int, Split]


def fraction_bits(objective: str, m: int, domain: str) -> int:
    """q: as few as are worth their adder. A single constant without bias needs more in the log domain."""
    if domain == "linear":
        return 7
    return 9 if (objective, m) == ("zerobias", 1) else 6 if m == 4 else 7


def tuned() -> Iterator[Tuned]:
    """Every (operation, objective, m, domain, table) of the family."""
    costs = cache(choices)
    for operation in OPERATIONS:
        for domain, m, objective in product(DOMAINS[operation], SEGMENTS, OBJECTIVES):
            table = choose(costs(operation, domain, (m, m), fraction_bits(objective, m, domain)), objective)
            yield operation, objective, m, domain, table


def splits() -> Iterator[Splits]:
    """The same of its split corrections."""
    for operation in OPERATIONS:
        for m, q in SPLIT_SEGMENTS.items():
            for objective, split in search(operation, m, q).items():
                yield operation, objective, m, split


def text(tables: Iterable[Tuned], split_tables: Iterable[Splits]) -> str:
    """The file at ``PATH``, formatted as ruff does."""
    return (
        f"{HEADER}{CORRECTIONS}{''.join(_entry(*entry) for entry in tables)}}}\n\n"
        f"{SPLITS}{''.join(_split_entry(*entry) for entry in split_tables)}}}\n"
    )


def _figures(table: Table | Split) -> str:
    mean, bias, low, high = (100 * value for value in (table.mean, table.bias, table.low, table.high))
    return f"    # mean {mean:.3f}, bias {bias:z.3f}, error {low:z.3f} to {high:z.3f}"


def _entry(operation: str, objective: str, m: int, domain: str, table: Table) -> str:
    head = _figures(table)
    if (m, domain) == (1, "log"):
        head += f"; without quantisation {constant(operation, objective):.10f}"
    head += f'\n    ("{operation}", "{objective}", {m}, "{domain}"): ('
    if m == 1:
        return f"{head}{table.q}, (({table.numerators[0][0]},),)),\n"
    rows = "".join(f"            ({', '.join(map(str, row))}),\n" for row in table.numerators)
    return f"{head}\n        {table.q},\n        (\n{rows}        ),\n    ),\n"


def _split_entry(operation: str, objective: str, m: int, split: Split) -> str:
    rows = "".join(f"        {entries},\n" for entries in (split.first, split.second, split.antilog))
    head = f'{_figures(split)}\n    ("{operation}", "{objective}", {m}): ('
    return f"{head}\n        {split.q},\n{rows}    ),\n"
