"""What is on a board: its clock, the pins of its serial port, and the operators behind it."""

import importlib.metadata
from collections.abc import Sequence

from amaranth.hdl import Elaboratable, Module
from amaranth.lib import io

from pysoft.operator import Operator
from rtl.core import check_stages

from .board import Board
from .clock import add_pin_clock, add_pll_clock
from .link.coprocessor import Coprocessor
from .link.executor import check_operators
from .link.protocol import PROTOCOL_VERSION, Identification

__all__ = ["BUFFER", "Top"]

BUFFER = 2048  # bytes of requests that wait in a board


class Top(Elaboratable):
    """Operators behind the serial port of a board.

    On a platform that is ``simulated``, the clock pin is taken to run at ``clock``: no phase-locked loop is made.

    Parameters
    ----------
    board : Board
    operators : sequence of Operator
        1 to 64, each once.
    stages : int
        Register stages of every operator, 1 to 5.
    clock : float or None
        Frequency of the design in MHz; None for the board's own choice.
    baud : int or None
        Of the serial port, in bit/s; None for the board's own choice.

    Attributes
    ----------
    board : Board
    operators : tuple of Operator
    stages : int
    pll : PllSettings or None
        How the clock is made; None for the crystal's own.
    clock : float
        Frequency of the design, in MHz.
    baud, divisor : int
        Of the serial port, and clock cycles a bit.
    identification : Identification
        What the board says that it is.

    Raises
    ------
    TypeError
        If an operator is not an Operator.
    ValueError
        If there are no operators or too many, one is there twice, ``stages`` is out of its range, the board cannot make
        the clock, or the clock not the baud rate.
    """

    def __init__(
        self,
        board: Board,
        operators: Sequence[Operator],
        *,
        stages: int,
        clock: float | None = None,
        baud: int | None = None,
    ):
        self.board = board
        self.operators = check_operators(operators)
        self.stages = check_stages(stages, 1)
        self.pll = board.pll_settings(board.clock if clock is None else clock)
        self.clock = float(self.pll.output) if self.pll else board.crystal
        self.baud = board.baud if baud is None else baud
        self.divisor = board.divisor(self.pll.output if self.pll else board.crystal, self.baud)
        self.identification = Identification(
            protocol=PROTOCOL_VERSION,
            version=importlib.metadata.version("mitchell"),
            board=board.name,
            clock=round(self.clock * 1e6),
            baud=self.baud,
            buffer=BUFFER,
            operators=dict.fromkeys((operator.name for operator in self.operators), stages),
        )
        self.coprocessor = Coprocessor(
            self.operators,
            stages=stages,
            divisor=self.divisor,
            identification=self.identification.to_bytes(),
            buffer=BUFFER,
        )

    def elaborate(self, platform):
        m = Module()
        if getattr(platform, "simulated", False):
            add_pin_clock(m, platform)
        elif self.pll is not None:
            add_pll_clock(m, platform, self.pll)
        m.submodules.coprocessor = self.coprocessor
        uart = platform.request("uart", 0, dir="-")
        m.submodules.rx = rx = io.Buffer("i", uart.rx)
        m.submodules.tx = tx = io.Buffer("o", uart.tx)
        m.d.comb += [self.coprocessor.rx.eq(rx.i), tx.o.eq(self.coprocessor.tx)]
        return m
