"""A board in software, byte by byte, written from docs/protocol.md alone: what the host side is tested against."""

import json
import struct

import numpy as np

__all__ = ["SoftwareBoard", "crc32", "line_bytes"]


def _crc_of_byte(value):
    for _ in range(8):
        value = (value >> 1) ^ (0xEDB88320 if value & 1 else 0)  # 0x04C11DB7 with its bits reversed
    return value


_CRC_TABLE = [_crc_of_byte(value) for value in range(256)]


def crc32(data):
    """The CRC of the protocol, one byte after the other."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _CRC_TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def line_bytes(sequence, unit, payload):
    """A frame as it stands on the line."""
    content = struct.pack("<BBH", sequence, unit, len(payload)) + payload
    content += struct.pack("<I", crc32(content))
    line = bytearray([0x7E])
    for byte in content:
        line += bytes([0x7D, byte ^ 0x20]) if byte in (0x7D, 0x7E) else bytes([byte])
    line.append(0x7E)
    return bytes(line)


class SoftwareBoard:
    """Bytes in, bytes out.

    Parameters
    ----------
    operators : list
        Models.
    twice : callable, optional
        Whether an answer is given twice, which no board should do.
    identification : dict, optional
        What differs from what it should say.
    """

    def __init__(self, operators, *, buffer=2048, baud=1_000_000, twice=lambda: False, identification=None):
        self.operators, self.twice = operators, twice
        fields = {"protocol": 1, "version": "0.1.0", "board": "software", "clock": 12_000_000, "baud": baud}
        names = {operator.name: 4 for operator in operators}
        self.identification = fields | {"buffer": buffer, "operators": names} | (identification or {})
        self.power_cycle()

    def power_cycle(self):
        """Forget everything."""
        self.counters = dict.fromkeys(("accepted", "crc", "malformed", "line", "overrun", "rejected"), 0)
        self._content, self._is_escaped = bytearray(), False

    def receive(self, data):
        """What the board sends for these bytes."""
        return b"".join(map(self._byte, data))

    def _byte(self, byte):
        if byte == 0x7E:
            content, self._content = bytes(self._content), bytearray()
            is_escaped, self._is_escaped = self._is_escaped, False
            return self._frame(content, is_escaped) if content or is_escaped else b""
        if self._is_escaped:
            self._content.append(byte ^ 0x20)
            self._is_escaped = False
        elif byte == 0x7D:
            self._is_escaped = True
        else:
            self._content.append(byte)
        return b""

    def _frame(self, content, is_escaped):
        if is_escaped or len(content) < 8 or struct.unpack("<H", content[2:4])[0] != len(content) - 8:
            self.counters["malformed"] += 1
            return b""
        if crc32(content[:-4]) != struct.unpack("<I", content[-4:])[0]:
            self.counters["crc"] += 1
            return b""
        if len(content) > self.identification["buffer"]:
            self.counters["overrun"] += 1
            return b""
        self.counters["accepted"] += 1
        answer = line_bytes(content[0], *self._answer(content[1], content[4:-4]))
        return answer * (2 if self.twice() else 1)

    def _answer(self, unit, payload):
        if unit == 0xF0:
            return unit, json.dumps(self.identification).encode()
        if unit == 0xF1:
            return unit, payload
        if unit == 0xF2:
            return unit, struct.pack("<6H", *(value & 0xFFFF for value in self.counters.values()))
        if unit >= len(self.operators):
            return self._error(1, unit)
        operator = self.operators[unit]
        size = (operator.format.width + 7) // 8
        if len(payload) % (size * len(operator.operands)):
            return self._error(2, unit)
        return unit, self._results(operator, size, payload)

    def _error(self, code, unit):
        self.counters["rejected"] += 1
        return 0xFF, bytes([code, unit])

    def _results(self, operator, size, payload):
        mask = (1 << operator.format.width) - 1
        bits = [int.from_bytes(payload[i : i + size], "little") & mask for i in range(0, len(payload), size)]
        values = operator.format.from_bits(np.array(bits, np.uint64))
        results = operator(*(values[i :: len(operator.operands)] for i in range(len(operator.operands))))
        size = (operator.result_format.width + 7) // 8
        patterns = operator.result_format.to_bits(results).tolist()
        return b"".join(pattern.to_bytes(size, "little") for pattern in patterns)
