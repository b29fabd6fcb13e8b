import re

import pytest

from boards.build import plan
from boards.catalogue import BOARDS, board_from_name
from boards.top import Top
from pysoft.operator import Operator

SMALL = Operator.from_name("mul-u4-mitchell")

# From the boards' schematics: clock, line from the host, line to the host, and MHz of the crystal.
PINS = {
    "icebreaker": ("35", "6", "9", 12),
    "icestick": ("21", "9", "8", 12),
    "hx8k": ("J3", "B10", "B12", 12),
    "ulx3s": ("G2", "M1", "L4", 25),
    "ulx3s-12f": ("G2", "M1", "L4", 25),
    "ulx3s-25f": ("G2", "M1", "L4", 25),
    "ulx3s-45f": ("G2", "M1", "L4", 25),
    "orangecrab": ("A9", "N17", "M18", 48),
    "orangecrab-85f": ("A9", "N17", "M18", 48),
    "colorlight-5a-75b": ("P6", "M13", "P11", 25),
    "tang-nano-9k": ("52", "18", "17", 27),
    "arty-a7": ("E3", "A9", "D10", 100),
}
PIN = re.compile(
    r'^(?:set_io (\S+) (\S+)|LOCATE COMP "(\S+)" SITE "(\S+)";|IO_LOC "(\S+)" (\S+);)$',
    re.MULTILINE,
)
OPEN = ("icebreaker", "icestick", "hx8k", "ulx3s", "orangecrab", "colorlight-5a-75b", "tang-nano-9k")


def pins(text):
    """Ports and where they are."""
    return dict([word for word in match if word] for match in PIN.findall(text))


def made(board, **options):
    files = plan(Top(BOARDS[board], [SMALL], stages=1, **options)).files
    return {name: text if isinstance(text, str) else text.decode() for name, text in files.items()}


def test_every_board_has_its_pins_written_down():
    assert set(PINS) == set(BOARDS)


@pytest.mark.parametrize("board", OPEN)
def test_plan_connects_clock_and_serial_port(board):
    clock, rx, tx, _ = PINS[board]
    files = made(board)
    (constraints,) = (text for name, text in files.items() if name.endswith((".pcf", ".lpf", ".cst")))
    found = pins(constraints)
    assert [clock, rx, tx] == [pin for end in ("clk", "rx", "tx") for port, pin in found.items() if end in port]
    assert 3 == len(found)


@pytest.mark.parametrize("board", BOARDS)
def test_platform_has_crystal_and_serial_pins(board):
    described = BOARDS[board]
    clock, rx, tx, crystal = PINS[board]
    platform = described.platform()
    assert crystal == described.crystal
    assert [clock] == platform.request(platform.default_clk, dir="-").io.metadata[0].name.split()
    uart = platform.request("uart", 0, dir="-")
    assert [rx, tx] == [port.io.metadata[0].name for port in (uart.rx, uart.tx)]


@pytest.mark.parametrize("board", BOARDS)
def test_board_makes_its_own_clock_and_baud_rate(board):
    described = BOARDS[board]
    settings = described.pll_settings(described.clock)
    frequency = settings.output if settings else described.crystal
    assert described.clock == frequency
    assert 1_000_000 == described.baud
    assert frequency == described.divisor(frequency, described.baud)  # exactly


def test_nextpnr_of_today_is_called_for_gowin():
    commands = made("tang-nano-9k")["build_tang_nano_9k.json"]
    assert '"nextpnr-himbaechel"' in commands
    assert '"--vopt", "family=GW1N-9C"' in commands
    assert '"--vopt", "cst=tang_nano_9k.cst"' in commands
    assert '"--freq", "27"' in commands


def test_unknown_board_lists_the_boards():
    with pytest.raises(ValueError, match=r"unknown board 'de10': the boards are icebreaker, .*arty-a7"):
        board_from_name("de10")


def test_names_are_their_own():
    assert all(name == board.name for name, board in BOARDS.items())
    assert len(BOARDS) == len({board.title for board in BOARDS.values()})
