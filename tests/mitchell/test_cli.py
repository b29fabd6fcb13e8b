import importlib.metadata
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mitchell.cli import VERBS
from mitchell.cli.verb_run import EXPERIMENTS
from pysoft.families import FAMILIES


@pytest.mark.parametrize(
    "verb",
    [
        *((verb,) for verb in VERBS if verb not in ("run", "host")),
        *(("run", name) for name in EXPERIMENTS),
        *(("host", "PORT", name) for name in ("identify", "run", "selftest", "bench")),
    ],
)
def test_every_verb_has_help_and_json(run, verb):
    status, out, err = run(*verb, "--help")
    assert (0, "") == (status, err)
    assert "--json" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("eval", "mul-u16-mitchel", "1", "2"), "nearest valid: mul-u16-mitchell"),
        (("eval", "mul-u8-mitchell", "256", "1"), "a 256 is outside format u8, which holds 0..255"),
        (("eval", "mul-u8-mitchell", "-1", "1"), "a -1 is outside format u8"),
        (("eval", "mul-u8-mitchell", "x", "1"), "'x' is not an integer"),
        (("eval", "mul-u8-mitchell", "1"), "mul-u8-mitchell takes 2 operands, a and b, not 1"),
        (("eval", "sqrt-u8-mitchell", "1", "2"), "sqrt-u8-mitchell takes 1 operand, a, not 2"),
        (("eval", "div-bf16-exact", "1", "1.5.2"), "Invalid value for d: '1.5.2' is not a number; write it as 1.5,"),
        (("eval", "div-u8-exact", "1", "1.5"), "Invalid value for d: '1.5' is not an integer"),
        (("eval", "mul-bf16-exact", "--bits", "1", "0x10000"), "0x10000 is no pattern of the 16 bits of format bf16"),
        (("eval", "mul-s8-exact", "--bits", "1", "-1"), "-1 is no pattern of the 8 bits of format s8"),
        (("errors",), "Missing argument 'OPERATOR...'"),
        (("errors", "mul-u17-mitchell"), "--samples"),
        (("errors", "mul-f32-mitchell"), "2^46 pairs of fractions, too many to measure all: say how many random ones"),
        (("generate", "mul-u8-mitchell", "--stages", "6"), "6 is not in the range 0<=x<=5"),
        (("sim", "mul-u16-mitchell", "--vectors", "all"), "all"),
        (("sim", "mul-u16-mitchell", "--vectors", "0"), "neither a number from 1 up nor 'all'"),
        (("sim", "mul-u16-mitchell", "--simulator", "modelsim"), "'modelsim' is not one of 'verilator', 'icarus'"),
        (("sim", "mul-u16-mitchell", "--netlist", "ice41"), "unknown target 'ice41': the targets are ice40-hx8k, "),
        (("synth", "mul-u8-mitchell", "--target", "ice41"), "ice41"),
        (("synth", "mul-u8-mitchell", "--target", "ice40-hx8k", "--seeds", "0"), "0 is not in the range"),
        (("build", "nosuchboard"), "nosuchboard"),
        (("frobnicate",), "No such command 'frobnicate'"),
    ],
)
def test_bad_input_is_one_clear_line_and_status_2(run, arguments, message):
    status, out, err = run(*arguments)
    assert (2, "") == (status, out)
    assert err.startswith("error: ")
    assert message in err
    assert 1 == err.count("\n")


def test_eval_prints_result_exact_and_error(run):
    status, out, _ = run("eval", "mul-u16-mitchell", "1000", "3000", "--json")
    assert 0 == status
    expected = {
        "operator": "mul-u16-mitchell",
        "operands": {"a": 1000, "b": 3000},
        "result": 2973696,
        "value": 2973696.0,
        "exact": 3000000.0,
        "error": -26304.0,
        "relative_error": -26304 / 3000000,
        "bound": "-1/9 <= (r - e)/e <= 0",
    }
    assert expected == json.loads(out)


def test_eval_of_a_quotient_by_zero_has_no_error(run):
    _, out, _ = run("eval", "div-s8-mitchell", "-5", "0", "--json")
    answer = json.loads(out)
    assert (-1, None, None) == (answer["result"], answer["exact"], answer["relative_error"])


def test_generate_writes_the_same_text_as_the_operator(run, tmp_path):
    import mitchell

    file = tmp_path / "deep" / "x.v"
    status, _, _ = run("generate", "div-s5-mitchell-f1", "--stages", "3", "-o", str(file))
    assert 0 == status
    text = mitchell.operator("div-s5-mitchell-f1").verilog(stages=3)
    assert text == file.read_text()
    assert text == run("generate", "div-s5-mitchell-f1", "--stages", "3")[1]
    assert [file] == list(file.parent.iterdir())


def test_errors_prints_measured_beside_proved(run, tmp_path):
    status, out, _ = run("errors", "mul-u8-mitchell", "mul-u8-exact", "--json")
    assert 0 == status
    measured, exact = json.loads(out)
    assert (4096.0, True) == (measured["wce"], measured["within_bound"])
    assert 0.0 == exact["mred_with_zeros"]
    status, out, _ = run("errors", "mul-u6-mitchell", "--plot", str(tmp_path / "surface.png"))
    assert 0 == status
    assert "3 x 3 -> 8" in out
    assert (tmp_path / "surface.png").read_bytes().startswith(b"\x89PNG")


def test_sim_checks_what_it_sends(run):
    status, out, _ = run("sim", "mul-u4-mitchell", "--simulator", "icarus", "--vectors", "all", "--json")
    answer = json.loads(out)
    assert (0, True) == (status, answer["passed"])
    assert answer["sent"] == answer["checked"] >= 256


def test_sim_of_a_netlist_says_so(run):
    arguments = ("sim", "mul-u3-mitchell", "--netlist", "ice40-up5k", "--simulator", "icarus", "--vectors", "all")
    status, out, _ = run(*arguments)
    assert 0 == status
    assert "mul-u3-mitchell, 0 stages, netlist for ice40-up5k; icarus" in out
    status, out, _ = run(*arguments, "--stages", "1", "--json")
    answer = json.loads(out)
    assert (0, True, 1, "ice40-up5k") == (status, answer["passed"], answer["stages"], answer["netlist"])


def test_synth_compares_operators_on_targets(monkeypatch, run, tmp_path):
    monkeypatch.setenv("MITCHELL_CACHE", str(tmp_path))
    targets = ("--target", "xilinx7", "--target", "ice40-hx8k", "--seeds", "1")
    status, out, _ = run("synth", "mul-u4-mitchell", "mul-u4-mbm", *targets, "--json")
    answer = json.loads(out)
    assert 0 == status
    operators = ["mul-u4-mitchell", "mul-u4-mbm"]
    expected = [(target, operator) for target in ("xilinx7", "ice40-hx8k") for operator in operators]
    assert expected == [(report["target"], report["operator"]) for report in answer]
    assert all(report["cells"] > 0 and report["dsp"] == 0 for report in answer)

    status, out, _ = run("synth", *operators, *targets, "--markdown", "--keep", str(tmp_path / "kept"))
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in out.splitlines() if "mul-u4" in line]
    assert [[report["operator"], "0", str(report["cells"])] for report in answer] == [row[:3] for row in rows]
    assert [["-"] * 3] * 2 == [row[-3:] for row in rows[:2]]
    speeds = [[report["fmax"], report["delay"]] for report in answer[2:]]
    assert [[f"{figure:.1f}" for figure in figures] for figures in speeds] == [row[-3:-1] for row in rows[2:]]
    assert 2 == out.count("no DSP blocks or memories")
    assert {f"{operator}-{target}-stages0-plain" for target, operator in expected} == {
        folder.name for folder in (tmp_path / "kept").iterdir()
    }


def test_synth_without_store_runs_the_tools(monkeypatch, run, tmp_path):
    monkeypatch.setenv("MITCHELL_CACHE", str(tmp_path))
    arguments = ("synth", "mul-u2-mitchell", "--target", "xilinx7", "--json")
    (stored,) = json.loads(run(*arguments)[1])
    assert (tmp_path / "synth").is_dir()
    (again,) = json.loads(run(*arguments)[1])
    assert stored == again
    before = set(tmp_path.rglob("*"))
    (fresh,) = json.loads(run(*arguments, "--no-store")[1])
    assert stored.pop("seconds") != fresh.pop("seconds")
    assert stored == fresh
    assert before == set(tmp_path.rglob("*"))


def test_list_names_families_targets_and_boards(run):
    status, out, _ = run("list", "--json")
    answer = json.loads(out)
    assert 0 == status
    assert list(FAMILIES) == [family["name"] for family in answer["families"]]
    assert {"ice40-hx8k", "ice40-up5k", "ecp5-25k", "gowin-gw1n9", "xilinx7"} == set(answer["targets"])
    assert "icebreaker" in answer["boards"]


@pytest.mark.parametrize(
    ("module", "extra", "arguments"),
    [
        ("amaranth", "hdl", ("generate", "mul-u4-mitchell")),
        ("amaranth", "sim", ("sim", "mul-u4-mitchell")),
        ("amaranth", "formal", ("prove", "mul-u4-mitchell")),
        ("amaranth", "boards", ("synth", "mul-u4-mitchell", "--target", "xilinx7")),
        ("amaranth", "all", ("demo",)),
        ("matplotlib", "plot", ("errors", "mul-u4-mitchell", "--plot", "x.png")),
        ("z3", "formal", ("prove", "mul-u4-mitchell")),
        ("bitwuzla", "formal", ("prove", "mul-u4-mitchell")),
        ("amaranth_boards", "boards", ("build", "icebreaker")),
    ],
)
def test_missing_extra_is_named(monkeypatch, run, module, extra, arguments):
    rooms = ("rtl", "sim", "formal", "boards", "matplotlib", "pysoft.errors.plot", module)
    for name in [name for name in sys.modules if name.startswith(rooms)]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    status, _, err = run(*arguments)
    assert 2 == status
    assert f"{arguments[0]} needs {module}" in err
    assert f"pip install 'mitchell[{extra}]'" in err


def test_list_shows_extras_with_their_brackets(monkeypatch, run):
    def version(package):
        raise importlib.metadata.PackageNotFoundError(package)

    monkeypatch.setattr(importlib.metadata, "version", version)
    _, out, _ = run("list")
    assert "'mitchell[boards]'" in out


def test_module_can_be_named_so_that_two_variants_fit_in_one_design(run):
    status, out, _ = run("generate", "mul-u4-mitchell", "--stages", "1", "--module", "mul_fast")
    assert 0 == status
    assert "module mul_fast(" in out
    assert "mitchell generate mul-u4-mitchell --stages 1 --module mul_fast" in out
    status, _, err = run("generate", "mul-u4-mitchell", "--module", "3x")
    assert 2 == status
    assert "'3x' cannot name a Verilog module" in err


def test_without_a_verb_the_help_is_shown(run):
    status, out, err = run()
    assert 2 == status
    assert "generate   write the Verilog" in out + err
    assert "error" not in err.splitlines()[0]


def test_folders_of_the_user_do_not_get_in_the_way(tmp_path):
    for room in ("sim", "rtl"):
        (tmp_path / room).mkdir()
        (tmp_path / room / "__init__.py").write_text("raise SystemExit('not mine')")
    program = Path(sys.executable).parent / "mitchell"
    command = [program, "sim", "mul-u3-mitchell", "--simulator", "icarus"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (0, "") == (done.returncode, done.stderr)
    assert "passed" in done.stdout


def test_terminated_simulation_leaves_nothing_running(tmp_path):
    program = Path(sys.executable).parent / "mitchell"
    command = [program, "sim", "mul-u16-mitchell", "--simulator", "icarus", "--vectors", "300000"]
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    while not list(tmp_path.glob("mitchell-sim-*/jobs.json")):  # it has begun
        assert running.poll() is None
        time.sleep(0.05)
    running.terminate()
    running.communicate()
    assert 143 == running.returncode
    assert [] == list(tmp_path.iterdir())


def test_python_dash_m_is_the_command_line():
    command = [sys.executable, "-m", "mitchell", "eval", "mul-u4-mitchell", "3", "3"]
    assert "-11.1111 %" in subprocess.run(command, capture_output=True, text=True, check=True).stdout
