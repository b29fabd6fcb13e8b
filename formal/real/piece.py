"""A result over the reals, on a part of the operands."""

import math
from dataclasses import dataclass
from fractions import Fraction

import z3

__all__ = ["Operand", "Piece", "Real", "lost_below", "operand", "real"]

Real = z3.ArithRef


@dataclass(frozen=True)
class Piece:
    """The result on a part of the operands, up to a power of two and before its last bits are cut off.

    Parameters
    ----------
    name : str
    conditions : tuple of z3.BoolRef
        On the reals in the formulas.
    value : z3.ArithRef
        The result r.
    exact : tuple of z3.ArithRef
        Numerator and denominator of e^power, e being the exact result.
    power : int
        2 for a root, so that both are polynomials, else 1.
    """

    name: str
    conditions: tuple[z3.BoolRef, ...]
    value: Real
    exact: tuple[Real, Real]
    power: int = 1


def real(value: Fraction | int) -> z3.RatNumRef:
    """A constant of the solver."""
    value = Fraction(value)
    return z3.Q(value.numerator, value.denominator)


@dataclass(frozen=True)
class Operand:
    """A fraction x in a segment: x = y + d, y the kept part as the circuit has it, between ``least`` and ``most``."""

    x: Real
    y: Real
    least: Fraction
    most: Fraction
    conditions: tuple[z3.BoolRef, ...]


def operand(symbol: str, F: int, segment: int, bits: int, kept: int, last_one: bool = False) -> Operand:
    """A fraction of F bits whose ``bits`` leading bits are ``segment``."""
    x, d = z3.Reals(f"x{symbol} d{symbol}")
    place, unit = Fraction(1, 1 << F), Fraction(1, 1 << kept)
    low, high = Fraction(segment, 1 << bits), Fraction(segment + 1, 1 << bits)
    inside = x >= real(low), x <= real(high - place)
    if kept == F and not last_one:
        return Operand(x, x, low, high - place, inside)
    if bits >= kept:  # the segment is finer than what is kept
        low = math.floor(low / unit) * unit
        high = low + unit
    least, most = low + unit * (last_one and bits < kept), high - unit
    lost = d >= real(-unit if last_one else 0), d <= real(unit - place)
    return Operand(x, x - d, least, most, (*inside, *lost, x - d >= real(least), x - d <= real(most)))


def lost_below(most: Fraction) -> tuple[Real, tuple[z3.BoolRef, ...]]:
    """What is below the last place of a float, and its range."""
    lost = z3.Real("lost")
    return lost, (lost >= 0, lost <= real(max(most, Fraction(0))))
