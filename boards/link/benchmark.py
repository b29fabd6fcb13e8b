"""How fast a board computes, beside what its line can carry."""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from pysoft.vectors import random_values

from .device import Device
from .protocol import request_bytes, result_bytes
from .remote_operator import RemoteOperator

__all__ = ["BATCHES", "Benchmark", "Throughput", "benchmark"]

BATCHES = (1, 10, 100, 1000, 10_000)

_BITS_OF_A_BYTE = 10  # on the line: a start bit and a stop bit


@dataclass(frozen=True)
class Throughput:
    """One size of batches.

    Parameters
    ----------
    batch : int
        Results of one call.
    results_per_second : float
    bytes_out_per_second, bytes_in_per_second : float
        On the line, with all that is around operands and results.
    """

    batch: int
    results_per_second: float
    bytes_out_per_second: float
    bytes_in_per_second: float


@dataclass(frozen=True)
class Benchmark:
    """How fast an operator of a board is, by size of the batches.

    Parameters
    ----------
    operator : str
    baud : int
    line_bytes_per_second : float
        What the line can carry, each way.
    line_results_per_second : float
        The same in operands or results of this operator, whichever are more bytes, with nothing around them.
    throughputs : tuple of Throughput
    """

    operator: str
    baud: int
    line_bytes_per_second: float
    line_results_per_second: float
    throughputs: tuple[Throughput, ...]

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def benchmark(
    device: Device,
    name: str,
    *,
    batches: Sequence[int] = BATCHES,
    seconds: float = 0.5,
    seed: int = 0,
    progress: Callable[[int, int, str], None] | None = None,
) -> Benchmark:
    """Time an operator of a board.

    Parameters
    ----------
    device : Device
    name : str
        Of the operator.
    batches : sequence of int
        Results of one call, each at least 1.
    seconds : float
        Each size is called until this time has passed, and once at least.
    seed : int
        Of the operands.
    progress : callable, optional
        Called with (sizes done, sizes in all, what is next).

    Raises
    ------
    TypeError, ValueError
        If the board has no such operator, or an argument is out of its range.
    LinkError
        If the board cannot be reached.
    """
    operator = device.operator(name)
    if not batches or min(batches) < 1:
        raise ValueError(f"batches must be sizes from 1 on, not {list(batches)}")
    model = operator.model
    bytes_per_second = device.baud / _BITS_OF_A_BYTE
    throughputs = []
    for done, batch in enumerate(batches):
        if progress is not None:
            progress(done, len(batches), f"{operator.name}, batches of {batch}")
        throughputs.append(_throughput(device, operator, batch, seconds, seed))
    return Benchmark(
        operator=operator.name,
        baud=device.baud,
        line_bytes_per_second=bytes_per_second,
        line_results_per_second=bytes_per_second / max(request_bytes(model), result_bytes(model)),
        throughputs=tuple(throughputs),
    )


def _throughput(device: Device, operator: RemoteOperator, batch: int, seconds: float, seed: int) -> Throughput:
    model = operator.model
    rng = np.random.default_rng(seed)
    operands = [random_values(model.format, batch, rng) for _ in model.operands]
    before, start, calls = device.statistics, time.perf_counter(), 0
    while not calls or time.perf_counter() - start < seconds:
        operator(*operands)
        calls += 1
    elapsed, after = time.perf_counter() - start, device.statistics
    return Throughput(
        batch=batch,
        results_per_second=calls * batch / elapsed,
        bytes_out_per_second=(after.bytes_sent - before.bytes_sent) / elapsed,
        bytes_in_per_second=(after.bytes_received - before.bytes_received) / elapsed,
    )
