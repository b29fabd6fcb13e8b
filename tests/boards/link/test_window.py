"""The window by itself: what is on its way, what is lost, and which numbers may be used."""

import numpy as np

from boards.link.frame import Frame
from boards.link.window import Window

OPERATOR, OTHER, ERROR = 0, 1, 0xFF


def window_with(requests, first=0):
    window = Window(10_000)
    for _ in range(first):
        window.next_number()
    for i in range(requests):
        window.add(OPERATOR, bytes([i]))
    return window


def send_all(window, now=0.0):
    """Payloads of all that is to be sent."""
    return [request.payload[0] for request in iter(lambda: window.send(now), None)]


def answer(number):
    return Frame(number % 256, OPERATOR, b"%d" % number)


def test_answers_are_given_once_in_order_without_gaps():
    window = window_with(3)
    assert [0, 1, 2] == send_all(window)
    window.take(answer(0))
    assert [answer(0)] == window.answers()
    assert [] == window.answers()
    window.take(answer(2))
    assert [] == window.answers()
    assert [1] == send_all(window)  # what was sent before 2 and is not answered is lost
    assert window.take(answer(2)) is None
    window.take(answer(1))
    assert [answer(1), answer(2)] == window.answers()


def test_what_was_sent_again_is_lost_again_only_if_something_later_is_answered():
    window = window_with(4)
    send_all(window)
    window.take(answer(1))
    assert [0] == send_all(window)  # behind 2 and 3 now
    window.take(answer(3))
    assert [2] == send_all(window)
    window.take(answer(2))
    assert [0] == send_all(window)  # 2 was sent behind it


def test_after_a_silence_everything_unanswered_is_sent_again_the_oldest_first():
    window = window_with(4)
    send_all(window)
    window.take(answer(1))
    window.lose_all()
    assert [0, 2, 3] == send_all(window)


def test_an_answer_that_comes_after_a_silence_is_taken_and_not_asked_for_again():
    window = window_with(3)
    send_all(window)
    window.lose_all()
    window.take(answer(1))
    assert [0, 2] == send_all(window)


def test_nothing_old_is_an_answer_to_what_is_begun_anew():
    window = window_with(4)
    send_all(window)
    window.take(answer(2))
    window.next_number()
    window.begin_anew()  # 0, 1 and 3 as 5, 6 and 7
    assert [0, 1, 3] == send_all(window)
    for number in range(5):
        assert window.take(answer(number)) is None
    for number in (5, 6, 7):
        assert number == window.take(answer(number)).number
    assert [answer(number) for number in (5, 6, 2, 7)] == window.answers()


def test_frames_that_nobody_waits_for_are_no_answers():
    window = window_with(2, first=255)
    assert window.take(answer(255)) is None  # nothing was sent
    send_all(window)
    assert window.take(Frame(255, OTHER, b"")) is None
    assert window.take(Frame(255, ERROR, bytes([2, OTHER]))) is None
    assert window.take(Frame(1, OPERATOR, b"")) is None
    assert [] == window.answers()
    assert window.take(Frame(255, ERROR, bytes([2, OPERATOR]))).number == 255
    assert window.take(Frame(0, OPERATOR, b"")).number == 256


def test_room_is_for_the_bytes_of_the_buffer_and_for_128_requests_from_the_oldest_on():
    window = Window(100)
    assert window.has_room(bytes(92))
    assert not window.has_room(bytes(93))
    window.add(OPERATOR, bytes(50))
    assert window.has_room(bytes(34))
    assert not window.has_room(bytes(35))
    send_all(window)
    window.take(answer(0))
    assert window.has_room(bytes(92))

    window = window_with(128)
    assert not window.has_room(b"")
    send_all(window)
    for number in range(1, 128):
        window.take(answer(number))
    assert not window.has_room(b"")  # 0 is not answered
    window.take(answer(0))
    assert not window.has_room(b"")  # and its answer not taken
    window.answers()
    assert window.has_room(b"")


def test_a_number_is_used_again_only_after_nothing_can_answer_its_older_request():
    """The invariant of docs/protocol.md, on lines that lose at random and answer late."""
    for seed in range(20):
        rng = np.random.default_rng(seed)
        window, coming, taken = Window(10_000), [], []
        added = 0
        while len(taken) < 1500:
            while added < 1500 and window.has_room(b"12"):
                window.add(OPERATOR, added.to_bytes(2, "little"))
                added += 1
            while (request := window.send(0.0)) is not None:
                if rng.random() > 0.05:
                    coming.append(Frame(request.sequence, OPERATOR, request.payload))
            if not coming or rng.random() < 0.02:  # a silence, whether or not something is still on its way
                window.lose_all()
            for frame in coming[: (count := rng.integers(0, 50))]:
                if rng.random() > 0.05:
                    window.take(frame)
            del coming[:count]
            taken += [int.from_bytes(frame.payload, "little") for frame in window.answers()]
        assert list(range(1500)) == taken, f"seed {seed}"
