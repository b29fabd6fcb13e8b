"""Write docs/proofs.csv and the table of docs/proofs.md anew:  python docs/proofs.py  (make prove, make tables).

Proves some operators of each family, format and operation, and some pipelines, which takes an hour of one processor.
What docs/proofs.csv has of the same Verilog, specification and tools is kept, so that what was interrupted goes on.
"""

import multiprocessing
import os
import platform
import resource
import signal
from concurrent.futures import ThreadPoolExecutor, as_completed
from multiprocessing.connection import Connection
from pathlib import Path

import click
from proofs_page import page
from proofs_rows import Row, read_rows, write_rows
from rich.progress import track

import mitchell
from formal.prove import prove_parts, versions
from pysoft.files import write_whole
from rtl.cache import content_key
from rtl.verilog import generate

DOCS = Path(__file__).parent
SPECIFICATION = DOCS.parent / "formal" / "specification"
DATA = DOCS / "proofs.csv"
PAGE = DOCS / "proofs.md"
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["formal.prove"])  # which takes longer than many proofs
LIMIT = 900  # seconds of one processor, for all parts of an operator: more than one question may take

# Of each operation and format: families with their parameters, in the order of the table.
COMBINATIONAL = """
mul-u4 exact mitchell mitchw-w3 almsoa-m2 almloa-m2 dralm-t3 mbm realm-m4 ilm roba babic-i1 drum-k3 tosam-h1-t3
mul-u4 simdive tuned-mred-m4
mul-u8 exact mitchell mitchw-w5 almsoa-m4 almloa-m6 dralm-t6 mbm realm-m16 ilm roba babic-i1 drum-k4 tosam-h2-t5
mul-u8 simdive tuned-mred-m4 split-mred-m16
mul-u16 exact mitchell mitchw-w5 almsoa-m6 almloa-m9 dralm-t6 mbm-t4 realm-m4-t4 ilm roba babic-i1 babic-i2 drum-k6
mul-u16 tosam-h2-t5 simdive tuned-mred-m4 split-mred-m16
mul-u32 exact mitchell mitchw-w5 almsoa-m6 almloa-m9 dralm-t6 mbm-t4 realm-m4-t4 ilm roba drum-k6
mul-u32 tosam-h2-t5 simdive tuned-mred-m4 split-mred-m16
mul-s8 exact mitchell
mul-s16 mitchell
div-u4 exact mitchell inzed simdive aaxd-k2 tuned-mred-m4
div-u8 exact mitchell inzed simdive aaxd-k4 tuned-mred-m4 split-mred-m16
div-u12 exact
div-u16 exact mitchell inzed-t4 simdive aaxd-k4 tuned-mred-m4
div-u32 mitchell inzed-t4 simdive aaxd-k4 tuned-mred-m4
div-s8 mitchell
div-s16 mitchell
square-u8 exact
square-u16 exact mitchell
square-u32 exact mitchell
reciprocal-u8 exact-f8
reciprocal-u16 exact-f16 mitchell-f16
sqrt-u8 exact
sqrt-u16 exact mitchell
sqrt-u32 mitchell
rsqrt-u8 exact-f8
rsqrt-u16 exact-f16 mitchell-f16
mul-f32 exact mitchell lmul gh mbm realm-m4 tuned-minimax
mul-f16 exact mitchell lmul gh mbm realm-m4 tuned-minimax
mul-bf16 exact mitchell lmul gh mbm realm-m4 tuned-minimax
mul-f8e4m3 exact mitchell lmul gh mbm carryin-g3
mul-f8e5m2 exact mitchell lmul gh mbm carryin-full
div-f32 mitchell
div-f16 exact mitchell tuned-minimax
div-bf16 exact mitchell
div-f8e4m3 exact carryin-g3
div-f8e5m2 mitchell carryin-full
square-bf16 exact mitchell
reciprocal-bf16 exact mitchell
sqrt-bf16 exact mitchell
rsqrt-bf16 exact tuned-minimax
rsqrt-f16 gh
"""
PIPELINES = [("mul-u16-mitchell", stages) for stages in range(1, 6)] + [
    ("mul-u8-exact", 3), ("mul-u32-exact", 5), ("mul-s16-exact", 2), ("square-u16-exact", 3),
    ("mul-u32-mitchell", 4), ("mul-u16-realm-m4-t4", 4), ("mul-u16-drum-k6", 2), ("mul-s8-mitchell", 4),
    ("div-u16-mitchell", 4), ("sqrt-u16-mitchell", 2), ("mul-f32-mitchell", 4), ("mul-f32-exact", 5),
    ("div-bf16-mitchell", 3), ("rsqrt-f16-mitchell", 2), ("mul-f8e4m3-carryin-g3", 1),
]  # fmt: skip


def plan() -> list[tuple[str, int]]:
    """Names and stages, in the order of the table."""
    lines = (line.split() for line in COMBINATIONAL.strip().splitlines())
    names = [f"{start}-{family}" for start, *families in lines for family in families]
    return [(mitchell.operator(name).name, stages) for name, stages in [*((name, 0) for name in names), *PIPELINES]]


def key(operator: mitchell.Operator, stages: int, tools: str) -> str:
    """A name for what results depend on: the Verilog, the specification, the data of the family, and the tools."""
    texts = [generate(operator, stages=count) for count in sorted({0, stages})]
    sources = [path.read_text() for path in sorted(SPECIFICATION.glob("*.py"))]
    return content_key([operator.name, *texts, *sources, repr(operator.scheme), repr(operator.bound), tools])


def work(answers: Connection, name: str, stages: int, tools: str, known: str) -> None:
    """In a process of its own: send the key, and each part as it is known, with the time; none if ``known``."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT, LIMIT + 5))  # the system ends it, whatever the solver is at
    operator = mitchell.operator(name)
    found = key(operator, stages, tools)
    answers.send(found)
    if found != known:
        for part in prove_parts(operator, stages=stages):
            answers.send((part, sum(os.times()[:4])))


def proved(name: str, stages: int, tools: str, known: Row | None) -> Row:
    """The row of one operator; the one that is known if nothing has changed."""
    receiving, sending = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=work, args=(sending, name, stages, tools, known.key if known else ""))
    process.start()
    sending.close()
    received = []
    try:
        while True:
            received.append(receiving.recv())
    except EOFError:
        process.join()
    found, *parts = received or [""]
    if known and known.key == found:
        return known
    in_time = process.exitcode != -signal.SIGXCPU
    used = parts[-1][1] if parts else 0.0
    return Row.of_parts(
        mitchell.operator(name),
        stages,
        [part for part, _ in parts],
        f"the process ended with {process.exitcode}" if in_time else f"not finished within {LIMIT} s of one processor",
        seconds=round(used, 1) if in_time else float(LIMIT),
        key=found if process.exitcode == 0 or not in_time else "",  # what went wrong is tried again
        versions=tools,
        processor=processor(),
    )


def processor() -> str:
    """What the system calls it."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.processor())


def by_cost(planned: tuple[str, int]) -> tuple[int, int]:
    """Narrow operators first; of equal ones those without stages."""
    name, stages = planned
    return mitchell.operator(name).format.precision, stages


@click.command()
@click.option("--jobs", type=click.IntRange(1), default=os.cpu_count(), show_default=True, help="processes at a time")
@click.option("--page", "page_only", is_flag=True, help="prove nothing, write the table from the data as they are")
def main(jobs: int, page_only: bool) -> None:
    """Prove, then write the table."""
    if not page_only:
        prove_all(jobs)
    write_whole(PAGE, page(PAGE.read_text(), read_rows(DATA)))


def prove_all(jobs: int) -> None:
    """All that is planned; the data are written after each operator."""
    planned = plan()
    rows = {(row.operator, row.stages): row for row in read_rows(DATA)}
    pool = ThreadPoolExecutor(jobs)
    try:
        tools = ", ".join(map(" ".join, versions()))
        futures = [pool.submit(proved, *one, tools, rows.get(one)) for one in sorted(planned, key=by_cost)]
        for future in track(as_completed(futures), "proofs", total=len(futures)):
            row = future.result()
            rows[row.operator, row.stages] = row
            write_rows([rows[one] for one in planned if one in rows], DATA)
    finally:
        pool.shutdown(cancel_futures=True)


if __name__ == "__main__":
    main()
