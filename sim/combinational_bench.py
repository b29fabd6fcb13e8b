"""Simulator side: a combinational operator against its model. Run by ``sim/runner.py`` inside the simulator."""

import cocotb
from cocotb.triggers import Timer

from .job import Job, Report
from .result import Scenario

__all__ = ["combinational"]

JOB = Job.from_environment()
VECTORS = JOB.make_vectors()


@cocotb.test(timeout_time=len(VECTORS) + 1, timeout_unit="ns")
async def combinational(dut):
    """Every vector for one nanosecond; an unresolved bit in a result is a wrong result."""
    *inputs, o = (getattr(dut, name) for name in JOB.ports)
    settle = Timer(1, "ns")
    wrong = []
    checked = 0
    for operands, expected in zip(VECTORS.operands, VECTORS.expected, strict=True):
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
    scenario = Scenario("combinational", sent=len(VECTORS), checked=checked, wrong=len(wrong))
    Report(JOB).add(scenario, wrong)
    scenario.verify()
