"""What is to be synthesised: an operator, for a target, with so many stages."""

from dataclasses import dataclass

from pysoft.operator import Operator
from rtl.core import check_stages

from .netlist import STRATEGIES
from .targets import Target, target_from_name

__all__ = ["SynthesisJob"]


@dataclass(frozen=True)
class SynthesisJob:
    """One operator on one target.

    Parameters
    ----------
    operator : Operator
    target : Target or str
        A name is looked up.
    stages : int
        0 to 5.

    Raises
    ------
    TypeError
        If ``operator`` is not an Operator.
    ValueError
        If the target is unknown or ``stages`` is outside 0..5.
    """

    operator: Operator
    target: Target
    stages: int = 0

    def __post_init__(self) -> None:
        if not isinstance(self.operator, Operator):
            raise TypeError(f"operator must be an Operator, not {self.operator!r}")
        if not isinstance(self.target, Target):
            object.__setattr__(self, "target", target_from_name(self.target))
        check_stages(self.stages)

    @property
    def strategies(self) -> tuple[str, ...]:
        """Exact multipliers are built in every way that Yosys knows, everything else is taken as it is written."""
        return tuple(STRATEGIES) if self.operator.is_exact and self.operator.operation == "mul" else ("plain",)

    @property
    def name(self) -> str:
        """For folders and progress."""
        return f"{self.operator.name}-{self.target.name}-stages{self.stages}"
