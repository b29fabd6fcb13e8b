"""How large the error of an operator is: figures over all operands or a sample, beside the bound."""

from .distribution import Distribution
from .extent import MAX_EXHAUSTIVE_WIDTH, needs_samples, samples_advice
from .measure import measure
from .metrics import ErrorMetrics, LargeErrors
from .pair import ErrorPair

__all__ = [
    "MAX_EXHAUSTIVE_WIDTH",
    "Distribution",
    "ErrorMetrics",
    "ErrorPair",
    "LargeErrors",
    "measure",
    "needs_samples",
    "samples_advice",
]
