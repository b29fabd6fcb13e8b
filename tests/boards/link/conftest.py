"""A serial line in software, written without looking at the circuit: its level in each clock cycle."""

from dataclasses import dataclass, field

import pytest
from amaranth.sim import Simulator


@dataclass
class Line:
    """Levels of a line that somebody drives, with bits of ``bit`` clock cycles, which need not be whole."""

    bit: float
    levels: list[int] = field(default_factory=list)
    end: float = 0.0

    def drive(self, level: int, bits: float) -> "Line":
        self.end += bits * self.bit
        self.levels += [level] * (round(self.end) - len(self.levels))
        return self

    def idle(self, bits: float) -> "Line":
        return self.drive(1, bits)

    def send(self, *data: int, stop: int = 1) -> "Line":
        for byte in data:
            for level in (0, *(byte >> i & 1 for i in range(8)), stop):
                self.drive(level, 1)
        return self


def decode(levels: list[int], bit: float) -> list[int]:
    """Bytes on a line; every bit must be whole and every stop bit high."""
    data = []
    at = 0
    while 0 in levels[at:]:
        at = levels.index(0, at)
        bits = [levels[at + int(bit * (i + 0.5))] for i in range(10)]
        assert (bits[0], bits[9]) == (0, 1)
        data.append(sum(level << i for i, level in enumerate(bits[1:9])))
        at += int(9.5 * bit)
    return data


def run(dut, levels: list[int], port: str = "tx") -> list[int]:
    """Levels of a port, a cycle each, while ``dut.rx`` is driven with ``levels``."""
    seen = []

    async def bench(ctx):
        for level in levels:
            ctx.set(dut.rx, level)
            seen.append(ctx.get(getattr(dut, port)))
            await ctx.tick()

    simulator = Simulator(dut)
    simulator.add_clock(1e-6)
    simulator.add_testbench(bench)
    simulator.run()
    return seen


@pytest.fixture
def line():
    return Line


@pytest.fixture
def decode_line():
    return decode


@pytest.fixture
def run_on_line():
    return run
