"""What docs/proofs.csv holds: one row for each operator and number of stages that was proved, or was not."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from formal.result import Part
from pysoft.bound import Bound
from pysoft.files import write_whole

__all__ = ["PARTS", "PIPELINE", "Row", "read_rows", "row_of_parts", "write_rows"]

PIPELINE = ("reset", "handshake", "delivery", "progress", "stages", "result")
PARTS = ("coverage", "equivalence", "bound", "attained", *PIPELINE)


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
    queries : int
        How many questions were asked.
    seconds : float
        Of one processor, with Yosys'.
    key : str
        Of all that the results depend on.
    versions, processor : str
    """

    operator: str
    stages: int
    results: dict[str, str]
    scope: str
    notes: str
    queries: int
    seconds: float
    key: str
    versions: str
    processor: str

    @property
    def proved(self) -> bool:
        """Whether every part is."""
        return set(self.results.values()) == {"proved"}


def row_of_parts(
    operator: str, stages: int, parts: Iterable[Part], bound: Bound | None, unfinished: str, **more
) -> Row:
    """A row of the parts that there are; those that are missing are unknown, for the reason ``unfinished``."""
    known = {part.name: part for part in parts}
    names = PARTS if stages else PARTS[: -len(PIPELINE)]
    notes = [f"{name}: {part.note}" for name, part in known.items() if part.result != "proved"]
    missing = [name for name in names if name not in known]
    if missing:
        notes.append(f"{', '.join(missing)}: {unfinished}")
    of_bound = known.get("bound")
    return Row(
        operator=operator,
        stages=stages,
        results={name: known[name].result if name in known else "unknown" for name in names},
        scope=of_bound.statement.removeprefix(bound.statement).strip() if of_bound and bound else "",
        notes="; ".join(notes),
        queries=sum(part.cases for part in known.values()),
        **more,
    )


def write_rows(rows: Iterable[Row], path: Path) -> None:
    """As CSV, with a column for each part; that of the pipeline's registers is called ``part stages``, as all are."""
    text = io.StringIO()
    of_parts = [f"part {name}" for name in PARTS]
    plain = [name for name in Row.__annotations__ if name != "results"]
    writer = csv.DictWriter(text, [*plain[:2], *of_parts, *plain[2:]], lineterminator="\n")
    writer.writeheader()
    for row in rows:
        results = {f"part {name}": row.results.get(name, "") for name in PARTS}
        writer.writerow(results | {name: getattr(row, name) for name in plain})
    write_whole(path, text.getvalue())


def read_rows(path: Path) -> list[Row]:
    """What :func:`write_rows` wrote; none if there is no such file."""
    if not path.exists():
        return []
    rows = []
    for texts in csv.DictReader(path.read_text().splitlines()):
        results = {name: result for name in PARTS if (result := texts.pop(f"part {name}"))}
        numbers = {
            name: kind(texts.pop(name)) for name, kind in (("stages", int), ("queries", int), ("seconds", float))
        }
        rows.append(Row(results=results, **numbers, **texts))
    return rows
