"""How many operands there are to look at, and whether all of them can be."""

from ..float_formats import FloatFormat
from ..formats import IntegerFormat
from ..operation import OPERATIONS
from ..operator import Operator

__all__ = [
    "MAX_EXHAUSTIVE_WIDTH",
    "fractions",
    "integers",
    "needs_samples",
    "samples_advice",
    "undefined_pairs",
    "zero_pairs",
]

MAX_EXHAUSTIVE_WIDTH = 16


def fractions(operator: Operator) -> int:
    """How many significands an operand of an operator on floats is looked at with: those of [1, 2), of roots [1, 4)."""
    return 1 << operator.format.precision - 1 + operator.operation.endswith("sqrt")


def integers(operator: Operator) -> IntegerFormat:
    """The format of an operator on integers."""
    assert isinstance(operator.format, IntegerFormat)
    return operator.format


def needs_samples(operator: Operator) -> bool:
    """Whether its operands are too many to look at all of them, so that it takes a number of random ones.

    Of integers these are all pairs of operands, up to 16 bits. Of floats they are the fractions of normal operands,
    which alone decide about the relative error: too many in ``mul`` and ``div`` of ``f32``.

    Examples
    --------
    >>> names = "mul-u16-mitchell", "sqrt-u17-mitchell", "mul-f16-mitchell", "rsqrt-f32-mitchell", "mul-f32-mitchell"
    >>> [needs_samples(Operator.from_name(name)) for name in names]
    [False, True, False, False, True]
    """
    if isinstance(operator.format, FloatFormat):
        return bool(fractions(operator) ** len(operator.operands) > 1 << 2 * MAX_EXHAUSTIVE_WIDTH)
    return operator.format.width > MAX_EXHAUSTIVE_WIDTH


def samples_advice(operator: Operator) -> str:
    """One line for the user of an operator that needs samples: why, and what to do."""
    pairs = "pairs" if len(operator.operands) == 2 else "operands"
    if isinstance(operator.format, FloatFormat):
        many = (fractions(operator) ** len(operator.operands)).bit_length() - 1
        why = f"{operator} has 2^{many} {pairs} of fractions, too many to measure all"
    else:
        why = f"{operator} is {operator.format.width} bits wide, and all {pairs} are measured up to"
        why += f" {MAX_EXHAUSTIVE_WIDTH}"
    return f"{why}: say how many random ones, such as --samples 1000000"


def undefined_pairs(operator: Operator) -> int:
    """Pairs of integers, or single ones, that have no exact value."""
    values = 1 << operator.format.width
    return values ** (len(operator.operands) - 1) if OPERATIONS[operator.operation].inverts else 0


def zero_pairs(operator: Operator) -> int:
    """Pairs of integers, or single ones, whose exact value is zero."""
    values, count = 1 << operator.format.width, len(operator.operands)
    return int(values**count - undefined_pairs(operator) - (values - 1) ** count)
