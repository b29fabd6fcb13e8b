from types import SimpleNamespace

import pytest
from amaranth.hdl import Fragment
from amaranth.lib.io import SimulationPort
from amaranth.sim import Simulator

from boards.catalogue import BOARDS
from boards.link.frame import Frame, FrameDecoder, encode
from boards.top import Top
from pysoft.operator import Operator

MUL, DIV = (Operator.from_name(name) for name in ("mul-u8-mitchell", "div-u8-mitchell"))


class SimulatedPins:
    """A platform that has the pins of the clock and the serial port, and nothing else."""

    simulated = True
    default_clk = "clk"

    def __init__(self):
        self.pins = {
            "clk": SimulationPort("i", 1),
            "uart": SimpleNamespace(rx=SimulationPort("i", 1), tx=SimulationPort("o", 1)),
        }

    def request(self, name, number=0, *, dir):  # noqa: A002
        assert "-" == dir
        return self.pins[name]


def bits(data):
    """Levels of a line, a bit each."""
    return [level for byte in data for level in (0, *(byte >> i & 1 for i in range(8)), 1)]


def received(levels, divisor):
    """Bytes on a line of ``divisor`` levels a bit."""
    data = bytearray()
    at = 0
    while 0 in levels[at:]:
        at = levels.index(0, at) + divisor // 2
        data.append(sum(levels[at + divisor * (i + 1)] << i for i in range(8)))
        at += 9 * divisor
    return bytes(data)


def test_top_answers_at_its_pins_at_the_rate_that_it_says():
    top = Top(BOARDS["icebreaker"], [MUL, DIV], stages=2, clock=24, baud=3_000_000)
    assert 8 == top.divisor
    pins = SimulatedPins()
    line = bits(b"".join(encode(frame) for frame in (Frame(1, 0, bytes([77, 99])), Frame(2, 1, bytes([200, 7])))))
    seen = []

    async def bench(ctx):
        for level in [1] * 3 + line + [1] * 180:
            ctx.set(pins.pins["uart"].rx.i, level)
            for _ in range(top.divisor):
                seen.append(ctx.get(pins.pins["uart"].tx.o))
                for clock in (1, 0):
                    ctx.set(pins.pins["clk"].i, clock)
                    await ctx.delay(1e-8)

    simulator = Simulator(Fragment.get(top, pins))
    simulator.add_testbench(bench)
    simulator.run()
    product, quotient = int(MUL(77, 99)), int(DIV(200, 7))
    expected = [Frame(1, 0, product.to_bytes(2, "little")), Frame(2, 1, quotient.to_bytes(1, "little"))]
    assert expected == FrameDecoder().feed(received(seen, top.divisor))


def test_identification_says_what_is_on_the_board():
    top = Top(BOARDS["ulx3s"], [MUL, DIV], stages=3, clock=50, baud=115200)
    Fragment.get(top, SimulatedPins())
    said = top.identification
    assert ("ulx3s", 50_000_000, 115200) == (said.board, said.clock, said.baud)
    assert {"mul-u8-mitchell": 3, "div-u8-mitchell": 3} == said.operators
    assert ["mul-u8-mitchell", "div-u8-mitchell"] == list(said.operators)
    assert 434 == top.divisor


def test_clock_is_the_board_s_own_unless_another_is_asked_for():
    tops = [Top(BOARDS["icebreaker"], [MUL], stages=1, clock=clock) for clock in (None, 12, 48)]
    for top in tops:
        Fragment.get(top, SimulatedPins())
    assert [24.0, 12.0, 48.0] == [top.clock for top in tops]
    assert [24, 12, 48] == [top.divisor for top in tops]
    assert [False, True, False] == [top.pll is None for top in tops]


@pytest.mark.parametrize(
    ("operators", "options", "message"),
    [
        ([], {}, "a board has 1..64 operators, not 0"),
        ([MUL, DIV, MUL], {}, "a board has each operator once, but mul-u8-mitchell came more than once"),
        ([MUL], {"stages": 0}, "stages must be 1..5, not 0"),
        ([MUL], {"stages": 6}, "stages must be 1..5, not 6"),
        ([MUL], {"clock": 15}, "icebreaker: the iCE40 PLL makes no 15 MHz"),
        ([MUL], {"baud": 4_000_000}, "baud must be 9600..3000000 at a clock of 24 MHz, not 4000000"),
    ],
)
def test_what_a_board_cannot_have_raises(operators, options, message):
    with pytest.raises(ValueError, match=message):
        Top(BOARDS["icebreaker"], operators, **{"stages": 1, **options})
