"""What a board knows of itself: its identification, and counters of what became of the frames."""

from amaranth.hdl import Cat, MemoryData, Module, Mux, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from .protocol import COUNTERS

__all__ = ["IDENTIFICATION", "Status"]

IDENTIFICATION = 8  # word at which the identification begins, behind the counters


class Status(wiring.Component):
    """Counters of 16 bits and an identification, in one block RAM of 16-bit words.

    The counters are words 0 to 5, in the order of ``COUNTERS``, and zero after a reset. The identification begins at
    word 8, its bytes in the order lower, upper.

    Parameters
    ----------
    identification : bytes

    Members
    -------
    i : In(stream.Signature(range(6)))
        A counter to be incremented, modulo 2^16.
    address : In(range(words))
        Word to be read.
    word : Out(16)
        The word at the address of the cycle before.
    fresh : Out(1)
        ``word`` is what it is said to be. Otherwise a counter was incremented: try again.

    Latency
    -------
    An increment takes 3 cycles. In the first 8 after a reset the counters are cleared.
    """

    def __init__(self, identification: bytes):
        even = identification + bytes(len(identification) % 2)
        words = [int.from_bytes(even[i : i + 2], "little") for i in range(0, len(even), 2)]
        words = [0] * IDENTIFICATION + words
        self.contents = MemoryData(shape=16, depth=len(words), init=words)
        super().__init__(
            {
                "i": In(stream.Signature(range(len(COUNTERS)))),
                "address": In(range(len(words))),
                "word": Out(16),
                "fresh": Out(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        m.submodules.memory = memory = Memory(self.contents, attrs={"ram_style": "block"})
        write_port, read_port = memory.write_port(), memory.read_port(domain="comb")
        counter = Signal.like(self.i.payload)
        incremented = Signal(16)  # a register, since a block RAM takes long to give a word
        steps = Signal(2)  # of an increment: the word has been read, and incremented
        cleared = Signal(range(IDENTIFICATION + 1))  # words that have been cleared since the reset
        clear = ~cleared[-1]  # below 8

        # Never read and written in one cycle, as in FrameBuffer.
        m.d.comb += [
            self.i.ready.eq(~clear & (steps == 0)),
            read_port.addr.eq(Mux(self.i.valid, self.i.payload, self.address)),
            write_port.addr.eq(Mux(clear, cleared, counter)),
            write_port.data.eq(incremented),
            write_port.en.eq(clear | steps[1]),
        ]
        m.d.sync += [
            incremented.eq(Mux(clear, 0, self.word + 1)),
            steps.eq(Cat(self.i.valid & self.i.ready, steps[0])),
            self.fresh.eq(~self.i.valid & ~write_port.en),
        ]
        with m.If(self.i.valid & self.i.ready):
            m.d.sync += counter.eq(self.i.payload)
        with m.If(clear):
            m.d.sync += cleared.eq(cleared + 1)
        with m.If(~write_port.en):
            m.d.sync += self.word.eq(read_port.data)
        return m
