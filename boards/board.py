"""What a board is: a description that a build follows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from amaranth.hdl import Elaboratable

from .calculator import Calculator
from .synthesis.targets import Target

__all__ = ["Board"]


@dataclass(frozen=True)
class Board:
    """A board that can carry an operator behind its serial port.

    Parameters
    ----------
    name : str
        As users write it.
    title : str
        For people.
    platform : callable
        Makes a fresh Amaranth platform.
    top : callable
        Makes the top of a Calculator.
    target : Target
        How the device's cells are counted.
    tools : mapping of str to str
        Programs of the Python wheels under the names that the platform calls them by.
    clock : float
        Frequency of the clock, in MHz.
    baud : int
        Of the serial port, in bit/s.
    programmer, programmer_help : str
        Program that loads a bitstream, and how to get it.
    """

    name: str
    title: str
    platform: Callable[[], Any]
    top: Callable[[Calculator], Elaboratable]
    target: Target
    tools: dict[str, str]
    clock: float
    baud: int
    programmer: str
    programmer_help: str

    @property
    def divisor(self) -> int:
        """Clock cycles a bit of the serial port."""
        return round(self.clock * 1e6 / self.baud)
