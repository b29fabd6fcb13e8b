"""The two ends of a stream under test, in cocotb: who offers operands, who holds results up, and who watches.

Each is stepped once per clock cycle by :class:`Stream`: ``drive`` sets inputs after the falling edge, ``sample`` looks
at the settled signals just before the rising edge. No two simulators can then disagree about who came first.
"""

import itertools
from collections import deque
from collections.abc import Iterable, Iterator

import numpy as np
from cocotb.triggers import Timer

from .job import Vectors

__all__ = ["BackPressure", "Driver", "Monitor", "ProtocolError", "Stream"]


class ProtocolError(AssertionError):
    """The device under test broke a rule of the handshake."""


def _bit(handle, name: str) -> int:
    """Value of a one-bit port, which must not be X or Z."""
    try:
        return int(handle.value)
    except ValueError:
        raise ProtocolError(f"{name} is {handle.value}") from None


class Driver:
    """Offers operands, each until it is taken, with idle cycles in between.

    Parameters
    ----------
    dut : Device
    ports : tuple of str
        Names of the operand ports.
    vectors : Vectors
        What to offer, in this order.
    idle : float
        Probability of an idle cycle, 0 <= idle < 1.
    rng : numpy.random.Generator
        Decides which cycles are idle.
    """

    def __init__(self, dut, ports: tuple[str, ...], vectors: Vectors, *, idle: float, rng: np.random.Generator):
        self._dut = dut
        self._ports = [getattr(dut, port) for port in ports]
        self._vectors = vectors
        self._idle = idle
        self._rng = rng
        self._offering = False
        self.position = 0

    @property
    def done(self) -> bool:
        """Whether everything has been taken."""
        return self.position == len(self._vectors)

    def drive(self) -> None:
        """Go on offering, start to, or be idle."""
        if self._offering:
            return
        i = self.position
        self._offering = not self.done and (self._idle == 0 or self._rng.random() >= self._idle)
        self._dut.i_valid.value = int(self._offering)
        if self._offering:
            self._set(self._vectors.operands[i])
        elif i:
            # What was just taken changes at once, as it may: only registers may still know it.
            self._set(bits ^ 1 for bits in self._vectors.operands[i - 1])

    def _set(self, operands: Iterable[int]) -> None:
        for port, bits in zip(self._ports, operands, strict=True):
            port.value = bits

    def sample(self) -> int | None:
        """Position of the operands that are taken in this cycle, None if none are."""
        if not (_bit(self._dut.i_ready, "i_ready") and self._offering):
            return None
        self._offering = False
        self.position += 1
        return self.position - 1


class BackPressure:
    """Drives ``o_ready`` from a pattern, one boolean per cycle."""

    def __init__(self, dut, pattern: Iterator[bool]):
        self._dut = dut
        self.pattern = pattern
        self.ready = False

    def drive(self) -> None:
        """Take the next cycle's value."""
        self.ready = bool(next(self.pattern))
        self._dut.o_ready.value = int(self.ready)


class Monitor:
    """Watches the output: what is delivered, and that valid and payload hold while nobody takes them."""

    def __init__(self, dut, port: str):
        self._dut = dut
        self._o = getattr(dut, port)
        self._held: str | None = None
        self.valid = False

    def reset(self) -> None:
        """Forget what was held: a reset withdraws it."""
        self._held = None

    def sample(self, ready: bool) -> str | None:
        """Bits of the result that is delivered in this cycle, None if none is.

        Raises
        ------
        ProtocolError
            If valid is unresolved, or valid or payload changed while they had to hold.
        """
        self.valid = bool(_bit(self._dut.o_valid, "o_valid"))
        bits = str(self._o.value) if self.valid else None
        if self._held is not None and bits != self._held:
            raise ProtocolError(f"a result waited for o_ready and went from {self._held} to {bits or 'not valid'}")
        self._held = None if ready else bits
        return bits if ready else None


class Stream:
    """A clock, a driver, back-pressure, a monitor, and the operands that are on their way between them.

    Parameters
    ----------
    dut : Device
    ports : tuple of str
        Names of the operand ports and, last, of the result port.
    stages : int
        Latency that is due, in cycles.
    vectors : Vectors
    idle : float
        Probability of an idle cycle at the input.
    pattern : iterator of bool, optional
        ``o_ready`` in every cycle. Without it, it is always high, and every latency must be exactly ``stages``.
    rng : numpy.random.Generator

    Members
    -------
    driver, back_pressure, monitor
        The parts; :attr:`BackPressure.pattern` may be replaced at any time if there was one from the start.
    under_way : deque
        Positions of the operands that were accepted and not delivered, each with the cycle of its acceptance.
    checked, discarded, cycle : int
        Results compared, operands that a reset threw away, clock cycles so far.
    wrong : list
        ``(operands, got, expected)`` of wrong results in raw bits, ``got`` None if unresolved.
    """

    def __init__(self, dut, ports, stages: int, vectors: Vectors, *, idle: float = 0.0, pattern=None, rng):
        self._dut = dut
        self._vectors = vectors
        self._exact_latency = pattern is None
        self._half_period = Timer(1, "ns")
        self.stages = stages
        self.driver = Driver(dut, ports[:-1], vectors, idle=idle, rng=rng)
        self.back_pressure = BackPressure(dut, itertools.repeat(True) if pattern is None else pattern)
        self.monitor = Monitor(dut, ports[-1])
        self.under_way: deque[tuple[int, int]] = deque()
        self.wrong: list[tuple[tuple[int, ...], int | None, int]] = []
        self.checked = self.discarded = self.cycle = 0

    @property
    def sent(self) -> int:
        """Vectors of operands taken whose result was not thrown away by a reset."""
        return self.driver.position - self.discarded

    async def step(self, *, reset: bool = False) -> None:
        """One clock cycle. In a cycle with ``reset``, nothing is delivered and whatever is accepted is lost.

        Raises
        ------
        ProtocolError
            If a rule of the handshake is broken.
        """
        dut = self._dut
        self.driver.drive()
        self.back_pressure.drive()
        dut.rst.value = int(reset)
        dut.clk.value = 0
        await self._half_period
        if reset:
            self.monitor.reset()
            self._discard()
        else:
            bits = self.monitor.sample(self.back_pressure.ready)
            if self.monitor.valid and not self.under_way:
                raise ProtocolError(f"o_valid is high in cycle {self.cycle} although no result is due")
            if bits is not None:
                self._check(bits)
            taken = self.driver.sample()
            if taken is not None:
                self.under_way.append((taken, self.cycle))
        dut.clk.value = 1
        await self._half_period
        self.cycle += 1

    async def reset(self, cycles: int = 1) -> None:
        """Hold reset, discarding what is under way."""
        for _ in range(cycles):
            await self.step(reset=True)

    async def run(self) -> None:
        """Go on until everything has been accepted and delivered."""
        while not self.driver.done or self.under_way:
            await self.step()

    def _discard(self) -> None:
        self.discarded += len(self.under_way)
        self.under_way.clear()

    def _check(self, bits: str) -> None:
        position, accepted = self.under_way.popleft()
        latency = self.cycle - accepted
        if self._exact_latency and latency != self.stages:
            raise ProtocolError(f"latency is {latency} cycles with nothing stalled, not {self.stages}")
        got = int(bits, 2) if set(bits) <= {"0", "1"} else None
        expected = self._vectors.expected[position]
        self.checked += 1
        if got != expected:
            self.wrong.append((self._vectors.operands[position], got, expected))
