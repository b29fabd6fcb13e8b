"""What answers requests: several operators, and the units that serve the link itself."""

from collections.abc import Sequence

from amaranth.hdl import C, Cat, Module, Mux, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from pysoft.operator import Operator
from rtl.shell import Shell

from .framer import FrameByte
from .protocol import COUNTERS, HEADER_BYTES, MAX_OPERATORS, ErrorCode, Unit, operand_bytes, request_bytes, result_bytes
from .status import IDENTIFICATION, Status

__all__ = ["Executor", "check_operators"]

MAX_LENGTH = 2**16 - 1  # of a payload
COUNTER_BYTES = 2 * len(COUNTERS)
ERROR_BYTES = 2


def check_operators(operators: Sequence[Operator]) -> tuple[Operator, ...]:
    """``operators``, if a board can have them.

    Raises
    ------
    TypeError
        If one is not an Operator.
    ValueError
        If there are none or too many, or one is there twice.
    """
    operators = tuple(operators)
    for operator in operators:
        if not isinstance(operator, Operator):
            raise TypeError(f"operators must be Operators, not {operator!r}")
    if not 1 <= len(operators) <= MAX_OPERATORS:
        raise ValueError(f"a board has 1..{MAX_OPERATORS} operators, not {len(operators)}")
    names = [operator.name for operator in operators]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"a board has each operator once, but {', '.join(twice)} came more than once")
    return operators


class Executor(wiring.Component):
    """Requests in, responses out, in the same order.

    Parameters
    ----------
    operators : sequence of Operator
        Units 0, 1, ...: 1 to 64 operators, each of them once.
    stages : int
        Register stages of each operator, 1 to 5.
    identification : bytes
        Payload of the response to ``IDENTIFY``.
    max_payload : int
        Bytes of the longest request's payload.

    Raises
    ------
    TypeError
        If an operator is not an Operator.
    ValueError
        If a parameter is out of its range, or a payload of ``max_payload`` bytes has more than 65535 bytes of results.

    Members
    -------
    i : In(stream.Signature(FrameByte))
        Requests. The length that a header says is right.
    o : Out(stream.Signature(FrameByte))
        Responses.
    count : In(stream.Signature(range(6)))
        A counter to be incremented. Rejected requests are counted here.

    Latency
    -------
    If bytes come and go as soon as they can, the response to a request of ``n`` results begins ``n`` + 7 cycles after
    its first byte, and a result takes ``stages`` + 1 cycles, one for each byte of its operands and two for each of its
    own.
    """

    def __init__(self, operators: Sequence[Operator], *, stages: int, identification: bytes, max_payload: int):
        self.operators = check_operators(operators)
        results = max(max_payload // request_bytes(each) * result_bytes(each) for each in self.operators)
        if results > MAX_LENGTH:
            raise ValueError(f"{max_payload} bytes of operands have {results} bytes of results, above {MAX_LENGTH}")
        if len(identification) > MAX_LENGTH:
            raise ValueError(f"an identification has up to {MAX_LENGTH} bytes, not {len(identification)}")
        self.longest = max(results, max_payload, len(identification), COUNTER_BYTES)
        self.shells = [Shell(operator, stages=stages) for operator in self.operators]
        self.status = Status(identification)
        self.max_payload = max_payload
        # Units that serve the link itself, with the bytes that one step takes and gives.
        self._services = (
            (Unit.ECHO, (1, 1)),
            (Unit.IDENTIFY, (0, len(identification))),
            (Unit.COUNTERS, (0, COUNTER_BYTES)),
        )
        super().__init__(
            {
                "i": In(stream.Signature(FrameByte)),
                "o": Out(stream.Signature(FrameByte)),
                "count": In(stream.Signature(range(len(COUNTERS)))),
            }
        )

    def elaborate(self, platform):
        m = Module()
        m.submodules.status = status = self.status
        m.submodules += self.shells

        sequence, unit = Signal(8), Signal(8)
        field = Signal(range(HEADER_BYTES))  # of the header, that comes next
        ended = Signal()  # all of the request has been taken
        left = Signal(range(-self.max_payload - 1, self.max_payload + 1))  # bytes of the payload, not measured yet
        error = Signal(2)  # ErrorCode of the response, or 0
        # Bytes of the response's payload; from its header on, bytes that are to be sent.
        answer = Signal(range(HEADER_BYTES + self.longest + 1))
        gain = Signal(len(answer))
        m.d.sync += answer.eq(answer + gain)

        # Bytes that one step takes and gives. Of the units without operands the whole response is one step. These are
        # registers for the sake of the clock: they are right when the header is complete, two bytes behind the unit.
        sizes = [(request_bytes(each), result_bytes(each)) for each in self.operators]
        known, takes, gives = Signal(), Signal(range(1 + max(taken for taken, _ in sizes))), Signal.like(answer)
        chosen = Signal(len(sizes))  # the operator, a bit each
        m.d.sync += [known.eq(0), takes.eq(0), gives.eq(0)]
        m.d.sync += [chosen[number].eq(unit == number) for number in range(len(sizes))]
        with m.Switch(unit):
            for number, (taken, given) in (*enumerate(sizes), *self._services):
                with m.Case(number):
                    m.d.sync += [known.eq(1), takes.eq(taken), gives.eq(given)]
        fixed = takes == 0

        # Operands move in at the top, whatever goes to the line moves out at the bottom.
        lanes = Signal(8 * max(HEADER_BYTES, *(max(size) for size in sizes)))
        moves = Signal(range(len(lanes) // 8 + 1))  # bytes that still have to
        moved = Cat(lanes[8:], self.i.payload.data)
        m.d.comb += self.o.payload.data.eq(lanes[:8])
        m.d.sync += self.o.payload.last.eq(answer == 1)  # a register: the state COUNT is for it
        for operator, shell in zip(self.operators, self.shells, strict=True):
            m.d.comb += shell.o.ready.eq(1)
            operands = lanes[len(lanes) - 8 * request_bytes(operator) :]
            for i, name in enumerate(shell.core.operands):
                m.d.comb += getattr(shell.i.payload, name).eq(operands[8 * operand_bytes(operator) * i :])

        rejected = Signal()  # and not counted
        m.d.comb += [
            status.i.valid.eq(self.count.valid | rejected),
            status.i.payload.eq(Mux(self.count.valid, self.count.payload, COUNTERS.index("rejected"))),
            self.count.ready.eq(status.i.ready),
        ]
        with m.If(status.i.ready & ~self.count.valid):
            m.d.sync += rejected.eq(0)

        with m.FSM():
            with m.State("HEADER"):
                m.d.comb += self.i.ready.eq(1)
                m.d.sync += error.eq(0)
                with m.If(self.i.valid):
                    m.d.sync += [field.eq(field + 1), ended.eq(self.i.payload.last)]
                    with m.Switch(field):
                        with m.Case(0):
                            m.d.sync += sequence.eq(self.i.payload.data)
                        with m.Case(1):
                            m.d.sync += unit.eq(self.i.payload.data)
                        with m.Case(2):
                            m.d.sync += left.eq(self.i.payload.data)
                        with m.Case(3):
                            m.d.sync += left.eq(Cat(left[:8], self.i.payload.data))
                            m.next = "MEASURE"
            with m.State("MEASURE"):
                m.d.sync += status.address.eq(Mux(unit == Unit.IDENTIFY, IDENTIFICATION, 0))
                with m.If(~known):
                    m.d.sync += [error.eq(ErrorCode.UNKNOWN_UNIT), rejected.eq(1)]
                    m.next = "DRAIN"
                with m.Elif(left == 0):
                    m.d.comb += gain.eq(Mux(fixed, gives, 0))
                    m.next = "RESPOND"
                with m.Elif(fixed | (left < 0)):
                    m.d.sync += [error.eq(ErrorCode.WRONG_LENGTH), rejected.eq(1)]
                    m.next = "DRAIN"
                with m.Else():
                    m.d.comb += gain.eq(gives)
                    m.d.sync += left.eq(left - takes)
            with m.State("DRAIN"):
                with m.If(ended):
                    m.d.comb += gain.eq(ERROR_BYTES)
                    m.next = "RESPOND"
                with m.Else():
                    m.d.comb += self.i.ready.eq(1)
                    m.d.sync += answer.eq(0)
                    with m.If(self.i.valid):
                        m.d.sync += ended.eq(self.i.payload.last)
            with m.State("RESPOND"):
                m.d.comb += gain.eq(HEADER_BYTES)
                m.d.sync += [
                    lanes.eq(Cat(sequence, Mux(error == 0, unit, Unit.ERROR), answer)),
                    moves.eq(HEADER_BYTES),
                ]
                m.next = "COUNT"
            with m.State("COUNT"):
                m.next = "SEND"
            with m.State("SEND"):
                m.d.comb += self.o.valid.eq(1)
                with m.If(self.o.ready):
                    m.d.comb += gain.eq(-1)
                    m.d.sync += [lanes.eq(moved), moves.eq(moves - 1)]
                    m.next = "COUNT"
                    with m.If(self.o.payload.last):
                        m.next = "HEADER"
                    with m.Elif(moves == 1):
                        m.next = "STEP"
            with m.State("STEP"):
                m.d.sync += moves.eq(takes)
                with m.If(error != 0):
                    m.d.sync += [lanes.eq(Cat(error, C(0, 6), unit)), moves.eq(ERROR_BYTES)]
                    m.next = "SEND"
                with m.Elif(~fixed):
                    m.next = "TAKE"
                with m.Elif(status.fresh):
                    m.d.sync += [lanes.eq(status.word), moves.eq(2)]
                    m.d.sync += status.address.eq(status.address + 1)
                    m.next = "SEND"
            with m.State("TAKE"):
                m.d.comb += self.i.ready.eq(1)
                with m.If(self.i.valid):
                    m.d.sync += [lanes.eq(moved), moves.eq(moves - 1)]
                    with m.If(moves == 1):
                        m.next = "ISSUE"
            with m.State("ISSUE"):
                # An operator gets operands when it has given its last result: it is always ready.
                m.d.comb += [shell.i.valid.eq(chosen[number]) for number, shell in enumerate(self.shells)]
                m.next = "COLLECT"
                with m.If(~chosen.any()):  # echo
                    m.d.sync += [lanes[:8].eq(lanes[-8:]), moves.eq(1)]
                    m.next = "SEND"
            with m.State("COLLECT"):
                m.d.sync += moves.eq(gives)
                for shell in self.shells:
                    with m.If(shell.o.valid):
                        m.d.sync += lanes.eq(shell.o.payload)
                        m.next = "SEND"
        return m
