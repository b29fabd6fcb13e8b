"""A simulated board, running."""

import os
import subprocess
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from pysoft.operator import Operator
from rtl.cache import default_cache
from rtl.tools import MissingToolError, ToolError

from ..catalogue import board_from_name
from ..top import Top
from .build import build_program
from .platform import board_verilog
from .traffic import Traffic

__all__ = ["SimulatedBoard", "simulated_board"]

try:
    import tty
except ModuleNotFoundError:  # Windows
    tty = None


def simulated_board(
    board: str,
    operators: Sequence[Operator],
    *,
    stages: int = 4,
    clock: float | None = None,
    baud: int | None = None,
    bit_errors: float = 0.0,
    drops: float = 0.0,
    seed: int = 0,
    cache: Path | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> "SimulatedBoard":
    """A board with ``operators`` behind its serial port, simulated: everything but the device's own cells.

    Parameters
    ----------
    board : str
        Name of one of :data:`boards.catalogue.BOARDS`.
    operators, stages, clock, baud
        As of :class:`boards.top.Top`.
    bit_errors, drops : float
        Noise on the line, in each direction: probabilities that a bit of a byte is inverted, and that a byte vanishes.
    seed : int
        Of the noise, at least 0. The same bytes in one direction meet the same noise.
    cache : pathlib.Path, optional
        Folder of builds, ``board`` in :func:`rtl.cache.default_cache` if not given.
    progress : callable, optional
        Called with (steps done, steps in all, what is next).

    Raises
    ------
    TypeError, ValueError
        If an argument is out of its range.
    MissingToolError
        If Verilator, a compiler or a pseudo-terminal is missing; the message says what to do.
    ToolError
        If the build fails.

    Examples
    --------
    Build it, and let a host of another process talk to ``port``::

        with simulated_board("icebreaker", [Operator.from_name("mul-u16-mitchell")]) as board:
            print(board.port)
            board.wait()
    """
    top = Top(board_from_name(board), operators, stages=stages, clock=clock, baud=baud)
    noise = {"bit_errors": _probability("bit_errors", bit_errors), "drops": _probability("drops", drops), "seed": seed}
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise TypeError(f"seed must be an integer, not {seed!r}")
    if not 0 <= seed < 2**64:
        raise ValueError(f"seed must be 0..2^64-1, not {seed}")
    _check_terminals()
    report = progress or (lambda done, total, what: None)
    report(0, 2, "circuit")
    verilog = board_verilog(top, board_from_name(board).platform())
    report(1, 2, "Verilator")
    program = build_program(verilog, cache=Path(cache or default_cache("board")).absolute())
    report(2, 2, "done")
    return SimulatedBoard(program, baud=top.baud, divisor=top.divisor, **noise)


class SimulatedBoard:
    """A simulation with a pseudo-terminal for a serial port. It is a context manager, which ends it.

    Hosts may come and go. The clock stands still when nothing has been on the line for 4096 bit times, and while
    the host does not read what has come for it; so no byte is lost that is not meant to be.

    Parameters
    ----------
    program : pathlib.Path
        Of :func:`boards.simulated.build.build_program`.
    baud, divisor : int
        Rate of the line in bit/s, for those who ask, and clock cycles of a bit.
    bit_errors, drops : float
        Probabilities that a bit is inverted, and that a byte vanishes.
    seed : int
        Of the noise.

    Attributes
    ----------
    port : str
        Path of the pseudo-terminal.
    pid : int
        The process of the simulation.

    Raises
    ------
    MissingToolError
        If the system has no pseudo-terminals.
    """

    def __init__(self, program: Path, *, baud: int, divisor: int, bit_errors: float, drops: float, seed: int):
        _check_terminals()
        self.baud = baud
        self._lock = threading.Lock()
        self._last: Traffic | None = None
        master, self._slave = os.openpty()  # open for as long as this lives: hosts come and go
        try:
            tty.setraw(self._slave)
            os.set_blocking(master, False)
            self.port = os.ttyname(self._slave)
            arguments = [program, *map(str, (master, divisor, bit_errors, drops, seed))]
            self._process = subprocess.Popen(
                arguments,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                bufsize=0,
                pass_fds=[master],
                start_new_session=True,  # Ctrl-C is for us, who end it
            )
        except BaseException:
            os.close(self._slave)
            raise
        finally:
            os.close(master)
        self.pid = self._process.pid

    def __enter__(self) -> "SimulatedBoard":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def traffic(self) -> Traffic:
        """What has happened so far, or had when the board was closed; ToolError if the simulation was killed."""
        with self._lock:
            return self._last or self._ask(b"t")

    def power_cycle(self) -> None:
        """Take the board's power away and give it back, at a random moment within a bit; ToolError if it has ended."""
        with self._lock:
            self._ask(b"p")

    def wait(self) -> None:
        """Wait until the simulation ends, which it does not by itself."""
        self._process.wait()

    def close(self) -> None:
        """End the simulation."""
        with self._lock:
            if self._process.stdin.closed:
                return
            self._process.stdin.close()
            if line := self._process.stdout.read():
                self._last = Traffic.from_json(line)
            self._process.stdout.close()
            self._process.wait()
            os.close(self._slave)

    def _ask(self, command: bytes) -> Traffic:
        try:
            self._process.stdin.write(command)
            line = self._process.stdout.readline()
        except (BrokenPipeError, ValueError):  # ValueError: closed
            line = b""
        if not line:
            raise ToolError("the simulation of the board has ended: it was killed, or failed")
        return Traffic.from_json(line)


def _probability(name: str, value: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{name} must be a number, not {value!r}")
    if not 0 <= value <= 1:
        raise ValueError(f"{name} must be a probability, 0..1, not {value!r}")
    return float(value)


def _check_terminals() -> None:
    if tty is None:
        raise MissingToolError("a simulated board needs pseudo-terminals, which Windows does not have: use WSL")
