"""How large the error of an operator is: figures over all operands or a sample, beside the bound, and pictures."""

from .measure import MAX_EXHAUSTIVE_WIDTH, measure
from .metrics import ErrorMetrics, ErrorPair
from .plot import plot_surface

__all__ = ["MAX_EXHAUSTIVE_WIDTH", "ErrorMetrics", "ErrorPair", "measure", "plot_surface"]
