import itertools
import random

import pytest
from link_reference import Frame, content, encode, judge, stuffed
from stream_bench import never, offer, simulate, watch

from boards.link.deframer import Deframer
from boards.link.protocol import COUNTERS

LOST = None  # a byte of the line that was lost


def deframe(line, *, idle=never, busy=never):
    """[(verdict, bytes handed on)] of all frames on a line, and the cycles from one byte to the next."""
    dut = Deframer()
    handed, ends, taken = [], [], []

    async def lose(ctx):
        await ctx.tick().repeat(3)
        ctx.set(dut.lost, 1)
        await ctx.tick()
        ctx.set(dut.lost, 0)
        return 4

    simulate(
        dut,
        offer(dut.i, [lose if byte is LOST else byte for byte in line], taken, idle=idle),
        background=[watch(dut.o, handed), watch(dut.end, ends, busy=busy)],
    )
    verdicts, before = [], -1
    for cycle, verdict in ends:
        data = [value for at, value in handed if before < at < cycle]
        before = cycle
        whole = len(data) >= 4 and len(data) == 4 + data[2] % 256 + 256 * (data[3] % 256)
        assert [value >> 8 for value in data] == [0] * (len(data) - 1) + [whole] * (len(data) > 0), "where last is"
        verdicts.append((COUNTERS[verdict], bytes(value % 256 for value in data)))
    return verdicts, [after - before for before, after in itertools.pairwise(taken)]


def expected(line):
    """The same, of all that a flag ends."""
    verdicts, between = [], []
    for byte in line:
        if byte != 0x7E:
            between.append(byte)
        elif between:
            verdict, data = judge([each for each in between if each != LOST])
            verdicts.append(("line" if LOST in between else verdict, data))
            between = []
    return verdicts


def random_frame(generator):
    data = bytes(generator.choice([0x7D, 0x7E, generator.randrange(256)]) for _ in range(generator.randrange(12)))
    return Frame(generator.randrange(256), generator.randrange(256), data)


def damage(generator, line, kind):
    """A line with one thing wrong, if ``kind`` is below 8."""
    line = list(line)
    at = generator.randrange(len(line))
    match kind:
        case 0:
            line[at] ^= 1 << generator.randrange(8)
        case 1:
            del line[at:]
        case 2:
            del line[:at]
        case 3:
            line.insert(at, generator.randrange(256))
        case 4:
            line[at] = LOST
        case 5:
            line.insert(at, 0x7E)
        case 6:
            line[at:at] = [0x7D, 0x7E]
        case 7:
            line = [generator.randrange(256) for _ in line]
    return line


@pytest.mark.parametrize("seed", range(2))
def test_deframer_judges_as_the_protocol_says(seed):
    generator = random.Random(seed)
    line = []
    for kind in range(30):
        line += damage(generator, encode(random_frame(generator)), kind % 10)
    line.append(0x7E)
    verdicts, _ = deframe(
        line, idle=lambda: generator.choice([0, 0, 1, 12]), busy=lambda: generator.choice([0, 200 * seed])
    )
    assert expected(line) == verdicts
    assert {verdict for verdict, _ in verdicts} >= {"accepted", "malformed", "line"}


def test_deframer_takes_frames_with_one_flag_between_and_ignores_more():
    frames = [Frame(i, 1, bytes(i)) for i in range(4)]
    inner = [stuffed(content(frame)) for frame in frames]
    line = b"\x7e\x7e" + inner[0] + b"\x7e" + inner[1] + b"\x7e\x7e\x7e" + inner[2] + b"\x7e" + inner[3] + b"\x7e\x7e"
    verdicts, _ = deframe(line)
    assert verdicts == [("accepted", content(frame)[:-4]) for frame in frames]


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        (content(Frame(1, 2, b"abc"), check=1 << 31), "crc"),
        (content(Frame(1, 2, b"abc"), length=2), "malformed"),
        (content(Frame(1, 2, b"abc"), length=4), "malformed"),
        (content(Frame(1, 2, b"abc"), length=0xFFFF), "malformed"),
        (content(Frame(1, 2, b""), length=0xFFFC)[:4], "malformed"),  # as if it were a length of minus four
        (content(Frame(1, 2, b""))[:7], "malformed"),
        (b"\x00", "malformed"),
        (b"\x7d", "malformed"),
        (content(Frame(1, 2, b"")) + b"\x7d", "malformed"),
        (b"\0\0\0\0", "malformed"),  # the check of nothing is zero
        (b"", None),
    ],
)
def test_deframer_refuses_a_frame_and_takes_the_next(line, verdict):
    good = Frame(9, 0, b"good")
    verdicts, _ = deframe(line + encode(good))
    assert [each for each, _ in verdicts] == [*([verdict] if verdict else []), "accepted"]
    assert verdicts[-1][1] == content(good)[:-4]


def test_deframer_counts_a_lost_byte_outside_of_frames_once():
    line = [LOST, LOST, *encode(Frame(1, 2, b"x")), LOST, *encode(Frame(2, 2, b"y"))]
    assert [verdict for verdict, _ in deframe(line)[0]] == ["line", "accepted", "line", "accepted"]


def test_deframer_takes_a_byte_every_ten_cycles():
    _, gaps = deframe(encode(Frame(1, 2, bytes(range(10)))))
    assert gaps == [2, *[10] * 18]
