"""Synthesis of operators: reports made of tool runs."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pysoft.operator import Operator
from rtl.cache import default_cache

from .harness import harness_cost
from .job import SynthesisJob
from .netlist import Netlist, count
from .place import Placement
from .report import SynthesisReport
from .runs import Candidate, cell_count
from .schedule import Progress, SynthesisError, run_all
from .store import Store
from .targets import Target
from .versions import tool_versions

__all__ = [
    "MAX_SEEDS",
    "Progress",
    "SynthesisError",
    "SynthesisJob",
    "check_integer",
    "synthesize",
    "synthesize_many",
]

MAX_SEEDS = 99


def synthesize(
    operator: Operator,
    target: Target | str,
    *,
    stages: int = 0,
    seeds: int = 3,
    folder: Path | None = None,
    store: Path | None = None,
    progress: Progress | None = None,
) -> SynthesisReport:
    """Area and speed of one operator on one target: :func:`synthesize_many` with one job."""
    jobs = [SynthesisJob(operator, target, stages)]
    (report,) = synthesize_many(jobs, seeds=seeds, folder=folder, store=store, progress=progress)
    return report


def synthesize_many(
    jobs: Sequence[SynthesisJob],
    *,
    seeds: int = 3,
    folder: Path | None = None,
    store: Path | None = None,
    progress: Progress | None = None,
) -> tuple[SynthesisReport, ...]:
    """Area and speed of operators, as many tool runs at a time as there are processors.

    An exact multiplier is synthesised plainly and by Yosys' ``booth`` pass; the report is of the one with fewer cells,
    on a tie of the faster one, and the other one is placed with the first seed alone. A tool run that was done before,
    to its end, is not done again.

    Parameters
    ----------
    jobs : sequence of SynthesisJob
    seeds : int
        nextpnr runs for each netlist, 1 to 99, with the seeds 1, 2, ...
    folder : pathlib.Path or None
        Write scripts, netlists, logs and tool reports there, one folder for each netlist.
    store : pathlib.Path or None
        Folder of the tool runs that were done before, by default ``synth`` of :func:`rtl.cache.default_cache`.
    progress : callable or None
        Called as ``progress(done, total, what)`` after each tool run.

    Returns
    -------
    tuple of SynthesisReport
        In the order of the jobs. The same for the same versions of the tools, whatever was stored.

    Raises
    ------
    ValueError
        If ``seeds`` is outside 1..99.
    MissingToolError
        If a tool is not installed.
    SynthesisError
        If a tool fails, or a netlist holds DSP blocks or memories; after all the other runs are done.
    """
    check_integer("seeds", seeds, 1, MAX_SEEDS)
    stored = Store(store or default_cache("synth"))
    candidates = [Candidate(job, strategy, stored) for job in dict.fromkeys(jobs) for strategy in job.strategies]
    reports: dict[SynthesisJob, list[SynthesisReport]] = {}
    for candidate, (netlist, *placed) in zip(candidates, run_all(candidates, seeds, progress), strict=True):
        if folder is not None:
            candidate.keep(folder / candidate.name, range(1, len(placed) + 1))
        reports.setdefault(candidate.job, []).append(_report(candidate, netlist, placed))
    return tuple(_best(reports[job]) for job in jobs)


def _best(reports: list[SynthesisReport]) -> SynthesisReport:
    """The smallest, on a tie the fastest, with the seconds of all."""
    best = min(reports, key=lambda report: (report.cells, -(report.fmax or 0)))
    return replace(best, seconds=sum(report.seconds for report in reports))


def _report(candidate: Candidate, netlist: Netlist, placements: list[Placement]) -> SynthesisReport:
    job, target = candidate.job, candidate.job.target
    tools = {"yosys": netlist.version} | ({"nextpnr": placements[0].version} if placements else {})
    return SynthesisReport(
        operator=job.operator,
        target=target.name,
        device=target.device,
        stages=job.stages,
        strategy=candidate.strategy,
        cells=cell_count(target, netlist, *placements[:1]),
        luts=count(netlist.primitives, target.luts),
        carries=count(netlist.primitives, target.carries),
        registers=count(netlist.primitives, target.registers),
        dsp=count(netlist.primitives, target.hard),
        harness=harness_cost(job.operator, target, stages=job.stages),
        primitives=netlist.primitives,
        fmax_all=tuple(placement.fmax for placement in placements if placement.fmax is not None),
        seeds=len(placements),
        constraint=target.frequency if placements else None,
        versions=tool_versions(**tools),
        commands=(netlist.script, *(placement.command for placement in placements)),
        seconds=sum(run.seconds for run in (netlist, *placements)),
    )


def check_integer(name: str, value: int, minimum: int, maximum: int) -> None:
    """Raise ValueError with the legal range unless ``value`` is an integer in it."""
    if isinstance(value, bool) or not isinstance(value, int) or not minimum <= value <= maximum:
        raise ValueError(f"{name} must be {minimum}..{maximum}, not {value!r}")
