"""The boards. One more is one entry here, if ``amaranth-boards`` has it."""

from functools import partial
from types import MappingProxyType

from amaranth.build import Attrs, Platform, Resource
from amaranth_boards.arty_a7 import ArtyA7_35Platform
from amaranth_boards.colorlight_5a75b_r7_0 import Colorlight_5A75B_R70Platform
from amaranth_boards.ice40_hx8k_b_evn import ICE40HX8KBEVNPlatform
from amaranth_boards.icebreaker import ICEBreakerPlatform
from amaranth_boards.icestick import ICEStickPlatform
from amaranth_boards.orangecrab_r0_2 import OrangeCrabR0_2_25FPlatform, OrangeCrabR0_2_85FPlatform
from amaranth_boards.resources import UARTResource
from amaranth_boards.tang_nano_9k import TangNano9kPlatform
from amaranth_boards.ulx3s import ULX3S_12F_Platform, ULX3S_25F_Platform, ULX3S_45F_Platform, ULX3S_85F_Platform

from .board import Board, Programmer
from .flow import ECP5, GOWIN, ICE40_HX, ICE40_UP, VIVADO
from .gowin import himbaechel
from .pll_circuits import ECP5_PLL, ICE40_PAD_PLL, ICE40_PLL, RPLL

__all__ = ["BOARDS", "board_from_name"]

OSS_CAD_SUITE = "it is in the OSS CAD Suite, https://github.com/YosysHQ/oss-cad-suite-build"


def _iceprog(*arguments: str) -> Programmer:
    return Programmer("iceprog", arguments, f"apt-get install fpga-icestorm, or {OSS_CAD_SUITE}")


def _loader(*arguments: str) -> Programmer:
    return Programmer("openFPGALoader", arguments, f"apt-get install openfpgaloader, or {OSS_CAD_SUITE}")


DFU = Programmer("dfu-util", ("-d", "1209:5af0", "-a", "0", "-D"), "apt-get install dfu-util")

# Feather boards have the serial port on these two.
ORANGECRAB_UART = UARTResource(0, rx="0", tx="1", conn=("io", 0), attrs=Attrs(IO_TYPE="LVCMOS33", PULLMODE="UP"))


def _with(platform: type, *resources: Resource) -> Platform:
    """A fresh platform with resources that it lacks."""
    made = platform()
    made.add_resources(resources)
    return made


def _ulx3s(name: str, size: str, platform: type) -> Board:
    loader = _loader("-b", "ulx3s")
    return Board(name, f"Radiona ULX3S, {size}", platform, ECP5, loader, pll=ECP5_PLL)


def _orangecrab(name: str, size: str, platform: type) -> Board:
    return Board(
        name,
        f"OrangeCrab r0.2, {size}",
        partial(_with, platform, ORANGECRAB_UART),
        ECP5,
        DFU,
        pll=ECP5_PLL,
        serial="RX at pin 0, TX at pin 1",
    )


_ALL = (
    Board(
        "icebreaker",
        "1BitSquared iCEBreaker",
        ICEBreakerPlatform,
        ICE40_UP,
        _iceprog(),
        pll=ICE40_PAD_PLL,
        clock=24.0,
    ),
    Board("icestick", "Lattice iCEstick", ICEStickPlatform, ICE40_HX, _iceprog(), pll=ICE40_PLL, clock=48.0),
    Board(
        "hx8k",
        "Lattice iCE40-HX8K breakout",
        ICE40HX8KBEVNPlatform,
        ICE40_HX,
        _iceprog("-S"),
        pll=ICE40_PLL,
        clock=48.0,
    ),
    _ulx3s("ulx3s", "85F", ULX3S_85F_Platform),
    _ulx3s("ulx3s-12f", "12F", ULX3S_12F_Platform),
    _ulx3s("ulx3s-25f", "25F", ULX3S_25F_Platform),
    _ulx3s("ulx3s-45f", "45F", ULX3S_45F_Platform),
    _orangecrab("orangecrab", "25F", OrangeCrabR0_2_25FPlatform),
    _orangecrab("orangecrab-85f", "85F", OrangeCrabR0_2_85FPlatform),
    Board(
        "colorlight-5a-75b",
        "ColorLight 5A-75B 7.0",
        Colorlight_5A75B_R70Platform,
        ECP5,
        _loader("-c", "ft232"),
        pll=ECP5_PLL,
        serial="J19: RX at KEY+, TX at DATA_LED-",
    ),
    Board(
        "tang-nano-9k",
        "Sipeed Tang Nano 9K",
        himbaechel(TangNano9kPlatform),
        GOWIN,
        _loader("-b", "tangnano9k"),
        pll=RPLL,
    ),
    Board("arty-a7", "Digilent Arty A7-35", ArtyA7_35Platform, VIVADO, _loader("-b", "arty_a7_35t")),
)

BOARDS = MappingProxyType({board.name: board for board in _ALL})


def board_from_name(name: str) -> Board:
    """The board called ``name``.

    Raises
    ------
    ValueError
        If there is none; the message lists them.
    """
    if name not in BOARDS:
        raise ValueError(f"unknown board {name!r}: the boards are {', '.join(BOARDS)}")
    return BOARDS[name]
