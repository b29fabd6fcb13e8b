"""``mitchell generate``: Verilog."""

from pathlib import Path

import click

import mitchell
from pysoft.files import write_whole

from .common import json_option, operator_argument, print_json, stages_option

__all__ = ["command"]


@click.command("generate")
@operator_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    default="-",
    help="file to write  [default: standard output]",
)
@stages_option
@click.option("--module", help="name of the module  [default: the operator's, with _ for -]")
@json_option
def command(operator: mitchell.Operator, output: Path, stages: int, module: str | None, as_json: bool) -> None:
    """Write OPERATOR as one self-contained Verilog-2005 file."""
    from rtl.verilog import generate

    text = generate(operator, stages=stages, module=module)
    to_file = str(output) != "-"
    if to_file:
        write_whole(output, text)
    if as_json:
        print_json(
            {"operator": operator.name, "stages": stages, "file": str(output) if to_file else None, "verilog": text}
        )
    elif to_file:
        click.echo(f"wrote {output}: {operator.name}, {stages} stages, {len(text.splitlines())} lines")
    else:
        click.echo(text, nl=False)
