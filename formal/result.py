"""What a proof hands back: plain frozen records."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from pysoft.operator import Operator

__all__ = ["Operands", "Part", "Proof", "Verdict"]

Verdict = Literal["proved", "refuted", "unknown", "not attempted"]
Operands = tuple[int | float, ...]


@dataclass(frozen=True)
class Part:
    """One statement and what became of it.

    Parameters
    ----------
    name : str
        ``coverage``, ``equivalence``, ``bound``, ``attained``; of a pipeline those of
        :func:`~formal.pipeline.prove_pipeline`.
    statement : str
        What was to be shown, in words.
    result : str
        ``proved``; ``refuted``; ``unknown`` where the solver gave up; ``not attempted``.
    solver : str
        Programs and versions, and "equal words shared" if the answer rests on that; empty if none was asked.
    seconds : float
        Wall-clock time.
    questions : int
        That the solver answered.
    counterexample : tuple of int or float, or None
        Operands for which the statement fails, as ``mitchell eval`` takes them.
    note : str
        Why it is unknown or was not attempted, or where it fails.
    """

    name: str
    statement: str
    result: Verdict
    solver: str = ""
    seconds: float = 0.0
    questions: int = 0
    counterexample: Operands | None = None
    note: str = ""


@dataclass(frozen=True)
class Proof:
    """All that was proved, refuted or left open about one operator.

    Parameters
    ----------
    operator : Operator
    stages : int
        0 if it is about the combinational circuit alone.
    statement : str
        What the parts claim together, in words; shown if ``proved``.
    parts : tuple of Part
    sha256 : str
        Of the Verilog text (UTF-8) whose netlist was looked at, in hexadecimal.
    versions : tuple of pairs of str
        Program or package, and its version.
    """

    operator: Operator
    stages: int
    statement: str
    parts: tuple[Part, ...]
    sha256: str
    versions: tuple[tuple[str, str], ...]

    @property
    def proved(self) -> bool:
        """Whether every part is proved, but for ``attained``: a bound that is not met is true, and could be tighter."""
        return all(part.result == "proved" for part in self.parts if part.name != "attained")

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data for JSON, the operator by its name."""
        parts = [asdict(part) for part in self.parts]
        for part in parts:
            part["seconds"] = round(part["seconds"], 3)
            if part["counterexample"] is not None:
                part["counterexample"] = dict(zip(self.operator.operands, part["counterexample"], strict=True))
        return {
            "operator": self.operator.name,
            "stages": self.stages,
            "statement": self.statement if self.proved else f"not proved: {self.statement}",
            "proved": self.proved,
            "parts": parts,
            "sha256": self.sha256,
            "versions": dict(self.versions),
        }
