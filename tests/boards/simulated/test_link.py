"""The whole link: the unchanged host, pyserial, a pseudo-terminal, a noisy line, and the complete design of a board."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from boards.link.device import connect
from boards.link.frame import Frame, FrameDecoder, encode
from pysoft.vectors import random_values

ROOT = Path(__file__).parents[3]


@pytest.fixture
def batch(operators):
    """``batch(i, count, seed)``: an operator of the board, random operands, and the bits of their results."""

    def batch(i, count, seed):
        rng = np.random.default_rng(seed)
        operator = operators[i]
        operands = [random_values(operator.format, count, rng) for _ in operator.operands]
        return operator.name, operands, bits(operator(*operands))

    return batch


def write_all(port, data):
    while data:
        data = data[os.write(port, data) :]


def bits(results):
    return np.asarray(results).tobytes()


def test_100000_operations_over_a_noisy_line_lose_nothing(start, batch):
    board = start(bit_errors=2e-5, drops=2e-5, seed=1)
    with connect(board.port, baud=board.baud) as device:
        for i, count in enumerate((40_000, 30_000, 30_000)):
            name, operands, expected = batch(i, count, seed=i)
            assert expected == bits(device.operator(name)(*operands))
        counters, statistics = device.counters(), device.statistics
    damaged = counters["crc"] + counters["malformed"] + counters["line"]
    assert damaged > 0.01 * statistics.sent  # requests
    assert statistics.damaged > 0.01 * statistics.answered  # answers
    assert statistics.resent >= damaged
    traffic = board.traffic
    assert min(line.flipped for line in (traffic.to_board, traffic.to_host)) > 20
    assert min(line.dropped for line in (traffic.to_board, traffic.to_host)) > 0


def test_power_may_fail_at_any_moment(start, batch):
    board = start()
    name, operands, expected = batch(0, 20_000, seed=4)
    with connect(board.port, baud=board.baud) as device:
        remote = device.operator(name)
        results = []
        host = threading.Thread(target=lambda: results.append(remote(*operands)))
        host.start()
        for pause in np.random.default_rng(5).integers(500, 8000, 12):
            answered = board.traffic.to_host.bytes + int(pause)
            while host.is_alive() and board.traffic.to_host.bytes < answered:
                time.sleep(0.001)
            board.power_cycle()
        host.join()
        assert device.statistics.resent > 0
    assert expected == bits(results)
    assert board.traffic.power_cycles == 12


def test_host_that_is_killed_in_mid_frame_leaves_the_board_usable(start, batch):
    board = start()
    script = (
        "import numpy as np\nfrom boards.link.device import connect\n"
        f"connect({board.port!r}, baud={board.baud}).operator('mul-u16-mitchell')(np.arange(60000), 40000)"
    )
    host = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT)
    while board.traffic.to_host.bytes < 5000:
        time.sleep(0.01)
    host.kill()
    host.wait()
    name, operands, expected = batch(1, 500, seed=6)
    with connect(board.port, baud=board.baud) as device:
        assert expected == bits(device.operator(name)(*operands))


def test_both_directions_run_at_line_rate(start, operators, top):
    operands = np.random.default_rng(7).integers(0, 2**16, (240, 64, 2), dtype=np.uint16)  # 64 in a frame
    frames = [Frame(i, 0, each.astype("<u2").tobytes()) for i, each in enumerate(operands)]
    requests = list(map(encode, frames))
    board = start()
    port = os.open(board.port, os.O_RDWR | os.O_NOCTTY)
    writer = threading.Thread(target=write_all, args=(port, b"".join(requests)))
    writer.start()
    decoder, answers = FrameDecoder(), []
    while len(answers) < len(frames):
        answers += decoder.feed(os.read(port, 4096))
    writer.join()
    os.close(port)
    # 30 times what the board's buffer holds has come without waiting for answers, and they are all there.
    assert sum(map(len, requests)) > 30 * top.identification.buffer
    assert [answer.sequence for answer in answers] == [frame.sequence for frame in frames]
    results = operators[0](operands[..., 0], operands[..., 1]).astype("<u4")
    assert results.tobytes() == b"".join(answer.payload for answer in answers)
    # While requests come, answers go: but for the first frame, for one after each time that we were too slow to write,
    # and for a few bits between frames.
    traffic = board.traffic
    frame = 10 * (max(map(len, requests)) + 2)
    assert traffic.to_board.bits - traffic.both <= (1 + traffic.to_board.pauses) * frame + 4 * len(frames)
