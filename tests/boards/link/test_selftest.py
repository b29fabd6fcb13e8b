"""A board in software that is right, and one that is wrong."""

import numpy as np
import pytest
from pseudo_terminal import PseudoTerminal
from software_board import SoftwareBoard
from virtual_port import Noise

from boards.link.device import connect
from boards.link.selftest import Mismatch, selftest
from pysoft.operator import Operator
from pysoft.vectors import corner_operands

MUL, SQRT, WRONG = (Operator.from_name(f"{name}-mitchell") for name in ("mul-s8", "sqrt-bf16", "mul-u8"))


class StuckBit(Operator):
    """A multiplier with a bit of its result that is always high."""

    def __call__(self, *operands):
        return super().__call__(*operands) | np.uint64(0x4000)


@pytest.fixture(scope="module")
def device():
    board = SoftwareBoard([MUL, SQRT, StuckBit.from_name(WRONG.name)])
    with PseudoTerminal(board, to_host=Noise(5, changed=3e-3)) as terminal, connect(terminal.port) as device:
        yield device


@pytest.mark.parametrize("operator", [MUL, SQRT], ids=str)
def test_a_board_that_is_right_passes_at_all_corners_and_more(device, operator):
    result = selftest(device, operator.name, vectors=2000, seed=3)
    assert (operator.name, 3, 2000, 0, ()) == (
        result.operator,
        result.seed,
        result.checked,
        result.wrong,
        result.mismatches,
    )
    assert result.passed
    assert result.resent > 0
    plain = result.to_dict()
    assert plain["passed"]
    assert plain["vectors_per_second"] == 2000 / result.seconds
    corners = len(corner_operands(operator.format, len(operator.operands))[0])
    assert corners == selftest(device, operator.name, vectors=1).checked


def test_every_wrong_result_is_counted_and_the_first_ones_are_shown(device):
    result = selftest(device, WRONG.name, vectors="all")
    values = np.arange(256, dtype=np.uint64)
    right = WRONG(values[:, None], values)
    assert 65536 == result.checked
    assert np.count_nonzero(right & np.uint64(0x4000) == 0) == result.wrong
    assert not result.passed
    assert [Mismatch((0, b), 0x4000, 0) for b in range(10)] == list(result.mismatches)


def test_arguments_are_checked(device):
    with pytest.raises(ValueError, match="has no operator 'mul-u4-mitchell'"):
        selftest(device, "mul-u4-mitchell")
    with pytest.raises(ValueError, match="vectors must be at least 1"):
        selftest(device, MUL.name, vectors=0)
