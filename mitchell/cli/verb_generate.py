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
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="file to write  [default: standard output]"
)
@stages_option
@json_option
def command(operator: mitchell.Operator, output: Path | None, stages: int, as_json: bool) -> None:
    """Write OPERATOR as one self-contained Verilog-2005 file."""
    text = operator.verilog(stages=stages)
    if output is not None:
        write_whole(output, text)
    if as_json:
        print_json({"operator": operator.name, "stages": stages, "file": output and str(output), "verilog": text})
    elif output is None:
        click.echo(text, nl=False)
    else:
        click.echo(f"wrote {output}: module {operator.name.replace('-', '_')}, {len(text.splitlines())} lines")
