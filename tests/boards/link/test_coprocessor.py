import random

import pytest
from amaranth.hdl import Module, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out
from amaranth.sim import Simulator
from link_reference import Frame, content, decode, encode, judge, respond, stuffed
from stream_bench import never, offer, simulate, watch

from boards.link.coprocessor import Coprocessor
from pysoft.operator import Operator

IDENTIFICATION = b'{"board": "a test"}'
OPERATORS = [Operator.from_name(name) for name in ("mul-u16-mitchell", "div-u8-mitchell-f32")]
LOST = None
COUNTERS = Frame(0, 0xF2, b"")


class Bytes(wiring.Component):
    """In place of a receiver or a transmitter: bytes without a line, so that a byte takes few cycles."""

    def __init__(self):
        stream_of_bytes = stream.Signature(8)
        super().__init__(
            {"rx": In(1), "tx": Out(1), "lost": Out(1), "o": Out(stream_of_bytes), "i": In(stream_of_bytes)}
        )

    def elaborate(self, platform):
        return Module()


def converse(line, ops=OPERATORS, *, idle=never, busy=never, buffer=2048, rest=2000, stages=2):
    """Bytes that a coprocessor sends while bytes come in, without the serial line around it."""
    dut = Coprocessor(ops, stages=stages, divisor=8, identification=IDENTIFICATION, buffer=buffer)
    dut.receiver, dut.transmitter = host, board = Bytes(), Bytes()
    taken, sent = [], []

    async def lose(ctx, _):
        ctx.set(host.lost, 1)
        await ctx.tick()
        ctx.set(host.lost, 0)

    simulate(
        dut,
        offer(host.o, line, taken, idle=idle, otherwise=lose, rest=rest),
        background=[watch(board.i, sent, busy=busy)],
    )
    return [byte for _, byte in sent]


def counters(frame):
    return [int.from_bytes(frame.payload[i : i + 2], "little") for i in range(0, 12, 2)]


def random_request(generator, sequence):
    unit = generator.choice([0, 0, 1, 1, 0xF0, 0xF1, 0x77])
    length = generator.choice([0, 4, 4, 8, 12, 3])
    return Frame(sequence % 256, unit, generator.randbytes(length))


def damage(generator, line):
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
            line[at] = LOST
        case 5:
            line[at : at + 3] = [0x7D, 0x7E]
        case 6:
            line = [generator.randrange(256) for _ in line]
    return line
