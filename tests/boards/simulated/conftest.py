import fcntl
import os

import pytest

import mitchell
from boards.catalogue import BOARDS
from boards.simulated.board import SimulatedBoard
from boards.simulated.build import build_program
from boards.simulated.platform import board_verilog
from boards.top import Top

NAMES = ("mul-u16-mitchell", "div-s8-mitchell-f3", "rsqrt-bf16-mitchell")


@pytest.fixture(scope="session")
def operators():
    """Those on the simulated board: different formats, operands and results."""
    return [mitchell.operator(name) for name in NAMES]


@pytest.fixture(scope="session")
def top(operators):
    """Eight clock cycles a bit, which is the fastest that a simulation can be."""
    return Top(BOARDS["icebreaker"], operators, stages=4, clock=24.0, baud=3_000_000)


@pytest.fixture(scope="session")
def cache(tmp_path_factory):
    """One folder of builds for all processes of a run."""
    folder = tmp_path_factory.getbasetemp()
    folder = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    return folder / "mitchell-cache" / "board"


@pytest.fixture(scope="session")
def program(top, cache):
    """The one build of these tests; whoever comes second waits for it."""
    cache.mkdir(parents=True, exist_ok=True)
    with open(cache.parent / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return build_program(board_verilog(top, BOARDS["icebreaker"].platform()), cache=cache)


@pytest.fixture
def start(program, top):
    """Starts boards, and ends them at the end."""
    boards = []

    def start(*, bit_errors=0.0, drops=0.0, seed=0):
        board = SimulatedBoard(
            program, baud=top.baud, divisor=top.divisor, bit_errors=bit_errors, drops=drops, seed=seed
        )
        boards.append(board)
        return board

    yield start
    for board in boards:
        board.close()
