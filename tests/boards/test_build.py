import json
import os

import pytest
from amaranth.hdl import Cat, Module, Signal
from amaranth.lib import wiring
from amaranth.lib.cdc import FFSynchronizer
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from boards import build as module
from boards import top
from boards.build import TimingError, build, plan
from boards.catalogue import BOARDS
from boards.implement import Implementation
from boards.synthesis.nextpnr import Placed, Usage
from boards.top import Top
from pysoft.operator import Operator
from rtl.tools import MissingToolError

SMALL = Operator.from_name("mul-u4-mitchell")
BLOCKS = {"ICESTORM_LC": Usage(10, 5280), "ICESTORM_RAM": Usage(1, 30), "ICESTORM_DSP": Usage(0, 8)}

# One board of each vendor: a clock that needs a loop, what its bitstreams have near their start, and their size where
# it is always the same.
VENDORS = {
    "icebreaker": (24, bytes.fromhex("7eaa997e"), 104090),
    "ulx3s-12f": (50, bytes.fromhex("ffffbdb3"), None),
    "tang-nano-9k": (54, b"\n1010010111000011\n", None),
}


class Delay(wiring.Component):
    """What the coprocessor has (pins, registers, logic, a memory), in a tenth of its cells."""

    def __init__(self, operators, **options):
        super().__init__({"rx": In(1), "tx": Out(1, init=1)})

    def elaborate(self, platform):
        m = Module()
        m.submodules.line = FFSynchronizer(self.rx, level := Signal(), init=1)
        m.submodules.memory = memory = Memory(shape=8, depth=1024, init=[])
        write, read = memory.write_port(), memory.read_port()
        m.d.sync += [write.addr.eq(write.addr + 1), read.addr.eq(write.addr + 3), write.data.eq(Cat(level, read.data))]
        m.d.comb += [write.en.eq(1), read.en.eq(1), self.tx.eq(read.data[-1])]
        return m


@pytest.fixture
def placed(monkeypatch):
    """Stands in for Yosys and nextpnr: the list is what the seeds reach, in MHz."""
    fmax = [60.0, 75.0, 70.0]

    def implement(board, commands, folder, *, name, seeds, step):
        for what in ("netlist", *(f"seed {i}" for i in range(1, seeds + 1)), "bitstream"):
            step(what)
        (folder / "seed1").mkdir()
        bitstream = folder / "seed1" / f"{name}.{board.flow.bitstream}"
        bitstream.write_bytes(b"bitstream")
        seed = 1 + fmax.index(max(fmax))
        return Implementation(tuple(Placed(f, BLOCKS) for f in fmax), seed, 5, bitstream, ("yosys", "nextpnr"))

    monkeypatch.setattr(module, "implement", implement)
    return fmax


@pytest.mark.parametrize("board", VENDORS)
def test_bitstream_is_whole_and_its_report_beside_it(board, tmp_path, monkeypatch):
    if board != "icebreaker":  # what is on the board has been looked at, this is about the tools
        monkeypatch.setattr(top, "Coprocessor", Delay)
    clock, magic, size = VENDORS[board]
    before = dict(os.environ)
    report = build(board, operators=[SMALL], folder=tmp_path, stages=2, clock=clock, seeds=1)
    assert before == dict(os.environ)
    content = report.bitstream.read_bytes()
    assert magic in content[:400]
    assert report.size == len(content)
    assert size in (None, report.size)
    assert json.loads((tmp_path / "report.json").read_text()) == json.loads(json.dumps(report.to_dict()))
    assert (board, (SMALL,), 2, 1, 1_000_000) == (
        report.board,
        report.operators,
        report.stages,
        report.seed,
        report.baud,
    )
    assert report.fmax == report.fmax_all[0] >= report.clock == clock != report.crystal
    assert 0 < report.registers.used < report.registers.available
    assert 0 < report.cells.used < report.cells.available
    assert 0 == report.dsp.used
    assert 0 < report.ram.used < report.ram.available
    programs = [command.split()[0] for command in report.commands]
    assert programs == list(BOARDS[board].flow.tools.values())
    assert {"amaranth", "yosys", "nextpnr"} == set(report.versions)
    assert not [file for file in tmp_path.rglob("*") if file.name.startswith(("build_", "."))]
    for log in (tmp_path / "seed1").glob("*.tim"):
        assert "does not exist in design" not in log.read_text()  # constraints are of nets that are there


def test_report_has_the_median_and_the_fastest_seed(placed, tmp_path):
    steps = []
    report = build("icebreaker", operators=[SMALL], folder=tmp_path, seeds=3, progress=lambda *step: steps.append(step))
    assert (70.0, 2, (60.0, 75.0, 70.0)) == (report.fmax, report.seed, report.fmax_all)
    assert (24.0, 12.0, 4) == (report.clock, report.crystal, report.stages)
    assert (Usage(10, 5280), Usage(5, 5280), Usage(0, 8), Usage(1, 30)) == (
        report.cells,
        report.registers,
        report.dsp,
        report.ram,
    )
    assert f"iceprog {report.bitstream}" == report.load
    assert not report.programmed
    assert [(i, 6) for i in range(1, 7)] == [step[:2] for step in steps]
    written = json.loads((tmp_path / "report.json").read_text())
    assert (70.0, {"used": 10, "available": 5280}) == (written["fmax"], written["cells"])


def test_report_has_the_baud_rate_that_is_made(placed, tmp_path):
    report = build("icebreaker", operators=[SMALL], folder=tmp_path, baud=115200)
    assert (115200, 24e6 / 208) == (report.baud, report.baud_made)
    assert 24e6 / 208 == json.loads((tmp_path / "report.json").read_text())["baud_made"]
    report = build("icebreaker", operators=[SMALL], folder=tmp_path)
    assert (1_000_000, 1e6) == (report.baud, report.baud_made)


def test_build_takes_the_place_of_an_older_one_and_of_nothing_else(placed, tmp_path):
    def inside():
        return {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}

    old = build("tang-nano-9k", operators=[SMALL], folder=tmp_path)
    assert {*old.files, "report.json"} == inside()
    (tmp_path / "seed1" / "mine").write_text("mine")
    new = build("icestick", operators=[SMALL], folder=tmp_path)
    assert {*new.files, "report.json", "seed1/mine"} == inside()
    assert list(new.files) == json.loads((tmp_path / "report.json").read_text())["files"]
    assert not set(old.files) & set(new.files)


def test_folder_that_cannot_be_written_to_is_noticed_before_anything_is_built(placed, tmp_path):
    (tmp_path / "file").write_text("in the way")
    steps = []
    with pytest.raises(NotADirectoryError, match="nothing can be written there") as caught:
        build(
            "icestick", operators=[SMALL], folder=tmp_path / "file" / "build", progress=lambda *step: steps.append(step)
        )
    assert [] == steps
    assert str(tmp_path / "file" / "build") == caught.value.filename


def test_design_that_is_too_slow_leaves_nothing(placed, tmp_path):
    placed[:] = [20.0, 23.9]
    folder = tmp_path / "build"
    message = r"too slow for 1BitSquared iCEBreaker: 23.9 MHz at best, its clock is 24 MHz; build with a lower --clock"
    with pytest.raises(TimingError, match=message):
        build("icebreaker", operators=[SMALL], folder=folder, seeds=2)
    with pytest.raises(TimingError, match=r"its clock is 24 MHz; build with a lower --clock"):
        build("icebreaker", operators=[SMALL], folder=folder, seeds=2, stages=5)
    assert not folder.exists()


def test_one_seed_that_is_fast_enough_is_enough(placed, tmp_path):
    placed[:] = [20.0, 24.0]
    assert 2 == build("icebreaker", operators=[SMALL], folder=tmp_path, seeds=2).seed


def test_plan_is_the_same_every_time_and_depends_on_its_arguments():
    board = BOARDS["icebreaker"]

    def digest(*operators, **options):
        return plan(Top(board, operators or [SMALL], **({"stages": 1} | options))).digest()

    first = digest()
    assert first == digest(clock=24, baud=1_000_000)
    others = [digest(stages=2), digest(clock=12), digest(baud=3_000_000), digest(SMALL.with_family("exact"))]
    assert 5 == len({first, *others})


def test_arty_gets_all_that_vivado_needs_and_no_bitstream(tmp_path):
    before = dict(os.environ)
    report = build("arty-a7", operators=[SMALL], folder=tmp_path, stages=1)
    assert before == dict(os.environ)
    assert (None, 0, None, None, ()) == (report.bitstream, report.size, report.cells, report.fmax, report.fmax_all)
    assert f"cd {tmp_path} && vivado -mode batch -log arty_a7.log -source arty_a7.tcl" == report.remaining
    assert "openFPGALoader" in report.load
    text = {name: (tmp_path / f"arty_a7.{name}").read_text() for name in ("v", "xdc", "tcl")}
    for pin, port in (("E3", "clk100_0__io"), ("A9", "uart_0__rx__io"), ("D10", "uart_0__tx__io")):
        assert f'set_property LOC {pin} [get_ports "{port}"]' in text["xdc"]
    assert "-period 10.0 " in text["xdc"]
    assert "module arty_a7(" in text["v"]
    assert "-part xc7a35ticsg324-1L" in text["tcl"]
    assert "write_bitstream -force -bin_file arty_a7.bit" in text["tcl"]
    assert json.loads((tmp_path / "report.json").read_text())["bitstream"] is None


def test_missing_programmer_is_named_before_anything_is_built(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingToolError, match=r"iceprog is not installed: apt-get install fpga-icestorm"):
        build("icebreaker", operators=[SMALL], folder=tmp_path / "build", program=True)
    with pytest.raises(MissingToolError, match=r"openFPGALoader is not installed: apt-get install openfpgaloader"):
        build("tang-nano-9k", operators=[SMALL], folder=tmp_path / "build", program=True)
    assert not (tmp_path / "build").exists()


def test_programmer_gets_the_bitstream(placed, tmp_path, monkeypatch):
    loader = tmp_path / "openFPGALoader"
    loader.write_text('#!/bin/sh\necho "$1" "$2" > "$(dirname "$0")/said"\ncp "$3" "$(dirname "$0")/flash"\n')
    loader.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    report = build("tang-nano-9k", operators=[SMALL], folder=tmp_path / "build", program=True)
    assert report.programmed
    assert json.loads((tmp_path / "build" / "report.json").read_text())["programmed"]
    assert "-b tangnano9k\n" == (tmp_path / "said").read_text()
    assert b"bitstream" == (tmp_path / "flash").read_bytes() == report.bitstream.read_bytes()


@pytest.mark.parametrize(
    ("board", "options", "message"),
    [
        ("de10", {}, "unknown board 'de10': the boards are icebreaker"),
        ("icebreaker", {"stages": 0}, "stages must be 1..5, not 0"),
        ("icebreaker", {"seeds": 0}, "seeds must be 1..99, not 0"),
        ("icebreaker", {"operators": []}, "a board has 1..64 operators, not 0"),
        ("arty-a7", {"clock": 50}, "the clock of arty-a7 is its crystal's, 100 MHz, not 50 MHz"),
        ("arty-a7", {"program": True}, "arty-a7 cannot be programmed: Vivado has to make the bitstream"),
    ],
)
def test_build_options_out_of_range_raise(tmp_path, board, options, message):
    with pytest.raises(ValueError, match=message):
        build(board, **{"operators": [SMALL], "folder": tmp_path, **options})
    assert not list(tmp_path.iterdir())
