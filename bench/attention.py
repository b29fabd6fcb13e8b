"""Time and room of causal attention over long sequences: by softmax, which looks at all pairs, and by sums over keys.

    python bench/attention.py
    python bench/attention.py --length 1024 --length 65536 --json figures.json --markdown

One head of 64. Each figure is of a process of its own, with one thread: seconds of the processor, and by how much its
peak of resident memory is above what it had before the call. Softmax takes its tokens 256 at a time, so that its
weights need room for 256 rows; all at once it needs room for n^2, and is left out where that is more than --most.
PyTorch is scaled_dot_product_attention, in float32, and is skipped where it is not installed.
"""

import json
import os
import platform
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import click
import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

LENGTHS = (1024, 4096, 16384, 65536)
WIDTH = 64
BLOCK = 256  # tokens that softmax takes at a time
DENSE = 41  # bytes for each weight at the peak, of softmax all at once
KERNELS = (
    "softmax, all at once",
    "softmax, in blocks",
    "elu-plus-one",
    "favor-plus-64",
    "favor-plus-256",
    "taylor-linear",
)
ARITHMETICS = ("f32-exact", "f32-mitchell")
PYTORCH = "PyTorch, softmax"


@click.command()
@click.option("--length", "lengths", multiple=True, type=click.IntRange(1), default=LENGTHS, show_default=True)
@click.option("--most", default=8.0, show_default=True, help="GiB that a contender may need")
@click.option("--json", "file", type=click.Path(path_type=Path, dir_okay=False), help="write the figures here")
@click.option("--markdown", is_flag=True, help="print the tables as Markdown")
def main(lengths, most, file, markdown):
    """Time every contender at every length, each in a process of its own."""
    os.environ.update(OMP_NUM_THREADS="1", MITCHELL_NUM_THREADS="1")  # of the processes to come
    cases = [
        (kernel, name, n)
        for kernel, name in [(PYTORCH, "float32"), *((k, a) for k in KERNELS for a in ARITHMETICS)]
        for n in lengths
    ]
    figures = []
    for kernel, name, n in track(cases, transient=True, console=Console(stderr=True)):
        if kernel == KERNELS[0] and n * n * DENSE > most * 2**30:
            continue
        with ProcessPoolExecutor(1, get_context("spawn")) as fresh:
            measured = fresh.submit(measure, kernel, name, n).result()
        if measured is not None:
            figures.append({"kernel": kernel, "arithmetic": name, "length": n, **measured})
    machine = {"processor": processor(), "python": platform.python_version(), "numpy": np.__version__}
    if file:
        file.write_text(json.dumps({"machine": machine, "width": WIDTH, "figures": figures}, indent=1) + "\n")
    show(machine, figures, lengths, markdown)


def measure(kernel, name, n):
    """Seconds and MiB of one contender, in this process; None where PyTorch is missing."""
    random = np.random.default_rng(n)
    q, k, v = (random.standard_normal((n, WIDTH), dtype=np.float32) for _ in range(3))
    act = contender(kernel, name)
    if act is None:
        return None
    act(q[:BLOCK], k[:BLOCK], v[:BLOCK])  # what is made once
    before = resident("VmRSS")
    start = time.process_time()
    outputs = act(q, k, v)
    seconds = time.process_time() - start
    assert (n, WIDTH) == outputs.shape
    return {"seconds": seconds, "MiB": max(0, resident("VmHWM") - before) / 1024}


def contender(kernel, name):
    """A function of queries, keys and values."""
    if kernel == PYTORCH:
        try:
            import torch
        except ModuleNotFoundError:
            return None
        torch.set_num_threads(1)

        def of_torch(*arrays):
            q, k, v = (torch.from_numpy(each)[None, None] for each in arrays)
            return torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)[0, 0].numpy()

        return of_torch
    from pysoft.attention.elu import EluPlusOne
    from pysoft.attention.linear import LinearAttention
    from pysoft.attention.random_features import FavorPlus
    from pysoft.attention.softmax import SoftmaxAttention
    from pysoft.attention.taylor import TaylorFeatures
    from pysoft.named_arithmetic import named_arithmetic

    arithmetic = named_arithmetic(name, threads=1)
    attention = {
        "elu-plus-one": LinearAttention(EluPlusOne()),
        "favor-plus-64": LinearAttention(FavorPlus(64)),
        "favor-plus-256": LinearAttention(FavorPlus(256)),
        "taylor-linear": LinearAttention(TaylorFeatures()),
    }.get(kernel, SoftmaxAttention())

    def in_parts(q, k, v):
        memory, n = attention.memory(), len(q)
        step = BLOCK if kernel == "softmax, in blocks" else n
        parts = [slice(start, start + step) for start in range(0, n, step)]
        return np.concatenate([memory.extend(arithmetic, q[part], k[part], v[part]) for part in parts])

    return in_parts


def resident(name):
    """KiB of this process, VmRSS now or VmHWM at most."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition(f"{name}:")[2].split()[0])


def processor():
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())


def show(machine, figures, lengths, markdown):
    conditions = f"{machine['processor']}, Python {machine['python']}, NumPy {machine['numpy']}; one head of {WIDTH}"
    rows = list(dict.fromkeys((each["kernel"], each["arithmetic"]) for each in figures))
    places = {(each["kernel"], each["arithmetic"], each["length"]): each for each in figures}
    tables = {"seconds": "{:.3g} s", "MiB": "{:.3g} MiB"}
    if markdown:
        print(f"{conditions}.\n")
    for figure, form in tables.items():
        heading = ["kernel", "arithmetic", *(f"{n} tokens" for n in lengths)]
        lines = [
            [*row, *(form.format(places[*row, n][figure]) if (*row, n) in places else "-" for n in lengths)]
            for row in rows
        ]
        if markdown:
            print(
                "\n".join(
                    f"| {' | '.join(line)} |" for line in [heading, [":--", ":--", *["--:"] * len(lengths)], *lines]
                ),
                "\n",
            )
            continue
        table = Table(*heading, title=f"{figure}; {conditions}")
        for line in lines:
            table.add_row(*line)
        Console().print(table)


if __name__ == "__main__":
    main()
