import dataclasses

import pytest

from boards.synthesis.targets import TARGETS, target_from_name

NAMES = ["ice40-hx8k", "ice40-up5k", "ecp5-25k", "gowin-gw1n9", "xilinx7"]


def test_targets_are_those_of_the_command_line():
    assert list(TARGETS) == NAMES
    assert [target.name for target in TARGETS.values()] == NAMES


def test_targets_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        TARGETS["xilinx7"].frequency = 1
    with pytest.raises(TypeError):
        TARGETS["mine"] = TARGETS["xilinx7"]


def test_only_xilinx_has_no_place_and_route():
    assert [name for name, target in TARGETS.items() if not target.nextpnr] == ["xilinx7"]
    assert all((target.frequency > 0) == bool(target.nextpnr) for target in TARGETS.values())


def test_unknown_target_raises_with_the_list():
    with pytest.raises(ValueError, match=f"unknown target 'ice40': the targets are {', '.join(NAMES)}"):
        target_from_name("ice40")
