"""What a circuit has to compute, case by case."""

from collections.abc import Callable
from dataclasses import dataclass

import z3

from pysoft.operator import Operator

__all__ = ["Case", "MagnitudeCase", "Specification"]


@dataclass(frozen=True)
class Case:
    """``value`` is the result wherever ``condition`` holds.

    Parameters
    ----------
    name : str
    condition : z3.BoolRef
        On the operands.
    value : z3.BitVecRef
        The result: of an integer a two's-complement number with bits to spare, unit 2^-f; of a float its bits.
    """

    name: str
    condition: z3.BoolRef
    value: z3.BitVecRef


MagnitudeCase = tuple[str, z3.BoolRef, z3.BitVecRef]
"""Name, condition and magnitude of the result, of operands that are magnitudes and not 0."""


@dataclass(frozen=True)
class Specification:
    """What one operator computes, in words and in formulas.

    Parameters
    ----------
    definition : str
        The formula in words.
    cases : callable
        ``(operator, *operands)`` with the operands as bit-vectors of the operator's width, to a tuple of :class:`Case`.
    """

    definition: str
    cases: Callable[..., tuple[Case, ...]]

    def of(self, operator: Operator, *operands: z3.BitVecRef) -> tuple[Case, ...]:
        """The cases of ``operator`` on these operands."""
        return self.cases(operator, *operands)
