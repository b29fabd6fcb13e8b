"""Simulator side: operators with handshake and pipeline, each against its model. Run by ``sim/runner.py``.

Every scenario starts with a reset, ends with an empty pipeline and a few quiet cycles, and is a cocotb test of its own.
"""

import functools
import itertools

import cocotb
import numpy as np

from .result import Scenario
from .streams import ProtocolError, Stream
from .trial import TRIALS, each_trial

__all__ = [
    "back_pressure",
    "bubbles_close_under_stall",
    "idle",
    "idle_and_back_pressure",
    "long_stall",
    "no_stall",
    "reset_in_mid_stream",
]

SAMPLE = 500  # pairs in each scenario but the first one, which sends them all
MAX_CYCLES = 2 * max(len(trial.vectors) for trial in TRIALS) + 10 * SAMPLE


def _scenario(**options):
    """A cocotb test of each operator from a function of a :class:`Stream` with these options.

    ``pattern`` is called with a generator of random numbers.
    """

    def decorate(body):
        @cocotb.test(timeout_time=2 * MAX_CYCLES, timeout_unit="ns")
        @each_trial
        @functools.wraps(body)
        async def test(dut, trial):
            job = trial.job
            rng = np.random.default_rng(job.seed)
            vectors = trial.vectors if body.__name__ == "no_stall" else trial.vectors.sample(SAMPLE, rng)
            given = dict(options)
            if "pattern" in given:
                given["pattern"] = given["pattern"](rng)
            stream = Stream(trial.device(dut), job.ports, job.stages, vectors, rng=rng, **given)
            try:
                await stream.reset(2)
                await body(stream)
                for _ in range(2 * job.stages + 2):
                    await stream.step()
            finally:
                result = Scenario(
                    body.__name__, stream.sent, stream.checked, len(stream.wrong), stream.discarded, stream.cycle
                )
                trial.report.add(result, stream.wrong)
            result.verify()

        return test

    return decorate


def _require(condition: bool, message: str) -> None:
    """ProtocolError unless the condition holds."""
    if not condition:
        raise ProtocolError(message)


def _at_random(rng):
    """Ready in half of the cycles."""
    while True:
        yield rng.random() < 0.5


def _never(rng):
    """Never ready."""
    return itertools.repeat(False)


@_scenario()
async def no_stall(stream):
    """Every vector: one result per cycle, each of them ``stages`` cycles late."""
    start = stream.cycle
    await stream.run()
    cycles = stream.cycle - start
    due = stream.sent + stream.stages
    _require(cycles == due, f"{stream.sent} results took {cycles} cycles, not {due}")


@_scenario(idle=0.4)
async def idle(stream):
    """Idle cycles at the input."""
    await stream.run()


@_scenario(pattern=_at_random)
async def back_pressure(stream):
    """A receiver that is not always ready."""
    await stream.run()


@_scenario(idle=0.4, pattern=_at_random)
async def idle_and_back_pressure(stream):
    """Both of them."""
    await stream.run()


@_scenario(pattern=lambda rng: itertools.cycle([False] * 200 + [True] * 50))
async def long_stall(stream):
    """A receiver that is away for long."""
    await stream.run()


@_scenario(idle=0.7, pattern=_never)
async def bubbles_close_under_stall(stream):
    """Held, the pipeline takes exactly as many operands as it has stages; released, it empties without gaps."""
    for _ in range(5):
        stream.back_pressure.pattern = itertools.repeat(False)
        for _ in range(30 * (stream.stages + 1)):
            await stream.step()
        held = len(stream.under_way)
        _require(held == stream.stages, f"{held} results wait in {stream.stages} stages while the output is held")
        _require(stream.monitor.valid, "o_valid waits for o_ready")
        stream.back_pressure.pattern = itertools.repeat(True)
        checked = stream.checked
        for _ in range(stream.stages):
            await stream.step()
        delivered = stream.checked - checked
        _require(delivered == stream.stages, f"{stream.stages} full stages gave {delivered} results in as many cycles")
    await stream.run()


@_scenario(idle=0.3, pattern=_at_random)
async def reset_in_mid_stream(stream):
    """Resets while the pipeline is part full, full and flowing: nothing from before comes out, the stream goes on."""
    random = stream.back_pressure.pattern
    for length in (1, 2, 3):
        for pattern in (random, itertools.repeat(False), itertools.repeat(True)):
            stream.back_pressure.pattern = pattern
            for _ in range(5 * stream.stages):
                await stream.step()
            while not stream.under_way:
                await stream.step()
            await stream.reset(length)
    _require(stream.discarded > 0, "no reset met anything to discard")
    stream.back_pressure.pattern = random
    await stream.run()
