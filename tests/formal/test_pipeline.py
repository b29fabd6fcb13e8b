import functools
import re

import pytest

from formal.pipeline import prove_pipeline
from pysoft.operator import Operator
from rtl.verilog import generate

PARTS = ["reset", "handshake", "delivery", "progress", "stages", "result"]

# One planted fault each: operator, stages, pattern in the Verilog, replacement, how often, part that refutes it.
MUTANTS = {
    "a valid that is not reset": ("mul-u8-mitchell", 3, r"rst \? 1'h0 : ", "", 1, "reset"),
    "all resets active low": ("mul-u8-mitchell", 3, r"rst \? 1'h0 : (.*);", r"rst ? \1 : 1'h0;", 0, "reset"),
    "an enable without o_ready": ("mul-u8-mitchell", 3, r"(enable_log  = .*) \| o_ready", r"\1", 1, "delivery"),
    "a valid that is always loaded": (
        "mul-u8-mitchell", 3, r"(enable_log  \? (\S+)  : )\S+", r"\1\2", 1, "delivery",
    ),
    "a valid from two stages before": (
        "mul-u8-mitchell", 3, r"(enable_sum  \? \\inner\.valid_)1", r"\g<1>0", 1, "handshake",
    ),
    "i_ready stuck at 0": ("mul-u8-mitchell", 3, r"(i_ready = ).*;", r"\g<1>1'h0;", 1, "progress"),
    "i_ready stuck at 1": ("mul-u8-mitchell", 3, r"(i_ready = ).*;", r"\g<1>1'h1;", 1, "delivery"),
    "a register without enable": ("mul-u8-mitchell", 3, r"if \(\S+enable_log \) (\S+log_3)", r"\1", 1, "stages"),
    "a stage with the enable of the next": ("mul-u8-mitchell", 3, r"(if \(\S+enable_)log", r"\1sum", 0, "stages"),
    "a sign from the stage before": (
        "div-s8-mitchell", 3, r"(core\.sign_1  <= \S+)sum_0", r"\1normalise_0", 1, "stages",
    ),
    "a sign that is not delayed": ("div-s8-mitchell", 3, r"\S+sign_1 ( \? )", r"\\inner.core.sum_0 \1", 1, "stages"),
    "no carries": ("mul-u8-mitchell", 3, r"(assign .*) \+ ", r"\1 ^ ", 1, "result"),
}  # fmt: skip


@functools.cache
def generated(name, stages):
    return generate(Operator.from_name(name), stages=stages)


@pytest.mark.parametrize(
    ("name", "stages"),
    [
        *(("mul-u8-mitchell", stages) for stages in range(1, 6)),
        ("div-s8-mitchell", 5),
        ("mul-f8e4m3-mitchell", 4),
        ("mul-s8-drum-k4", 3),
        ("sqrt-u8-mitchell", 2),
        ("mul-s16-exact", 2),
        ("mul-f16-exact", 3),
    ],
)
def test_prove_pipeline_proves_every_part(name, stages):
    seen = []
    parts = prove_pipeline(
        Operator.from_name(name), stages, progress=lambda done, total, what: seen.append((done, total, what))
    )
    assert PARTS == [part.name for part in parts]
    assert [("proved", "")] * 6 == [(part.result, part.note) for part in parts]
    assert [(i + 1, 6, part) for i, part in enumerate(PARTS)] == seen


@pytest.mark.parametrize("fault", MUTANTS)
def test_prove_pipeline_refutes_a_planted_fault(fault):
    name, stages, pattern, replacement, count, part = MUTANTS[fault]
    mutant, found = re.subn(pattern, replacement, generated(name, stages), count=count)
    assert found
    parts = {part.name: part for part in prove_pipeline(Operator.from_name(name), stages, verilog=mutant)}
    assert parts[part].result == "refuted"
    assert parts[part].note
    if part in ("stages", "result"):  # the handshake is as it was
        assert all(parts[name].result == "proved" for name in PARTS[: PARTS.index(part)])
