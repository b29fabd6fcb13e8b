"""What docs/proofs.csv holds: one row for each operator and number of stages that was proved, or was not."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from formal.result import Part
from pysoft.files import write_whole
from pysoft.operator import Operator

__all__ = ["PARTS", "PIPELINE", "Row", "read_rows", "write_rows"]

PIPELINE = ("reset", "handshake", "delivery", "progress", "stages", "result")
PARTS = ("coverage", "equivalence", "bound", "attained", *PIPELINE)
NUMBERS = {"stages": int, "questions": int, "seconds": float}


@dataclass(frozen=True)
class Row:
    """What became of each part of one proof.

    Parameters
    ----------
    operator : str
    stages : int
    results : dict of str to str
        Of the parts that there are.
    scope : str
        For what the bound was proved, as the part says it behind the bound itself.
    notes : str
        Why parts are not proved.
    questions : int
        How many questions were answered.
    seconds : float
        Of one processor, for everything.
    key : str
        Of all that the results depend on.
    versions, processor : str
    """

    operator: str
    stages: int
    results: dict[str, str]
    scope: str
    notes: str
    questions: int
    seconds: float
    key: str
    versions: str
    processor: str

    @classmethod
    def of_parts(cls, operator: Operator, stages: int, parts: Iterable[Part], unfinished: str, **more: Any) -> "Row":
        """What is kept of the parts that there are; those that are missing are unknown, and why: ``unfinished``."""
        known = {part.name: part for part in parts}
        names = PARTS if stages else PARTS[: -len(PIPELINE)]
        notes = [f"{name}: {part.note}" for name, part in known.items() if part.result != "proved"]
        if missing := [name for name in names if name not in known]:
            notes.append(f"{', '.join(missing)}: {unfinished}")
        scope = ""
        if operator.bound is not None and "bound" in known:
            scope = known["bound"].statement.removeprefix(operator.bound.statement).strip()
        results = {name: known[name].result if name in known else "unknown" for name in names}
        questions = sum(part.questions for part in known.values())
        return cls(operator.name, stages, results, scope, "; ".join(notes), questions, **more)


def write_rows(rows: Iterable[Row], path: Path) -> None:
    """As CSV, with a column for each part, such as ``part bound``."""
    text = io.StringIO()
    plain = [name for name in Row.__annotations__ if name != "results"]
    columns = {name: f"part {name}" for name in PARTS}
    writer = csv.DictWriter(text, [*plain[:2], *columns.values(), *plain[2:]], lineterminator="\n")
    writer.writeheader()
    for row in rows:
        results = {column: row.results.get(name, "") for name, column in columns.items()}
        writer.writerow(results | {name: getattr(row, name) for name in plain})
    write_whole(path, text.getvalue())


def read_rows(path: Path) -> list[Row]:
    """What :func:`write_rows` wrote; none if there is no such file."""
    if not path.exists():
        return []
    rows = []
    for texts in csv.DictReader(path.read_text().splitlines()):
        results = {name: result for name in PARTS if (result := texts.pop(f"part {name}"))}
        numbers = {name: kind(texts.pop(name)) for name, kind in NUMBERS.items()}
        rows.append(Row(results=results, **numbers, **texts))
    return rows
