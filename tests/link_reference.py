"""The serial protocol in plain Python, written from ``docs/protocol.md`` and not from the code that it judges."""

import zlib
from typing import NamedTuple

import numpy as np


class Frame(NamedTuple):
    sequence: int
    unit: int
    payload: bytes


def content(frame, *, length=None, check=0):
    """All between the flags before escapes are put in: with another length or a check that is wrong, if asked for."""
    length = len(frame.payload) if length is None else length
    data = bytes([frame.sequence, frame.unit, length % 256, length // 256]) + frame.payload
    return data + (zlib.crc32(data) ^ check).to_bytes(4, "little")


def stuffed(data):
    return data.replace(b"\x7d", b"\x7d\x5d").replace(b"\x7e", b"\x7d\x5e")


def encode(frame, **faults):
    return b"\x7e" + stuffed(content(frame, **faults)) + b"\x7e"


def judge(between):
    """What becomes of the bytes between two flags: the name of a counter, and what a receiver hands on of them."""
    data = bytearray()
    escaped = False
    for byte in between:
        if byte == 0x7D and not escaped:
            escaped = True
        else:
            data.append(byte ^ 0x20 if escaped else byte)
            escaped = False
    length = data[2] + 256 * data[3] if len(data) >= 4 else 0
    handed = bytes(data[: 4 + length])
    if escaped or len(data) < 8 or len(data) != 8 + length:
        return "malformed", handed
    if zlib.crc32(data[:-4]).to_bytes(4, "little") != data[-4:]:
        return "crc", handed
    return "accepted", handed


def decode(line):
    """The frames on a line on which nothing is wrong."""
    frames = []
    for between in bytes(line).split(b"\x7e"):
        if between:
            verdict, data = judge(between)
            assert verdict == "accepted", f"{verdict}: {between.hex(' ')}"
            frames.append(Frame(data[0], data[1], data[4:]))
    return frames


def operand_bytes(operator):
    return (operator.format.width + 7) // 8


def results(operator, payload):
    """Bytes of the model's results on the operands of a payload, or None if its length is no multiple."""
    size, count = operand_bytes(operator), len(operator.operands)
    if len(payload) % (size * count):
        return None
    columns = []
    for i in range(count):
        raw = [payload[at : at + size] for at in range(i * size, len(payload), size * count)]
        bits = np.array([int.from_bytes(each, "little") for each in raw], dtype=np.uint64)
        columns.append(operator.format.from_bits(bits & np.uint64((1 << operator.format.width) - 1)))
    bits = operator.result_format.to_bits(np.asarray(operator(*columns)))
    return b"".join(int(each).to_bytes((operator.result_format.width + 7) // 8, "little") for each in bits)


def respond(operators, identification, request, counters=b""):
    """The response of a board."""
    sequence, unit, payload = request
    answer = None
    if unit < len(operators):
        answer = results(operators[unit], payload)
    elif unit == 0xF1:
        answer = payload
    elif unit in (0xF0, 0xF2):
        answer = (identification if unit == 0xF0 else counters) if not payload else None
    else:
        return Frame(sequence, 0xFF, bytes([1, unit]))
    return Frame(sequence, 0xFF, bytes([2, unit])) if answer is None else Frame(sequence, unit, answer)
