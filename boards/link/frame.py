"""Frames on the line, both ways: flags, escapes and the CRC of ``docs/protocol.md``."""

import zlib
from dataclasses import dataclass

from .protocol import CRC_BYTES, ESCAPE, ESCAPE_XOR, FLAG, HEADER_BYTES

__all__ = ["MOST_PAYLOAD", "Frame", "FrameDecoder", "encode"]

MOST_PAYLOAD = 0xFFFF  # bytes: the length has 16 bits

_FLAG = bytes([FLAG])
_ESCAPE = bytes([ESCAPE])
_ESCAPED_FLAG = bytes([ESCAPE, FLAG ^ ESCAPE_XOR])
_ESCAPED_ESCAPE = bytes([ESCAPE, ESCAPE ^ ESCAPE_XOR])
_LONGEST = 2 * (HEADER_BYTES + MOST_PAYLOAD + CRC_BYTES)  # bytes between two flags, if each is escaped


@dataclass(frozen=True)
class Frame:
    """What a frame says.

    Parameters
    ----------
    sequence, unit : int
        0 to 255.
    payload : bytes
        At most ``MOST_PAYLOAD``.
    """

    sequence: int
    unit: int
    payload: bytes


def encode(frame: Frame) -> bytes:
    """The bytes of a frame on the line, from its first flag to its last.

    Raises
    ------
    ValueError
        If a number does not fit into its bytes.

    Examples
    --------
    >>> encode(Frame(sequence=1, unit=0xF1, payload=b"~")).hex(" ")
    '7e 01 f1 01 00 7d 5e 63 99 e7 73 7e'
    """
    length = len(frame.payload)
    for name, value, most in (
        ("sequence", frame.sequence, 0xFF),
        ("unit", frame.unit, 0xFF),
        ("length of the payload", length, MOST_PAYLOAD),
    ):
        if not 0 <= value <= most:
            raise ValueError(f"{name} of a frame must be 0..{most}, not {value}")
    body = bytes([frame.sequence, frame.unit]) + length.to_bytes(HEADER_BYTES - 2, "little") + frame.payload
    body += zlib.crc32(body).to_bytes(CRC_BYTES, "little")
    return _FLAG + body.replace(_ESCAPE, _ESCAPED_ESCAPE).replace(_FLAG, _ESCAPED_FLAG) + _FLAG


class FrameDecoder:
    """Frames out of bytes that come in any portions; what is damaged is counted and left out.

    Attributes
    ----------
    damaged : int
        Pieces between two flags that were no frame.

    Examples
    --------
    >>> decoder = FrameDecoder()
    >>> line = b"noise" + encode(Frame(1, 0, b"abc")) + encode(Frame(2, 0, b"def"))
    >>> decoder.feed(line[:20]), decoder.feed(line[20:])
    ([Frame(sequence=1, unit=0, payload=b'abc')], [Frame(sequence=2, unit=0, payload=b'def')])
    >>> decoder.damaged
    1
    """

    def __init__(self) -> None:
        self.damaged = 0
        self._rest = b""  # since the last flag

    def feed(self, received: bytes) -> list[Frame]:
        """The frames that are complete with these bytes, in their order."""
        *pieces, rest = (self._rest + received).split(_FLAG)
        self._rest = rest[: _LONGEST + 1]  # noise without a flag must not fill the memory; this is too long for a frame
        decoded = [_decode(piece) for piece in pieces if piece]
        frames = [frame for frame in decoded if frame is not None]
        self.damaged += len(decoded) - len(frames)
        return frames


def _decode(piece: bytes) -> Frame | None:
    """The frame between two flags, None if it is damaged."""
    if piece.count(_ESCAPE) != piece.count(_ESCAPED_FLAG) + piece.count(_ESCAPED_ESCAPE):
        return None
    body = piece.replace(_ESCAPED_FLAG, _FLAG).replace(_ESCAPED_ESCAPE, _ESCAPE)
    content, crc = body[:-CRC_BYTES], body[-CRC_BYTES:]
    length = len(content) - HEADER_BYTES
    if length < 0 or int.from_bytes(content[2:HEADER_BYTES], "little") != length:
        return None
    if zlib.crc32(content) != int.from_bytes(crc, "little"):
        return None
    return Frame(content[0], content[1], content[HEADER_BYTES:])
