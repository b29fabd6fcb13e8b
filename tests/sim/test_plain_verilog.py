"""Generated files in benches of plain Verilog, as a user would instantiate them: no cocotb, and not our model either.

``reference.vh`` computes Mitchell's results in Verilog, from the equations on integers.
"""

import subprocess
from pathlib import Path

import pytest

from pysoft.operator import Operator
from rtl.verilog import generate, module_name, port_names

HERE = Path(__file__).parent


def run_bench(bench, operator, folder, *, stages=0, verilog=None):
    """What the bench counted: checked and wrong."""
    a, b, o = port_names(operator, stages=stages)
    macros = {
        "DUT": module_name(operator),
        "A": a,
        "B": b,
        "O": o,
        "WIDTH": operator.format.width,
        "RESULT": operator.result_format.width,
        "SIGNED": int(operator.format.signed),
        "DIVIDES": int(operator.operation == "div"),
        "F": operator.fraction_bits,
    }
    design = folder / "design.v"
    design.write_text(verilog or generate(operator, stages=stages))
    defines = [f"-D{name}={value}" for name, value in macros.items()]
    program = folder / "bench.vvp"
    subprocess.run(
        ["iverilog", "-g2005", "-I", HERE, *defines, "-o", program, HERE / bench, design],
        check=True,
        capture_output=True,
    )
    words = subprocess.run(["vvp", "-n", program], check=True, capture_output=True, text=True).stdout.split()
    assert words[0::2][:2] == ["checked", "wrong"]
    return int(words[1]), int(words[3])


@pytest.mark.parametrize("name", ["mul-u7", "mul-s6", "mul-u2", "div-u7", "div-s6", "div-u5-f3", "div-s6-f4", "div-s2"])
def test_combinational_file_obeys_the_equations(name, tmp_path):
    operation, form, *rest = name.split("-")
    operator = Operator.from_name("-".join([operation, form, "mitchell", *rest]))
    assert run_bench("combinational_tb.v", operator, tmp_path) == (4**operator.format.width, 0)


@pytest.mark.parametrize("stages", [1, 3, 5])
@pytest.mark.parametrize(
    "name", ["mul-u16-mitchell", "mul-s16-mitchell", "div-u16-mitchell-f7", "div-s16-mitchell", "div-s13-mitchell-f4"]
)
def test_stream_file_obeys_the_equations(name, stages, tmp_path):
    assert run_bench("stream_tb.v", Operator.from_name(name), tmp_path, stages=stages) == (2000, 0)


def test_reference_gives_eight_for_three_times_three(tmp_path):
    constant = "module mul_u2_mitchell(a, b, p);\n  input [1:0] a, b;\n  output [3:0] p;\n  assign p = {};\nendmodule\n"
    operator = Operator.from_name("mul-u2-mitchell")
    # Of all products of 0..3, only 3 x 3 is 8 and none is 9.
    assert run_bench("combinational_tb.v", operator, tmp_path, verilog=constant.format(8)) == (16, 15)
    assert run_bench("combinational_tb.v", operator, tmp_path, verilog=constant.format(9)) == (16, 16)


@pytest.mark.parametrize(("bench", "stages", "count"), [("combinational_tb.v", 0, 256), ("stream_tb.v", 2, 2000)])
def test_benches_find_a_wrong_circuit(bench, stages, count, tmp_path):
    operator = Operator.from_name("mul-u4-mitchell")
    mutant = generate(operator, stages=stages).replace(" + ", " - ", 1)
    checked, wrong = run_bench(bench, operator, tmp_path, stages=stages, verilog=mutant)
    assert checked == count
    assert wrong > 0
