"""A serial line, 8 data bits, no parity, 1 stop bit, as streams of bytes."""

from amaranth.hdl import C, Cat, Module, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.cdc import FFSynchronizer
from amaranth.lib.wiring import In, Out

__all__ = ["MIN_DIVISOR", "Receiver", "Transmitter"]

MIN_DIVISOR = 8  # with fewer cycles a bit, sampling is too coarse for clocks that differ by 2 %


def _check_divisor(divisor: int) -> int:
    if isinstance(divisor, bool) or not isinstance(divisor, int) or divisor < MIN_DIVISOR:
        raise ValueError(f"divisor must be an integer of at least {MIN_DIVISOR} clock cycles a bit, not {divisor!r}")
    return divisor


class Receiver(wiring.Component):
    """Bytes from a serial line.

    A bit is sampled in its middle. A start bit that has ended by its middle was a glitch and is ignored.

    Parameters
    ----------
    divisor : int
        Clock cycles a bit, at least 8. Sender's and receiver's bit lengths may differ by 2 %.

    Raises
    ------
    ValueError
        If ``divisor`` is below 8.

    Members
    -------
    rx : In(1)
        The line, asynchronous, high when idle.
    o : Out(stream.Signature(8))
        A byte waits here until it is taken; a serial line itself cannot wait.
    lost : Out(1)
        High for the one cycle in which a byte is dropped: its stop bit was low (framing error), or the byte before it
        had not been taken (overrun).
    idle : Out(1)
        No byte is on the line. After a framing error the line counts as idle when it is high again.

    Latency
    -------
    ``o.valid`` rises 9 ``divisor`` + ``divisor // 2`` + 3 cycles after the start bit began. That is before the stop bit
    ends: bytes may follow each other without a pause.
    """

    def __init__(self, divisor: int):
        self.divisor = _check_divisor(divisor)
        super().__init__({"rx": In(1), "o": Out(stream.Signature(8)), "lost": Out(1), "idle": Out(1)})

    def elaborate(self, platform):
        m = Module()
        line = Signal(init=1)
        m.submodules.synchronizer = FFSynchronizer(self.rx, line, init=1)

        timer = Signal(range(self.divisor))
        left = Signal(range(8))
        byte = Signal(8)
        sample = timer == 0

        with m.If(self.o.ready):
            m.d.sync += self.o.valid.eq(0)
        m.d.sync += timer.eq(timer - 1)
        with m.FSM():
            with m.State("IDLE"):
                m.d.comb += self.idle.eq(line)
                m.d.sync += timer.eq(self.divisor // 2 - 1)
                with m.If(~line):
                    m.next = "START"
            with m.State("START"), m.If(sample):
                m.d.sync += [timer.eq(self.divisor - 1), left.eq(7)]
                m.next = "IDLE"
                with m.If(~line):
                    m.next = "DATA"
            with m.State("DATA"), m.If(sample):
                m.d.sync += [timer.eq(self.divisor - 1), left.eq(left - 1), byte.eq(Cat(byte[1:], line))]
                with m.If(left == 0):
                    m.next = "STOP"
            with m.State("STOP"), m.If(sample):
                m.next = "IDLE"
                with m.If(~line):
                    m.d.comb += self.lost.eq(1)
                    m.next = "BREAK"
                with m.Elif(self.o.valid & ~self.o.ready):
                    m.d.comb += self.lost.eq(1)
                with m.Else():
                    m.d.sync += [self.o.payload.eq(byte), self.o.valid.eq(1)]
            with m.State("BREAK"), m.If(line):
                m.next = "IDLE"
        return m


class Transmitter(wiring.Component):
    """Bytes to a serial line.

    Parameters
    ----------
    divisor : int
        Clock cycles a bit, at least 8.

    Raises
    ------
    ValueError
        If ``divisor`` is below 8.

    Members
    -------
    i : In(stream.Signature(8))
    tx : Out(1)
        The line, from a register, high when idle.

    Latency
    -------
    The start bit begins in the cycle after a byte is taken. A byte takes 10 ``divisor`` cycles; bytes that wait follow
    each other without a pause.
    """

    def __init__(self, divisor: int):
        self.divisor = _check_divisor(divisor)
        super().__init__({"i": In(stream.Signature(8)), "tx": Out(1, init=1)})

    def elaborate(self, platform):
        m = Module()
        timer = Signal(range(self.divisor))
        left = Signal(range(11))
        bits = Signal(10, init=-1)
        m.d.comb += [self.tx.eq(bits[0]), self.i.ready.eq((left == 0) | (left == 1) & (timer == 0))]

        with m.If(self.i.valid & self.i.ready):
            m.d.sync += [bits.eq(Cat(C(0, 1), self.i.payload, C(1, 1))), left.eq(10), timer.eq(self.divisor - 1)]
        with m.Elif(left != 0):
            m.d.sync += timer.eq(timer - 1)
            with m.If(timer == 0):
                m.d.sync += [bits.eq(Cat(bits[1:], C(1, 1))), left.eq(left - 1), timer.eq(self.divisor - 1)]
        return m
