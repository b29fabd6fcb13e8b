"""``mitchell demo``: all of it once, on one operator."""

import json
import time
from pathlib import Path

import click
import numpy as np
from rich.table import Table

import mitchell
from pysoft.errors import measure
from pysoft.errors.pictures import plot_surface
from pysoft.files import write_whole

from .common import console, json_option, print_json, print_table, progress, table
from .error_tables import metrics_table
from .verb_build import build_table
from .verb_sim import simulation_table
from .verb_synth import synthesis_table

__all__ = ["command"]

OPERATOR = "mul-u16-mitchell"
BOARD = "icebreaker"
TARGET = "ice40-hx8k"
STAGES = 4
PAIRS = ((3, 3), (1000, 3000), (12345, 6789), (40000, 50000), (65535, 65535))


@click.command("demo")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default="mitchell-demo",
    show_default=True,
    help="folder for everything that is made",
)
@json_option
def command(output: Path, as_json: bool) -> int:
    """Take mul-u16-mitchell from its name to a bitstream, and show every step.

    About two minutes on two cores the first time, when the tools are prepared, and one minute later.
    """
    from boards.build import build
    from boards.synthesis.synthesize import SynthesisJob, synthesize_many
    from boards.synthesis.targets import target_from_name
    from rtl.verilog import generate, module_name
    from sim.runner import simulate

    start = time.monotonic()
    operator = mitchell.operator(OPERATOR)
    exact = operator.with_family("exact")
    results: dict[str, object] = {"operator": operator.name}
    summary = table("Summary", "<step", "<outcome", "<file")

    def step(number: int, title: str) -> None:
        click.echo(f"[{time.monotonic() - start:4.0f} s] {number}/7 {title}", err=as_json)

    def show(what: Table | str) -> None:
        if not as_json:
            print_table(what) if isinstance(what, Table) else console.print(what)

    step(1, "a few products")
    a, b = np.array(PAIRS).T
    rows = table(f"{operator.name}: {operator.bound.statement}", "a", "b", "Mitchell", "exact", "error")  # type: ignore[union-attr]
    for *pair, p, e in zip(a, b, operator(a, b), exact(a, b), strict=True):
        rows.add_row(*map(str, pair), str(p), str(e), f"{100 * (float(p) / float(e) - 1):.3f} %")
    show(rows)
    results["products"] = operator(a, b).tolist()

    step(2, "all 8-bit pairs, beside what is proved")
    metrics = [measure(mitchell.operator(name)) for name in ("mul-u8-mitchell", "div-u8-mitchell-f8")]
    show(metrics_table(metrics))
    results["errors"] = [m.to_dict() for m in metrics]
    within = all(m.within_bound for m in metrics)
    proved = " and ".join(str(m.operator.bound.peak) for m in metrics if m.operator.bound)
    summary.add_row(
        "errors, all 8-bit pairs", f"{'within' if within else 'NOT within'} the proved {proved}", "errors.json"
    )
    write_whole(output / "errors.json", json.dumps(results["errors"], indent=2) + "\n")
    plot_surface(operator, output / "error-surface.png")
    summary.add_row("error surface", "picture over (x1, x2)", "error-surface.png")

    step(3, "Verilog (the first time, Yosys is prepared for half a minute)")
    for stages in (0, STAGES):
        module = module_name(operator) + (f"_stages{stages}" if stages else "")
        text = generate(operator, stages=stages, module=module)
        write_whole(output / f"{module}.v", text)
        summary.add_row("Verilog", f"{stages} stages, {len(text.splitlines())} lines", f"{module}.v")

    step(4, f"Verilator against the model, {STAGES} stages, idle cycles, back-pressure and resets")
    with progress("simulation") as update:
        simulated = simulate(operator, stages=STAGES, vectors=2000, waves=output / "simulation.vcd", progress=update)
    show(simulation_table(simulated))
    results["simulation"] = simulated.to_dict()
    verdict = "every bit equal" if simulated.passed else "FAILED"
    summary.add_row("simulation", f"{verdict}, {simulated.checked} results checked", "simulation.vcd")

    step(5, f"synthesis for {TARGET}, beside the exact multiplier")
    jobs = [
        SynthesisJob(candidate, target_from_name(TARGET), stages)
        for stages in (0, STAGES)
        for candidate in (operator, exact)
    ]
    with progress(TARGET) as update:
        reports = synthesize_many(jobs, folder=output / "synthesis", progress=update)
    show(synthesis_table(list(reports)))
    show(reports[0].conditions)
    results["synthesis"] = [report.to_dict() for report in reports]
    write_whole(output / "synthesis.json", json.dumps(results["synthesis"], indent=2) + "\n")
    for ours, theirs in zip(reports[::2], reports[1::2], strict=True):
        outcome = (
            f"{ours.stages} stages: {ours.cells} cells at {ours.fmax:.0f} MHz, "
            f"exact {theirs.cells} at {theirs.fmax:.0f}; cells x ns {ours.area_delay / theirs.area_delay:.2f} of exact"
        )
        summary.add_row("synthesis", outcome, "synthesis.json")

    step(6, f"bitstream for {BOARD}")
    with progress(BOARD) as update:
        built = build(BOARD, operators=[operator], folder=output / BOARD, stages=STAGES, progress=update)
    show(build_table(built))
    results["build"] = built.to_dict()
    outcome = f"{built.cells.used} cells with the link, {built.fmax:.1f} MHz for a clock of {built.clock:g}"
    summary.add_row("bitstream", outcome, str(built.bitstream.relative_to(output)))

    step(7, f"done, everything is in {output}")
    show(summary)
    if as_json:
        print_json(results)
    return int(not (within and simulated.passed))
