"""What synthesis found out about one operator on one target."""

import dataclasses
import statistics
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pysoft.operator import Operator

from .harness import HarnessCost

__all__ = ["SynthesisReport"]


@dataclass(frozen=True)
class SynthesisReport:
    """An operator in its harness on a target, with the conditions under which the figures hold.

    Parameters
    ----------
    operator : Operator
    target, device : str
        Name of the target, and the part it stands for.
    stages : int
        Register stages of the operator.
    strategy : str
        ``plain`` or ``booth``: how Yosys built exact multipliers. The better one is reported.
    cells : int
        Logic cells, operator and harness together.
    luts, carries, registers : int
        Look-up tables, carry primitives and registers of Yosys' netlist, operator and harness together.
    dsp : int
        DSP blocks and memories; always 0, because a netlist that has any is refused.
    harness : HarnessCost
        The harness' own part in ``registers``, ``luts`` and ``cells``.
    primitives : mapping of str to int
        All cell types of Yosys' netlist.
    fmax_all : tuple of float
        Clock frequency in MHz that nextpnr reports after routing, for each seed 1, 2, ... where it reports one.
    seeds : int
        How often the netlist was placed and routed, 0 where there is no place-and-route.
    constraint : int or None
        Clock constraint in MHz; timing was allowed to fail it.
    versions : mapping of str to str
        Tools and their versions.
    commands : tuple of str
        Yosys' script, then nextpnr's command lines.
    seconds : float
        What the tools took in all, whenever they ran, with what was not chosen. Reports are equal without regard to it.
    """

    operator: Operator
    target: str
    device: str
    stages: int
    strategy: str
    cells: int
    luts: int
    carries: int
    registers: int
    dsp: int
    harness: HarnessCost
    primitives: Mapping[str, int]
    fmax_all: tuple[float, ...]
    seeds: int
    constraint: int | None
    versions: Mapping[str, str]
    commands: tuple[str, ...]
    seconds: float = field(compare=False)

    @property
    def fmax(self) -> float | None:
        """Median of ``fmax_all`` in MHz, None where there is none."""
        return statistics.median(self.fmax_all) if self.fmax_all else None

    @property
    def operator_luts(self) -> int:
        """Look-up tables without those of the harness."""
        return self.luts - self.harness.luts

    @property
    def latency(self) -> int:
        """Cycles from operands to result, without the harness."""
        return self.stages

    @property
    def delay(self) -> float | None:
        """From operands in a register to the result in one, in ns: ``stages`` + 1 periods; None without fmax."""
        return (self.stages + 1) * 1000 / self.fmax if self.fmax else None

    @property
    def area_delay(self) -> float | None:
        """Cells times the clock period in ns, None without fmax."""
        return self.cells * 1000 / self.fmax if self.fmax else None

    @property
    def conditions(self) -> str:
        """In words, what the figures are and are not."""
        area = (
            f"{self.device}; Yosys {self.versions['yosys']}, no DSP blocks or memories; "
            "cells and registers include those of the registered harness"
        )
        if not self.seeds:
            return f"{area}; cells only: there is no open place-and-route for this target, so no frequency"
        how = f"nextpnr {self.versions['nextpnr']} after routing"
        if not self.fmax_all:
            return f"{area}; {how} gave no frequency with any of {self.seeds} seeds"
        median = f"the median of {self.seeds} seeds" if self.seeds > 1 else "with one seed"
        given = "" if len(self.fmax_all) == self.seeds else f" ({len(self.fmax_all)} of them gave one)"
        return (
            f"{area}; fmax as reported by {how}, {median}{given}; the constraint of "
            f"{self.constraint} MHz is meant to be out of reach, and timing was allowed to fail it"
        )

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready plain data."""
        fields = {each.name: getattr(self, each.name) for each in dataclasses.fields(self)}
        return fields | {
            "operator": self.operator.name,
            "harness": dataclasses.asdict(self.harness),
            "primitives": dict(self.primitives),
            "operator_luts": self.operator_luts,
            "fmax": self.fmax,
            "fmax_all": list(self.fmax_all),
            "latency": self.latency,
            "delay": self.delay,
            "area_delay": self.area_delay,
            "conditions": self.conditions,
            "versions": dict(self.versions),
            "commands": list(self.commands),
        }
