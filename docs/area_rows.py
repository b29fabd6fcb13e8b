"""What docs/area.csv holds: one row for each operator on each target with each number of stages."""

import csv
import dataclasses
import io
import types
import typing
from dataclasses import dataclass
from pathlib import Path

from boards.synthesis.report import SynthesisReport
from pysoft.files import write_whole

__all__ = ["Row", "read_rows", "write_rows"]


@dataclass(frozen=True)
class Row:
    """Delays are in ns, frequencies in MHz, errors fractions of one; None where there is no place-and-route."""

    operator: str
    target: str
    stages: int
    strategy: str
    cells: int
    luts: int
    registers: int
    fmax: float | None
    delay: float | None
    area_delay: float | None
    mred: float
    seconds: float
    device: str
    seeds: int
    constraint: int | None
    yosys: str
    nextpnr: str | None

    @classmethod
    def of_report(cls, report: SynthesisReport, mred: float) -> "Row":
        """What is kept of a report, beside the error of its operator."""
        kept = {field.name: getattr(report, field.name, None) for field in dataclasses.fields(cls)}
        versions = {"yosys": report.versions["yosys"], "nextpnr": report.versions.get("nextpnr")}
        return cls(**kept | versions | {"operator": report.operator.name, "luts": report.operator_luts, "mred": mred})

    @property
    def operation(self) -> str:
        """Such as ``mul``."""
        return self.operator.split("-")[0]

    @property
    def format(self) -> str:
        """Such as ``u16``."""
        return self.operator.split("-")[1]

    @property
    def kind(self) -> str:
        """What is left of the name: the family and its parameters."""
        return self.operator.split("-", 2)[2]

    @property
    def is_exact(self) -> bool:
        """Whether it is what the others are compared with."""
        return self.kind.startswith("exact")


def write_rows(rows: list[Row], path: Path) -> None:
    """As CSV, None as an empty field."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [field.name for field in dataclasses.fields(Row)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(dataclasses.asdict(row) for row in rows)
    write_whole(path, text.getvalue())


def read_rows(path: Path) -> list[Row]:
    """What :func:`write_rows` wrote."""
    hints = typing.get_type_hints(Row)
    rows = []
    for texts in csv.DictReader(path.read_text().splitlines()):
        values: dict[str, typing.Any] = {}
        for name, hint in hints.items():
            kinds = typing.get_args(hint) or (hint,)
            values[name] = None if types.NoneType in kinds and not texts[name] else kinds[0](texts[name])
        rows.append(Row(**values))
    return rows
