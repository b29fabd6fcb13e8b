from pathlib import Path

import pytest
from amaranth.back import rtlil
from amaranth.hdl import Module
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from boards.synthesis.harness import Harness, harness_cost
from boards.synthesis.netlist import count, read_statistics
from boards.synthesis.place import place
from boards.synthesis.targets import TARGETS
from pysoft.operator import Operator
from rtl.tools import run_yosys


class Gates(wiring.Component):
    """A core of one gate for each result bit, all different: one look-up table each."""

    def __init__(self, operator):
        width = operator.format.width
        super().__init__({"a": In(width), "b": In(width), "o": Out(operator.result_format.width)})

    def elaborate(self, platform):
        m = Module()
        width = len(self.a)
        m.d.comb += [self.o[i].eq(self.a[i % width] & self.b[(i + i // width) % width]) for i in range(len(self.o))]
        return m


def synthesize_harness(operator, target, folder):
    Path(folder, "top.il").write_text(rtlil.convert(Harness(Gates(operator)), name="top", emit_src=False))
    script = f"read_rtlil top.il\n{target.yosys} -top top -json netlist.json\ntee -q -o top.stat stat -json\n"
    run_yosys(script, folder=folder)
    return read_statistics(Path(folder, "top.stat"))


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("ice40-hx8k", "mul-u16-mitchell"),
        ("ice40-hx8k", "div-u5-mitchell-f2"),  # a fold with a register that has no gate
        ("ecp5-25k", "mul-u16-mitchell"),
        ("gowin-gw1n9", "mul-u16-mitchell"),
        ("xilinx7", "mul-u16-mitchell"),
    ],
)
def test_harness_cost_is_what_yosys_finds(tmp_path, target, name):
    operator, target = Operator.from_name(name), TARGETS[target]
    cells = synthesize_harness(operator, target, tmp_path)
    cost = harness_cost(operator, target)
    assert count(cells, target.luts) == cost.luts + operator.result_format.width
    assert count(cells, target.registers) == cost.registers


@pytest.mark.parametrize("name", ["mul-u6-mitchell", "div-u5-mitchell-f2"])
def test_harness_cost_is_what_nextpnr_places(tmp_path, name):
    operator, target = Operator.from_name(name), TARGETS["ice40-hx8k"]
    synthesize_harness(operator, target, tmp_path)
    placed = place(tmp_path, target, 1)
    assert (
        count(placed.utilization, target.cells) == harness_cost(operator, target).cells + operator.result_format.width
    )
