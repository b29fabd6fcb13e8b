"""A serial port to a board in software, on a line that has faults, in a time of its own: no test has to wait."""

from collections import deque

import numpy as np

__all__ = ["Noise", "VirtualPort"]

POLL = 0.005  # seconds that a read waits


class Noise:
    """Bytes that are changed, left out, and put in between others.

    Parameters
    ----------
    seed : int
    changed, dropped, inserted : float
        How probable each is, by byte.
    """

    def __init__(self, seed=0, *, changed=0.0, dropped=0.0, inserted=0.0):
        self._rng = np.random.default_rng(seed)
        self._changed, self._dropped, self._inserted = changed, dropped, inserted

    def __call__(self, data):
        rng, size = self._rng, len(data)
        changed, dropped, inserted = (
            set(np.flatnonzero(rng.random(size) < p).tolist()) for p in (self._changed, self._dropped, self._inserted)
        )
        if not changed | dropped | inserted:
            return data
        line = bytearray()
        for i, byte in enumerate(data):
            if i in inserted:
                line.append(int(rng.integers(256)))
            if i not in dropped:
                line.append(byte ^ 1 << int(rng.integers(8)) if i in changed else byte)
        return bytes(line)


class VirtualPort:
    """What ``Connection`` needs of a port, and its clock.

    Parameters
    ----------
    board : SoftwareBoard
    to_board, to_host : callable
        What the line makes of bytes.
    delay : callable
        Seconds from a request to its answer.
    """

    def __init__(self, board, *, to_board=bytes, to_host=bytes, delay=lambda: 0.0):
        self.board, self.now, self.written = board, 0.0, []
        self._to_board, self._to_host, self._delay = to_board, to_host, delay
        self._coming = deque()  # (time of arrival, bytes), in order
        self.is_open = True

    def clock(self):
        return self.now

    @property
    def in_waiting(self):
        return sum(len(data) for time, data in self._coming if time <= self.now)

    def read(self, size):
        if size and not self.in_waiting:
            arrival = self._coming[0][0] if self._coming else self.now + POLL
            self.now = min(arrival, self.now + POLL)
        data = b""
        while len(data) < size and self._coming and self._coming[0][0] <= self.now:
            time, waiting = self._coming.popleft()
            room = size - len(data)
            data += waiting[:room]
            if waiting[room:]:
                self._coming.appendleft((time, waiting[room:]))
        return data

    def write(self, data):
        self.written.append(bytes(data))
        self.send(self.board.receive(self._to_board(data)))

    def send(self, data):
        """From the board to the host."""
        data = self._to_host(data)
        if data:
            latest = self._coming[-1][0] if self._coming else self.now
            self._coming.append((max(latest, self.now + self._delay()), data))

    def power_cycle(self, keep=0):
        """The board forgets everything, and of what it was sending all but some bytes is cut off."""
        self.board.power_cycle()
        coming = b"".join(data for _, data in self._coming)
        self._coming.clear()
        self.send(coming[:keep])

    def close(self):
        self.is_open = False
