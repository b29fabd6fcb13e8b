"""How many threads work, and work that is shared out among them."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache

__all__ = ["share_out", "thread_count"]

VARIABLE = "MITCHELL_NUM_THREADS"


def thread_count(threads: int | None = None) -> int:
    """``threads``; if that is None, what the environment variable ``MITCHELL_NUM_THREADS`` says, or one for each CPU.

    Raises
    ------
    TypeError
        If it is not an integer.
    ValueError
        If it is below 1, or the variable is not such a number.
    """
    if threads is not None:
        if isinstance(threads, bool) or not isinstance(threads, int):
            raise TypeError(f"threads must be an integer, not {threads!r}")
        if threads < 1:
            raise ValueError(f"threads must be 1 or more, not {threads}")
        return threads
    if wanted := os.environ.get(VARIABLE):
        if not wanted.isdecimal() or int(wanted) < 1:
            raise ValueError(f"{VARIABLE} must be an integer, 1 or more, not {wanted!r}")
        return int(wanted)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def share_out(work: Callable[[slice], None], parts: Sequence[slice], threads: int) -> None:
    """Call ``work`` with every part: the first one here, the others in up to ``threads`` - 1 other threads."""
    others = [_pool(os.getpid(), threads - 1).submit(work, part) for part in parts[1:]]
    for part in parts[:1]:
        work(part)
    for other in others:
        other.result()


@cache
def _pool(process: int, threads: int) -> ThreadPoolExecutor:
    """Threads that stay; those of a process do not live on in its fork."""
    return ThreadPoolExecutor(threads, thread_name_prefix="mitchell")
