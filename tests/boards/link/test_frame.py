"""The codec against one that goes byte by byte."""

import itertools
import zlib

import numpy as np
import pytest
from software_board import crc32, line_bytes

from boards.link.frame import MOST_PAYLOAD, Frame, FrameDecoder, encode

MEANINGFUL = [0x7E, 0x7D, 0x5E, 0x5D, 0x00]


def random_frames(rng, many):
    """Frames in which bytes that mean something on the line are frequent."""

    def payload():
        size = rng.integers(0, 30)
        return bytes(
            np.where(rng.random(size) < 0.5, rng.choice(MEANINGFUL, size), rng.integers(0, 256, size)).tolist()
        )

    return [Frame(int(rng.integers(256)), int(rng.choice(MEANINGFUL)), payload()) for _ in range(many)]


def fed_in_portions(decoder, line, rng):
    edges = [0, *np.sort(rng.integers(0, len(line) + 1, 5)).tolist(), len(line)]
    return [frame for start, end in itertools.pairwise(edges) for frame in decoder.feed(line[start:end])]


def frames_on(line):
    """Frames and the number of damaged ones among the bytes of a line, one byte after the other."""
    found, damaged, content, is_escaped, is_wrong = [], 0, bytearray(), False, False
    for byte in line:
        if byte == 0x7E:
            if content or is_escaped or is_wrong:
                length = len(content) - 8
                whole = not (is_escaped or is_wrong) and length >= 0 and length == content[2] + 256 * content[3]
                if whole and crc32(content[:-4]) == int.from_bytes(content[-4:], "little"):
                    found.append(Frame(content[0], content[1], bytes(content[4:-4])))
                else:
                    damaged += 1
            content, is_escaped, is_wrong = bytearray(), False, False
        elif is_escaped:
            is_wrong |= byte not in (0x5D, 0x5E)
            content.append(byte ^ 0x20)
            is_escaped = False
        elif byte == 0x7D:
            is_escaped = True
        else:
            content.append(byte)
    return found, damaged


@pytest.fixture(params=range(4))
def rng(request):
    return np.random.default_rng(request.param)


def test_a_frame_is_encoded_as_byte_by_byte(rng):
    for frame in random_frames(rng, 100):
        assert line_bytes(frame.sequence, frame.unit, frame.payload) == encode(frame)


def test_frames_come_back_in_any_portions(rng):
    decoder = FrameDecoder()
    for _ in range(50):
        frames = random_frames(rng, 4)
        assert frames == fed_in_portions(decoder, b"".join(map(encode, frames)), rng)
    assert 0 == decoder.damaged


def test_a_spoiled_line_is_decoded_as_byte_by_byte(rng):
    spoiled = 0
    for _ in range(300):
        line = bytearray(b"".join(map(encode, random_frames(rng, 3))))
        for _ in range(rng.integers(1, 5)):
            at = int(rng.integers(len(line)))
            line[at : at + int(rng.integers(0, 3))] = bytes(rng.choice(MEANINGFUL, rng.integers(0, 3)).tolist())
        line += b"~"
        decoder = FrameDecoder()
        assert frames_on(line) == (fed_in_portions(decoder, bytes(line), rng), decoder.damaged), line.hex(" ")
        spoiled += decoder.damaged
    assert spoiled > 300


def test_noise_before_a_frame_costs_nothing_but_itself(rng):
    for frame in random_frames(rng, 100):
        noise = rng.bytes(20) + bytes(rng.choice(MEANINGFUL, 3).tolist())
        # A flag ends the noise, and another one begins the frame.
        assert [frame] == FrameDecoder().feed(noise + b"~" + encode(frame))[-1:]


def test_every_single_byte_that_changes_or_is_missing_is_noticed():
    line = encode(Frame(3, 0, bytes(range(0x78, 0x80))))
    for i in range(len(line)):
        for spoiled in (line[:i] + bytes([line[i] ^ 0x10]) + line[i + 1 :], line[:i] + line[i + 1 :]):
            found = FrameDecoder().feed(spoiled + b"~")
            assert [] == found or i in (0, len(line) - 1), i  # a flag more or less at either end does not matter


def test_four_flipped_bits_are_found_in_frames_of_up_to_371_bytes():
    size = 371
    nothing = zlib.crc32(bytes(size))
    flips = [
        zlib.crc32(bytes(i // 8) + bytes([1 << i % 8]) + bytes(size - 1 - i // 8)) ^ nothing for i in range(8 * size)
    ]
    one = np.array(flips + [1 << i for i in range(32)], np.uint32)  # what one flipped bit does to the check
    first, second = np.triu_indices(len(one), 1)
    # If four or fewer did nothing together, two of them would do what the other two, or one, or none do.
    some = np.sort(np.concatenate([[0], one, one[first] ^ one[second]]))
    assert np.all(some[1:] != some[:-1])


def test_the_longest_frame_comes_back_if_every_byte_is_escaped():
    frame = Frame(0x7E, 0x7D, b"~" * MOST_PAYLOAD)
    assert [frame] == FrameDecoder().feed(encode(frame))


def test_noise_without_a_flag_does_not_fill_the_memory():
    decoder = FrameDecoder()
    for _ in range(40):
        assert [] == decoder.feed(bytes(10_000))
    assert len(decoder._rest) < 200_000
    assert [Frame(1, 2, b"")] == decoder.feed(encode(Frame(1, 2, b"")))
    assert 1 == decoder.damaged


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (Frame(256, 0, b""), r"sequence of a frame must be 0\.\.255, not 256"),
        (Frame(0, -1, b""), r"unit of a frame must be 0\.\.255, not -1"),
        (Frame(0, 0, bytes(65536)), r"length of the payload of a frame must be 0\.\.65535, not 65536"),
    ],
)
def test_what_does_not_fit_is_refused(frame, message):
    with pytest.raises(ValueError, match=message):
        encode(frame)
