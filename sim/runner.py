"""Build and run: the Verilog of operators in a simulator, every result compared with the model."""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.etree import ElementTree

from pysoft.files import writing_whole
from pysoft.operator import Operator
from pysoft.vectors import check_vectors
from rtl.cache import default_cache
from rtl.core import check_stages
from rtl.tools import ToolError
from rtl.verilog import generate, module_name, port_names

from .builds import build
from .job import JOBS_VARIABLE, OF_TRIAL, Job, save_jobs
from .result import Scenario, SimulationResult
from .side_by_side import TOP, port_prefix, side_by_side
from .simulators import LOG_TAIL, Simulator, simulator_from_name

__all__ = ["simulate", "simulate_together"]


def simulate(
    operator: Operator,
    *,
    simulator: str = "verilator",
    stages: int = 0,
    vectors: int | str = 1000,
    seed: int = 0,
    waves: Path | None = None,
    cache: Path | None = None,
    verilog: str | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> SimulationResult:
    """Simulate the Verilog of ``operator`` and compare every result with the model.

    A combinational module gets every vector once. A pipeline gets them all at full speed, and then some of them again
    with idle cycles, with back-pressure, with both, with long stalls and with resets in mid-stream, the rules of the
    handshake watched throughout.

    Parameters
    ----------
    operator : Operator
    simulator : str
        ``verilator`` (fast) or ``icarus`` (knows X).
    stages : int
        0 for the combinational module, 1 to 5 for the pipeline with handshake.
    vectors : int or str
        Vectors of operands, at least 1, or ``all`` for operands of up to 16 bits together. Directed corners are never
        left out, so there may be more than asked for.
    seed : int
        Of everything random, at least 0.
    waves : pathlib.Path, optional
        Where to record waveforms: ``.vcd`` from Verilator, ``.fst`` from Icarus.
    cache : pathlib.Path, optional
        Folder of builds, ``sim`` in :func:`rtl.cache.default_cache` if not given.
    verilog : str, optional
        Simulate this text, with the ports of the generated one, instead of the generated one.
    progress : callable, optional
        Called with (steps done, steps in all, what is next).

    Returns
    -------
    SimulationResult
        Look at ``passed``: a wrong circuit is a result, not an exception.

    Raises
    ------
    TypeError, ValueError
        If an argument is out of its range.
    MissingToolError
        If the simulator is not installed; the message says how to get it.
    ToolError
        If the build fails, or the simulator leaves no complete result.
    """
    (result,) = simulate_together(
        [operator],
        simulator=simulator,
        stages=stages,
        vectors=vectors,
        seed=seed,
        waves=waves,
        cache=cache,
        verilog=verilog,
        progress=progress,
    )
    return result


def simulate_together(
    operators: Sequence[Operator],
    *,
    simulator: str = "verilator",
    stages: int = 0,
    vectors: int | str = 1000,
    seed: int = 0,
    waves: Path | None = None,
    cache: Path | None = None,
    verilog: str | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> tuple[SimulationResult, ...]:
    """Simulate operators side by side in one build and one run, each as :func:`simulate` does.

    Parameters
    ----------
    operators : sequence of Operator
        At least one, each once.
    verilog : str, optional
        Simulate this text, with modules of the names and ports of the generated ones, instead of those.
    simulator, stages, vectors, seed, waves, cache, progress
        As of :func:`simulate`, the same for all operators.

    Returns
    -------
    tuple of SimulationResult
        In the order of ``operators``. Seconds are those of the one build and the one run.

    Raises
    ------
    TypeError, ValueError
        If an argument is out of its range.
    MissingToolError, ToolError
        As :func:`simulate`.
    """
    if not operators or len(set(operators)) != len(operators):
        raise ValueError(f"operators must be at least one, each once, not {[each.name for each in operators]}")
    chosen = simulator_from_name(simulator)
    check_stages(stages)
    for operator in operators:
        check_vectors(operator.format, vectors, operands=len(operator.operands))
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise TypeError(f"seed must be an integer, not {seed!r}")
    if seed < 0:
        raise ValueError(f"seed must be at least 0, not {seed}")
    waves = None if waves is None else _check_waves(Path(waves), chosen)
    version = chosen.version
    report = progress or (lambda done, total, what: None)

    report(0, 2, "build")
    start = time.perf_counter()
    text = "\n".join(generate(each, stages=stages) for each in operators) if verilog is None else verilog
    alone = len(operators) == 1
    top = module_name(operators[0]) if alone else TOP
    if not alone:
        text += "\n" + side_by_side(operators, stages=stages)
    cache = Path(cache or default_cache("sim")).absolute()
    folder, cached = build(chosen, text, top, waves=waves is not None, cache=cache)
    seconds_build = time.perf_counter() - start

    report(1, 2, "run")
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="mitchell-sim-") as name:
        run_folder = Path(name)
        jobs = [
            Job(
                operator=each.name,
                prefix="" if alone else port_prefix(each),
                ports=port_names(each, stages=stages),
                stages=stages,
                vectors=vectors,
                seed=seed,
                report=str(run_folder / f"{each.name}.json"),
            )
            for each in operators
        ]
        outcomes = _run(chosen, jobs, folder, top, run_folder, waves)
    seconds_run = time.perf_counter() - start
    report(2, 2, "done")

    return tuple(
        SimulationResult(
            operator=each,
            simulator=simulator,
            simulator_version=version,
            stages=stages,
            seed=seed,
            sent=sum(scenario.sent for scenario in scenarios),
            checked=sum(scenario.checked for scenario in scenarios),
            mismatches=mismatches,
            failures=failures,
            scenarios=scenarios,
            seconds_build=seconds_build,
            seconds_run=seconds_run,
            waves=waves,
            cached=cached,
        )
        for each, (scenarios, mismatches, failures) in zip(operators, outcomes, strict=True)
    )


def _check_waves(waves: Path, simulator: Simulator) -> Path:
    if waves.suffix != simulator.waves_suffix:
        raise ValueError(f"{simulator.name} records waveforms as {simulator.waves_suffix}, not {waves.name!r}")
    if not waves.absolute().parent.is_dir():
        raise ValueError(f"there is no folder {str(waves.parent)!r} to record waveforms in")
    if waves.is_dir() or not os.access(waves.absolute().parent, os.W_OK):
        raise ValueError(f"cannot write waveforms to {str(waves)!r}")
    return waves


def _run(simulator: Simulator, jobs: list[Job], build_folder: Path, top: str, folder: Path, waves: Path | None):
    """Scenarios, mismatches and failures of each job, in one run in ``folder``."""
    save_jobs(jobs, folder / "jobs.json")
    log = simulator.call(
        "test",
        test_module="sim.stream_bench" if jobs[0].stages else "sim.combinational_bench",
        hdl_toplevel=top,
        hdl_toplevel_lang="verilog",
        build_dir=build_folder,
        test_dir=folder,
        results_xml=folder / "results.xml",
        seed=jobs[0].seed,
        waves=waves is not None,
        extra_env={JOBS_VARIABLE: str(folder / "jobs.json"), "COCOTB_REWRITE_ASSERTION_FILES": ""},
    )
    try:
        outcomes = _read_outcomes(folder / "results.xml", jobs)
        if waves is not None:
            with writing_whole(waves) as temporary:
                shutil.copyfile(next(folder.glob(f"*{waves.suffix}")), temporary)
    except (OSError, ValueError, KeyError, TypeError, StopIteration, ElementTree.ParseError) as error:
        raise ToolError(f"{simulator.name} left no complete result ({error!r}):\n{log.strip()[-LOG_TAIL:]}") from error
    return outcomes


def _read_outcomes(xml: Path, jobs: list[Job]):
    """What cocotb's results and the bench's own reports say; they must speak of the same scenarios of each job."""
    cases = {job.operator: {} for job in jobs}
    for case in ElementTree.parse(xml).getroot().findall(".//testcase"):
        scenario, operator = case.get("name").split(OF_TRIAL)
        cases[operator][scenario] = case
    return [_read_outcome(cases[job.operator], Path(job.report)) for job in jobs]


def _read_outcome(cases: dict[str, ElementTree.Element], report: Path):
    """Scenarios, mismatches and failures of one job."""
    content = json.loads(report.read_text())
    scenarios = tuple(Scenario(**each) for each in content["scenarios"])
    mismatches = tuple(map(tuple, content["mismatches"]))
    if not cases or list(cases) != [scenario.name for scenario in scenarios]:
        raise ValueError(f"cocotb ran {list(cases)}, the bench reported {[scenario.name for scenario in scenarios]}")
    failures = []
    for name, case in cases.items():
        for kind in ("failure", "error", "skipped"):
            for element in case.findall(kind):
                reason = element.get("message") or (element.text or kind)
                failures.append(f"{name}: {reason.strip().splitlines()[0]}")
    return scenarios, mismatches, tuple(failures)
