"""Speed of the fast arithmetic beside NumPy's and that of others, in turns, in one process and one thread.

    python bench/arithmetic.py
    python bench/arithmetic.py --only matmul --only spread --json figures.json --plot figures.png
    python bench/arithmetic.py --read figures.json --markdown docs/arithmetic.md

A figure is a ratio of times, the median over the rounds with its quartiles; the baseline is 1, and less is faster.
Contenders that compute the same thing must give the same bits, or the program ends. What is not installed is skipped,
and a line says so: Numba, PyTorch, TorchApprox and AdaPT. The last two may be folders of their sources; they are
compiled when they are first used, which takes minutes.

``--markdown FILE`` writes the tables between ``<!-- measured by: python bench/arithmetic.py ... -->`` and
``<!-- end -->``: those of the sections that the comment names with ``--only``, or all that there are. Where
one that is named was not measured, the old tables stay.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from speed.contest import Effort, Skipped, contest
from speed.machine import AVX2_CORES, describe, openblas_core
from speed.options import Options
from speed.sections import SECTIONS
from speed.tables import conditions, shown, tables

from pysoft.files import write_whole
from pysoft.picture import check_picture

FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
FILE = click.Path(path_type=Path, dir_okay=False)
DOCUMENT = click.Path(path_type=Path, dir_okay=False, exists=True, allow_dash=True)
SIZES = (64, 128, 256, 512, 1024, 2048)
CORE = "OPENBLAS_CORETYPE"
STDOUT = Path("-")
COMMAND = "python bench/arithmetic.py"
MARKED = re.compile(rf"(<!-- measured by: {re.escape(COMMAND)}(.*?)-->\n).*?(<!-- end -->)", re.DOTALL)


@click.command()
@click.option("--only", multiple=True, type=click.Choice(list(SECTIONS)), help="section to measure; default: all")
@click.option("--size", "sizes", multiple=True, type=click.IntRange(1), default=SIZES, show_default=True)
@click.option("--repeat", type=click.IntRange(3), default=15, show_default=True, help="rounds of a contest")
@click.option("--budget", default=1.5, show_default=True, help="seconds after which a contender leaves a contest")
@click.option("--seed", default=0, show_default=True)
@click.option("--torchapprox", type=FOLDER, help="sources of github.com/etrommer/torch-approx")
@click.option("--adapt", type=FOLDER, help="sources of github.com/dimdano/adapt")
@click.option("--read", type=click.Path(path_type=Path, exists=True), help="measure nothing, take these figures (JSON)")
@click.option("--json", "file", type=FILE, help="write the figures here")
@click.option("--plot", "drawing", type=FILE, help="draw matmul and spread (.png, .svg or .pdf)")
@click.option("--markdown", type=DOCUMENT, help="fill in the tables of this document; - prints them")
def main(only, sizes, repeat, budget, seed, torchapprox, adapt, read, file, drawing, markdown):
    """Measure, and say so in tables, JSON, a picture and Markdown."""
    options, effort = Options(sizes, seed, torchapprox, adapt), Effort(repeat, budget=budget)
    try:
        drawing = drawing and check_picture(drawing)
    except (ImportError, OSError, ValueError) as error:
        raise click.ClickException(str(error)) from None
    document = markdown.read_text() if markdown and markdown != STDOUT else None
    if document is not None and not MARKED.search(document):
        raise click.ClickException(f"{markdown} has no place for tables: <!-- measured by: {COMMAND} --> <!-- end -->")
    figures = json.loads(read.read_text()) if read else measured(dict.fromkeys(only or SECTIONS), options, effort)
    if file:
        write_whole(file, json.dumps(figures, indent=1) + "\n")
    if markdown == STDOUT:
        print(conditions(figures["machine"]), tables(figures["records"]), sep="\n\n")
    elif document is not None:
        write_whole(markdown, filled_in(document, figures))
    if drawing:
        from speed.plots import plot  # matplotlib is an extra

        plot(figures["records"], drawing)
    if markdown != STDOUT:
        console = Console()
        for part in (*shown(figures["records"]), conditions(figures["machine"])):
            console.print(part, highlight=False)


def measured(names, options, effort):
    """The machine, and the records of sections, those of each one after the other."""
    try:
        machine, records = describe(options.seed), []
    except ValueError as error:  # no compiled part
        raise click.ClickException(str(error)) from None
    with Progress(transient=True, console=Console(stderr=True)) as progress:
        for name in names:
            task = progress.add_task(name, total=None)
            if name == "avx2" and openblas_core() not in AVX2_CORES and os.environ.get(CORE) != AVX2_CORES[0]:
                records += held_to_avx2(options, effort)
                progress.update(task, total=1, completed=1)
                continue
            cases = SECTIONS[name].cases(options)
            progress.update(task, total=len(cases))
            for case in cases:
                if isinstance(case, Skipped):
                    records.append({"section": name, "contender": case.name, "skipped": case.reason})
                else:
                    progress.update(task, description=f"{name}, {case.name}")
                    records += [{"section": name, **record} for record in contest(case, effort)]
                progress.advance(task)
    return {"machine": machine, "effort": vars(effort), "records": records}


def held_to_avx2(options, effort):
    """The section ``avx2``, measured by this program in an environment that OpenBLAS reads as it starts."""
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_L2_SIZE"}
    sizes = [word for size in options.sizes for word in ("--size", str(size))]
    effort_words = ["--repeat", str(effort.rounds), "--budget", str(effort.budget), "--seed", str(options.seed)]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "avx2.json")
        command = [sys.executable, __file__, "--only", "avx2", *sizes, *effort_words, "--json", str(file)]
        done = subprocess.run(command, env={**environment, CORE: AVX2_CORES[0]}, capture_output=True, text=True)
        if done.returncode:
            raise click.ClickException(f"on AVX2: {done.stderr.strip()}")
        return json.loads(file.read_text())["records"]


def filled_in(text, figures):
    """A document with its tables anew, as far as there are figures for them."""
    measured_names = {record["section"] for record in figures["records"]}

    def block(match):
        names = re.findall(r"--only (\S+)", match[2]) or measured_names
        if not measured_names.issuperset(names):
            return match[0]
        records = [record for record in figures["records"] if record["section"] in names]
        return f"{match[1]}{conditions(figures['machine'])}\n\n{tables(records)}\n{match[3]}"

    return MARKED.sub(block, text)


if __name__ == "__main__":
    main()
