"""Frames from bytes: flags, escapes and the CRC, on the way to the line. Twin: ``deframer.py``."""

from amaranth.hdl import Cat, Module, Mux, Signal, unsigned
from amaranth.lib import data, stream, wiring
from amaranth.lib.crc import catalog
from amaranth.lib.wiring import In, Out

from .protocol import CRC_BYTES, ESCAPE, ESCAPE_XOR, FLAG

__all__ = ["CRC", "FrameByte", "Framer"]

# A bit a cycle: a byte takes 80 cycles or more on the line, and eight bits at once would take three times the cells.
CRC = catalog.CRC32_ISO_HDLC(1)


class FrameByte(data.Struct):
    """A byte of a frame between its flags, without escapes and without the CRC."""

    data: unsigned(8)
    last: unsigned(1)


class Framer(wiring.Component):
    """Frames as they go over the line.

    A frame is a flag, its bytes, their CRC with the lowest byte first, and a flag; a flag or an escape among the bytes
    and in the CRC is sent as two bytes.

    Members
    -------
    i : In(stream.Signature(FrameByte))
        Bytes of frames, from the sequence number to the end of the payload; the next frame follows the ``last`` one.
    o : Out(stream.Signature(8))
        Bytes for the line.

    Latency
    -------
    The first flag is offered in the cycle after the first byte was. Each byte is offered 9 cycles after it was taken,
    and the next one is taken in the cycle after it has left: a line on which a byte takes 20 cycles never waits.
    """

    def __init__(self):
        super().__init__({"i": In(stream.Signature(FrameByte)), "o": Out(stream.Signature(8))})

    def elaborate(self, platform):
        m = Module()
        m.submodules.crc = crc = CRC.create()
        byte = Signal(8)
        bits = Signal(range(8))
        escaped = Signal()
        last = Signal()  # what is sent is the last byte, or of the CRC
        checks = Signal(range(CRC_BYTES + 1))  # bytes of the CRC that have been begun
        special = ((byte == FLAG) | (byte == ESCAPE)) & ~escaped

        # Fed with its own next bit the CRC goes through a step without feedback: its register is shifted out.
        check = crc.crc[0]
        m.d.comb += crc.data.eq(Mux(checks == 0, byte[0], ~check))

        with m.FSM():
            with m.State("IDLE"):
                m.d.comb += crc.start.eq(1)
                m.d.sync += checks.eq(0)
                with m.If(self.i.valid):
                    m.next = "BEGIN"
            with m.State("BEGIN"):
                m.d.comb += [self.o.payload.eq(FLAG), self.o.valid.eq(1)]
                with m.If(self.o.ready):
                    m.next = "TAKE"
            with m.State("TAKE"):
                m.d.comb += self.i.ready.eq(1)
                m.d.sync += [byte.eq(self.i.payload.data), last.eq(self.i.payload.last), escaped.eq(0)]
                with m.If(self.i.valid):
                    m.next = "SHIFT"
            with m.State("SHIFT"):
                m.d.comb += crc.valid.eq(1)
                m.d.sync += [byte.eq(Cat(byte[1:], Mux(checks == 0, byte[0], check))), bits.eq(bits + 1)]
                with m.If(bits == 7):
                    m.next = "SEND"
            with m.State("SEND"):
                m.d.comb += [self.o.payload.eq(Mux(special, ESCAPE, byte)), self.o.valid.eq(1)]
                with m.If(self.o.ready):
                    with m.If(special):
                        m.d.sync += [byte.eq(byte ^ ESCAPE_XOR), escaped.eq(1)]
                    with m.Elif(~last):
                        m.next = "TAKE"
                    with m.Elif(checks == CRC_BYTES):
                        m.next = "END"
                    with m.Else():
                        m.d.sync += [checks.eq(checks + 1), escaped.eq(0)]
                        m.next = "SHIFT"
            with m.State("END"):
                m.d.comb += [self.o.payload.eq(FLAG), self.o.valid.eq(1)]
                with m.If(self.o.ready):
                    m.next = "IDLE"
        return m
