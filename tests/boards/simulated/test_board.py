import os
import select
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from boards.link.device import connect
from boards.link.errors import LinkError
from boards.link.frame import Frame, FrameDecoder, encode
from boards.link.protocol import Unit
from boards.simulated import board as module
from boards.simulated.board import simulated_board
from rtl.tools import MissingToolError, ToolError

ROOT = Path(__file__).parents[3]
UNANSWERED = bytes(4000)  # zeros, which are no frame


@pytest.fixture
def raw():
    """Opens ports without a host."""
    ports = []

    def open_port(board):
        ports.append(os.open(board.port, os.O_RDWR | os.O_NOCTTY))
        return ports[-1]

    yield open_port
    for port in ports:
        os.close(port)


def wait_until(happens):
    while not happens():
        time.sleep(0.01)


def write_all(port, data):
    while data:
        data = data[os.write(port, data) :]


def still(board):
    """Traffic at a moment when the clock stands."""
    wait_until(lambda: board.traffic.cycles == board.traffic.cycles)
    return board.traffic


def send(board, port, data):
    """Traffic when so many bytes have been on the line, and its clock stands."""
    write_all(port, data)
    wait_until(lambda: board.traffic.to_board.bytes == len(data))
    return still(board)


def test_every_byte_has_ten_bits_of_the_divisor(start, raw):
    board = start()
    traffic = send(board, raw(board), UNANSWERED)
    assert traffic.to_board.bits == 10 * len(UNANSWERED)
    assert (traffic.to_board.dropped, traffic.to_board.flipped) == (0, 0)
    assert traffic.to_host.bytes == traffic.to_host.bits == traffic.both == 0
    assert traffic.cycles >= 8 * traffic.to_board.bits
    assert traffic.cycles % 8 == 0


def test_noise_depends_on_the_seed_alone(start, raw):
    noise = {"bit_errors": 0.01, "drops": 0.02}
    boards = [start(**noise, seed=seed) for seed in (1, 1, 2)]
    lines = [send(board, raw(board), UNANSWERED).to_board for board in boards]
    seen = [(line.dropped, line.flipped, line.bits) for line in lines]
    assert seen[0] == seen[1] != seen[2]
    for dropped, flipped, bits in seen:
        assert 0 < dropped < 200
        assert bits == 10 * (len(UNANSWERED) - dropped)
        assert 0 < flipped < 1000


def test_all_bytes_vanish_or_all_bits_are_inverted(start, raw):
    silent = start(drops=1.0)
    line = send(silent, raw(silent), UNANSWERED).to_board
    assert (line.dropped, line.bits) == (len(UNANSWERED), 0)
    inverted = start(bit_errors=1.0)
    line = send(inverted, raw(inverted), UNANSWERED).to_board
    assert (line.dropped, line.flipped) == (0, 10 * len(UNANSWERED))


def test_noise_is_in_the_answers_too(start, raw):
    request = encode(Frame(1, Unit.ECHO, bytes(200)))
    board = start(bit_errors=2e-4, seed=3)
    traffic = send(board, raw(board), 10 * request)  # the terminal keeps as much, unread
    assert traffic.to_host.flipped > 0
    assert traffic.to_host.bits % 10 == 0


def test_no_byte_is_lost_while_the_host_does_not_read(start, raw):
    frames = [Frame(i, Unit.ECHO, bytes([i]) * 200) for i in range(150)]
    board = start()
    port = raw(board)
    writer = threading.Thread(target=write_all, args=(port, b"".join(map(encode, frames))))
    writer.start()
    try:
        # The clock stops before all is sent: the terminal is full of answers.
        wait_until(lambda: board.traffic.to_host.bytes > 2000)
        stopped = still(board)
        assert stopped.to_board.bytes < 150 * 200
    finally:
        decoder, answers = FrameDecoder(), []
        while len(answers) < len(frames):
            answers += decoder.feed(os.read(port, 4096))
        writer.join()
    assert frames == answers
    assert decoder.damaged == 0


def test_clock_stands_still_when_nothing_happens(start, raw):
    board = start()
    before = send(board, raw(board), b"a")
    time.sleep(0.1)
    assert before.cycles == board.traffic.cycles


def test_power_cycle_begins_anew(start):
    board = start()
    with connect(board.port, baud=board.baud) as device:
        for _ in range(5):
            device.echo(b"1")
        assert device.counters()["accepted"] >= 5
        board.power_cycle()
        assert device.counters()["accepted"] < 5
    assert board.traffic.power_cycles == 1


def test_hosts_come_and_go(start, raw, operators):
    board = start()
    for _ in range(2):
        with connect(board.port, baud=board.baud) as device:
            assert device.operators == tuple(operator.name for operator in operators)
            assert device.identification.board == "icebreaker"
        write_all(raw(board), encode(Frame(1, Unit.ECHO, b"half"))[:7])  # and then the host is gone


def test_killed_board_is_a_link_error_and_says_so(start, operators):
    board = start()
    with connect(board.port, baud=board.baud) as device:
        kill = lambda done, total, what: os.kill(board.pid, signal.SIGKILL)  # noqa: E731
        with pytest.raises(LinkError):
            device.operator(operators[0].name)(range(60000), 3, progress=kill)
    with pytest.raises(ToolError, match="has ended"):
        board.power_cycle()
    board.close()
    with pytest.raises(ToolError, match="has ended"):
        _ = board.traffic


def test_closing_keeps_the_counters(start, raw):
    board = start()
    before = send(board, raw(board), b"abc")
    board.close()
    board.close()
    assert board.traffic.to_board == before.to_board
    with pytest.raises(ProcessLookupError):
        os.kill(board.pid, 0)
    with pytest.raises(ToolError, match="has ended"):
        board.power_cycle()


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="Linux tells of the end of processes that are not children")
def test_simulation_ends_with_its_parent(program):
    script = (
        "import sys\nfrom pathlib import Path\nfrom boards.simulated.board import SimulatedBoard\n"
        f"board = SimulatedBoard(Path({str(program)!r}), baud=1, divisor=8, bit_errors=0.0, drops=0.0, seed=0)\n"
        "print(board.pid, flush=True)\nsys.stdin.read()"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    simulation = os.pidfd_open(int(parent.stdout.readline()))
    parent.kill()
    parent.communicate()
    assert select.select([simulation], [], [], 60)[0]
    os.close(simulation)


def test_simulated_board_uses_the_build_of_before(program, top, operators, cache):
    steps, builds = [], sorted(cache.iterdir())
    with simulated_board(
        "icebreaker", operators, baud=top.baud, cache=cache, progress=lambda *step: steps.append(step)
    ) as board:
        assert board.baud == top.baud
        with connect(board.port, baud=board.baud) as device:
            assert device.echo(b"hello") == b"hello"
    assert steps == [(0, 2, "circuit"), (1, 2, "Verilator"), (2, 2, "done")]
    assert sorted(cache.iterdir()) == builds
    assert program.parent in builds


@pytest.mark.parametrize(
    ("board", "options", "error", "message"),
    [
        ("zx81", {}, ValueError, "unknown board 'zx81': the boards are icebreaker"),
        ("icebreaker", {"stages": 0}, ValueError, "stages must be 1..5, not 0"),
        ("icebreaker", {"bit_errors": 1.5}, ValueError, r"bit_errors must be a probability, 0..1, not 1.5"),
        ("icebreaker", {"bit_errors": "1"}, TypeError, "bit_errors must be a number, not '1'"),
        ("icebreaker", {"drops": -0.1}, ValueError, r"drops must be a probability, 0..1, not -0.1"),
        ("icebreaker", {"drops": float("nan")}, ValueError, "drops must be a probability"),
        ("icebreaker", {"seed": -1}, ValueError, "seed must be 0..2\\^64-1, not -1"),
        ("icebreaker", {"seed": 1.0}, TypeError, "seed must be an integer, not 1.0"),
        ("icebreaker", {"baud": 50_000_000}, ValueError, "baud must be"),
    ],
)
def test_wrong_arguments_are_refused(board, options, error, message, operators):
    with pytest.raises(error, match=message):
        simulated_board(board, operators, **options)


def test_system_without_terminals_is_told(monkeypatch, operators):
    monkeypatch.setattr(module, "tty", None)
    with pytest.raises(MissingToolError, match="use WSL"):
        simulated_board("icebreaker", operators)
