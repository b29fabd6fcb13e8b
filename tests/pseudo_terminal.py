"""A board in software at the other end of a pseudo-terminal, in a thread: for pyserial, and for whole programs."""

import os
import select
import threading
import tty

__all__ = ["PseudoTerminal"]


class PseudoTerminal:
    """A context manager.

    Parameters
    ----------
    board : SoftwareBoard
    to_board, to_host : callable
        What the line makes of bytes.

    Attributes
    ----------
    port : str
        Name of the terminal.
    """

    def __init__(self, board, *, to_board=bytes, to_host=bytes):
        self._board, self._to_board, self._to_host = board, to_board, to_host

    def __enter__(self):
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self.port = os.ttyname(self._slave)
        self._wake, self._stop = os.pipe()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        return self

    def unplug(self):
        """The terminal is gone; what a host does with it fails from now on."""
        if self._stop is not None:
            os.close(self._stop)
            self._stop = None
            self._thread.join()
            for descriptor in (self._wake, self._slave, self._master):
                os.close(descriptor)

    def __exit__(self, *exception):
        self.unplug()

    def send(self, data):
        """From the board to the host, whatever else is going on."""
        os.write(self._master, data)

    def _serve(self):
        answers = b""
        while True:
            readable, writable, _ = select.select([self._master, self._wake], [self._master] if answers else [], [])
            if self._wake in readable:
                return
            if writable:
                answers = answers[os.write(self._master, answers) :]
            if self._master in readable:
                answers += self._to_host(self._board.receive(self._to_board(os.read(self._master, 4096))))
