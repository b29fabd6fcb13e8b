"""What has happened on the line of a simulated board."""

import json
from dataclasses import dataclass
from typing import Any

__all__ = ["Direction", "Traffic"]


@dataclass(frozen=True)
class Direction:
    """What went over the line in one direction.

    Parameters
    ----------
    bytes : int
        That were sent.
    dropped : int
        Bytes of these that vanished.
    bits : int
        Bit times of the bytes that were on the line: a start bit, eight of data and a stop bit each.
    flipped : int
        Bits of these that arrived inverted.
    pauses : int
        How often the line fell idle, for a bit time or more.
    """

    bytes: int
    dropped: int
    bits: int
    flipped: int
    pauses: int


@dataclass(frozen=True)
class Traffic:
    """What has happened on a simulated board.

    Parameters
    ----------
    cycles : int
        Of the clock.
    seconds : float
        Of processor time that they took.
    power_cycles : int
    both : int
        Bit times in which bytes were on the line in both directions.
    to_board, to_host : Direction
    """

    cycles: int
    seconds: float
    power_cycles: int
    both: int
    to_board: Direction
    to_host: Direction

    @classmethod
    def from_json(cls, text: bytes) -> "Traffic":
        """From a line of the simulation."""
        fields: dict[str, Any] = json.loads(text)
        for name in ("to_board", "to_host"):
            fields[name] = Direction(**fields[name])
        return cls(**fields)
