"""The sliding window: which requests are on their way, which are lost, and whose answer a frame is.

Nothing here knows a port or the time of day, but for the moment of a transmission, which is kept for those who do.
"""

from collections import deque
from dataclasses import dataclass

from .frame import Frame
from .protocol import CRC_BYTES, HEADER_BYTES, Unit

__all__ = ["MOST_UNANSWERED", "SEQUENCE_NUMBERS", "Request", "Window", "frame_bytes"]

SEQUENCE_NUMBERS = 256
MOST_UNANSWERED = SEQUENCE_NUMBERS // 2  # from the oldest on; docs/protocol.md says why more could be confused


def frame_bytes(payload: bytes) -> int:
    """Bytes that a request takes in a board's buffer."""
    return HEADER_BYTES + len(payload) + CRC_BYTES


@dataclass(eq=False)
class Request:
    """A request and what has become of it.

    Attributes
    ----------
    number : int
        Its place among all requests of a connection, and on the line modulo 256.
    unit : int
    payload : bytes
    tries : int
        How often it was sent.
    sent_at : float
        When it was sent last.
    answer : Frame or None
        The first one that came.
    """

    number: int
    unit: int
    payload: bytes
    tries: int = 0
    sent_at: float = 0.0
    answer: Frame | None = None

    @property
    def sequence(self) -> int:
        """Its number on the line."""
        return self.number % SEQUENCE_NUMBERS

    @property
    def frame(self) -> Frame:
        """As it is sent."""
        return Frame(self.sequence, self.unit, self.payload)

    def is_answered_by(self, frame: Frame) -> bool:
        """Whether a frame with its sequence number is an answer to it, be it an error."""
        if frame.unit == Unit.ERROR:
            return frame.payload[1:] == bytes([self.unit])
        return frame.unit == self.unit


class Window:
    """Requests from the oldest unanswered one on. A request that is unanswered is either to be sent, or on its way.

    Parameters
    ----------
    buffer : int
        Bytes of requests that the board can keep.

    Attributes
    ----------
    buffer : int
        May be changed.
    """

    def __init__(self, buffer: int):
        self.buffer = buffer
        self._next = 0
        self.clear()

    def clear(self) -> None:
        """Forget all requests, but not which numbers were used."""
        self._used = 0  # of the buffer
        self._open: deque[Request] = deque()  # in order, from the oldest unanswered one on
        self._to_send: deque[Request] = deque()
        self._on_their_way: deque[Request] = deque()  # in the order in which they were sent last
        self._by_sequence: dict[int, Request] = {}  # unanswered, and sent at least once

    def next_number(self) -> int:
        """A number that is used now."""
        self._next += 1
        return self._next - 1

    def has_room(self, payload: bytes) -> bool:
        """Whether a request with this payload may be added."""
        span = self._next - self._open[0].number if self._open else 0
        return span < MOST_UNANSWERED and self._used + frame_bytes(payload) <= self.buffer

    def add(self, unit: int, payload: bytes) -> None:
        """Append a request, for which there must be room, to those that are to be sent."""
        request = Request(self.next_number(), unit, payload)
        self._open.append(request)
        self._to_send.append(request)
        self._used += frame_bytes(payload)

    def send(self, now: float) -> Request | None:
        """The next request to send, which from now on is on its way; None if there is none."""
        if not self._to_send:
            return None
        request = self._to_send.popleft()
        request.tries += 1
        request.sent_at = now
        self._by_sequence[request.sequence] = request
        self._on_their_way.append(request)
        return request

    def take(self, frame: Frame) -> Request | None:
        """Note an answer. What was sent before the request that it answers, and is not answered, is to be sent again.

        Returns
        -------
        Request or None
            The request that is answered now; None if nobody waits for this frame.
        """
        request = self._by_sequence.get(frame.sequence)
        if request is None or not request.is_answered_by(frame):
            return None
        del self._by_sequence[frame.sequence]
        request.answer = frame
        self._used -= frame_bytes(request.payload)
        if request in self._to_send:  # given up too early
            self._to_send.remove(request)
            return request
        lost = []
        while (earlier := self._on_their_way.popleft()) is not request:
            lost.append(earlier)
        self._to_send.extendleft(reversed(lost))
        return request

    def lose_all(self) -> None:
        """Everything unanswered is to be sent again, the oldest first."""
        self._to_send = deque(request for request in self._open if request.answer is None)
        self._on_their_way.clear()

    def begin_anew(self) -> None:
        """Everything unanswered is to be sent under new numbers: nothing of it is on the line any more."""
        self.lose_all()
        self._by_sequence.clear()
        for request in self._to_send:
            request.number = self.next_number()

    def answers(self) -> list[Frame]:
        """Answers to the oldest requests, as far as there are any without a gap: each is given once, in order."""
        taken = []
        while self._open and (answer := self._open[0].answer) is not None:
            taken.append(answer)
            self._open.popleft()
        return taken
