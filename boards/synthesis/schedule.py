"""Tool runs in their order, on all processors."""

import os
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial
from typing import Any

from rtl.tools import MissingToolError, ToolError

from .job import SynthesisJob
from .netlist import Netlist
from .place import Placement
from .runs import Candidate, cell_count

__all__ = ["Progress", "SynthesisError", "run_all"]

Progress = Callable[[int, int, str], None]


class SynthesisError(ToolError):
    """Tool runs failed; the message lists them. What did not fail is in the store.

    Parameters
    ----------
    failures : sequence of (str, ToolError)
        What failed, and how.
    total : int
        How many tool runs were asked for.
    """

    def __init__(self, failures: Sequence[tuple[str, ToolError]], total: int):
        self.failures = tuple(failures)
        lines = [f"{what}: {error}" for what, error in failures]
        super().__init__("\n".join([f"{len(failures)} of {total} tool runs failed, the others are stored:", *lines]))


def run_all(
    candidates: Sequence[Candidate], seeds: int, progress: Progress | None
) -> list[tuple[Netlist, *tuple[Placement, ...]]]:
    """Netlist and placements of each candidate: those with more cells than another one of their job get one alone.

    A tool that fails stops what depends on it and nothing else; whatever else is raised stops what has not begun.
    """
    results: list[dict[int, Any]] = [{} for _ in candidates]  # by the seed, 0 for the netlist
    rivals: dict[SynthesisJob, list[int]] = {}
    for i, candidate in enumerate(candidates):
        rivals.setdefault(candidate.job, []).append(i)

    def after(i: int, seed: int) -> list[tuple[int, int]]:
        """What can be run when this has been."""
        job = candidates[i].job
        if not job.target.nextpnr or seed > 1:
            return []
        if seed == 0:
            return [(i, 1)]
        if any(1 not in results[rival] for rival in rivals[job]):
            return []
        cells = {rival: cell_count(job.target, results[rival][0], results[rival][1]) for rival in rivals[job]}
        return [(k, more) for k in cells if cells[k] == min(cells.values()) for more in range(2, seeds + 1)]

    done, total = 0, sum(2 if candidate.job.target.nextpnr else 1 for candidate in candidates)
    total += sum(seeds - 1 for job in rivals if job.target.nextpnr)  # more where two have as many cells
    failures = []
    ready = deque((i, 0) for i in range(len(candidates)))
    running: dict[Future, tuple[int, int]] = {}
    workers = os.cpu_count() or 1
    with ThreadPoolExecutor(max_workers=workers) as pool:
        while ready or running:
            while ready and len(running) < workers:  # the rest waits here, for placements that are to go first
                i, seed = ready.popleft()
                run = partial(candidates[i].placement, seed) if seed else candidates[i].netlist
                running[pool.submit(run)] = i, seed
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                i, seed = running.pop(future)
                what = f"{candidates[i].name}: {f'seed {seed}' if seed else 'synthesis'}"
                done += 1
                try:
                    results[i][seed] = future.result()
                except MissingToolError:
                    raise
                except ToolError as error:
                    failures.append((what, error))
                else:
                    ready.extendleft(reversed(after(i, seed)))
                total = max(total, done + len(ready) + len(running))
                if progress is not None:
                    progress(done, total, what)
    if failures:
        raise SynthesisError(failures, total)
    return [tuple(result[seed] for seed in sorted(result)) for result in results]
