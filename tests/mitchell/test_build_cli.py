import json

import pytest
from command_line import sheet

from boards import build as module
from boards.implement import Implementation
from boards.synthesis.nextpnr import Placed, Usage

BLOCKS = {"ICESTORM_LC": Usage(10, 5280), "ICESTORM_RAM": Usage(1, 30)}


@pytest.fixture(autouse=True)
def _placed(monkeypatch):
    """Stands in for Yosys and nextpnr."""

    def implement(board, commands, folder, *, name, seeds, step):
        bitstream = folder / "seed1" / f"{name}.bin"
        bitstream.parent.mkdir()
        bitstream.write_bytes(b"bits")
        return Implementation((Placed(75.04, BLOCKS),) * seeds, 1, 5, bitstream, ("yosys",))

    monkeypatch.setattr(module, "implement", implement)


def test_build_prints_what_is_in_the_bitstream(run, tmp_path):
    operators = ("--operator", "mul-u4-mitchell", "--operator", "div-u4-mitchell")
    options = ("--stages", "2", "--clock", "48", "--baud", "3000000", "--seeds", "2")
    status, out, _ = run("build", "icebreaker", *operators, *options, "-o", str(tmp_path))
    assert 0 == status
    assert "icebreaker: mul-u4-mitchell, div-u4-mitchell" in out
    rows = {title: cells[0] for title, cells in sheet(out).items()}
    assert "iCE40UP5K SG48" == rows["device"]
    assert "48 MHz, made of the crystal's 12 MHz" == rows["clock"]
    assert "3000000 baud 8N1, USB" == rows["serial port"]
    assert "75.0 MHz, median of 2 seeds: 75.0, 75.0" == rows["Fmax"]
    assert ["10 of 5280", "5 of 5280"] == [rows[title] for title in ("logic cells", "registers")]
    assert ["0: operators are soft logic", "1 of 30, for the link"] == [rows["DSP blocks"], rows["memory blocks"]]
    assert b"bits" == (tmp_path / "icebreaker.bin").read_bytes()


@pytest.mark.parametrize(
    ("baud", "shown"),
    [
        ("115200", "115385 baud (+0.16 % of the 115200 asked for) 8N1, USB"),
        ("2990000", "3000000 baud (+0.33 % of the 2990000 asked for) 8N1, USB"),
        ("3000000", "3000000 baud 8N1, USB"),
    ],
)
def test_build_prints_the_baud_rate_that_is_made(run, tmp_path, baud, shown):
    arguments = ("--operator", "mul-u4-mitchell", "--seeds", "1", "--baud", baud, "-o", str(tmp_path))
    _, out, _ = run("build", "icebreaker", *arguments)
    assert shown == sheet(out)["serial port"][0]


def test_build_of_several_boards_looks_at_every_folder_before_the_first(run, tmp_path):
    (tmp_path / "hx8k").write_text("in the way")
    status, out, err = run("build", "icestick", "hx8k", "--operator", "mul-u4-mitchell", "-o", str(tmp_path))
    assert (2, "") == (status, out)
    assert (
        f"error: {tmp_path}/hx8k: nothing can be written there (Not a directory): choose another folder with -o\n"
        == err
    )
    assert not (tmp_path / "icestick").exists()


def test_build_of_several_boards_compares_them(run, tmp_path):
    boards = ("icestick", "hx8k")
    arguments = ("build", *boards, "--operator", "mul-u4-mitchell", "-o", str(tmp_path))
    status, out, _ = run(*arguments, "--markdown")
    assert 0 == status
    assert "| icestick | iCE40HX1K TQ144 | 48 | 75.0 | 10 | 5280 | 5 | 1 | 30 |" in out.splitlines()
    assert sorted(boards) == sorted(folder.name for folder in tmp_path.iterdir())
    status, out, _ = run(*arguments, "--json")
    assert list(boards) == [report["board"] for report in json.loads(out)]


def test_build_for_closed_tools_says_what_has_to_run(run, tmp_path):
    status, out, _ = run("build", "arty-a7", "--operator", "mul-u4-mitchell", "-o", str(tmp_path))
    assert 0 == status
    assert "none: place-and-route of this device is closed, Vivado has to run it" in out
    command = f"cd {tmp_path} && vivado -mode batch -log arty_a7.log -source arty_a7.tcl"
    assert f"arty-a7 has no bitstream yet; run  {command}" in out.splitlines()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("build",), "Missing argument 'BOARD...'"),
        (("build", "icebreaker", "nosuchboard"), "unknown board 'nosuchboard': the boards are icebreaker, icestick"),
        (("build", "icebreaker", "--clock", "15"), "icebreaker: the iCE40 PLL makes no 15 MHz of 12 MHz"),
        (("build", "icebreaker", "--baud", "5000000"), "baud must be 9600..3000000 at a clock of 24 MHz"),
        (("build", "icebreaker", "--operator", "mul-u16-mitchel"), "nearest valid: mul-u16-mitchell"),
        (("build", "arty-a7", "--program"), "arty-a7 cannot be programmed: Vivado has to make the bitstream"),
    ],
)
def test_build_that_cannot_be_is_one_clear_line(run, arguments, message):
    status, out, err = run(*arguments)
    assert (2, "") == (status, out)
    assert err.startswith("error: ")
    assert message in err
    assert 1 == err.count("\n")
