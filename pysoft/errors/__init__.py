"""How large the error of an operator is: figures over all pairs of operands or a sample, beside the bound."""

from .distribution import Distribution
from .measure import MAX_EXHAUSTIVE_WIDTH, measure
from .metrics import ErrorMetrics, LargeErrors
from .pair import ErrorPair

__all__ = ["MAX_EXHAUSTIVE_WIDTH", "Distribution", "ErrorMetrics", "ErrorPair", "LargeErrors", "measure"]
