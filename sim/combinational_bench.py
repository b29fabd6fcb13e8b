"""Simulator side: combinational operators, each against its model. Run by ``sim/runner.py`` inside the simulator."""

import cocotb
from cocotb.triggers import Timer

from .result import Scenario
from .trial import TRIALS, each_trial

__all__ = ["combinational"]


@cocotb.test(timeout_time=max(len(trial.vectors) for trial in TRIALS) + 1, timeout_unit="ns")
@each_trial
async def combinational(dut, trial):
    """Every vector for one nanosecond; an unresolved bit in a result is a wrong result."""
    device, vectors = trial.device(dut), trial.vectors
    *inputs, o = (getattr(device, name) for name in trial.job.ports)
    settle = Timer(1, "ns")
    wrong = []
    checked = 0
    for operands, expected in zip(vectors.operands, vectors.expected, strict=True):
        for port, bits in zip(inputs, operands, strict=True):
            port.value = bits
        await settle
        try:
            got = o.value.to_unsigned()
        except ValueError:
            got = None
        checked += 1
        if got != expected:
            wrong.append((operands, got, expected))
    scenario = Scenario("combinational", sent=len(vectors), checked=checked, wrong=len(wrong))
    trial.report.add(scenario, wrong)
    scenario.verify()
