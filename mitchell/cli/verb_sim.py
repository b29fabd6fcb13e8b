"""``mitchell sim``: the generated Verilog in a simulator, against the model."""

from pathlib import Path
from typing import Any

import click

import mitchell

from .common import (
    console,
    json_option,
    operator_argument,
    print_json,
    print_table,
    progress,
    seed_option,
    stages_option,
    table,
    vectors_option,
)

__all__ = ["command", "simulation_table"]


def simulation_table(result: Any) -> Any:
    """Counts of each scenario, and the verdict."""
    rows = table(
        f"{result.operator.name}, {result.stages} stages; "
        f"{result.simulator} {result.simulator_version}, seed {result.seed}",
        "<scenario",
        "sent",
        "checked",
    )
    for scenario in result.scenarios:
        rows.add_row(scenario.name, str(scenario.sent), str(scenario.checked))
    rows.add_section()
    rows.add_row("passed" if result.passed else "FAILED", str(result.sent), str(result.checked))
    return rows


@click.command("sim")
@operator_argument
@click.option("--simulator", type=click.Choice(["verilator", "icarus"]), default="verilator", show_default=True)
@vectors_option(1000)
@seed_option
@stages_option
@click.option(
    "--waves",
    type=click.Path(dir_okay=False, path_type=Path),
    help="write a waveform: .vcd from Verilator, .fst from Icarus",
)
@json_option
def command(
    operator: mitchell.Operator,
    simulator: str,
    vectors: int | str,
    seed: int,
    stages: int,
    waves: Path | None,
    as_json: bool,
) -> int:
    """Simulate the Verilog of OPERATOR and compare every result with the model, bit for bit.

    Without stages the operands are set and the result is read; with stages the handshake is driven with idle cycles,
    back-pressure and resets. Exits with 1 if a result differs, is unresolved, or is missing.
    """
    from sim.runner import simulate

    with progress(f"{operator.name} in {simulator}") as update:
        result = simulate(
            operator, simulator=simulator, stages=stages, vectors=vectors, seed=seed, waves=waves, progress=update
        )
    if as_json:
        print_json(result.to_dict())
        return int(not result.passed)
    print_table(simulation_table(result))
    for mismatch in result.mismatches:
        *operands, got, expected = mismatch
        console.print(f"  {operator.formula(*operands)}: got {got}, the model says {expected}")
    build = "from the cache" if result.cached else f"{result.seconds_build:.1f} s"
    console.print(f"build {build}, run {result.seconds_run:.1f} s" + (f", wrote {waves}" if waves else ""))
    return int(not result.passed)
