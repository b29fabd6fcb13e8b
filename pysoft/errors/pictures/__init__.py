"""Pictures of errors. All need matplotlib (the extra ``plot``), imported only when one is drawn."""

from .comparison import plot_comparison
from .pareto import ParetoPoint, pareto_front, plot_pareto
from .sheet import plot_errors
from .surface import plot_surface

__all__ = [
    "ParetoPoint",
    "pareto_front",
    "plot_comparison",
    "plot_errors",
    "plot_pareto",
    "plot_surface",
]
