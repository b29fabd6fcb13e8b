"""How large the error of an operator is: figures over all operands or a sample, beside the bound, and pictures."""

from .distribution import Distribution
from .measure import MAX_EXHAUSTIVE_WIDTH, measure
from .metrics import ErrorMetrics, LargeErrors
from .pair import ErrorPair
from .plot import plot_surface
from .plot_comparison import plot_comparison
from .plot_errors import plot_errors
from .plot_pareto import ParetoPoint, plot_pareto
from .plot_picture import check_picture

__all__ = [
    "MAX_EXHAUSTIVE_WIDTH",
    "Distribution",
    "ErrorMetrics",
    "ErrorPair",
    "LargeErrors",
    "ParetoPoint",
    "check_picture",
    "measure",
    "plot_comparison",
    "plot_errors",
    "plot_pareto",
    "plot_surface",
]
