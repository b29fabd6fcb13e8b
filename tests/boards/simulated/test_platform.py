import pytest
from amaranth.hdl import ClockDomain, ClockSignal, Elaboratable, Module
from amaranth.lib import io
from amaranth_boards.icebreaker import ICEBreakerPlatform

from boards.simulated.build import build_program
from boards.simulated.platform import SimulatedPlatform, board_verilog
from rtl.tools import MissingToolError, ToolError
from rtl.verilator import find_verilator


class Wire(Elaboratable):
    """The line back to the host, unless the button is pressed."""

    def elaborate(self, platform):
        assert platform.simulated
        m = Module()
        m.domains.sync = ClockDomain(reset_less=True)
        m.submodules.clk = clk = io.Buffer("i", platform.request(platform.default_clk, dir="-"))
        uart = platform.request("uart", 0, dir="-")
        m.submodules.rx = rx = io.Buffer("i", uart.rx)
        m.submodules.tx = tx = io.Buffer("o", uart.tx)
        m.submodules.button = button = io.Buffer("i", platform.request("button", 0, dir="-"))
        m.d.comb += ClockSignal().eq(clk.i)
        m.d.sync += tx.o.eq(rx.i | button.i)
        return m


def test_pins_are_those_of_the_board_and_no_cells_of_its_device_are_left():
    verilog = board_verilog(Wire(), ICEBreakerPlatform())
    assert "module simulated_board(input clk, input rx, output tx);" in verilog
    for connection in (".clk12_0__io(clk)", ".uart_0__rx__io(rx)", ".uart_0__tx__io(tx)"):
        assert connection in verilog
    assert ".button_0__io(1'b1)" in verilog  # active low, not pressed
    assert "SB_" not in verilog


def test_platform_cannot_be_built_for():
    with pytest.raises(NotImplementedError, match="no toolchain"):
        SimulatedPlatform(ICEBreakerPlatform()).build(Wire(), do_build=False)


def test_broken_verilog_is_an_error_with_the_log(tmp_path):
    with pytest.raises(ToolError, match=r"verilator failed:\n.*syntax error"):
        build_program("module simulated_board(", cache=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_missing_compiler_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    find_verilator.cache_clear()
    with pytest.raises(MissingToolError, match="apt-get install g"):
        build_program("", cache=tmp_path)
