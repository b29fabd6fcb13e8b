"""A board as a host sees it, over a real port of pyserial."""

import numpy as np
import pytest
from pseudo_terminal import PseudoTerminal
from software_board import SoftwareBoard
from virtual_port import Noise

from boards.link.device import Device, connect
from boards.link.errors import LinkError
from boards.link.protocol import Identification
from pysoft.operator import Operator
from pysoft.vectors import operand_vectors

NAMES = ["mul-u16-mitchell", "div-s13-mitchell-f4", "rsqrt-bf16-mitchell", "mul-f32-mitchell", "mul-u2-mitchell"]
OPERATORS = [Operator.from_name(name) for name in NAMES]


@pytest.fixture(scope="module")
def board():
    return SoftwareBoard(OPERATORS)


@pytest.fixture(scope="module")
def device(board):
    with PseudoTerminal(board) as terminal, connect(terminal.port) as device:
        yield device


def bits(operator, values):
    return operator.result_format.to_bits(np.asarray(values))


def test_a_board_says_what_it_is(device, board):
    assert Identification(**board.identification) == device.identification
    assert tuple(NAMES) == device.operators
    assert 1_000_000 == device.baud
    assert all(word in repr(device) for word in ("software", "/dev/", "mul-u2-mitchell"))


@pytest.mark.parametrize("name", NAMES)
def test_results_are_those_of_the_model(device, name):
    operator = Operator.from_name(name)
    operands = operand_vectors(operator.format, 500, 1, operands=len(operator.operands))
    expected, results = operator(*operands), device.operator(name)(*operands)
    assert (expected.dtype, expected.shape) == (results.dtype, results.shape)
    np.testing.assert_array_equal(bits(operator, expected), bits(operator, results))
    assert results.flags.writeable


@pytest.mark.parametrize(
    ("name", "operands"),
    [
        ("mul-u16-mitchell", (1000, 3000)),
        ("mul-u16-mitchell", ([3, 5], [[3], [7]])),
        ("mul-u16-mitchell", (np.zeros((2, 0), np.uint8), 7)),
        ("mul-u16-mitchell", (np.arange(24).reshape(2, 3, 4)[:, ::-1].T, np.int8(9))),
        ("div-s13-mitchell-f4", (-4096, -1)),
        ("rsqrt-bf16-mitchell", (2.0,)),
        ("mul-f32-mitchell", (np.float32(1.5), np.ones(3, np.float32))),
        ("mul-f32-mitchell", (float("nan"), 0)),
    ],
)
def test_shapes_and_types_are_those_of_the_model(device, name, operands):
    operator = Operator.from_name(name)
    expected, result = operator(*operands), device.operator(name)(*operands)
    assert (type(expected), expected.dtype, expected.shape) == (type(result), result.dtype, result.shape)
    np.testing.assert_array_equal(expected, result)


@pytest.mark.parametrize(
    ("name", "operands"),
    [
        ("mul-u16-mitchell", (1,)),
        ("mul-u16-mitchell", (65536, 1)),
        ("mul-u16-mitchell", (1.0, 1)),
        ("mul-u16-mitchell", ([1, 2], [1, 2, 3])),
        ("rsqrt-bf16-mitchell", (np.float64([2]),)),
    ],
)
def test_what_the_model_refuses_is_refused_in_its_words(device, name, operands):
    with pytest.raises((TypeError, ValueError)) as expected:
        Operator.from_name(name)(*operands)
    with pytest.raises(expected.type) as refused:
        device.operator(name)(*operands)
    assert str(expected.value) == str(refused.value)


def test_names_are_canonical_or_equal_to_a_canonical_one(device):
    assert "mul-u2-mitchell" == device.operator("mul-u2-mitchell").name
    assert Operator.from_name("div-s13-mitchell-f4") == device.operator("div-s13-mitchell-f4").model
    for name in ("mul-u8-mitchell", "mul-u16", "", "div-s13-mitchell"):
        with pytest.raises(ValueError, match=f"has no operator '{name}': it has {', '.join(NAMES)}"):
            device.operator(name)
    with pytest.raises(TypeError, match="must be a string"):
        device.operator(3)


def test_echo_brings_back_every_byte(device):
    data = bytes(range(256)) * 7
    assert data == device.echo(data)
    assert b"" == device.echo(b"")
    with pytest.raises(ValueError, match=r"0\.\.2040 bytes, not 2041"):
        device.echo(bytes(2041))


def test_counters_are_those_of_the_board(device, board):
    before = device.counters()
    device.echo(b"1")
    expected = before | {"accepted": before["accepted"] + 2}  # the echo, and the question itself
    assert expected == device.counters()
    board.counters["crc"] = 0x1FFFE
    assert 0xFFFE == device.counters()["crc"]
    board.counters["crc"] = 0


def test_progress_is_told_until_all_has_come(device):
    seen = []
    device.operator("mul-u16-mitchell")(np.arange(1000), 3, progress=lambda *step: seen.append(step))
    assert [(1000, 1000, "mul-u16-mitchell")] == seen[-1:]
    assert len(seen) > 2
    assert sorted(seen) == seen


@pytest.mark.parametrize("payload", [1, 4, 100, 2040])
def test_frames_may_be_of_any_size(board, payload):
    a, b = operand_vectors(OPERATORS[0].format, 600, 2)
    with PseudoTerminal(board) as terminal, connect(terminal.port, payload=payload) as device:
        before = device.statistics.answered
        np.testing.assert_array_equal(OPERATORS[0](a, b), device.operator("mul-u16-mitchell")(a, b))
        assert -(-len(a) // max(1, payload // 4)) == device.statistics.answered - before


@pytest.mark.parametrize("seed", range(2))
def test_a_terminal_with_noise_gives_every_result(board, seed):
    noise = {"changed": 0.0003, "dropped": 0.0001, "inserted": 0.0001}
    to_board, to_host = Noise(2 * seed, **noise), Noise(2 * seed + 1, **noise)
    a, b = operand_vectors(OPERATORS[0].format, 6000, seed)
    with (
        PseudoTerminal(board, to_board=to_board, to_host=to_host) as terminal,
        connect(terminal.port, timeout=0.1) as device,
    ):
        np.testing.assert_array_equal(OPERATORS[0](a, b), device.operator("mul-u16-mitchell")(a, b))
        assert device.statistics.resent > 0


def test_a_second_host_begins_where_the_first_one_died(board):
    with PseudoTerminal(board) as terminal:
        first = connect(terminal.port)
        first._connection._port.write(b"~\x05\x00\xf0\x00" + bytes(100))
        first.close()
        terminal.send(b"~\x05\x00garbage")
        with connect(terminal.port) as second:
            assert 15 == second.operator("mul-u16-mitchell")(5, 3) + 1


# What goes wrong when connecting, and later


def test_a_port_belongs_to_one_program(board):
    with (
        PseudoTerminal(board) as terminal,
        connect(terminal.port),
        pytest.raises(LinkError, match=f"port {terminal.port} is in use by another program; the ports there are: "),
    ):
        connect(terminal.port)


def test_a_failed_connection_gives_its_port_back(board):
    with PseudoTerminal(board, to_host=lambda data: b"") as terminal:
        for _ in range(2):
            with pytest.raises(
                LinkError, match=rf"no board answers at {terminal.port} \(9600 baud\) \(nothing comes\)"
            ):
                connect(terminal.port, baud=9600, timeout=0.01)


def test_a_port_that_is_not_there_is_named_beside_those_that_are():
    with pytest.raises(LinkError, match=r"there is no port /dev/ttyNONE; the ports there are: "):
        connect("/dev/ttyNONE")
    with pytest.raises(LinkError, match=r"port /dev/null cannot be opened \(.*\); the ports there are: "):
        connect("/dev/null")
    with pytest.raises(ValueError, match="protocol 'nonsense' not known"):
        connect("nonsense://1")


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"port": 3}, TypeError, "port must be a string such as '/dev/ttyUSB1', not 3"),
        ({"baud": 0}, ValueError, "baud must be at least 1, not 0"),
        ({"baud": 9600.0}, TypeError, "baud must be an integer, not 9600.0"),
        ({"timeout": 0}, ValueError, "timeout must be above 0 seconds, not 0"),
        ({"payload": 0}, ValueError, "payload must be at least 1 byte, not 0"),
        ({"payload": 2041}, ValueError, r"payload must be 1\.\.2040 bytes for this board, not 2041"),
    ],
)
def test_arguments_are_checked(board, arguments, error, message):
    with PseudoTerminal(board) as terminal, pytest.raises(error, match=message):
        connect(**{"port": terminal.port} | arguments)


@pytest.mark.parametrize(
    ("identification", "message"),
    [
        ({"protocol": 2}, "speaks version 2 of the protocol, this host version 1: .* install mitchell 0.1.0"),
        ({"baud": 115_200}, "was built for 115200 baud: connect with that"),
        ({"extra": 1}, "no identification of a mitchell board"),
    ],
)
def test_a_board_that_says_something_else_is_refused(identification, message):
    board = SoftwareBoard(OPERATORS, identification=identification)
    with PseudoTerminal(board) as terminal, pytest.raises(LinkError, match=message):
        connect(terminal.port)


def test_the_rate_of_the_board_is_that_of_the_port_within_what_a_serial_port_bears(board):
    with PseudoTerminal(SoftwareBoard(OPERATORS, baud=921_600)) as terminal:
        assert isinstance(connect(terminal.port, baud=923_077), Device)


def test_results_of_another_length_are_no_results():
    other = SoftwareBoard([Operator.from_name("sqrt-u16-mitchell")])
    other.identification["operators"] = {"mul-u16-mitchell": 4}
    with (
        PseudoTerminal(other) as terminal,
        connect(terminal.port) as device,
        pytest.raises(LinkError, match="answers with 8 bytes where 16 were due: is the bitstream of another version"),
    ):
        device.operator("mul-u16-mitchell")([1, 2, 3, 4], 5)


def test_a_board_that_is_unplugged_in_mid_batch_is_an_error_of_the_link(board):
    with PseudoTerminal(board) as terminal, connect(terminal.port) as device:
        with pytest.raises(LinkError, match=rf"{terminal.port} .*failed .*was the board unplugged"):
            device.operator("mul-u16-mitchell")(np.arange(5000), 3, progress=lambda *_: terminal.unplug())
        with pytest.raises(LinkError, match="unplugged"):
            device.echo(b"1")


def test_a_closed_connection_says_so(board):
    with PseudoTerminal(board) as terminal:
        with connect(terminal.port) as device:
            pass
        with pytest.raises(LinkError, match="was closed: connect again"):
            device.echo(b"late")
