"""What the runner asks a bench for, and what the bench reports back: two JSON files."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import numpy as np

from pysoft.files import write_whole
from pysoft.formats import IntegerFormat
from pysoft.operator import Operator

from .result import Mismatch, Scenario
from .vectors import operand_pairs

__all__ = ["JOB_VARIABLE", "MAX_MISMATCHES", "Job", "Report", "Vectors"]

JOB_VARIABLE = "MITCHELL_SIM_JOB"
MAX_MISMATCHES = 10


@dataclass(frozen=True)
class Vectors:
    """Operands and expected results as the raw bits on the ports, in lists of equal length."""

    a: list[int]
    b: list[int]
    expected: list[int]

    def __len__(self) -> int:
        return len(self.expected)

    def sample(self, count: int, rng: np.random.Generator) -> Self:
        """``count`` of them, drawn at random; some more than once, if need be."""
        chosen = rng.integers(0, len(self), count)
        return type(self)(*([column[i] for i in chosen] for column in (self.a, self.b, self.expected)))


@dataclass(frozen=True)
class Job:
    """What a bench is to do.

    Parameters
    ----------
    operator : str
        Name of the operator; its model says what is expected.
    ports : tuple of str
        Names of the two operand ports and the result port.
    stages : int
        Register stages of the Verilog, 0 if combinational.
    vectors : int or str
        As :func:`sim.vectors.operand_pairs` takes it.
    seed : int
        Of everything random.
    report : str
        Path of the report that the bench writes.
    """

    operator: str
    ports: tuple[str, str, str]
    stages: int
    vectors: int | str
    seed: int
    report: str

    def save(self, path: Path) -> None:
        """Write it where a bench will find it."""
        path.write_text(json.dumps(asdict(self)))

    @classmethod
    def from_environment(cls) -> Self:
        """The job in the file that the environment variable names."""
        return cls(**json.loads(Path(os.environ[JOB_VARIABLE]).read_text()))

    def make_vectors(self) -> Vectors:
        """All operands, with the model's results."""
        operator = Operator.from_name(self.operator)
        a, b = operand_pairs(operator.format, self.vectors, self.seed)
        widths = (operator.format.width, operator.format.width, operator.result_format.width)
        columns = zip((a, b, operator(a, b)), widths, strict=True)
        return Vectors(*((column.view(np.uint64) & np.uint64(2**width - 1)).tolist() for column, width in columns))


class Report:
    """Collects what scenarios found and keeps the report file up to date."""

    def __init__(self, job: Job):
        self._path = Path(job.report)
        self._operator = Operator.from_name(job.operator)
        self._scenarios: list[Scenario] = []
        self._mismatches: list[Mismatch] = []

    def add(self, scenario: Scenario, wrong: Sequence[tuple[int, int, int | None, int]]) -> None:
        """Write down one scenario and its wrong results ``(a, b, got, expected)`` in raw bits."""
        operand, result = self._operator.format, self._operator.result_format
        for a, b, got, expected in wrong[: MAX_MISMATCHES - len(self._mismatches)]:
            value = None if got is None else _number(got, result)
            self._mismatches.append((_number(a, operand), _number(b, operand), value, _number(expected, result)))
        self._scenarios.append(scenario)
        content = {"scenarios": [each.to_dict() for each in self._scenarios], "mismatches": self._mismatches}
        write_whole(self._path, json.dumps(content))


def _number(bits: int, form: IntegerFormat) -> int:
    """The value of raw ``bits`` in the format ``form``."""
    return bits - (1 << form.width) if form.signed and bits >> form.width - 1 else bits
