"""Build and run: an operator's Verilog in a simulator, every result compared with the model."""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

from pysoft.files import writing_whole
from pysoft.operator import Operator
from rtl.core import check_stages
from rtl.tools import ToolError
from rtl.verilog import generate, module_name, port_names

from .builds import build, default_cache
from .job import JOB_VARIABLE, Job
from .result import Scenario, SimulationResult
from .simulators import LOG_TAIL, Simulator, simulator_from_name
from .vectors import check_vectors

__all__ = ["simulate"]


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
        Folder of builds, :func:`sim.builds.default_cache` if not given.
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
    chosen = simulator_from_name(simulator)
    check_stages(stages)
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
    text = generate(operator, stages=stages) if verilog is None else verilog
    folder, cached = build(
        chosen, text, module_name(operator), waves=waves is not None, cache=Path(cache or default_cache()).absolute()
    )
    seconds_build = time.perf_counter() - start

    report(1, 2, "run")
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="mitchell-sim-") as name:
        run_folder = Path(name)
        job = Job(
            operator=operator.name,
            ports=port_names(operator, stages=stages),
            stages=stages,
            vectors=vectors,
            seed=seed,
            report=str(run_folder / "report.json"),
        )
        scenarios, mismatches, failures = _run(chosen, job, folder, module_name(operator), run_folder, waves)
    seconds_run = time.perf_counter() - start
    report(2, 2, "done")

    return SimulationResult(
        operator=operator,
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


def _check_waves(waves: Path, simulator: Simulator) -> Path:
    if waves.suffix != simulator.waves_suffix:
        raise ValueError(f"{simulator.name} records waveforms as {simulator.waves_suffix}, not {waves.name!r}")
    if not waves.absolute().parent.is_dir():
        raise ValueError(f"there is no folder {str(waves.parent)!r} to record waveforms in")
    if waves.is_dir() or not os.access(waves.absolute().parent, os.W_OK):
        raise ValueError(f"cannot write waveforms to {str(waves)!r}")
    return waves


def _run(simulator: Simulator, job: Job, build_folder: Path, top: str, folder: Path, waves: Path | None):
    """Scenarios, mismatches and failures of one run in ``folder``."""
    job.save(folder / "job.json")
    log = simulator.call(
        "test",
        test_module="sim.stream_bench" if job.stages else "sim.combinational_bench",
        hdl_toplevel=top,
        hdl_toplevel_lang="verilog",
        build_dir=build_folder,
        test_dir=folder,
        results_xml=folder / "results.xml",
        seed=job.seed,
        waves=waves is not None,
        extra_env={JOB_VARIABLE: str(folder / "job.json"), "COCOTB_REWRITE_ASSERTION_FILES": ""},
    )
    try:
        outcome = _read_outcome(folder / "results.xml", Path(job.report))
        if waves is not None:
            with writing_whole(waves) as temporary:
                shutil.copyfile(next(folder.glob(f"*{waves.suffix}")), temporary)
    except (OSError, ValueError, KeyError, TypeError, StopIteration, ElementTree.ParseError) as error:
        raise ToolError(f"{simulator.name} left no complete result ({error!r}):\n{log.strip()[-LOG_TAIL:]}") from error
    return outcome


def _read_outcome(xml: Path, report: Path):
    """What cocotb's results and the bench's own report say; they must speak of the same scenarios."""
    content = json.loads(report.read_text())
    scenarios = tuple(Scenario(**each) for each in content["scenarios"])
    mismatches = tuple((a, b, got, expected) for a, b, got, expected in content["mismatches"])
    cases = ElementTree.parse(xml).getroot().findall(".//testcase")
    names = [case.get("name") for case in cases]
    if not names or names != [scenario.name for scenario in scenarios]:
        raise ValueError(f"cocotb ran {names}, the bench reported {[scenario.name for scenario in scenarios]}")
    failures = []
    for case in cases:
        for kind in ("failure", "error", "skipped"):
            for element in case.findall(kind):
                reason = element.get("message") or (element.text or kind)
                failures.append(f"{case.get('name')}: {reason.strip().splitlines()[0]}")
    return scenarios, mismatches, tuple(failures)
