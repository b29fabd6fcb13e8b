import random

import pytest
from amaranth.hdl import Module, ResetInserter, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out
from link_reference import Frame, content, decode, encode, judge, respond
from stream_bench import never, offer, simulate, watch

from boards.link.coprocessor import Coprocessor
from boards.link.framer import FrameByte
from boards.link.protocol import COUNTERS
from pysoft.operator import Operator

IDENTIFICATION = b'{"board": "a test"}'
OPERATORS = [Operator.from_name(name) for name in ("mul-u16-mitchell", "div-u8-mitchell-f32")]
ASK_COUNTERS = Frame(77, 0xF2, b"")


class Bytes(wiring.Component):
    """In place of a receiver or a transmitter: bytes without a line, so that a byte takes few cycles."""

    def __init__(self):
        bytes_signature = stream.Signature(8)
        super().__init__(
            {"rx": In(1), "tx": Out(1, init=1), "lost": Out(1), "o": Out(bytes_signature), "i": In(bytes_signature)}
        )

    def elaborate(self, platform):
        return Module()


class Requests(wiring.Component):
    """In place of a buffer: requests that are there already."""

    def __init__(self):
        end = {"end": In(1), "accept": In(1), "overrun": Out(1)}
        super().__init__(
            {"i": In(stream.Signature(FrameByte, always_ready=True)), "o": Out(stream.Signature(FrameByte))} | end
        )

    def elaborate(self, platform):
        return Module()


class Conversation:
    """A coprocessor without the serial line around it: bytes go in, bytes come out."""

    def __init__(self, ops=OPERATORS, *, buffer=2048, stages=2):
        self.dut = Coprocessor(ops, stages=stages, divisor=8, identification=IDENTIFICATION, buffer=buffer)
        self.dut.receiver, self.dut.transmitter = Bytes(), Bytes()
        self.reset = Signal()
        self.sent = []
        self.forget()

    @property
    def answered(self):
        """How many frames have been answered to the end."""
        new = self.sent[self.counted :]
        self.flags, self.counted = self.flags + sum(byte == 0x7E for _, byte in new), len(self.sent)
        return self.flags // 2

    def heard(self):
        """The frames that have come back since the last time."""
        frames = decode(byte for _, byte in self.sent)
        self.forget()
        return frames

    def forget(self):
        self.sent.clear()
        self.flags = self.counted = 0

    def hold(self, lines, *, idle=never, busy=never, rest=2):
        """Send bytes, or what :func:`stream_bench.offer` calls; the frames that come back."""
        simulate(
            ResetInserter(self.reset)(self.dut),
            offer(self.dut.receiver.o, lines, [], idle=idle, rest=rest),
            background=[watch(self.dut.transmitter.i, self.sent, busy=busy)],
        )
        return self.heard()

    async def lose(self, ctx):
        """A byte with a low stop bit."""
        await ctx.tick().repeat(3)
        ctx.set(self.dut.receiver.lost, 1)
        await ctx.tick()
        ctx.set(self.dut.receiver.lost, 0)
        return 4


def counters(frame):
    assert frame[:2] == ASK_COUNTERS[:2]
    values = [int.from_bytes(frame.payload[i : i + 2], "little") for i in range(0, 12, 2)]
    return dict(zip(COUNTERS, values, strict=True))


def until(condition):
    """Wait for a condition."""

    async def wait(ctx):
        for cycle in range(10000):
            if condition():
                return cycle
            await ctx.tick()
        raise AssertionError("no answer for 10000 cycles")

    return wait


def pause(cycles):
    async def wait(ctx):
        await ctx.tick().repeat(cycles)
        return cycles

    return wait


def random_request(generator, sequence):
    unit = generator.choice([0, 0, 1, 1, 0xF0, 0xF1, 0x77])
    length = generator.choice([0, 4, 4, 8, 12, 3])
    return Frame(sequence % 256, unit, generator.randbytes(length))


def damage(generator, line, lost):
    """One thing wrong with the bytes of a frame."""
    line, at = list(line), generator.randrange(1, len(line) - 1)
    match generator.randrange(7):
        case 0:
            line[at] ^= 1 << generator.randrange(8)
        case 1:
            line = line[:at]
        case 2:
            line = line[at:]
        case 3:
            line.insert(at, generator.randrange(256))
        case 4:
            line[at] = lost
        case 5:
            line[at : at + 3] = [0x7D, 0x7E]
        case 6:
            line = [generator.randrange(256) for _ in line]
    return line


def test_coprocessor_answers_what_it_accepts_once_and_in_order_and_counts_the_rest():
    generator = random.Random(1)
    talk = Conversation()
    line, expected, counts = [], [], dict.fromkeys(COUNTERS, 0)
    for i in range(32):
        sent = encode(random_request(generator, i))
        line += damage(generator, sent, talk.lose) if i % 3 == 0 else sent
    line.append(0x7E)
    between = []
    for byte in line:
        if byte != 0x7E:
            between.append(byte)
        elif between:
            verdict, data = judge([each for each in between if isinstance(each, int)])
            verdict = "line" if talk.lose in between else verdict
            counts[verdict] += 1
            if verdict == "accepted":
                expected.append(respond(OPERATORS, IDENTIFICATION, Frame(data[0], data[1], data[4:])))
                counts["rejected"] += expected[-1].unit == 0xFF
            between = []
    counts["accepted"] += 1  # the request for the counters
    line += [*encode(ASK_COUNTERS), until(lambda: talk.answered > len(expected))]
    *answers, last = talk.hold(line, idle=lambda: generator.choice([0, 0, 0, 9]))
    assert answers == expected
    assert counters(last) == counts
    assert min(counts[name] for name in ("accepted", "malformed", "line", "rejected")) > 0


def test_coprocessor_answers_the_longest_payload_and_an_empty_one():
    operands = random.Random(2).randbytes(60)
    requests = [Frame(1, 0, operands), Frame(2, 0, b""), Frame(3, 0xF1, operands), Frame(4, 1, operands)]
    talk = Conversation(buffer=64)
    line = []
    for i, request in enumerate(requests):
        line += [until(lambda i=i: talk.answered == i), *encode(request)]
    line.append(until(lambda: talk.answered == len(requests)))
    assert talk.hold(line) == [respond(OPERATORS, IDENTIFICATION, request) for request in requests]


def test_coprocessor_counts_what_a_host_sends_beyond_the_buffer():
    generator = random.Random(3)
    talk = Conversation(buffer=64)
    requests = [Frame(i, 0, generator.randbytes(generator.choice([8, 16, 20, 61]))) for i in range(12)]
    line = [byte for request in requests for byte in encode(request)]
    *answers, last = talk.hold([*line, pause(3200), *encode(ASK_COUNTERS)], busy=lambda: 30, rest=1000)
    possible = [respond(OPERATORS, IDENTIFICATION, request) for request in requests]
    assert [possible[answer.sequence] for answer in answers] == answers
    order = [answer.sequence for answer in answers]
    assert order == sorted(set(order))
    counts = counters(last)
    assert (counts["accepted"], counts["overrun"]) == (len(answers) + 1, len(requests) - len(answers))
    assert counts["overrun"] >= 1 + sum(len(request.payload) == 61 for request in requests)
    assert len(answers) >= 3


def test_coprocessor_is_never_overrun_by_a_host_that_keeps_to_the_buffer():
    generator = random.Random(4)
    talk = Conversation(buffer=64)
    requests = [Frame(i, 0xF1, generator.randbytes(generator.choice([0, 5, 16, 56]))) for i in range(12)]
    line = []
    for i, request in enumerate(requests):
        sizes = [8 + len(each.payload) for each in requests[: i + 1]]
        oldest = next(k for k in range(i + 1) if sum(sizes[k:]) <= 64)
        line += [until(lambda oldest=oldest: talk.answered >= oldest), *encode(request)]
    line.append(until(lambda: talk.answered == len(requests)))
    assert talk.hold(line, busy=lambda: 12) == requests


def test_coprocessor_begins_anew_after_a_reset_at_any_moment():
    generator = random.Random(5)
    talk = Conversation()
    answers = []

    async def reset(ctx):
        await ctx.tick().repeat(generator.randrange(300))
        ctx.set(talk.reset, 1)
        await ctx.tick()
        ctx.set(talk.reset, 0)
        await ctx.tick()
        talk.forget()
        return 0

    async def listen(_):
        answers.append(talk.heard())
        return 0

    line, request = [], Frame(200, 0, generator.randbytes(4))
    for _ in range(10):
        before = [byte for i in range(2) for byte in encode(random_request(generator, i))]
        line += [*before[: generator.randrange(len(before))], reset, *encode(request), *encode(ASK_COUNTERS)]
        line += [until(lambda: talk.answered == 2), listen]
    talk.hold(line)
    for first, second in answers:
        assert first == respond(OPERATORS, IDENTIFICATION, request)
        assert counters(second) == dict.fromkeys(COUNTERS, 0) | {"accepted": 2}
    assert len(answers) == 10


def test_coprocessor_never_idles_between_the_results_and_the_responses_of_waiting_requests(line):
    dut = Coprocessor(OPERATORS, stages=5, divisor=8, identification=IDENTIFICATION)
    dut.buffer = buffer = Requests()
    requests = [Frame(0, 0, bytes(8)), Frame(1, 1, bytes(6)), Frame(2, 0, bytes(2044))]
    waiting = []
    for request in requests:
        *data, last = content(request)[:-4]
        waiting += [*data, last | 0x100]
    expected = b"".join(encode(respond(OPERATORS, IDENTIFICATION, request)) for request in requests)[:60]
    levels = []

    async def listen(ctx):
        while len(levels) < 80 * len(expected) + 40:
            levels.append(ctx.get(dut.tx))
            await ctx.tick()

    simulate(dut, listen, background=[offer(buffer.o, waiting, [], idle=lambda: 1)])
    first = levels.index(0)
    assert levels[first : first + 80 * len(expected)] == line(8).send(*expected).levels


@pytest.mark.parametrize("mismatch", [-0.02, 0.02])
def test_coprocessor_answers_over_a_line_with_faults(line, decode_line, run_on_line, mismatch):
    generator = random.Random(6)
    requests = [Frame(i, 0, generator.randbytes(4)) for i in range(3)]
    host = line(8 * (1 + mismatch)).idle(3).send(*encode(requests[0]))
    host.send(0x7E, 1, 2).send(3, stop=0).idle(1).send(*encode(requests[1]))
    host.drive(0, 25).idle(1).send(0x7D, 0x7D, *encode(requests[2]), *encode(ASK_COUNTERS)).idle(10 * 32)
    dut = Coprocessor(OPERATORS, stages=3, divisor=8, identification=IDENTIFICATION, buffer=64)
    *answers, last = decode(decode_line(run_on_line(dut, host.levels), 8))
    assert answers == [respond(OPERATORS, IDENTIFICATION, request) for request in requests]
    assert counters(last) == dict.fromkeys(COUNTERS, 0) | {"accepted": 4, "line": 2}


def test_coprocessor_latency_is_as_documented(line, run_on_line):
    for results in (0, 3):
        dut = Coprocessor(OPERATORS, stages=1, divisor=8, identification=IDENTIFICATION)
        host = line(8).send(*encode(Frame(0, 0, bytes(4 * results))))
        received = len(host.levels) - 8 + 8 // 2 + 3
        assert run_on_line(dut, host.idle(8).levels).index(0) - received == results + 16


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"operators": []}, r"1\.\.64 operators, not 0"),
        ({"operators": OPERATORS * 2}, "div-u8-mitchell-f32, mul-u16-mitchell came more than once"),
        ({"stages": 6}, r"1\.\.5, not 6"),
        ({"divisor": 7}, "at least 8 clock cycles a bit, not 7"),
        ({"buffer": 1000}, r"power of two of 64\.\.32768 bytes, not 1000"),
        ({"buffer": 32768}, "32764 bytes of operands have 81910 bytes of results, above 65535"),
    ],
)
def test_coprocessor_options_out_of_range_raise(options, message):
    legal = {"operators": OPERATORS, "stages": 1, "divisor": 8, "identification": b""}
    with pytest.raises(ValueError, match=message):
        Coprocessor(**legal | options)
