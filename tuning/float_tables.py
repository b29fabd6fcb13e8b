"""Which constants and carry-ins the families ``tuned`` and ``carryin`` have on floats, and the file that holds them."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from textwrap import wrap

import numpy as np

from pysoft.operation import OPERATIONS

from . import carry_in
from .carry_in import Carry, curve
from .float_constants import FRACTION_BITS, FloatTable, float_constants

__all__ = ["PATH", "carries", "constants", "text"]

PATH = Path(__file__).parent.parent / "pysoft" / "families" / "float_tables.py"

HEADER = '''"""Constants of the families ``tuned`` and ``carryin`` on floats, by ``python -m tuning``, not by hand.

``CONSTANTS[operation, objective, m, F]`` are whole last places of a format of F fraction bits: to the logarithm of a
product is added, from that of a quotient is taken, to n times that of an operand is added, before a root halves it,
entry [i][j] 2^-F. j are the leading log2(m) bits of the fraction; i is the characteristic modulo the number of rows.

``CARRIES[operation, F, gates]`` are the same with an entry for every fraction, or pair of fractions; ``"full"`` rounds
all of them correctly. In the comments, x and y are the bits of the fractions, k the lowest bit of the exponent.

The figures are percent of the exact result, over all fractions (of products and quotients of 23 bits over real ones).
"""

# fmt: off

__all__ = ["CARRIES", "CONSTANTS"]

'''
CONSTANTS = "CONSTANTS: dict[tuple[str, str, int, int], tuple[tuple[int, ...], ...]] = {\n"
CARRIES = "CARRIES: dict[tuple[str, int, int | str], tuple[tuple[int, ...], ...]] = {\n"
LINE = 116


def constants() -> Iterator[FloatTable]:
    """Every table of constants of the family ``tuned``."""
    for F in FRACTION_BITS:
        yield from float_constants(F)


def carries() -> Iterator[Carry]:
    """Every carry-in of the family ``carryin``."""
    for F in carry_in.FRACTION_BITS:
        for operation in OPERATIONS:
            yield from curve(operation, F)


def text(tables: Iterable[FloatTable], carry_ins: Iterable[Carry]) -> str:
    """The file at ``PATH``."""
    return f"{HEADER}{CONSTANTS}{''.join(map(_constants, tables))}}}\n\n{CARRIES}{''.join(map(_carry, carry_ins))}}}\n"


def _constants(found: FloatTable) -> str:
    figures = _figures(found.mean, found.bias, found.low, found.high)
    return _entry(figures, f'("{found.operation}", "{found.objective}", {found.m}, {found.F})', found.table)


def _carry(found: Carry) -> str:
    e = found.errors
    figures = _figures(float(np.abs(e).mean()), float(e.mean()), float(e.min()), float(e.max()))
    by = "" if found.is_best else ", by annealing"
    gates = f"{found.gates} gate{'s' * (found.gates != 1)}"
    comment = f"{found.right} of {len(e)} rounded correctly with {gates}{by}: {found.circuit}; {figures}"
    g = '"full"' if found.is_full else found.gates
    key = f'("{found.task.operation}", {found.task.F}, {g})'
    return _entry(comment, key, found.table)


def _figures(*values: float) -> str:
    mean, bias, low, high = (100 * value for value in values)
    return f"mean {mean:.4f}, bias {bias:z.4f}, error {low:z.4f} to {high:z.4f}"


def _entry(comment: str, key: str, table: tuple[tuple[int, ...], ...]) -> str:
    head = "".join(f"    # {line}\n" for line in wrap(comment, LINE - 2))
    if len(line := f"    {key}: {table},\n") <= LINE:
        return head + line
    rows = []
    for row in table:
        lines = wrap(f"({', '.join(map(str, row))}),", LINE - 8, subsequent_indent=" ")
        rows += [f"        {line}\n" for line in lines]
    return f"{head}    {key}: (\n{''.join(rows)}    ),\n"
