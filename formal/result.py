"""What a proof hands back: plain frozen records."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from pysoft.operator import Operator

__all__ = ["Part", "Proof", "Verdict"]

Verdict = Literal["proved", "refuted", "unknown", "not attempted"]


@dataclass(frozen=True)
class Part:
    """One statement and what became of it.

    Parameters
    ----------
    name : str
        ``coverage``, ``equivalence``, ``bound`` or ``attained``.
    statement : str
        What was to be shown, in words.
    result : str
        ``proved``; ``refuted``; ``unknown`` where the solver gave up; ``not attempted``.
    solver : str
        Program and version, empty if it was not asked.
    seconds : float
        Wall-clock time.
    cases : int
        Queries that the solver answered.
    counterexample : tuple of two ints, or None
        Operands for which the statement fails, signed where the format is.
    note : str
        Why it is unknown or was not attempted, or where it fails.
    """

    name: str
    statement: str
    result: Verdict
    solver: str = ""
    seconds: float = 0.0
    cases: int = 0
    counterexample: tuple[int, int] | None = None
    note: str = ""


@dataclass(frozen=True)
class Proof:
    """All that was proved, refuted or left open about one operator.

    Parameters
    ----------
    operator : Operator
    statement : str
        What the parts claim together, in words; shown if ``proved``.
    parts : tuple of Part
    sha256 : str
        Of the Verilog text (UTF-8) whose netlist was looked at, in hexadecimal.
    versions : tuple of pairs of str
        Program or package, and its version.
    """

    operator: Operator
    statement: str
    parts: tuple[Part, ...]
    sha256: str
    versions: tuple[tuple[str, str], ...]

    @property
    def proved(self) -> bool:
        """Whether every part is proved; a part that is unknown or was not attempted is not."""
        return all(part.result == "proved" for part in self.parts)

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data for JSON, the operator by its name."""
        parts = [asdict(part) for part in self.parts]
        for part in parts:
            if part["counterexample"] is not None:
                part["counterexample"] = dict(zip(self.operator.operands, part["counterexample"], strict=True))
        return {
            "operator": self.operator.name,
            "statement": self.statement,
            "proved": self.proved,
            "parts": parts,
            "sha256": self.sha256,
            "versions": dict(self.versions),
        }
