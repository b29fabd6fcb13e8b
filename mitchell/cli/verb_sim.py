"""``mitchell sim``: the generated Verilog, or the netlist made of it, in a simulator, against the model."""

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


def simulation_table(result: Any, netlist: str | None = None) -> Any:
    """Counts of each scenario, and the verdict; ``netlist`` is the target of it, if one was simulated."""
    rows = table(
        f"{result.operator.name}, {result.stages} stages{f', netlist for {netlist}' if netlist else ''}; "
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
    "--netlist",
    metavar="TARGET",
    help="simulate what Yosys makes of it for ice40-hx8k, ice40-up5k, ecp5-25k, gowin-gw1n9 or xilinx7",
)
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
    netlist: str | None,
    waves: Path | None,
    as_json: bool,
) -> int:
    """Simulate the Verilog of OPERATOR and compare every result with the model, bit for bit.

    Without stages the operands are set and the result is read; with stages the handshake is driven with idle cycles,
    back-pressure and resets. Exits with 1 if a result differs, is unresolved, or is missing.

    With --netlist the same is done with the cells of an FPGA, as Yosys' models of them have it, synthesized as by
    mitchell synth; of an exact multiplier it is Yosys' plain structure. No cell has a delay.
    """
    from sim.runner import simulate

    verilog = None
    with progress(f"{operator.name} in {simulator}") as update:
        if netlist is not None:
            from boards.synthesis.gate_level import gate_level_verilog

            update(0, 2, f"synthesis for {netlist}")
            verilog = gate_level_verilog(operator, netlist, stages=stages)
        result = simulate(
            operator,
            simulator=simulator,
            stages=stages,
            vectors=vectors,
            seed=seed,
            waves=waves,
            verilog=verilog,
            progress=update,
        )
    if as_json:
        print_json(result.to_dict() | {"netlist": netlist})
        return int(not result.passed)
    print_table(simulation_table(result, netlist))
    for mismatch in result.mismatches:
        *operands, got, expected = mismatch
        console.print(f"  {operator.formula(*operands)}: got {got}, the model says {expected}")
    build = "from the cache" if result.cached else f"{result.seconds_build:.1f} s"
    console.print(f"build {build}, run {result.seconds_run:.1f} s" + (f", wrote {waves}" if waves else ""))
    return int(not result.passed)
