"""Settings of phase-locked loops: which frequencies a device can make of its crystal, and how."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from itertools import product

__all__ = ["TOLERANCE", "PllKind", "PllSettings", "all_settings", "find_settings"]

TOLERANCE = Fraction(1, 1000)  # of the frequency that is asked for


@dataclass(frozen=True)
class PllKind:
    """What a kind of phase-locked loop can do: dividers, and legal frequencies in MHz.

    The oscillator runs at reference / ``divide`` x ``multiply``, x ``output_divide`` where the feedback is taken behind
    the output divider, and the output at oscillator / ``output_divide``.

    Parameters
    ----------
    name : str
        For people.
    divide, multiply, output_divide : tuple of int
        Legal dividers of the reference, of the feedback and of the oscillator.
    phase_detector, oscillator, output : tuple of float
        Lowest and highest frequency at the phase detector, of the oscillator, and of the output, in MHz.
    feedback_of_output : bool
        Whether the feedback is taken behind the output divider.
    source : str
        Where the limits are stated.
    circuit : callable
        Puts the loop into a module: ``circuit(m, settings, pin, clock, locked)``, the last two being signals to drive.
    """

    name: str
    divide: tuple[int, ...]
    multiply: tuple[int, ...]
    output_divide: tuple[int, ...]
    phase_detector: tuple[float, float]
    oscillator: tuple[float, float]
    output: tuple[float, float]
    feedback_of_output: bool
    source: str
    circuit: Callable[..., None]


@dataclass(frozen=True)
class PllSettings:
    """One setting of a phase-locked loop.

    Parameters
    ----------
    kind : PllKind
    reference : Fraction
        Frequency that goes in, in MHz.
    divide, multiply, output_divide : int
    """

    kind: PllKind
    reference: Fraction
    divide: int
    multiply: int
    output_divide: int

    @cached_property
    def phase_detector(self) -> Fraction:
        """Frequency at the phase detector, in MHz."""
        return self.reference / self.divide

    @cached_property
    def oscillator(self) -> Fraction:
        """Frequency of the oscillator, in MHz."""
        return self.phase_detector * self.multiply * (self.output_divide if self.kind.feedback_of_output else 1)

    @cached_property
    def output(self) -> Fraction:
        """Frequency that comes out, in MHz."""
        return self.oscillator / self.output_divide


@cache
def all_settings(kind: PllKind, reference: Fraction) -> tuple[PllSettings, ...]:
    """Every legal setting for a reference in MHz."""

    def within(limits: tuple[float, float], value: Fraction) -> bool:
        return limits[0] <= value <= limits[1]

    divides = [divide for divide in kind.divide if within(kind.phase_detector, reference / divide)]
    dividers = product(divides, kind.multiply, kind.output_divide)
    settings = (PllSettings(kind, reference, *three) for three in dividers)
    return tuple(s for s in settings if within(kind.oscillator, s.oscillator) and within(kind.output, s.output))


def find_settings(kind: PllKind, reference: Fraction, frequency: Fraction) -> PllSettings:
    """The setting whose output is nearest to ``frequency``, both in MHz.

    Of several, the one with the fastest phase detector, and then with the oscillator in the middle of its range.

    Raises
    ------
    ValueError
        If none comes within 0.1 %; the message has the nearest frequencies.
    """
    middle = Fraction(sum(kind.oscillator)) / 2
    outputs = sorted({s.output for s in all_settings(kind, reference)}, key=lambda output: abs(output - frequency))
    if abs(outputs[0] - frequency) > TOLERANCE * frequency:
        nearest = ", ".join(f"{float(output):.6g}" for output in sorted(outputs[:6]))
        raise ValueError(
            f"the {kind.name} makes no {float(frequency):g} MHz of {float(reference):g} MHz (to 0.1 %); "
            f"nearest: {nearest}"
        )
    nearest_settings = (s for s in all_settings(kind, reference) if s.output == outputs[0])
    return min(nearest_settings, key=lambda s: (s.divide, abs(s.oscillator - middle), s.multiply))
