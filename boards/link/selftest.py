"""Whether a board computes what its models compute."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from pysoft.vectors import operand_vectors

from .device import Device

__all__ = ["Mismatch", "SelfTest", "selftest"]

_MISMATCHES = 10  # that are kept


@dataclass(frozen=True)
class Mismatch:
    """Operands, what came, and what the model says; all as patterns of bits."""

    operands: tuple[int, ...]
    got: int
    expected: int


@dataclass(frozen=True)
class SelfTest:
    """An operator of a board against its model.

    Parameters
    ----------
    operator : str
    seed : int
    checked : int
        Results that came and were compared.
    wrong : int
        Those that differ in any bit.
    mismatches : tuple of Mismatch
        The first of those.
    resent : int
        Frames that were sent more than once.
    seconds : float
        That the board took.
    """

    operator: str
    seed: int
    checked: int
    wrong: int
    mismatches: tuple[Mismatch, ...]
    resent: int
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether all bits were right."""
        return not self.wrong

    @property
    def vectors_per_second(self) -> float:
        """Results in a second."""
        return self.checked / self.seconds

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self) | {"passed": self.passed, "vectors_per_second": self.vectors_per_second}


def selftest(
    device: Device,
    name: str,
    *,
    vectors: int | str = 10_000,
    seed: int = 0,
    progress: Callable[[int, int, str], None] | None = None,
) -> SelfTest:
    """Compare an operator of a board with its model, bit by bit: at all corners, and at random operands.

    Parameters
    ----------
    device : Device
    name : str
        Of the operator.
    vectors, seed
        As of :func:`pysoft.vectors.operand_vectors`.
    progress : callable, optional
        Called with (results that have come, results in all, what).

    Raises
    ------
    TypeError, ValueError
        If the board has no such operator, or an argument is out of its range.
    LinkError
        If the board cannot be reached. A wrong result is no exception: look at ``passed``.
    """
    operator = device.operator(name)
    model = operator.model
    operands = operand_vectors(model.format, vectors, seed, operands=len(model.operands))
    resent, start = device.statistics.resent, time.perf_counter()
    results = operator(*operands, progress=progress)
    seconds = time.perf_counter() - start
    got, expected = (model.result_format.to_bits(each) for each in (results, model(*operands)))
    differing = np.flatnonzero(got != expected)
    bits = [model.format.to_bits(each) for each in operands]
    return SelfTest(
        operator=operator.name,
        seed=seed,
        checked=len(results),
        wrong=len(differing),
        mismatches=tuple(
            Mismatch(tuple(int(each[i]) for each in bits), int(got[i]), int(expected[i]))
            for i in differing[:_MISMATCHES]
        ),
        resent=device.statistics.resent - resent,
        seconds=seconds,
    )
