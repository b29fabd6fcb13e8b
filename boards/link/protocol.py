"""What a host and a board say to each other: numbers of units, errors and counters, and how a board names itself.

``docs/protocol.md`` is the specification. The circuit (``coprocessor.py``) and the host (``device.py``) both read this.
"""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import IntEnum

from pysoft.operator import Operator

__all__ = [
    "COUNTERS",
    "CRC_BYTES",
    "ESCAPE",
    "ESCAPE_XOR",
    "FLAG",
    "HEADER_BYTES",
    "MAX_OPERATORS",
    "PROTOCOL_VERSION",
    "ErrorCode",
    "Identification",
    "Unit",
    "operand_bytes",
    "request_bytes",
    "result_bytes",
]

PROTOCOL_VERSION = 1

FLAG = 0x7E  # before and after every frame, as in RFC 1662
ESCAPE = 0x7D  # the byte behind it is meant with ESCAPE_XOR
ESCAPE_XOR = 0x20
HEADER_BYTES = 4  # sequence number, unit, length (low byte first)
CRC_BYTES = 4

MAX_OPERATORS = 64

COUNTERS = ("accepted", "crc", "malformed", "line", "overrun", "rejected")  # 16 bits each, modulo 2^16


class Unit(IntEnum):
    """Who a request is for. The operators are numbered from 0; these serve the link itself."""

    IDENTIFY = 0xF0
    ECHO = 0xF1
    COUNTERS = 0xF2
    ERROR = 0xFF  # in responses alone


class ErrorCode(IntEnum):
    """First byte of the payload of an error response; the second one is the unit that was asked for."""

    UNKNOWN_UNIT = 1
    WRONG_LENGTH = 2


def operand_bytes(operator: Operator) -> int:
    """Bytes of one operand on the line."""
    return -(-operator.format.width // 8)


def request_bytes(operator: Operator) -> int:
    """Bytes of all operands of one result on the line."""
    return len(operator.operands) * operand_bytes(operator)


def result_bytes(operator: Operator) -> int:
    """Bytes of one result on the line."""
    return -(-operator.result_format.width // 8)


@dataclass(frozen=True)
class Identification:
    """What a board answers to ``IDENTIFY``: a JSON object with these names, in UTF-8.

    Parameters
    ----------
    protocol : int
        Version of the protocol.
    version : str
        Of the package that made the bitstream.
    board : str
    clock : int
        Frequency of the operators' clock, in Hz.
    baud : int
        Of the serial port, in bit/s.
    buffer : int
        Bytes of requests that a board keeps: a request takes its header, payload and CRC.
    operators : mapping of str to int
        Names of the operators, in the order of their units, with their register stages.
    """

    protocol: int
    version: str
    board: str
    clock: int
    baud: int
    buffer: int
    operators: Mapping[str, int]

    def to_bytes(self) -> bytes:
        """As it goes over the line."""
        return json.dumps(asdict(self), separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, payload: bytes) -> "Identification":
        """What a board answered.

        Raises
        ------
        ValueError
            If these are not the bytes of an identification of this version of the protocol.
        """
        ours = ValueError(f"no identification of a mitchell board: {payload[:80]!r}")
        try:
            fields = json.loads(payload)
        except ValueError:
            raise ours from None
        if not isinstance(fields, dict) or type(fields.get("protocol")) is not int:
            raise ours
        if fields["protocol"] != PROTOCOL_VERSION:
            raise ValueError(
                f"a board that speaks version {fields['protocol']} of the protocol, this host version"
                f" {PROTOCOL_VERSION}: build the bitstream again, or install mitchell {fields.get('version')}"
            )
        kinds = {field.name: Mapping if field.name == "operators" else field.type for field in dataclasses.fields(cls)}
        if fields.keys() != kinds.keys() or not all(isinstance(fields[name], kind) for name, kind in kinds.items()):
            raise ours
        return cls(**fields)
