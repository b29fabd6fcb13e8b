import signal
import sys
import time

import pytest

from mitchell import cli


class Dropped:
    """Raises in its destructor, where z3 may be when Ctrl-C comes."""

    def __init__(self, error):
        self.error = error

    def __del__(self):
        raise self.error


@pytest.fixture
def interruptible():
    """Also where the tests are run in the background, which ignores the signal."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_in_a_destructor_is_not_lost(monkeypatch, interruptible):
    monkeypatch.setattr(sys, "unraisablehook", cli._unraisable)

    def drop_and_wait():
        dropped = Dropped(KeyboardInterrupt())
        del dropped
        time.sleep(60)

    with pytest.raises(KeyboardInterrupt):
        drop_and_wait()


def test_another_error_in_a_destructor_is_told(monkeypatch, capsys):
    monkeypatch.setattr(sys, "unraisablehook", cli._unraisable)
    dropped = Dropped(ValueError("no number"))
    del dropped
    assert "no number" in capsys.readouterr().err
