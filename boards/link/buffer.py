"""The buffer of a receiver: frames that nobody has vouched for yet cannot be read, and can be dropped."""

from amaranth.hdl import Module, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out

from .framer import FrameByte

__all__ = ["MAX_BUFFER", "MIN_BUFFER", "FrameBuffer", "check_buffer"]

MIN_BUFFER, MAX_BUFFER = 64, 32768


def check_buffer(depth: int) -> int:
    """``depth``, or ValueError unless it is a power of two of 64..32768."""
    if isinstance(depth, bool) or not isinstance(depth, int):
        raise ValueError(
            f"buffer must be an integer, a power of two of {MIN_BUFFER}..{MAX_BUFFER} bytes, not {depth!r}"
        )
    if not MIN_BUFFER <= depth <= MAX_BUFFER or depth & (depth - 1):
        raise ValueError(f"buffer must be a power of two of {MIN_BUFFER}..{MAX_BUFFER} bytes, not {depth}")
    return depth


class FrameBuffer(wiring.Component):
    """A queue of bytes, in block RAM, that grows by whole frames.

    Parameters
    ----------
    depth : int
        Bytes it holds, of frames that can be read and of the one that comes together: a power of two of 64..32768.

    Raises
    ------
    ValueError
        If ``depth`` is none of these.

    Members
    -------
    i : In(stream.Signature(FrameByte, always_ready=True))
        Bytes of a frame. Where there is no room, they are lost.
    end : In(1)
        The frame is over: its bytes can be read from now on, or are dropped. Never together with a byte of it.
    accept : In(1)
        Whether it is to be kept.
    overrun : Out(1)
        The frame has lost a byte: it will be dropped whatever ``accept`` says.
    o : Out(stream.Signature(FrameByte))
        Bytes of the frames that were kept, in their order.

    Latency
    -------
    The first byte can be read 2 cycles after ``end``, and then one every second cycle; not in a cycle in which one
    comes.
    """

    def __init__(self, depth: int):
        self.depth = check_buffer(depth)
        super().__init__(
            {
                "i": In(stream.Signature(FrameByte, always_ready=True)),
                "end": In(1),
                "accept": In(1),
                "overrun": Out(1),
                "o": Out(stream.Signature(FrameByte)),
            }
        )

    def elaborate(self, platform):
        m = Module()
        m.submodules.memory = memory = Memory(shape=FrameByte, depth=self.depth, init=[])
        write_port, read_port = memory.write_port(), memory.read_port(domain="comb")

        # With one bit more than an address has, a full buffer differs from an empty one.
        read, write, readable = (Signal(range(2 * self.depth), name=name) for name in ("read", "write", "readable"))
        full = (write ^ read) == self.depth
        m.d.comb += [
            write_port.addr.eq(write),
            write_port.data.eq(self.i.payload),
            write_port.en.eq(self.i.valid & ~full & ~self.overrun),
            read_port.addr.eq(read),
        ]

        with m.If(self.end):
            m.d.sync += self.overrun.eq(0)
            with m.If(self.accept & ~self.overrun):
                m.d.sync += readable.eq(write)
            with m.Else():
                m.d.sync += write.eq(readable)
        with m.Elif(write_port.en):
            m.d.sync += write.eq(write + 1)
        with m.Elif(self.i.valid):
            m.d.sync += self.overrun.eq(1)

        # The register of a block RAM. It stands still while a byte is written: what is read then differs between
        # devices, and the logic with which Yosys makes it the same is as large as all the rest here.
        with m.If(self.o.valid & self.o.ready):
            m.d.sync += [read.eq(read + 1), self.o.valid.eq(0)]
        with m.Elif(~self.o.valid & ~self.i.valid):
            m.d.sync += [self.o.payload.eq(read_port.data), self.o.valid.eq(read != readable)]
        return m
