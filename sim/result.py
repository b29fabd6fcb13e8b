"""What a simulation found."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pysoft.operator import Operator

__all__ = ["Mismatch", "Scenario", "SimulationResult"]

Mismatch = tuple[int | str | None, ...]
"""Operands, the result (None if it held an X or Z) and the expected result; floats in words, with their bits."""


@dataclass(frozen=True)
class Scenario:
    """The counts of one scenario.

    Parameters
    ----------
    name : str
        What was done, such as ``idle_and_back_pressure``.
    sent : int
        Vectors of operands whose result was due.
    checked : int
        Results compared with the model.
    wrong : int
        Results that differ from the model.
    discarded : int
        Vectors that a reset threw away, as it must; they are not in ``sent``.
    cycles : int
        Clock cycles, 0 if there is no clock.
    """

    name: str
    sent: int = 0
    checked: int = 0
    wrong: int = 0
    discarded: int = 0
    cycles: int = 0

    def verify(self) -> None:
        """Raise AssertionError if nothing was checked, not everything was, or a result is wrong."""
        if self.wrong:
            raise AssertionError(f"{self.wrong} of {self.checked} results are wrong")
        if not self.checked == self.sent > 0:
            raise AssertionError(f"{self.checked} results were checked for {self.sent} vectors of operands sent")

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class SimulationResult:
    """Result of one simulation.

    Parameters
    ----------
    operator : Operator
        What was simulated.
    simulator, simulator_version : str
        ``verilator`` or ``icarus``, and its version.
    stages : int
        Register stages, 0 if combinational.
    seed : int
        Of operands, idle cycles and back-pressure.
    sent, checked : int
        Sums over the scenarios.
    mismatches : tuple of Mismatch
        The first wrong results, at most 10: ``(*operands, got, expected)``, with ``got`` None where a bit was X or Z.
    failures : tuple of str
        One line for every scenario that failed, whatever the reason.
    scenarios : tuple of Scenario
        Counts of each scenario.
    seconds_build, seconds_run : float
        Wall-clock seconds.
    waves : pathlib.Path or None
        File of the recorded waveforms.
    cached : bool
        Whether an earlier build was used.
    """

    operator: Operator
    simulator: str
    simulator_version: str
    stages: int
    seed: int
    sent: int
    checked: int
    mismatches: tuple[Mismatch, ...]
    failures: tuple[str, ...]
    scenarios: tuple[Scenario, ...]
    seconds_build: float
    seconds_run: float
    waves: Path | None
    cached: bool

    @property
    def passed(self) -> bool:
        """Whether there were results, all that were due were checked, and neither they nor the handshake were wrong."""
        return self.checked == self.sent > 0 and not self.mismatches and not self.failures

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON: the operator by its name, paths as strings."""
        return asdict(self) | {
            "operator": self.operator.name,
            "mismatches": [list(mismatch) for mismatch in self.mismatches],
            "failures": list(self.failures),
            "scenarios": [scenario.to_dict() for scenario in self.scenarios],
            "waves": None if self.waves is None else str(self.waves),
            "passed": self.passed,
        }
