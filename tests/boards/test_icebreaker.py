from types import SimpleNamespace

from amaranth.hdl import Fragment
from amaranth.lib.io import SimulationPort
from amaranth.sim import Simulator

from boards.calculator import Calculator
from boards.icebreaker import ICEBREAKER, Top
from pysoft.operator import Operator


class Pins:
    """A platform that has the serial port's pins and nothing else."""

    def __init__(self):
        self.uart = SimpleNamespace(rx=SimulationPort("i", 1), tx=SimulationPort("o", 1))

    def request(self, name, number, *, dir):  # noqa: A002
        assert (name, number, dir) == ("uart", 0, {"rx": "-", "tx": "-"})
        return self.uart


def test_top_answers_at_its_pins_at_the_board_s_own_speed(line, decode_line):
    operator = Operator.from_name("mul-u16-mitchell")
    divisor = ICEBREAKER.divisor
    pins = Pins()
    top = Fragment.get(Top(Calculator(operator, divisor=divisor, stages=4)), pins)
    frame = (1000).to_bytes(2, "little") + (3000).to_bytes(2, "little")
    seen = []

    async def bench(ctx):
        for level in line(divisor).idle(3).send(*frame).idle(45).levels:
            ctx.set(pins.uart.rx.i, level)
            seen.append(ctx.get(pins.uart.tx.o))
            await ctx.tick()

    simulator = Simulator(top)
    simulator.add_clock(1 / (ICEBREAKER.clock * 1e6))
    simulator.add_testbench(bench)
    simulator.run()
    assert int(operator(1000, 3000)).to_bytes(4, "little") == bytes(decode_line(seen, divisor))
