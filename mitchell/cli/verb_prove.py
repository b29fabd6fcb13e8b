"""``mitchell prove``: the netlist is its specification, and the specification keeps its bound."""

import click

import mitchell

from .common import console, json_option, operator_argument, print_json, print_table, progress, table

__all__ = ["command"]


@click.command("prove")
@operator_argument
@json_option
def command(operator: mitchell.Operator, as_json: bool) -> int:
    """Prove for every input that the netlist of OPERATOR equals its specification, and that it keeps its bound.

    Exits with 1 if a part is refuted or left open.
    """
    from formal.prove import prove

    with progress(operator.name) as update:
        proof = prove(operator, progress=update)
    if as_json:
        print_json(proof.to_dict())
        return int(not proof.proved)
    rows = table(operator.name, "<part", "<result", "queries", "seconds", "<statement")
    for part in proof.parts:
        rows.add_row(part.name, part.result, str(part.cases), f"{part.seconds:.2f}", part.note or part.statement)
    print_table(rows)
    for part in proof.parts:
        if part.counterexample is not None:
            console.print(
                f"{part.name} fails for: mitchell eval {operator.name} {' '.join(map(str, part.counterexample))}"
            )
    if proof.proved:
        console.print(proof.statement)
    console.print(f"Verilog sha256 {proof.sha256}")
    return int(not proof.proved)
