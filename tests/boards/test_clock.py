import dataclasses
import re
from fractions import Fraction
from functools import partial
from types import SimpleNamespace

import pytest
from amaranth.hdl import ClockSignal, Elaboratable, Fragment, Module, ResetSignal, Signal
from amaranth.lib.io import SimulationPort
from amaranth.sim import Simulator

from boards.catalogue import BOARDS
from boards.clock import add_pin_clock, add_pll_clock
from boards.pll import find_settings
from boards.pll_circuits import ICE40_PLL


class Pins(SimpleNamespace):
    """A platform with a clock pin alone."""

    default_clk = "clk"

    def __init__(self):
        super().__init__(pin=SimulationPort("i", 1), constraints=[])

    def request(self, name, *, dir):  # noqa: A002
        assert ("clk", "-") == (name, dir)
        return self.pin

    def add_clock_constraint(self, clock, frequency):
        self.constraints.append((clock, frequency))


class Probed(Elaboratable):
    """A clock whose domain can be looked at."""

    def __init__(self, add_clock):
        self.add_clock = add_clock
        self.ticks, self.reset, self.wire = Signal(8), Signal(), Signal()

    def elaborate(self, platform):
        m = Module()
        self.add_clock(m, platform)
        m.d.sync += self.ticks.eq(self.ticks + 1)
        m.d.comb += [self.reset.eq(ResetSignal(allow_reset_less=True)), self.wire.eq(ClockSignal())]
        return m


def simulate(probed, pins, bench):
    simulator = Simulator(Fragment.get(probed, pins))
    simulator.add_testbench(bench)
    simulator.run()


def test_clock_of_a_simulated_board_is_its_pin():
    pins, probed = Pins(), Probed(add_pin_clock)

    async def bench(ctx):
        for cycle in range(5):
            assert cycle == ctx.get(probed.ticks)
            assert not ctx.get(probed.reset)
            for level in (1, 0):
                ctx.set(pins.pin.i, level)
                await ctx.delay(1e-8)

    simulate(probed, pins, bench)


def test_domain_is_in_reset_until_15_microseconds_after_the_lock():
    pins = Pins()
    given = {}

    def circuit(m, settings, pin, clock, locked):
        given.update(clock=clock, locked=locked, pin=pin)
        m.d.comb += [clock.eq(given.setdefault("oscillator", Signal())), locked.eq(given.setdefault("lock", Signal()))]

    settings = find_settings(ICE40_PLL, Fraction(12), Fraction(24))  # 24 MHz: 15 us are 360 cycles
    settings = dataclasses.replace(settings, kind=dataclasses.replace(ICE40_PLL, circuit=circuit))
    probed = Probed(partial(add_pll_clock, settings=settings))

    async def cycles_in_reset(ctx, limit):
        for cycle in range(limit):
            if not ctx.get(probed.reset):
                return cycle
            for level in (1, 0):
                ctx.set(given["oscillator"], level)
                await ctx.delay(2.5e-8)
        return limit

    async def bench(ctx):
        assert 500 == await cycles_in_reset(ctx, 500)  # for ever without a lock
        ctx.set(given["lock"], 1)
        assert 360 <= await cycles_in_reset(ctx, 500) <= 364
        ctx.set(given["lock"], 0)
        for level in (1, 0) * 4:
            ctx.set(given["oscillator"], level)
            await ctx.delay(2.5e-8)
        assert ctx.get(probed.reset)
        ctx.set(given["lock"], 1)
        assert 360 <= await cycles_in_reset(ctx, 500) <= 364

    simulate(probed, pins, bench)
    assert given["pin"] is pins.pin
    ((constrained, frequency),) = pins.constraints
    assert constrained is given["clock"]
    assert frequency == float(settings.output) * 1e6


PARAMETERS = {
    ("icebreaker", 48): ("SB_PLL40_PAD", {"DIVR": 0, "DIVF": 63, "DIVQ": 4, "FILTER_RANGE": 1}),
    ("icestick", 24): ("SB_PLL40_CORE", {"DIVR": 0, "DIVF": 63, "DIVQ": 5, "FILTER_RANGE": 1}),
    ("hx8k", 100.5): ("SB_PLL40_CORE", {"DIVR": 0, "DIVF": 66, "DIVQ": 3, "FILTER_RANGE": 1}),
    ("ulx3s", 50): ("EHXPLLL", {"CLKI_DIV": 1, "CLKFB_DIV": 1, "CLKOP_DIV": 24, "CLKOS_DIV": 12}),
    ("orangecrab", 40): ("EHXPLLL", {"CLKI_DIV": 1, "CLKFB_DIV": 1, "CLKOP_DIV": 10, "CLKOS_DIV": 12}),
    ("tang-nano-9k", 54): ("rPLL", {"IDIV_SEL": 0, "FBDIV_SEL": 1, "ODIV_SEL": 16}),
}
CONSTRAINTS = {
    "pcf": "set_frequency pll_clock {:.1f}",
    "lpf": 'FREQUENCY NET "pll_clock" {}000000.0 HZ;',
}


@pytest.mark.parametrize(("board", "clock"), PARAMETERS)
def test_loop_has_the_parameters_and_constraints_of_its_device(board, clock):
    described = BOARDS[board]
    top = Probed(partial(add_pll_clock, settings=described.pll_settings(clock)))
    files = described.platform().build(top, do_build=False, emit_src=False).files
    cell, parameters = PARAMETERS[board, clock]
    text = files["top.il"].decode() if isinstance(files["top.il"], bytes) else files["top.il"]
    block = text[text.index(f"cell \\{cell} ") :].split("\n  end")[0]
    found = dict(re.findall(r"parameter (?:signed )?\\(\w+) (?:\d+')?(\d+)$", block, re.MULTILINE))
    values = {name: int(found[name], 2 if cell.startswith("SB_") else 10) for name in parameters}
    assert parameters == values
    for suffix, line in CONSTRAINTS.items():
        if f"top.{suffix}" in files:
            assert line.format(clock) in str(files[f"top.{suffix}"])
