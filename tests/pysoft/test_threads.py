"""How many threads there are, and that every part of the work is done once."""

import os
import subprocess
import sys
import threading

import numpy as np
import pytest

from pysoft.errors import measure
from pysoft.matmul import MatrixProduct
from pysoft.operator import Operator
from pysoft.threads import share_out, thread_count

VARIABLE = "MITCHELL_NUM_THREADS"


@pytest.mark.parametrize("given", [1, 2, 1000])
def test_a_number_goes_before_the_variable(monkeypatch, given):
    monkeypatch.setenv(VARIABLE, "3")
    assert thread_count(given) == given
    assert thread_count() == thread_count(None) == 3


@pytest.mark.parametrize(("text", "count"), [("1", 1), ("2", 2), ("007", 7), ("64", 64)])
def test_the_variable_says_how_many(monkeypatch, text, count):
    monkeypatch.setenv(VARIABLE, text)
    assert thread_count() == count


@pytest.mark.parametrize("empty", [False, True])
def test_without_the_variable_there_is_one_for_each_cpu(monkeypatch, empty):
    monkeypatch.delenv(VARIABLE, raising=False)
    if empty:
        monkeypatch.setenv(VARIABLE, "")
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 2, 5}, raising=False)
    assert thread_count() == 3
    monkeypatch.delattr(os, "sched_getaffinity")
    for cpus, count in ((4, 4), (None, 1)):
        monkeypatch.setattr(os, "cpu_count", lambda cpus=cpus: cpus)
        assert thread_count() == count


@pytest.mark.parametrize("text", ["0", "-1", "two", "1.5", " 2", "²", "1e3", "+2"])
def test_other_text_in_the_variable_is_refused_wherever_threads_are_started(monkeypatch, text):
    monkeypatch.setenv(VARIABLE, text)
    message = rf"^MITCHELL_NUM_THREADS must be an integer, 1 or more, not '{'[+]2' if text == '+2' else text}'$"
    operator = Operator.from_name("mul-u4-mitchell")
    for start in (thread_count, lambda: MatrixProduct(operator), lambda: measure(operator)):
        with pytest.raises(ValueError, match=message):
            start()
    assert thread_count(2) == 2


@pytest.mark.parametrize("wrong", [0, -3])
def test_numbers_below_1_are_refused(wrong):
    operator = Operator.from_name("mul-u4-mitchell")
    for start in (thread_count, lambda n: MatrixProduct(operator, threads=n), lambda n: measure(operator, threads=n)):
        with pytest.raises(ValueError, match=f"^threads must be 1 or more, not {wrong}$"):
            start(wrong)


@pytest.mark.parametrize("wrong", [True, 2.0, "2", np.int64(2)])
def test_what_is_no_integer_is_refused(wrong):
    with pytest.raises(TypeError, match=r"^threads must be an integer, not "):
        thread_count(wrong)


@pytest.mark.parametrize("count", range(6))
def test_every_part_is_done_once_the_first_of_them_here(count):
    """And the others in no more than two other threads."""
    parts = [slice(10 * n, 10 * n + 10) for n in range(count)]
    done, lock = [], threading.Lock()

    def work(part):
        with lock:
            done.append((part, threading.current_thread()))

    share_out(work, parts, 3)
    assert sorted(part.start for part, _ in done) == [part.start for part in parts]
    assert len({thread for _, thread in done}) <= 3
    for part, thread in done:
        assert (thread is threading.current_thread()) == (part.start == 0)
        assert part.start == 0 or thread.name.startswith("mitchell")


def test_parts_are_done_at_the_same_time():
    together = threading.Barrier(3, timeout=60)
    share_out(lambda part: together.wait(), [slice(n, n + 1) for n in range(3)], 3)


@pytest.mark.parametrize("failing", range(3))
def test_an_error_in_any_part_is_raised(failing):
    def work(part):
        if part.start == failing:
            raise ArithmeticError(f"part {failing}")

    with pytest.raises(ArithmeticError, match=f"^part {failing}$"):
        share_out(work, [slice(n, n + 1) for n in range(3)], 3)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_fork_has_threads_of_its_own():
    code = """
import os, signal, sys, threading
from pysoft.threads import share_out
parts, together = [slice(n, n + 1) for n in range(3)], threading.Barrier(3)
share_out(lambda part: together.wait(), parts, 3)  # in all threads that there may be
child = os.fork()
if child == 0:
    signal.alarm(30)
    done = []
    share_out(done.append, parts, 3)
    os._exit(len(done))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], timeout=60, check=False)
    assert done.returncode == 3
