import random

import pytest

from boards.calculator import Calculator, operand_bytes, result_bytes
from boards.icebreaker import ICEBREAKER
from pysoft.operator import Operator

IDLE = 24


def operator(name):
    return Operator.from_name(name)


def encode(op, pairs):
    size = (op.format.width + 7) // 8
    return [byte for pair in pairs for value in pair for byte in (value & (1 << 8 * size) - 1).to_bytes(size, "little")]


def answers(op, data):
    size = (op.result_format.width + 7) // 8
    assert len(data) % size == 0
    return [
        int.from_bytes(bytes(data[i : i + size]), "little", signed=op.format.signed) for i in range(0, len(data), size)
    ]


def expected(op, pairs):
    return [int(op(a, b)) for a, b in pairs]


def operands(op, count, seed=1):
    generator = random.Random(seed)
    low, high = op.format.minimum, op.format.maximum
    edges = [(low, high), (high, high), (low, low), (1, 0), (0, 1), (high, 3 if high > 3 else 1)]
    return (edges + [(generator.randint(low, high), generator.randint(low, high)) for _ in range(count)])[:count]


@pytest.mark.parametrize("stages", [1, 4])
@pytest.mark.parametrize("name", ["mul-u16-mitchell", "div-s13-mitchell-f3", "mul-s8-exact"])
def test_calculator_answers_every_frame(line, decode_line, run_on_line, name, stages):
    op = operator(name)
    pairs = operands(op, 10)
    host = line(8).idle(3)
    for pair in pairs:  # waits for each answer
        host.send(*encode(op, [pair])).idle(10 * result_bytes(op) + 5)
    sent = run_on_line(Calculator(op, divisor=8, stages=stages, idle_bits=2 * IDLE), host.levels)
    assert answers(op, decode_line(sent, 8)) == expected(op, pairs)


@pytest.mark.parametrize("mismatch", [-0.02, 0.02])
def test_calculator_streams_frames_at_two_percent_mismatch(line, decode_line, run_on_line, mismatch):
    op = operator("mul-u16-mitchell")
    pairs = operands(op, 8)
    host = line(16 * (1 + mismatch)).idle(3).send(*encode(op, pairs)).idle(70)
    sent = run_on_line(Calculator(op, divisor=16, stages=3, idle_bits=IDLE), host.levels)
    assert answers(op, decode_line(sent, 16)) == expected(op, pairs)


@pytest.mark.parametrize("stages", [1, 3])
def test_calculator_holds_one_frame_more_than_it_has_stages(line, decode_line, run_on_line, stages):
    op = operator("div-u8-mitchell-f32")  # five bytes out for two bytes in
    pairs = operands(op, stages + 1)
    host = line(8).idle(3).send(*encode(op, pairs)).idle(50 * len(pairs) + 20)
    sent = run_on_line(Calculator(op, divisor=8, stages=stages, idle_bits=IDLE), host.levels)
    assert answers(op, decode_line(sent, 8)) == expected(op, pairs)


def test_calculator_answers_only_whole_frames_when_overrun(line, decode_line, run_on_line):
    op = operator("div-u8-mitchell-f32")
    pairs = operands(op, 12)
    last = (200, 3)
    host = line(8).idle(3).send(*encode(op, pairs)).idle(300).send(*encode(op, [last])).idle(80)
    sent = run_on_line(Calculator(op, divisor=8, stages=1, idle_bits=IDLE), host.levels)
    *first, final = answers(op, decode_line(sent, 8))
    assert final == int(op(*last))
    assert 2 <= len(first) < len(pairs)
    assert first == expected(op, pairs)[: len(first)]


@pytest.mark.parametrize("present", [1, 2, 3])
def test_calculator_forgets_a_partial_frame_after_a_pause(line, decode_line, run_on_line, present):
    op = operator("mul-u16-mitchell")
    host = line(8).idle(3).send(*[0xEE] * present).idle(IDLE + 1).send(*encode(op, [(1000, 3000)])).idle(60)
    sent = run_on_line(Calculator(op, divisor=8, stages=2, idle_bits=IDLE), host.levels)
    assert answers(op, decode_line(sent, 8)) == expected(op, [(1000, 3000)])


def test_calculator_waits_within_a_frame_up_to_the_pause(line, decode_line, run_on_line):
    op = operator("mul-u16-mitchell")
    host = line(8).idle(3)
    for byte in encode(op, [(1000, 3000)]):
        host.send(byte).idle(IDLE - 2)
    sent = run_on_line(Calculator(op, divisor=8, stages=2, idle_bits=IDLE), host.idle(60).levels)
    assert answers(op, decode_line(sent, 8)) == expected(op, [(1000, 3000)])


def test_calculator_answers_no_frame_after_a_framing_error_until_a_pause(line, decode_line, run_on_line):
    op = operator("mul-u8-mitchell")
    host = line(8).idle(3).send(7, 9).send(3, stop=0).idle(1).send(5, 5, 5, 5).idle(IDLE + 1).send(11, 13).idle(60)
    sent = run_on_line(Calculator(op, divisor=8, stages=2, idle_bits=IDLE), host.levels)
    assert answers(op, decode_line(sent, 8)) == expected(op, [(7, 9), (11, 13)])


def test_calculator_works_with_the_divisor_of_a_board(line, decode_line, run_on_line):
    op = operator("mul-u16-mitchell")
    pairs = operands(op, 2)
    bit = 12e6 / 115200  # not a whole number: the board rounds it
    host = line(bit).idle(1).send(*encode(op, pairs)).idle(50)
    sent = run_on_line(Calculator(op, divisor=ICEBREAKER.divisor, stages=4), host.levels)
    assert answers(op, decode_line(sent, bit)) == expected(op, pairs)


def test_calculator_latency_is_as_documented(line, run_on_line):
    op = operator("mul-u8-mitchell")
    for stages in (1, 4):
        sent = run_on_line(Calculator(op, divisor=8, stages=stages), line(8).send(3, 5).idle(20).levels)
        received = 10 * 8 + 9 * 8 + 4 + 3
        assert sent.index(0) == received + stages + 2


def test_sizes_are_whole_bytes():
    assert [operand_bytes(operator(f"mul-u{w}-mitchell")) for w in (2, 8, 9, 16, 17, 32)] == [1, 1, 2, 2, 3, 4]
    assert [result_bytes(operator(f"div-s{w}-mitchell-f3")) for w in (2, 5, 6, 13)] == [1, 1, 2, 2]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"divisor": 8, "stages": 0}, "1..5, not 0"),
        ({"divisor": 8, "stages": 6}, "1..5, not 6"),
        ({"divisor": 7, "stages": 1}, "at least 8 clock cycles a bit, not 7"),
        ({"divisor": 8, "stages": 1, "idle_bits": 1}, "at least 2 bit times, not 1"),
    ],
)
def test_calculator_options_out_of_range_raise(options, message):
    with pytest.raises(ValueError, match=message):
        Calculator(operator("mul-u8-mitchell"), **options)
