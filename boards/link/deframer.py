"""Bytes from frames: what comes between two flags, and whether it is to be believed. Twin: ``framer.py``."""

from amaranth.hdl import Module, Mux, Signal, signed
from amaranth.lib import enum, stream, wiring
from amaranth.lib.wiring import In, Out

from .framer import CRC, FrameByte
from .protocol import COUNTERS, CRC_BYTES, ESCAPE, ESCAPE_XOR, FLAG, HEADER_BYTES

__all__ = ["Deframer", "Verdict"]


LENGTH = 2  # place of the length in the header


class Verdict(enum.Enum, shape=2):
    """What became of a frame, by the place of its counter."""

    ACCEPTED = COUNTERS.index("accepted")
    CRC = COUNTERS.index("crc")
    MALFORMED = COUNTERS.index("malformed")
    LINE = COUNTERS.index("line")


class Deframer(wiring.Component):
    """Frames as they come over the line.

    A frame is all that comes between two flags, unless that is nothing; after a reset it is as behind a flag. A frame
    with several faults has the verdict ``LINE`` rather than ``MALFORMED``, and that rather than ``CRC``.

    Members
    -------
    i : In(stream.Signature(8))
        Bytes of the line.
    lost : In(1)
        A byte of the line was lost, 4 cycles or more after the one before was taken.
    o : Out(stream.Signature(FrameByte, always_ready=True))
        Bytes of a frame, from the sequence number to the end of a payload of the length that it says. Whether they are
        to be believed is known at its end.
    end : Out(stream.Signature(Verdict))
        A frame has ended. Nothing else is taken before this is.

    Latency
    -------
    A byte is handed on 2 cycles after it was taken, and the next one is taken 10 cycles after it; ``end`` is valid 2
    cycles after a flag was taken.
    """

    def __init__(self):
        super().__init__(
            {
                "i": In(stream.Signature(8)),
                "lost": In(1),
                "o": Out(stream.Signature(FrameByte, always_ready=True)),
                "end": Out(stream.Signature(Verdict)),
            }
        )

    def elaborate(self, platform):
        m = Module()
        m.submodules.crc = crc = CRC.create()
        byte = Signal(8)
        bits = Signal(range(8))
        escaped = Signal()  # the byte before was an escape
        broken = Signal()  # a byte of this frame was lost
        header = Signal(range(HEADER_BYTES + 1))  # bytes of the header that have come
        left = Signal(signed(17))  # bytes of the payload that have not; below zero those of the CRC that have

        m.d.comb += [self.o.payload.data.eq(byte), self.o.payload.last.eq((header == HEADER_BYTES) & (left == 0))]
        flag, escape = Signal(), Signal()  # what the byte is
        m.d.comb += crc.data.eq(byte[0])
        with m.FSM():
            with m.State("TAKE"):
                m.d.comb += self.i.ready.eq(1)
                m.d.sync += [
                    byte.eq(self.i.payload ^ Mux(escaped, ESCAPE_XOR, 0)),
                    flag.eq(self.i.payload == FLAG),
                    escape.eq((self.i.payload == ESCAPE) & ~escaped),
                ]
                with m.If(self.i.valid):
                    m.next = "COUNT"
            with m.State("COUNT"):
                with m.If(flag):
                    m.next = "TAKE"
                    with m.If((header != 0) | escaped | broken):
                        m.next = "END"
                with m.Elif(escape):
                    m.d.sync += escaped.eq(1)
                    m.next = "TAKE"
                with m.Else():
                    m.d.sync += [escaped.eq(0), header.eq(header + (header != HEADER_BYTES))]
                    with m.Switch(header):
                        with m.Case(LENGTH):
                            m.d.sync += left[:8].eq(byte)
                        with m.Case(LENGTH + 1):
                            m.d.sync += left[8:16].eq(byte)
                        with m.Case(HEADER_BYTES):
                            m.d.sync += left.eq(left - 1)
                    m.next = "SHIFT"
                with m.If(broken):
                    m.d.sync += self.end.payload.eq(Verdict.LINE)
                with m.Elif(escaped | (header != HEADER_BYTES) | (left != -CRC_BYTES)):
                    m.d.sync += self.end.payload.eq(Verdict.MALFORMED)
                with m.Elif(~crc.match_detected):
                    m.d.sync += self.end.payload.eq(Verdict.CRC)
                with m.Else():
                    m.d.sync += self.end.payload.eq(Verdict.ACCEPTED)
            with m.State("SHIFT"):
                m.d.comb += [self.o.valid.eq((bits == 0) & (left >= 0)), crc.valid.eq(1)]
                m.d.sync += [byte.eq(byte >> 1), bits.eq(bits + 1)]
                with m.If(bits == 7):
                    m.next = "TAKE"
            with m.State("END"):
                m.d.comb += [self.end.valid.eq(1), crc.start.eq(1)]
                m.d.sync += [header.eq(0), left.eq(0), escaped.eq(0), broken.eq(0)]
                with m.If(self.end.ready):
                    m.next = "TAKE"
        with m.If(self.lost):
            m.d.sync += broken.eq(1)
        return m
