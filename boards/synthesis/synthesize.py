"""Synthesis of operators: netlists and placements on all processors, and the reports made of them."""

import importlib.metadata
import os
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pysoft.files import deliver
from pysoft.operator import Operator
from rtl.core import check_stages
from rtl.tools import yosys_version

from .harness import harness_cost
from .netlist import STRATEGIES, Netlist, count, make_netlist
from .place import Placement, nextpnr_version, place
from .report import SynthesisReport
from .targets import Target, target_from_name

__all__ = ["MAX_SEEDS", "Progress", "SynthesisJob", "check_integer", "synthesize", "synthesize_many"]

MAX_SEEDS = 99

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class SynthesisJob:
    """One operator on one target.

    Parameters
    ----------
    operator : Operator
    target : Target or str
        A name is looked up.
    stages : int
        0 to 5.

    Raises
    ------
    TypeError
        If ``operator`` is not an Operator.
    ValueError
        If the target is unknown or ``stages`` is outside 0..5.
    """

    operator: Operator
    target: Target
    stages: int = 0

    def __post_init__(self) -> None:
        if not isinstance(self.operator, Operator):
            raise TypeError(f"operator must be an Operator, not {self.operator!r}")
        if not isinstance(self.target, Target):
            object.__setattr__(self, "target", target_from_name(self.target))
        check_stages(self.stages)

    @property
    def strategies(self) -> tuple[str, ...]:
        """Exact multipliers are built in every way that Yosys knows, everything else is taken as it is written."""
        return tuple(STRATEGIES) if self.operator.is_exact and self.operator.operation == "mul" else ("plain",)

    @property
    def name(self) -> str:
        """For folders and progress."""
        return f"{self.operator.name}-{self.target.name}-stages{self.stages}"


def synthesize(
    operator: Operator,
    target: Target | str,
    *,
    stages: int = 0,
    seeds: int = 3,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> SynthesisReport:
    """Area and speed of one operator on one target: :func:`synthesize_many` with one job."""
    (report,) = synthesize_many([SynthesisJob(operator, target, stages)], seeds=seeds, folder=folder, progress=progress)
    return report


def synthesize_many(
    jobs: Sequence[SynthesisJob],
    *,
    seeds: int = 3,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> tuple[SynthesisReport, ...]:
    """Area and speed of operators, as many tool runs at a time as there are processors.

    An exact multiplier is synthesised plainly and by Yosys' ``booth`` pass; the report is of the one with fewer cells,
    on a tie of the faster one.

    Parameters
    ----------
    jobs : sequence of SynthesisJob
    seeds : int
        nextpnr runs for each netlist, 1 to 99, with the seeds 1, 2, ...
    folder : pathlib.Path or None
        Keep scripts, netlists, logs and tool reports there, one folder for each netlist.
    progress : callable or None
        Called as ``progress(done, total, what)`` after each tool run.

    Returns
    -------
    tuple of SynthesisReport
        In the order of the jobs. The same for the same versions of the tools.

    Raises
    ------
    ValueError
        If ``seeds`` is outside 1..99.
    HardBlockError
        If a netlist holds DSP blocks or memories.
    MissingToolError, ToolError
        If a tool is not installed, or fails.
    """
    check_integer("seeds", seeds, 1, MAX_SEEDS)
    candidates = [(job, strategy) for job in jobs for strategy in job.strategies]
    runs = [(i, seed) for i, (job, _) in enumerate(candidates) if job.target.nextpnr for seed in range(1, seeds + 1)]
    total = len(candidates) + len(runs)
    with tempfile.TemporaryDirectory() as work:
        folders = [Path(work, f"{i}") for i in range(len(candidates))]
        tasks = []
        for (job, strategy), work_folder in zip(candidates, folders, strict=True):
            work_folder.mkdir()
            arguments = (job.operator, job.target, job.stages, strategy, work_folder)
            tasks.append((f"{job.name} {strategy}: synthesis", make_netlist, arguments))
        netlists = _run_all(tasks, 0, total, progress)

        tasks = []
        for i, seed in runs:
            job, strategy = candidates[i]
            tasks.append((f"{job.name} {strategy}: seed {seed}", place, (folders[i], job.target, seed)))
        placed: list[list[Placement]] = [[] for _ in candidates]
        for (i, _), placement in zip(runs, _run_all(tasks, len(candidates), total, progress), strict=True):
            placed[i].append(placement)

        if folder is not None:
            for (job, strategy), work_folder in zip(candidates, folders, strict=True):
                deliver(sorted(work_folder.iterdir()), Path(folder, f"{job.name}-{strategy}"))

    reports = [_report(job, *found) for (job, _), *found in zip(candidates, netlists, placed, strict=True)]
    return tuple(
        min((report for report, (owner, _) in zip(reports, candidates, strict=True) if owner is job), key=_preference)
        for job in jobs
    )


def _preference(report: SynthesisReport) -> tuple[float, float]:
    """Smallest first, then fastest."""
    return report.cells, -(report.fmax or 0)


def _report(job: SynthesisJob, netlist: Netlist, placements: list[Placement]) -> SynthesisReport:
    target = job.target
    counted = placements[0].utilization if target.cells_are_placed else netlist.primitives
    versions = {"amaranth": importlib.metadata.version("amaranth"), "yosys": yosys_version()}
    if placements:
        versions["nextpnr"] = nextpnr_version(target.nextpnr)
    return SynthesisReport(
        operator=job.operator,
        target=target.name,
        device=target.device,
        stages=job.stages,
        strategy=netlist.strategy,
        cells=count(counted, target.cells),
        luts=count(netlist.primitives, target.luts),
        carries=count(netlist.primitives, target.carries),
        registers=count(netlist.primitives, target.registers),
        dsp=count(netlist.primitives, target.hard),
        harness=harness_cost(job.operator, target, stages=job.stages),
        primitives=netlist.primitives,
        fmax_all=tuple(placement.fmax for placement in placements if placement.fmax is not None),
        seeds=len(placements),
        constraint=target.frequency if placements else None,
        versions=versions,
        commands=(netlist.script, *(placement.command for placement in placements)),
    )


def _run_all(tasks: list[tuple[str, Callable, tuple]], done: int, total: int, progress: Progress | None) -> list[Any]:
    """Results of ``function(*arguments)`` of all tasks, in their order; the first failure stops what has not begun."""
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        futures = {pool.submit(function, *arguments): what for what, function, arguments in tasks}
        try:
            for future in as_completed(futures):
                future.result()
                done += 1
                if progress is not None:
                    progress(done, total, futures[future])
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
        return [future.result() for future in futures]


def check_integer(name: str, value: int, minimum: int, maximum: int) -> None:
    """Raise ValueError with the legal range unless ``value`` is an integer in it."""
    if isinstance(value, bool) or not isinstance(value, int) or not minimum <= value <= maximum:
        raise ValueError(f"{name} must be {minimum}..{maximum}, not {value!r}")
