"""Operators behind a serial line: the circuit that ``docs/protocol.md`` describes."""

from collections.abc import Sequence

from amaranth.hdl import Module, Mux
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from pysoft.operator import Operator

from .buffer import FrameBuffer, check_buffer
from .deframer import Deframer, Verdict
from .executor import Executor
from .framer import Framer
from .protocol import COUNTERS, HEADER_BYTES
from .uart import Receiver, Transmitter

__all__ = ["Coprocessor"]


class Coprocessor(wiring.Component):
    """Operators that answer batches of operands over a serial line of 8 data bits, no parity, 1 stop bit.

    Parameters
    ----------
    operators : sequence of Operator
        Units 0, 1, ...: 1 to 64 operators, each of them once.
    stages : int
        Register stages of each operator, 1 to 5.
    divisor : int
        Clock cycles a bit, at least 8.
    identification : bytes
        Payload of the response to ``IDENTIFY``, up to 65535 bytes.
    buffer : int
        Bytes of requests that wait: a power of two of 64..32768.

    Raises
    ------
    TypeError
        If an operator is not an Operator.
    ValueError
        If a parameter is out of its range, an operator is there twice, or the buffer holds operands of more than 65535
        bytes of results.

    Members
    -------
    rx : In(1)
        Line from the host, asynchronous.
    tx : Out(1)
        Line to the host, from a register.

    Latency
    -------
    The response to a request of ``n`` results begins ``n`` + 16 cycles after the receiver has handed on the flag behind
    the request, if there is nothing before it. The bytes of a response follow each other without a pause. So do the
    responses to requests that wait, as long as the next of them has no more than 70 ``divisor`` - 13 results; beyond,
    the line is idle for a cycle for each further one. Of an echo, every byte is a result.

    Bytes may come without a pause; a synchronous reset empties everything and takes the line high.
    """

    def __init__(
        self,
        operators: Sequence[Operator],
        *,
        stages: int,
        divisor: int,
        identification: bytes,
        buffer: int = 2048,
    ):
        self.receiver = Receiver(divisor)
        self.transmitter = Transmitter(divisor)
        self.buffer = FrameBuffer(check_buffer(buffer))
        self.executor = Executor(
            operators, stages=stages, identification=identification, max_payload=buffer - HEADER_BYTES
        )
        super().__init__({"rx": In(1), "tx": Out(1, init=1)})

    def elaborate(self, platform):
        m = Module()
        m.submodules.receiver = receiver = self.receiver
        m.submodules.deframer = deframer = Deframer()
        m.submodules.buffer = buffer = self.buffer
        m.submodules.executor = executor = self.executor
        m.submodules.framer = framer = Framer()
        m.submodules.transmitter = transmitter = self.transmitter
        wiring.connect(m, receiver.o, deframer.i)
        wiring.connect(m, deframer.o, buffer.i)
        wiring.connect(m, buffer.o, executor.i)
        wiring.connect(m, executor.o, framer.i)
        wiring.connect(m, framer.o, transmitter.i)

        accepted = deframer.end.payload == Verdict.ACCEPTED
        m.d.comb += [
            receiver.rx.eq(self.rx),
            self.tx.eq(transmitter.tx),
            deframer.lost.eq(receiver.lost),
            buffer.accept.eq(accepted),
            buffer.end.eq(deframer.end.valid & deframer.end.ready),
            executor.count.valid.eq(deframer.end.valid),
            executor.count.payload.eq(
                Mux(accepted & buffer.overrun, COUNTERS.index("overrun"), deframer.end.payload.as_value())
            ),
            deframer.end.ready.eq(executor.count.ready),
        ]
        return m
