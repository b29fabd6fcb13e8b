"""What a circuit has to compute, case by case."""

from dataclasses import dataclass

import z3

__all__ = ["Case", "MagnitudeCase"]


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
