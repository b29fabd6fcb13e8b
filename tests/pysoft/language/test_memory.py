"""How much memory a model takes: weights are mapped once, and of what is rounded there is one matrix at a time."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from pysoft.language.block import block_shapes
from pysoft.weights import write_weights

WIDTH, LAYERS, VOCABULARY = 512, 6, 1000
ROOT = Path(__file__).parents[3]
PEAK = Path("/proc/self/status")  # of this process alone, which getrusage's is not after a fork
CODE = """
import re, sys
from pysoft.arithmetic import Arithmetic
from pysoft.language.gpt2 import GPT2
import safetensors.numpy  # so that only the model is counted
peak = lambda: int(re.search(r"VmHWM:\\s*(\\d+) kB", open("/proc/self/status").read())[1])
arithmetic = Arithmetic.of_family("mitchell", sys.argv[2], threads=1)
arithmetic.matmul(arithmetic.cast([[1.0]]), arithmetic.cast([[1.0]]))
before = peak()
model = GPT2.read(sys.argv[1])
model.next_logits(arithmetic, [3, 1, 4, 1, 5])
print(peak() - before)
"""


@pytest.mark.skipif(not PEAK.exists(), reason="the peak of a process is read from /proc")
@pytest.mark.parametrize(("stored", "form"), [(np.float32, "f32"), (np.float16, "f32"), (np.float32, "bf16")])
def test_the_peak_is_the_weights_and_one_rounded_matrix(tmp_path, stored, form):
    shapes = {f"h.{i}.{name}": shape for i in range(LAYERS) for name, shape in block_shapes(WIDTH, 4 * WIDTH).items()}
    shapes |= {
        "wte.weight": (VOCABULARY, WIDTH),
        "wpe.weight": (64, WIDTH),
        "ln_f.weight": (WIDTH,),
        "ln_f.bias": (WIDTH,),
    }
    chance = np.random.default_rng(0)
    write_weights(
        tmp_path / "model.safetensors",
        {name: (0.02 * chance.standard_normal(shape, np.float32)).astype(stored) for name, shape in shapes.items()},
        {},
    )
    sizes = {"vocab_size": VOCABULARY, "n_positions": 64, "n_embd": WIDTH, "n_layer": LAYERS, "n_head": 8}
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "gpt2", **sizes}))
    run = subprocess.run(
        [sys.executable, "-c", CODE, tmp_path, form], capture_output=True, text=True, check=True, cwd=ROOT
    )
    weights = (tmp_path / "model.safetensors").stat().st_size / 2**10
    (tmp_path / "model.safetensors").unlink()
    largest = 4 * WIDTH * WIDTH * 4 / 2**10
    assert weights < int(run.stdout) < weights + 2 * largest + 12 * 2**10  # kB; NaN are looked for in parts of 4 M
