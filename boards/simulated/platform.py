"""The platform of a simulated board: the pins of the real one, and nothing of its device."""

from typing import Any

from amaranth.build import Platform
from amaranth.hdl import Elaboratable, Fragment
from amaranth.lib import wiring

from rtl.verilog import convert

__all__ = ["TOP", "SimulatedPlatform", "board_verilog"]

TOP = "simulated_board"  # the module around the board's own top

WRAPPER = """\
module {top}(input clk, input rx, output tx);
  board board({connections});
endmodule
"""


class SimulatedPlatform(Platform):
    """What a board's top is elaborated for instead of the board's own platform.

    It has the resources and connectors of the board, so that a top requests the same pins. It has no ``get_io_buffer``:
    a pin's buffer becomes a plain wire. And it says ``simulated``, upon which the board's clock is its pin itself, of
    the frequency that a PLL would make of it.

    Parameters
    ----------
    real : amaranth.build.Platform
        The board's own platform.
    """

    resources = ()
    connectors = ()
    required_tools = ()
    simulated = True

    def __init__(self, real: Platform):
        super().__init__()
        self.add_resources(real.resources.values())
        self.add_connectors(real.connectors.values())
        self.default_clk, self.default_rst = real.default_clk, real.default_rst
        self.requested: dict[str, Any] = {}

    def request(self, name: str, number: int = 0, **options: Any) -> Any:
        """As of every platform; what was given is also kept in ``requested``, under its name."""
        self.requested[name] = super().request(name, number, **options)
        return self.requested[name]

    def toolchain_prepare(self, *arguments: Any, **options: Any) -> None:
        """There is none."""
        raise NotImplementedError("a simulated board has no toolchain; see board_verilog")


class _Elaborated(wiring.Component):
    """A top for a platform, whose pins are all the ports that it has."""

    def __init__(self, top: Elaboratable, platform: Platform):
        self.top, self.board_platform = top, platform
        super().__init__({})

    def elaborate(self, platform):
        return Fragment.get(self.top, self.board_platform)


def board_verilog(top: Elaboratable, real: Platform) -> str:
    """Verilog-2005 of a board's complete top, in a module ``TOP`` whose ports are ``clk``, ``rx`` and ``tx``.

    Parameters
    ----------
    top : Elaboratable
        It requests the board's clock and its ``uart`` from the platform. Other inputs, such as a reset, are inactive.
    real : amaranth.build.Platform
        The board's own platform.
    """
    platform = SimulatedPlatform(real)
    text = convert(_Elaborated(top, platform), "board")
    requested = platform.requested
    uart = requested.pop("uart")
    ports = {requested.pop(real.default_clk): "clk", uart.rx: "rx", uart.tx: "tx"}
    ports |= {port: f"1'b{port.invert[0]:d}" for port in requested.values()}
    connections = ", ".join(f".{port.io.name}({what})" for port, what in ports.items())
    return text + WRAPPER.format(top=TOP, connections=connections)
