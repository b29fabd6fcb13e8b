"""Write docs/area.md, docs/area.csv and the pictures anew:  python docs/area.py  (part of make tables).

Synthesizes, places and routes exact operators beside approximate ones, which takes three quarters of an hour on two
processors, and nothing for what the store of ``mitchell synth`` has. ``--page`` synthesizes nothing.
"""

from pathlib import Path

import click
from area_page import page
from area_picture import plot_products, plot_quotients
from area_rows import Row, read_rows, write_rows
from rich.progress import Progress

import mitchell
from boards.synthesis.synthesize import SynthesisJob, synthesize_many
from pysoft.errors import measure
from pysoft.files import write_whole
from pysoft.formats import IntegerFormat

DOCS = Path(__file__).parent
DATA = DOCS / "area.csv"
SEEDS = 3
SAMPLES = 1 << 16  # pairs of operands, for the errors of what is too wide for all of them

ALL = range(6)
FEW = (0, 2, 4)
ENDS = (0, 4)
# Beside the exact and Mitchell's: of multipliers the smallest at 16 bits that errs no more than Mitchell's and the
# smallest with an MRED below 1.5 %, of dividers the latter; at other widths with as many bits of the fractions.
FAMILIES = {
    ("mul", "u8"): ("exact", "mitchell", "dralm-t5", "realm-m4"),
    ("mul", "u16"): ("exact", "mitchell", "dralm-t5", "realm-m4"),
    ("mul", "u32"): ("exact", "mitchell", "dralm-t5"),
    ("mul", "f16"): ("exact", "mitchell", "realm-m4"),
    ("mul", "bf16"): ("exact", "mitchell", "realm-m4"),
    ("mul", "f32"): ("exact", "mitchell", "realm-m4"),
    ("mul", "f8e4m3"): ("exact", "mitchell", "carryin-g3"),
    ("mul", "f8e5m2"): ("exact", "mitchell"),
    ("div", "u8"): ("exact", "mitchell", "tuned-mred-m4"),
    ("div", "u16"): ("exact", "mitchell", "tuned-mred-m4-t8"),
    ("div", "u32"): ("exact", "mitchell", "tuned-mred-m4-t24"),
    ("div", "f16"): ("exact", "mitchell", "tuned-mred-m4"),
    ("div", "bf16"): ("exact", "mitchell", "tuned-mred-m4"),
    ("div", "f32"): ("exact", "mitchell", "tuned-mred-m4"),
    ("div", "f8e4m3"): ("exact", "mitchell", "carryin-g3"),
    ("div", "f8e5m2"): ("exact", "mitchell", "carryin-full"),
    ("square", "u16"): ("exact", "mitchell"),
    ("reciprocal", "u16"): ("exact-f16", "mitchell-f16"),
    ("sqrt", "u16"): ("exact", "mitchell"),
    ("rsqrt", "u16"): ("exact-f16", "mitchell-f16"),
}
TWO = ("exact", "mitchell")
INTEGERS = ("u8", "u16", "u32")
FLOATS = ("f16", "bf16", "f8e4m3", "f8e5m2")


def plan() -> list[SynthesisJob]:
    """What is synthesized, in the order of the tables."""
    jobs = []

    def add(target: str, operations: str, formats: tuple[str, ...], stages, families: tuple[str, ...] | None = None):
        for operation in operations.split():
            for form in formats:
                for family in families or FAMILIES[operation, form]:
                    operator = mitchell.operator(f"{operation}-{form}-{family}")
                    jobs.extend(SynthesisJob(operator, target, count) for count in stages)

    add("ice40-hx8k", "mul", INTEGERS, ALL)
    add("ice40-hx8k", "mul", ("f32", *FLOATS), ENDS)
    add("ice40-hx8k", "div", INTEGERS, FEW)
    add("ice40-hx8k", "div", ("f32",), (4,))  # exact in one cycle it is too deep for Yosys' wheel
    add("ice40-hx8k", "div", FLOATS, ENDS)
    add("ice40-hx8k", "square sqrt", ("u16",), ENDS)
    add("ice40-hx8k", "reciprocal rsqrt", ("u16",), (4,))
    add("ecp5-25k", "mul", (*INTEGERS, "bf16"), ENDS, TWO)
    add("ecp5-25k", "div", ("u16", "bf16"), ENDS, TWO)
    add("ice40-up5k", "mul div", ("u16", "bf16"), (4,), TWO)
    add("gowin-gw1n9", "mul div", ("u16", "bf16"), (4,), TWO)
    add("xilinx7", "mul", (*INTEGERS, "bf16", "f32"), (0,), TWO)
    add("xilinx7", "div", (*INTEGERS, "bf16"), (0,), TWO)
    return jobs


def mred(operator: mitchell.Operator) -> float:
    """Mean relative error; of integer quotients and roots with fraction bits, so that it is that of the family."""
    form, parameters = operator.format, operator.parameters
    if "f" in parameters:
        bits = form.width * (2 if operator.operation in ("reciprocal", "rsqrt") else 1)
        operator = operator.with_family(operator.family, **{**parameters, "f": bits})
    wide = form.width > 8 if isinstance(form, IntegerFormat) else form.width > 16
    return float(measure(operator, samples=SAMPLES if wide else None).mred_without_zeros)


def measured(jobs: list[SynthesisJob]) -> list[Row]:
    """Area, speed and error of all."""
    with Progress(transient=True) as progress:
        task = progress.add_task("synthesis")
        reports = synthesize_many(
            jobs, seeds=SEEDS, progress=lambda done, total, what: progress.update(task, completed=done, total=total)
        )
    errors = {operator: mred(operator) for operator in dict.fromkeys(job.operator for job in jobs)}
    return [Row.of_report(report, errors[report.operator]) for report in reports]


@click.command()
@click.option("--page", "page_only", is_flag=True, help="synthesize nothing, write the page from the data as they are")
def main(page_only: bool) -> None:
    """Synthesize, then write the page and its pictures."""
    if not page_only:
        write_rows(measured(plan()), DATA)
    rows = read_rows(DATA)
    plot_products(rows, DOCS / "area-mul.png")
    plot_quotients(rows, DOCS / "area-div.png")
    write_whole(DOCS / "area.md", page(rows))


if __name__ == "__main__":
    main()
