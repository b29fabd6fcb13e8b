"""An operator behind a serial line."""

from amaranth.hdl import Cat, Module, Mux, Signal, signed, unsigned
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from pysoft.operator import Operator
from rtl.shell import Shell

from .link.uart import Receiver, Transmitter

__all__ = ["IDLE_BITS", "Calculator", "operand_bytes", "result_bytes"]

IDLE_BITS = 256  # 2.2 ms at 115200 baud: longer than a pause that USB makes inside one write


def operand_bytes(operator: Operator) -> int:
    """Bytes of one operand on the line."""
    return -(-operator.format.width // 8)


def result_bytes(operator: Operator) -> int:
    """Bytes of a result on the line."""
    return -(-operator.result_format.width // 8)


class Calculator(wiring.Component):
    """Operands in, results out, over a serial line of 8 data bits, no parity, 1 stop bit.

    A frame is the first operand, then the second if there is one, each in ``operand_bytes(operator)`` bytes, least
    significant byte first; bits above the operand's width are ignored. It is answered by the result in
    ``result_bytes(operator)`` bytes, least significant byte first, sign-extended if the operator is signed. Answers
    come in the order of the frames.

    The line has no flow control: a host that keeps at most ``stages`` + 1 frames unanswered never loses any.

    A byte that is lost (framing error, overrun) spoils its frame and all that follow it without a pause: they are not
    answered, and whatever is answered is the answer to a whole frame. Once the line has been idle for ``idle_bits`` bit
    times, what there is of a frame is forgotten and the next byte begins a new one.

    Parameters
    ----------
    operator : Operator
    divisor : int
        Clock cycles a bit, at least 8.
    stages : int
        Register stages of the operator, 1 to 5.
    idle_bits : int
        Pause, in bit times, after which a new frame begins, at least 2.

    Raises
    ------
    ValueError
        If a parameter is out of its range.

    Members
    -------
    rx : In(1)
        Line from the host, asynchronous.
    tx : Out(1)
        Line to the host.

    Latency
    -------
    ``stages`` + 2 cycles from the receiver's handing over a frame's last byte to the start bit of the result.
    """

    def __init__(self, operator: Operator, *, divisor: int, stages: int, idle_bits: int = IDLE_BITS):
        if isinstance(idle_bits, bool) or not isinstance(idle_bits, int) or idle_bits < 2:
            raise ValueError(f"idle_bits must be an integer of at least 2 bit times, not {idle_bits!r}")
        self.operator = operator
        self.idle_cycles = idle_bits * divisor
        self.receiver = Receiver(divisor)
        self.transmitter = Transmitter(divisor)
        self.shell = Shell(operator, stages=stages)
        super().__init__({"rx": In(1), "tx": Out(1, init=1)})

    def elaborate(self, platform):
        m = Module()
        m.submodules.receiver = self.receiver
        m.submodules.shell = self.shell
        m.submodules.transmitter = self.transmitter
        m.d.comb += [self.receiver.rx.eq(self.rx), self.tx.eq(self.transmitter.tx)]
        self._collect(m, self.receiver, self.shell.i)
        self._emit(m, self.shell.o, self.transmitter.i)
        return m

    def _collect(self, m, receiver, operands):
        """Bytes to operands: a whole frame waits in ``frame`` until the operator takes it."""
        size = operand_bytes(self.operator)
        names = self.shell.core.operands
        frame_bytes = len(names) * size
        frame = Signal(8 * frame_bytes)
        count = Signal(range(frame_bytes + 1))
        spoiled = Signal()
        full = count == frame_bytes
        m.d.comb += [
            *(getattr(operands.payload, name).eq(frame[8 * size * i :]) for i, name in enumerate(names)),
            operands.valid.eq(full),
            receiver.o.ready.eq(~full),
        ]

        pause = Signal(range(self.idle_cycles + 1))
        paused = pause == self.idle_cycles
        with m.If(~receiver.idle):
            m.d.sync += pause.eq(0)
        with m.Elif(~paused):
            m.d.sync += pause.eq(pause + 1)

        with m.If(full):
            m.d.sync += count.eq(Mux(operands.ready, 0, count))
        with m.Elif(paused | spoiled | receiver.lost):
            m.d.sync += count.eq(0)
        with m.Elif(receiver.o.valid):
            m.d.sync += [frame.eq(Cat(frame[8:], receiver.o.payload)), count.eq(count + 1)]

        with m.If(receiver.lost):
            m.d.sync += spoiled.eq(1)
        with m.Elif(paused):
            m.d.sync += spoiled.eq(0)

    def _emit(self, m, result, byte):
        """Results to bytes: a result stays where it is until its last byte is taken."""
        size = result_bytes(self.operator)
        shape = signed if self.operator.format.signed else unsigned
        value = Signal(shape(len(result.payload)))
        extended = Signal(shape(size * 8))
        count = Signal(range(size))
        last = count == size - 1
        m.d.comb += [
            value.eq(result.payload),
            extended.eq(value),
            byte.payload.eq(extended.word_select(count, 8)),
            byte.valid.eq(result.valid),
            result.ready.eq(byte.ready & last),
        ]
        with m.If(byte.valid & byte.ready):
            m.d.sync += count.eq(count + 1)
            with m.If(last):
                m.d.sync += count.eq(0)
