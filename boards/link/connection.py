"""The host's end of the link: requests in, answers out, each exactly once and in order, or an error."""

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Protocol

from .errors import LinkError, RefusedError
from .frame import Frame, FrameDecoder, encode
from .protocol import ErrorCode, Unit
from .statistics import Statistics
from .window import Request, Window, frame_bytes

__all__ = ["FIRST_BUFFER", "Connection", "Port"]

FIRST_BUFFER = 64  # bytes: enough to ask a board who it is

_ECHO_BYTES = 8  # random ones, which nothing older on the line has
_ECHO_TRIES = 8
_SILENCES = 3  # each twice as long as the one before; then echoes show whether the board still answers
_TRIES = 16  # of one request
_ROUND_TRIPS = 2  # nothing is given up earlier


class Port(Protocol):
    """What is needed of a ``serial.Serial``; ``read`` waits a few milliseconds at most, ``write`` is done or raises."""

    @property
    def in_waiting(self) -> int: ...

    def read(self, size: int) -> bytes: ...

    def write(self, data: bytes) -> int | None: ...

    def close(self) -> None: ...


class Connection:
    """Requests and answers over a port.

    A request may be sent more than once, and the board may compute it more than once; its answer is taken once. The
    first call, and one after an exception, be it ``KeyboardInterrupt`` in mid-batch, begins with an echo of random
    bytes: behind the answer to it nothing older is left on the line.

    Parameters
    ----------
    port : Port
        Open.
    name : str
        What messages call the port.
    buffer : int
        Bytes of requests that the board can keep.
    timeout : float
        Seconds without an answer after which requests are given up for lost, if two round trips are not longer.
    clock : callable
        Seconds, of any origin.
    """

    def __init__(
        self,
        port: Port,
        *,
        name: str,
        buffer: int = FIRST_BUFFER,
        timeout: float = 0.25,
        clock: Callable[[], float] = time.monotonic,
    ):
        self.name, self.timeout = name, timeout
        self._port, self._clock = port, clock
        self._decoder, self._window = FrameDecoder(), Window(buffer)
        self._patience = timeout
        self._is_in_step = False  # whether nothing is on the line that a later call could take for its own
        self._turn = threading.Lock()
        self._is_closed = False
        self._counts: Counter[str] = Counter()

    @property
    def buffer(self) -> int:
        """Bytes of requests that the board can keep; it may be changed between calls."""
        return self._window.buffer

    @buffer.setter
    def buffer(self, size: int) -> None:
        self._window.buffer = size

    @property
    def statistics(self) -> Statistics:
        """What has happened so far."""
        return Statistics(**self._counts, damaged=self._decoder.damaged)

    def close(self) -> None:
        """Give the port back."""
        self._is_closed = True
        self._port.close()

    def exchange(
        self, requests: Sequence[tuple[int, bytes]], *, progress: Callable[[int], None] | None = None
    ) -> list[bytes]:
        """Send requests and wait for all their answers.

        Parameters
        ----------
        requests : sequence of (int, bytes)
            Units and payloads.
        progress : callable, optional
            Called with the number of requests that have been answered, whenever it grows.

        Returns
        -------
        list of bytes
            The payload of the answer to each request, in their order.

        Raises
        ------
        ValueError
            If a payload does not fit into the board's buffer.
        LinkError
            If the board does not answer, the line is too bad, or the connection was closed.
        RefusedError
            If the board answers with an error.
        RuntimeError
            If a call has not returned: one thread at a time may use a connection.
        """
        for _, payload in requests:
            if frame_bytes(payload) > self.buffer:
                most = self.buffer - frame_bytes(b"")
                raise ValueError(f"a request to this board may have 0..{most} bytes, not {len(payload)}")
        if self._is_closed:
            raise LinkError(f"the connection to {self.name} was closed: connect again")
        if not self._turn.acquire(blocking=False):
            raise RuntimeError(f"{self.name} is in use, by another thread or by the call that this one is made from")
        try:
            if not self._is_in_step:
                self._synchronise()
            self._is_in_step = False
            self._window.clear()
            answers = self._exchange(requests, progress)
            self._is_in_step = True
        finally:
            self._turn.release()
        return answers

    def _exchange(self, requests: Sequence[tuple[int, bytes]], progress: Callable[[int], None] | None) -> list[bytes]:
        window = self._window
        answers: list[bytes] = []
        added = silences = 0
        last_answer = self._clock()
        while len(answers) < len(requests):
            while added < len(requests) and window.has_room(requests[added][1]):
                window.add(*requests[added])
                added += 1
            sent = window.send(self._clock())
            if sent is not None:
                self._send(sent)
            if self._take_answers(wait=sent is None):
                last_answer, silences = self._clock(), 0
            elif sent is None and self._clock() - last_answer > self._patience:
                silences += 1
                self._counts["silences"] += 1
                if silences < _SILENCES:
                    self._patience *= 2
                    window.lose_all()
                else:
                    self._check_life()
                    window.begin_anew()
                    silences = 0
                last_answer = self._clock()
            taken = [frame.payload for frame in window.answers()]
            answers += taken
            if taken and progress is not None:
                progress(len(answers))
        return answers

    def _send(self, request: Request) -> None:
        if request.tries > _TRIES:
            raise LinkError(
                f"a request to the board at {self.name} was lost {_TRIES} times though the board answers others: check"
                " the cable, and that nothing takes bytes out of the line, as software flow control does"
            )
        self._counts["sent"] += 1
        self._counts["resent"] += request.tries > 1
        self._write(encode(request.frame))

    def _take_answers(self, *, wait: bool) -> bool:
        """Whether any request is answered now that was not before."""
        answered = 0
        for frame in self._read(wait=wait):
            request = self._window.take(frame)
            if request is None:
                self._counts["stale"] += 1
                continue
            if frame.unit == Unit.ERROR:
                raise RefusedError(self._refusal(frame, request))
            answered += 1
            if request.tries == 1:  # else nobody knows which try was answered
                self._set_patience(request.sent_at)
        self._counts["answered"] += answered
        return answered > 0

    def _set_patience(self, sent_at: float) -> None:
        """By how long an answer took that comes now."""
        self._patience = max(self.timeout, _ROUND_TRIPS * (self._clock() - sent_at))

    def _refusal(self, frame: Frame, request: Request) -> str:
        reasons = {
            ErrorCode.UNKNOWN_UNIT: "it has no such unit",
            ErrorCode.WRONG_LENGTH: f"{len(request.payload)} bytes are no multiple of what the unit takes",
        }
        code = frame.payload[0]
        reason = reasons.get(code, f"error {code}")
        return f"the board at {self.name} refuses a request to unit {request.unit:#x}: {reason}"

    def _check_life(self) -> None:
        try:
            self._synchronise()
        except LinkError as error:
            raise LinkError(
                f"the board at {self.name} no longer answers: check that it has power and was not reconfigured, and"
                " that no other program reads its port"
            ) from error

    def _synchronise(self) -> None:
        """Leave everything behind that is still on the line, from whatever host."""
        echoes: dict[Frame, float] = {}  # and when each was sent
        received, damaged = self._counts["bytes_received"], self._decoder.damaged
        for _ in range(_ECHO_TRIES):
            echo = Request(self._window.next_number(), Unit.ECHO, os.urandom(_ECHO_BYTES)).frame
            echoes[echo] = start = self._clock()
            self._write(encode(echo))
            while self._clock() < start + self.timeout:
                for answer in echoes.keys() & self._read(wait=True):
                    self._set_patience(echoes[answer])
                    return
        if self._decoder.damaged > damaged:
            found = "what comes is damaged"
        else:
            found = "what comes is no answer" if self._counts["bytes_received"] > received else "nothing comes"
        raise LinkError(
            f"no board answers at {self.name} ({found}): check that this is its port, that the board was built for this"
            " baud rate, and that it is loaded with a bitstream of  mitchell build"
        )

    def _write(self, data: bytes) -> None:
        try:
            self._port.write(data)
        except OSError as error:  # SerialException is one
            raise self._port_error(error) from error
        self._counts["bytes_sent"] += len(data)

    def _read(self, *, wait: bool) -> list[Frame]:
        """Frames that have come; with ``wait`` the port waits a little if there is nothing."""
        try:
            data = self._port.read(max(self._port.in_waiting, int(wait)))
        except OSError as error:
            raise self._port_error(error) from error
        self._counts["bytes_received"] += len(data)
        return self._decoder.feed(data)

    def _port_error(self, error: OSError) -> LinkError:
        return LinkError(f"{self.name} failed ({error}): was the board unplugged? Plug it in and connect again")
