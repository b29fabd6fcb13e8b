"""Requests over lines with faults, to boards that forget: every answer once and in order, or an error.

The board is byte-by-byte software, the time is virtual, and all faults follow from a seed.
"""

import itertools

import numpy as np
import pytest
from software_board import SoftwareBoard, line_bytes
from virtual_port import Noise, VirtualPort

from boards.link.connection import FIRST_BUFFER, Connection
from boards.link.errors import LinkError, RefusedError
from boards.link.frame import FrameDecoder
from boards.link.protocol import Unit
from pysoft.operator import Operator

BUFFER = 512


def board(**options):
    return SoftwareBoard([Operator.from_name("mul-u8-mitchell")], buffer=BUFFER, **options)


def connection(port, *, buffer=BUFFER, timeout=0.25):
    return Connection(port, name="the virtual port", buffer=buffer, timeout=timeout, clock=port.clock)


def numbered(many, *, size=12):
    """Echo requests that are all different."""
    return [(Unit.ECHO, number.to_bytes(4, "little") + b"~" * (size - 4)) for number in range(many)]


def payloads(requests):
    return [payload for _, payload in requests]


def test_a_good_line_is_used_once_and_never_beyond_the_buffer():
    port = VirtualPort(board(), delay=lambda: 0.01)
    link = connection(port)
    link.exchange([])
    requests = numbered(700, size=20)
    decoder, unanswered, most = FrameDecoder(), set(), 0
    write, read = port.write, port.read

    def counting_write(data):
        nonlocal most
        unanswered.add(data)
        most = max(most, len(unanswered))
        write(data)

    def counting_read(size):
        data = read(size)
        for frame in decoder.feed(data):
            unanswered.remove(line_bytes(frame.sequence, frame.unit, frame.payload))
        return data

    port.write, port.read = counting_write, counting_read
    assert payloads(requests) == link.exchange(requests)
    assert BUFFER // (20 + 8) == most
    statistics = link.statistics
    assert (701, 0, 700, 0, 0, 0) == (
        statistics.sent + 1,
        statistics.resent,
        statistics.answered,
        statistics.stale,
        statistics.damaged,
        statistics.silences,
    )
    assert sum(map(len, port.written)) == statistics.bytes_sent
    assert port.now < 700 * 0.01  # they did not wait for each other


@pytest.mark.parametrize(
    "noise",
    [
        {"changed": 0.0005},
        {"dropped": 0.0005},
        {"inserted": 0.0005},
        {"changed": 0.003, "dropped": 0.003, "inserted": 0.003},
    ],
)
@pytest.mark.parametrize("seed", range(3))
def test_a_bad_line_costs_time_alone(noise, seed):
    rng = np.random.default_rng(seed)
    port = VirtualPort(
        board(),
        to_board=Noise(2 * seed, **noise),
        to_host=Noise(2 * seed + 1, **noise),
        delay=lambda: rng.random() / 50,
    )
    link = connection(port)
    requests = numbered(1000)
    assert payloads(requests) == link.exchange(requests)
    statistics = link.statistics
    assert statistics.resent > 10
    assert (1000, 0) == (statistics.answered, statistics.stale)


@pytest.mark.parametrize("seed", range(3))
def test_answers_may_come_long_after_they_were_given_up(seed):
    rng = np.random.default_rng(seed)
    noise = {"changed": 0.001, "dropped": 0.001}
    port = VirtualPort(
        board(),
        to_board=Noise(2 * seed, **noise),
        to_host=Noise(2 * seed + 1, **noise),
        delay=lambda: 0.3 if rng.random() < 0.02 else 0.001,
    )
    link = connection(port, timeout=0.05)
    requests = numbered(1000)
    assert payloads(requests) == link.exchange(requests)
    assert 1000 == link.statistics.answered
    assert link.statistics.stale > 100


def test_answers_that_come_twice_are_taken_once():
    rng = np.random.default_rng(1)
    port = VirtualPort(board(twice=lambda: rng.random() < 0.3), delay=lambda: rng.random() / 50)
    link = connection(port)
    requests = numbered(1000)
    assert payloads(requests) == link.exchange(requests)
    assert link.statistics.stale > 200
    assert 0 == link.statistics.resent


@pytest.mark.parametrize("seed", range(3))
def test_a_board_may_lose_power_at_any_moment(seed):
    rng = np.random.default_rng(seed)
    port = VirtualPort(board(), delay=lambda: rng.random() / 50)
    write, cycles = port.write, itertools.count()

    def write_with_power_cycles(data):
        if rng.random() < 0.03:
            next(cycles)
            cut = int(rng.integers(len(data) + 1))
            write(data[:cut])
            port.power_cycle(keep=int(rng.integers(40)))
            data = data[cut:]
        write(data)

    port.write = write_with_power_cycles
    requests = numbered(1000)
    assert payloads(requests) == connection(port).exchange(requests)
    assert next(cycles) > 20


def test_a_long_pause_of_the_board_is_borne():
    port = VirtualPort(board())
    link = connection(port)
    link.exchange([])
    port._delay = lambda: 1.5 if len(port.written) < 4 else 0.0
    requests = numbered(200)
    assert payloads(requests) == link.exchange(requests)
    assert 0 < link.statistics.silences < 6


def test_a_slow_board_is_given_as_much_time_as_it_takes():
    port = VirtualPort(board(), delay=lambda: 0.2)
    link = connection(port, timeout=0.05)
    requests = numbered(500)
    link.exchange(requests[:100])
    resent = link.statistics.resent
    assert payloads(requests) == link.exchange(requests)
    assert link.statistics.resent == resent


def test_old_answers_and_half_a_request_of_a_host_that_died_are_left_behind():
    shared = board()
    port = VirtualPort(shared, delay=lambda: 0.03)
    first = connection(port)
    first.exchange([])
    for number in range(12):
        port.write(line_bytes(number, Unit.ECHO, b"old"))
    port.write(line_bytes(12, Unit.ECHO, b"old" * 9)[:17])
    port.send(b"\x7d~noise\x7d")
    second = connection(port)
    requests = numbered(300)
    assert payloads(requests) == second.exchange(requests)
    assert 0 == second.statistics.stale


def test_an_interrupted_batch_leaves_the_connection_usable():
    port = VirtualPort(board(), delay=lambda: 0.02)
    link = connection(port)

    def interrupt(answered):
        if answered > 100:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        link.exchange(numbered(300), progress=interrupt)
    requests = [(Unit.ECHO, b"new %d" % number) for number in range(300)]
    assert payloads(requests) == link.exchange(requests)
    assert 0 == link.statistics.stale  # what was left of the first batch came before the answer to the random bytes


def test_a_call_from_within_a_call_is_refused():
    link = connection(VirtualPort(board()))
    with pytest.raises(RuntimeError, match="is in use, by another thread or by the call that this one is made from"):
        link.exchange(numbered(2), progress=lambda _: link.exchange(numbered(1)))
    assert payloads(numbered(2)) == link.exchange(numbered(2))


def test_progress_ends_with_all_and_never_goes_back():
    seen = []
    link = connection(VirtualPort(board()))
    link.exchange(numbered(100), progress=seen.append)
    assert sorted(set(seen)) == seen
    assert 100 == seen[-1]
    assert [] == link.exchange([])


# What cannot be mended


def test_a_port_with_nothing_behind_it_is_an_error_within_two_seconds():
    port = VirtualPort(board(), to_board=lambda data: b"")
    with pytest.raises(LinkError, match=r"no board answers at the virtual port \(nothing comes\): check that"):
        connection(port).exchange([])
    assert port.now < 2.1


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (b"login: ~", "what comes is damaged"),
        (b"login: ", "what comes is no answer"),
        (line_bytes(0, Unit.ECHO, b"8 others"), "what comes is no answer"),
    ],
)
def test_something_else_behind_the_port_is_an_error(answer, found):
    port = VirtualPort(board(), to_host=lambda data: answer)
    with pytest.raises(LinkError, match=found):
        connection(port).exchange(numbered(1))


@pytest.mark.parametrize(("delay", "patience"), [(0.0, 0.25), (0.1, 0.25), (0.3, 0.6)])
def test_a_board_that_falls_silent_is_an_error_after_as_long_as_documented(delay, patience):
    port = VirtualPort(board(), delay=lambda: delay)
    link = connection(port)
    link.exchange(numbered(1))
    port._to_board = lambda data: b""
    start = port.now
    with pytest.raises(LinkError, match="the board at the virtual port no longer answers: check that it has power"):
        link.exchange(numbered(100))
    assert 3 == link.statistics.silences
    assert 7 * patience + 8 * 0.25 <= port.now - start < 7 * patience + 8 * 0.25 + 12 * 0.005  # and a poll for each
    port._to_board = bytes
    assert payloads(numbered(100)) == link.exchange(numbered(100))


def test_a_request_that_never_gets_through_is_an_error_though_others_do():
    port = VirtualPort(
        board(), to_board=lambda data: data.replace(b"\x11\0\0", b"\0\0")
    )  # as software flow control does
    requests = numbered(20)
    with pytest.raises(LinkError, match=r"was lost 16 times though the board answers others: .* software flow control"):
        connection(port).exchange(requests)
    assert payloads(requests[:17]) == connection(port).exchange(requests[:17])


def test_a_line_that_babbles_is_not_taken_for_a_board_that_answers():
    port = VirtualPort(board())
    link = connection(port)
    link.exchange([])
    read = port.read

    def babble(size):
        port.send(b"~babble")
        return read(size)

    port._to_board = lambda data: b""
    port.read = babble
    port._delay = lambda: 0.001
    with pytest.raises(LinkError, match="no longer answers"):
        link.exchange(numbered(1))


@pytest.mark.parametrize("method", ["read", "write", "in_waiting"])
def test_a_port_that_disappears_is_an_error_of_the_link(method):
    class Unplugged(VirtualPort):
        @property
        def in_waiting(self):
            return self.fail("in_waiting") or super().in_waiting

        def read(self, size):
            return self.fail("read") or super().read(size)

        def write(self, data):
            return self.fail("write") or super().write(data)

        def fail(self, name):
            if name == method and len(self.written) > 5:
                raise OSError(5, "Input/output error")

    link = connection(Unplugged(board()))
    with pytest.raises(LinkError, match=r"the virtual port failed \(.*Input/output error\): was the board unplugged"):
        link.exchange(numbered(100))
    with pytest.raises(LinkError, match="unplugged"):
        link.exchange(numbered(1))


def test_an_interruption_after_an_echo_in_mid_batch_is_no_end_of_the_batch():
    port = VirtualPort(board())
    link = connection(port)
    link.exchange([])
    echoed = []

    def only_echoes(data):
        is_old = b"~~~~" in data.replace(b"\x7d\x5e", b"~")
        echoed.append(not is_old)
        if sum(echoed) > 1:
            raise KeyboardInterrupt
        return b"" if is_old else data

    port._to_board = only_echoes
    with pytest.raises(KeyboardInterrupt):
        link.exchange(numbered(3))
    port._to_board = bytes
    port.send(line_bytes(link._window._next % 256, Unit.ECHO, b"old"))
    assert payloads(numbered(9)) == link.exchange(numbered(9))


def test_a_refusal_names_its_reason_and_the_connection_stays_usable():
    link = connection(VirtualPort(board()))
    with pytest.raises(RefusedError, match=r"refuses a request to unit 0x7: it has no such unit"):
        link.exchange([(0, b"12")] * 9 + [(7, b"")] + numbered(9))
    with pytest.raises(RefusedError, match=r"unit 0x0: 3 bytes are no multiple of what the unit takes"):
        link.exchange([(0, b"123")])
    assert payloads(numbered(9)) == link.exchange(numbered(9))


def test_a_request_that_the_buffer_cannot_hold_is_refused_before_anything_is_sent():
    port = VirtualPort(board())
    link = connection(port, buffer=FIRST_BUFFER)
    with pytest.raises(ValueError, match=r"a request to this board may have 0\.\.56 bytes, not 57"):
        link.exchange([(Unit.ECHO, bytes(56)), (Unit.ECHO, bytes(57))])
    assert [] == port.written
