"""A board as a host sees it: operators that are called like their models, and what the link says of itself."""

import math

from pysoft.operator import Operator

from .connection import Connection
from .errors import LinkError
from .port import open_port
from .protocol import COUNTERS, Identification, Unit
from .remote_operator import RemoteOperator
from .statistics import Statistics
from .window import frame_bytes

__all__ = ["Device", "connect"]

_FRAMES_IN_BUFFER = 8
_BAUD_TOLERANCE = 0.02  # a receiver that looks at the middle of ten bits bears 5 %, and both ends have their share
_SILENCE = 0.25  # seconds: many times what USB and an operating system take, beyond the line itself


class Device:
    """A board at the other end of a connection; a context manager that closes it.

    Parameters
    ----------
    connection : Connection
        It belongs to the device from now on.
    baud : int
        Of the line, bit/s.
    timeout : float, optional
        Seconds; see :func:`connect`.
    payload : int, optional
        Bytes; see :func:`connect`.

    Raises
    ------
    LinkError
        If nothing answers, or something that is no such board.

    Attributes
    ----------
    identification : Identification
        What the board says of itself.
    operators : tuple of str
        Names, in the order of their units.
    baud : int
    """

    def __init__(
        self, connection: Connection, *, baud: int, timeout: float | None = None, payload: int | None = None
    ) -> None:
        self.baud, self._connection = baud, connection
        self.identification = self._identify()
        self.operators = tuple(self.identification.operators)
        buffer = self.identification.buffer
        self._payload = _payload(payload, buffer)
        connection.buffer = buffer
        if timeout is None:
            connection.timeout = _SILENCE + 2 * 10 * buffer / baud  # all there is in the buffer, both ways

    def __enter__(self) -> "Device":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<{self.identification.board} at {self._connection.name}: {', '.join(self.operators)}>"

    def close(self) -> None:
        """Give the port back."""
        self._connection.close()

    @property
    def statistics(self) -> Statistics:
        """What has happened on the line so far."""
        return self._connection.statistics

    def operator(self, name: str) -> RemoteOperator:
        """The operator of the board that is called so.

        Raises
        ------
        TypeError
            If ``name`` is not a string.
        ValueError
            If the board has no such operator; the message lists those that it has.
        """
        try:
            model = Operator.from_name(name)
        except ValueError:
            model = None
        if model is None or model.name not in self.operators:
            has = ", ".join(self.operators) or "none"
            raise ValueError(f"the board at {self._connection.name} has no operator {name!r}: it has {has}")
        return RemoteOperator(model, self.operators.index(model.name), self._connection, self._payload)

    def echo(self, data: bytes) -> bytes:
        """What comes back of some bytes: the same.

        Raises
        ------
        ValueError
            If there are more than the board's buffer holds in one request.
        LinkError
            If the board cannot be reached.
        """
        return self._ask(Unit.ECHO, bytes(data))

    def counters(self) -> dict[str, int]:
        """The board's counters since its reset, modulo 2^16.

        Returns
        -------
        dict of str to int
            ``accepted`` and ``rejected`` requests; frames that were dropped: ``crc``, ``malformed``, ``line`` (of the
            serial port), ``overrun`` (of the buffer).

        Raises
        ------
        LinkError
            If the board cannot be reached.
        """
        payload = self._ask(Unit.COUNTERS)
        if len(payload) != 2 * len(COUNTERS):
            raise LinkError(f"{self!r} has {len(payload)} bytes of counters, not {2 * len(COUNTERS)}")
        pairs = zip(payload[::2], payload[1::2], strict=True)
        return {name: low | high << 8 for name, (low, high) in zip(COUNTERS, pairs, strict=True)}

    def _ask(self, unit: Unit, payload: bytes = b"") -> bytes:
        (answer,) = self._connection.exchange([(unit, payload)])
        return answer

    def _identify(self) -> Identification:
        where = self._connection.name
        try:
            found = Identification.from_bytes(self._ask(Unit.IDENTIFY))
        except ValueError as error:
            raise LinkError(f"what answers at {where} is {error}") from None
        if not math.isclose(found.baud, self.baud, rel_tol=_BAUD_TOLERANCE):
            raise LinkError(f"the board at {where} was built for {found.baud} baud: connect with that")
        return found


def connect(port: str, *, baud: int = 1_000_000, timeout: float | None = None, payload: int | None = None) -> Device:
    """The board at a serial port.

    Parameters
    ----------
    port : str
        Such as ``/dev/ttyUSB1`` or ``COM4``, or the pseudo-terminal of a simulated board.
    baud : int
        What the board was built for, bit/s.
    timeout : float, optional
        Seconds without any answer after which what is unanswered is sent again, if two round trips are not longer.
        After the third such silence in a row, each twice as long as the one before, and eight times ``timeout`` to
        ask whether the board is there at all, it is given up. If not given, it follows from the line.
    payload : int, optional
        Bytes of operands in a frame, at most; those of one result are in one frame in any case. If not given, eight
        frames fill the board's buffer: at 1 Mbaud and a buffer of 2048 bytes the line then stays busy if an answer is
        up to 15 ms late, a frame that is damaged costs 2.6 ms, and flags, numbers and CRC take 4 % of the line.

    Returns
    -------
    Device
        A context manager that closes the port.

    Raises
    ------
    ModuleNotFoundError
        If pyserial is not installed, which the extra ``host`` brings.
    TypeError, ValueError
        If an argument is out of its range.
    LinkError
        If there is no such port, or no board of ours behind it; the message says what to check.
    """
    if timeout is not None and not timeout > 0:
        raise ValueError(f"timeout must be above 0 seconds, not {timeout}")
    if payload is not None and payload < 1:
        raise ValueError(f"payload must be at least 1 byte, not {payload}")
    opened = open_port(port, baud=baud)
    try:
        connection = Connection(opened, name=f"{port} ({baud} baud)", timeout=_SILENCE if timeout is None else timeout)
        return Device(connection, baud=baud, timeout=timeout, payload=payload)
    except BaseException:
        opened.close()
        raise


def _payload(payload: int | None, buffer: int) -> int:
    """Bytes of operands in a frame."""
    empty = frame_bytes(b"")
    if payload is not None and payload > buffer - empty:
        raise ValueError(f"payload must be 1..{buffer - empty} bytes for this board, not {payload}")
    return buffer // _FRAMES_IN_BUFFER - empty if payload is None else payload
