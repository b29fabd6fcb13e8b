"""The clock of a board's design where it is not the crystal's: the domain ``sync`` of the top."""

from math import ceil
from typing import Any

from amaranth.hdl import ClockDomain, ClockSignal, Module, ResetSignal, Signal
from amaranth.lib import io
from amaranth.lib.cdc import FFSynchronizer

from .pll import PllSettings

__all__ = ["add_pin_clock", "add_pll_clock"]

START = 15  # microseconds in reset after the lock: RAM of iCE40 reads as zero for 3 us after configuration


def add_pin_clock(m: Module, platform: Any) -> None:
    """Make the domain ``sync`` in the top ``m``, driven by the platform's clock pin and without a reset.

    For simulation, where the pin runs at the frequency that the design is made for.
    """
    m.domains.sync = ClockDomain(reset_less=True)
    m.submodules.clock = clock = io.Buffer("i", platform.request(platform.default_clk, dir="-"))
    m.d.comb += ClockSignal("sync").eq(clock.i)


def add_pll_clock(m: Module, platform: Any, settings: PllSettings) -> None:
    """Make the domain ``sync`` in the top ``m``, driven by a phase-locked loop behind the platform's clock pin.

    The domain is in reset until the loop has been locked for 15 microseconds, and again if it loses its lock. The clock
    is constrained to the frequency of the loop; in the top, because that is where nextpnr finds its net.
    """
    clock = Signal(name="pll_clock", attrs={"keep": 1})  # or Yosys drops the name that is constrained
    locked, stable, running = Signal(), Signal(), Signal()
    cycles = ceil(START * settings.output)
    left = Signal(range(cycles + 1), init=cycles)
    settings.kind.circuit(m, settings, platform.request(platform.default_clk, dir="-"), clock, locked)
    platform.add_clock_constraint(clock, float(settings.output * 1_000_000))

    m.domains.sync = ClockDomain()
    m.domains.start = ClockDomain(local=True, reset_less=True)
    m.d.comb += [ClockSignal("sync").eq(clock), ClockSignal("start").eq(clock), ResetSignal("sync").eq(~running)]
    m.submodules.lock_synchronizer = FFSynchronizer(locked, stable, o_domain="start")
    m.d.start += running.eq(stable & (left == 0))
    with m.If(~stable):
        m.d.start += left.eq(cycles)
    with m.Elif(left != 0):
        m.d.start += left.eq(left - 1)
