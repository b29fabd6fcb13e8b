"""What a board is: a description that a build follows."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from .flow import Flow
from .link.uart import MIN_DIVISOR
from .pll import PllKind, PllSettings, find_settings

__all__ = ["MIN_BAUD", "Board", "Programmer"]

MIN_BAUD = 9600
LINE_TOLERANCE = Fraction(1, 100)  # of the length of a bit; both ends together may differ by 2 %


@dataclass(frozen=True)
class Programmer:
    """The program that loads a bitstream into a board.

    Parameters
    ----------
    program : str
    arguments : tuple of str
        Those before the bitstream's name.
    source : str
        Where to get it.
    """

    program: str
    arguments: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Board:
    """A board that can carry operators behind its serial port.

    Parameters
    ----------
    name : str
        As users write it.
    title : str
        For people.
    platform : callable
        Makes a fresh Amaranth platform, which serves one build.
    flow : Flow
        The tools of its device.
    programmer : Programmer
    pll : PllKind or None
        How other clocks are made of the crystal.
    clock : float or None
        Frequency of the design unless another is asked for, in MHz; None for that of the crystal.
    baud : int
        Of the serial port unless another is asked for, in bit/s.
    serial : str
        Where the serial port is to be found.
    """

    name: str
    title: str
    platform: Callable[[], Any]
    flow: Flow
    programmer: Programmer
    pll: PllKind | None = None
    clock: float | None = None
    baud: int = 1_000_000
    serial: str = "USB"

    def __post_init__(self) -> None:
        if self.clock is None:
            object.__setattr__(self, "clock", self.crystal)

    @cached_property
    def crystal(self) -> float:
        """Frequency at the clock pin, in MHz."""
        return self.platform().default_clk_frequency / 1e6

    @cached_property
    def device(self) -> str:
        """The part, such as ``iCE40UP5K SG48``."""
        platform = self.platform()
        return getattr(platform, "part", None) or f"{platform.device} {platform.package}"

    def pll_settings(self, clock: float) -> PllSettings | None:
        """How ``clock``, in MHz, is made; None if it is the crystal's.

        Raises
        ------
        ValueError
            If it cannot be made; the message has clocks that can.
        """
        if isinstance(clock, bool) or not isinstance(clock, int | float) or not 0 < clock < 1e4:
            raise ValueError(f"clock must be a frequency in MHz, not {clock!r}")
        if clock == self.crystal:
            return None
        if self.pll is None:
            raise ValueError(f"the clock of {self.name} is its crystal's, {self.crystal:g} MHz, not {clock:g} MHz")
        try:
            return find_settings(self.pll, Fraction(str(self.crystal)), Fraction(str(clock)))
        except ValueError as error:
            raise ValueError(f"{self.name}: {error}; without it, {self.crystal:g}") from None

    def divisor(self, frequency: float | Fraction, baud: int) -> int:
        """Clock cycles a bit of the serial port, for a clock in MHz.

        Raises
        ------
        ValueError
            If ``baud`` is out of its range, or a whole number of cycles is not within 1 % of a bit.
        """
        hertz = Fraction(frequency) * 1_000_000
        highest = int(hertz / MIN_DIVISOR)
        if isinstance(baud, bool) or not isinstance(baud, int) or not MIN_BAUD <= baud <= highest:
            more = "; a faster clock allows more" if self.pll and isinstance(baud, int) and baud > highest else ""
            raise ValueError(
                f"baud must be {MIN_BAUD}..{highest} at a clock of {float(frequency):g} MHz, not {baud!r}{more}"
            )
        divisor = round(hertz / baud)
        if abs(divisor * baud / hertz - 1) > LINE_TOLERANCE:
            near = [int(hertz / cycles) for cycles in sorted({int(hertz / baud), int(hertz / baud) + 1}, reverse=True)]
            raise ValueError(
                f"{baud} baud is more than 1 % away from all that a clock of {float(frequency):g} MHz makes; "
                f"nearest: {', '.join(map(str, near))}"
            )
        return divisor
