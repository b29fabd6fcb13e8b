"""Which corrections the family ``tuned`` has, and the file of the models that holds them."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from .search import OBJECTIVES, Table, choices, choose
from .segment import OPERATIONS

__all__ = ["DOMAIN", "FRACTION_BITS", "PATH", "text", "tuned"]

PATH = Path(__file__).parent.parent / "pysoft" / "families" / "tuned_tables.py"
DOMAIN = "log"
FRACTION_BITS = {1: 9, 4: 7, 8: 7, 16: 7}  # q, by segments of each operand

HEADER = '''"""Corrections of the family ``tuned``: written by ``python -m tuning``, not by hand.

``CORRECTIONS[operation, objective, m]`` is ``(q, domain, numerators)``: to the logarithm of the product is added, from
that of the quotient is taken, numerators[i][j] / 2^q, with i and j the leading log2(m) bits of the fractions of the
first and second operand. The figures are percent of the exact result, over uniform fractions.
"""

__all__ = ["CORRECTIONS"]

CORRECTIONS: dict[tuple[str, str, int], tuple[int, str, tuple[tuple[int, ...], ...]]] = {
'''


def tuned() -> Iterator[tuple[str, str, int, Table]]:
    """Every (operation, objective, m, table) of the family."""
    for operation in OPERATIONS:
        for m, q in FRACTION_BITS.items():
            costs = choices(operation, DOMAIN, (m, m), q)
            for objective in OBJECTIVES:
                yield operation, objective, m, choose(costs, objective)


def text(tables: Iterable[tuple[str, str, int, Table]]) -> str:
    """The file at ``PATH``, formatted as ruff does."""
    return HEADER + "".join(_entry(*entry) for entry in tables) + "}\n"


def _entry(operation: str, objective: str, m: int, table: Table) -> str:
    mean, bias, low, high = (100 * value for value in (table.mean, table.bias, table.low, table.high))
    head = (
        f"    # mean {mean:.3f}, bias {bias:z.3f}, error {low:z.3f} to {high:z.3f}\n"
        f'    ("{operation}", "{objective}", {m}): ('
    )
    if m == 1:
        return f'{head}{table.q}, "{DOMAIN}", (({table.numerators[0][0]},),)),\n'
    rows = "".join(f"            ({', '.join(map(str, row))}),\n" for row in table.numerators)
    return f'{head}\n        {table.q},\n        "{DOMAIN}",\n        (\n{rows}        ),\n    ),\n'
