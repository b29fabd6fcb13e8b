"""What the runner asks a bench for, and what the bench reports back, in JSON files."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import numpy as np

from pysoft.files import write_whole
from pysoft.float_formats import FloatFormat
from pysoft.formats import Format
from pysoft.operator import Operator
from pysoft.vectors import operand_vectors

from .result import Mismatch, Scenario

__all__ = [
    "JOBS_VARIABLE",
    "MAX_MISMATCHES",
    "OF_TRIAL",
    "Job",
    "Report",
    "Vectors",
    "jobs_from_environment",
    "save_jobs",
]

JOBS_VARIABLE = "MITCHELL_SIM_JOBS"
OF_TRIAL = "/trial="  # cocotb's name of a test: the scenario, this, and the operator
MAX_MISMATCHES = 10


@dataclass(frozen=True)
class Vectors:
    """Operands and expected results as the raw bits on the ports, in lists of equal length.

    Parameters
    ----------
    operands : list of tuple of int
        Those of one result together, in the order of the ports.
    expected : list of int
    """

    operands: list[tuple[int, ...]]
    expected: list[int]

    def __len__(self) -> int:
        return len(self.expected)

    def sample(self, count: int, rng: np.random.Generator) -> Self:
        """``count`` of them, drawn at random; some more than once, if need be."""
        chosen = rng.integers(0, len(self), count)
        return type(self)([self.operands[i] for i in chosen], [self.expected[i] for i in chosen])


@dataclass(frozen=True)
class Job:
    """What a bench is to do with one operator.

    Parameters
    ----------
    operator : str
        Name of the operator; its model says what is expected.
    prefix : str
        What stands before the names of its ports at the top of the design, nothing if it is alone there.
    ports : tuple of str
        Names of the operand ports and, last, of the result port, without the prefix.
    stages : int
        Register stages of the Verilog, 0 if combinational.
    vectors : int or str
        As :func:`pysoft.vectors.operand_vectors` takes it.
    seed : int
        Of everything random.
    report : str
        Path of the report that the bench writes.
    """

    operator: str
    prefix: str
    ports: tuple[str, ...]
    stages: int
    vectors: int | str
    seed: int
    report: str

    def make_vectors(self) -> Vectors:
        """All operands, with the model's results."""
        operator = Operator.from_name(self.operator)
        form = operator.format
        operands = operand_vectors(form, self.vectors, self.seed, operands=len(operator.operands))
        columns = [form.to_bits(column).tolist() for column in operands]
        return Vectors(list(zip(*columns, strict=True)), operator.result_format.to_bits(operator(*operands)).tolist())


def save_jobs(jobs: Sequence[Job], path: Path) -> None:
    """Write them where a bench will find them."""
    path.write_text(json.dumps([asdict(job) for job in jobs]))


def jobs_from_environment() -> list[Job]:
    """The jobs in the file that the environment variable names."""
    return [Job(**each) for each in json.loads(Path(os.environ[JOBS_VARIABLE]).read_text())]


class Report:
    """Collects what scenarios found and keeps the report file up to date."""

    def __init__(self, job: Job):
        self._path = Path(job.report)
        self._operator = Operator.from_name(job.operator)
        self._scenarios: list[Scenario] = []
        self._mismatches: list[Mismatch] = []

    def add(self, scenario: Scenario, wrong: Sequence[tuple[tuple[int, ...], int | None, int]]) -> None:
        """Write down one scenario and its wrong results ``(operands, got, expected)`` in raw bits."""
        operand, result = self._operator.format, self._operator.result_format
        for bits, got, expected in wrong[: MAX_MISMATCHES - len(self._mismatches)]:
            value = None if got is None else _number(got, result)
            numbers = (_number(operand_bits, operand) for operand_bits in bits)
            self._mismatches.append((*numbers, value, _number(expected, result)))
        self._scenarios.append(scenario)
        content = {"scenarios": [each.to_dict() for each in self._scenarios], "mismatches": self._mismatches}
        write_whole(self._path, json.dumps(content))


def _number(bits: int, form: Format) -> int | str:
    """The value of raw ``bits``; that of a float in words, with its bits: not every NaN is the same."""
    value = form.from_bits(np.array([bits], dtype=np.uint64))[0]
    if isinstance(form, FloatFormat):
        return f"{float(value)} (0x{bits:0{form.width // 4}x})"
    return int(value)
