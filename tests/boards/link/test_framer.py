import itertools
import random

import pytest
from link_reference import Frame, content, encode
from stream_bench import never, offer, simulate, watch

from boards.link.framer import Framer


def frame_bytes(frames, *, idle=never, busy=never):
    """[(cycle, byte)] that a Framer makes of frames, and the cycles in which it took each byte."""
    dut = Framer()
    bytes_in = []
    for frame in frames:
        *data, last = content(frame)[:-4]
        bytes_in += [*data, last | 0x100]
    sent, taken = [], []

    rest = len(encode(frames[-1])) * (12 + max(busy() for _ in range(9)))  # at most, of the last frame
    simulate(dut, offer(dut.i, bytes_in, taken, idle=idle, rest=rest), background=[watch(dut.o, sent, busy=busy)])
    return sent, taken


def line(sent):
    return bytes(byte for _, byte in sent)


def random_frames(seed, count):
    generator = random.Random(seed)
    data = [0x7D, 0x7E, 0x5D, 0x5E, 0, 255]

    def choose():
        return generator.choice([*data, *[generator.randrange(256) for _ in data]])

    return [Frame(choose(), choose(), bytes(choose() for _ in range(generator.randrange(9)))) for _ in range(count)]


def test_framer_sends_a_frame_with_a_known_check():
    sent, _ = frame_bytes([Frame(0x31, 0x32, b"")])
    assert line(sent) == bytes.fromhex("7e 31 32 00 00 26 71 3c 4e 7e")  # by GNU gzip of the four bytes


@pytest.mark.parametrize("seed", range(2))
def test_framer_makes_frames_at_any_pace(seed):
    generator = random.Random(seed)
    frames = random_frames(seed, 12)
    sent, _ = frame_bytes(
        frames,
        idle=lambda: generator.choice([0, 0, 1, 15]),
        busy=lambda: generator.choice([0, 25 * seed]),
    )
    assert line(sent) == b"".join(encode(frame) for frame in frames)


def test_framer_escapes_bytes_of_the_check():
    escaped = [frame for frame in random_frames(5, 400) if {0x7D, 0x7E} & set(content(frame)[-4:])][:4]
    assert len(escaped) == 4
    sent, _ = frame_bytes(escaped)
    assert line(sent) == b"".join(encode(frame) for frame in escaped)


def test_framer_latency_is_as_documented():
    frame = Frame(1, 2, bytes(range(20)))
    sent, taken = frame_bytes([frame])
    assert sent[0] == (1, 0x7E)
    assert [cycle for cycle, _ in sent[1 : len(taken) + 1]] == [cycle + 9 for cycle in taken]
    assert max(after - before for before, after in itertools.pairwise(taken)) == 10
