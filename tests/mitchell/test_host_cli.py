"""``mitchell host`` and ``mitchell.host`` with a board in software behind a pseudo-terminal."""

import json
import subprocess
import sys

import numpy as np
import pytest
from command_line import sheet
from pseudo_terminal import PseudoTerminal
from software_board import SoftwareBoard

import mitchell

NAMES = ("mul-u16-mitchell", "div-s8-mitchell-f2", "mul-bf16-mitchell")


@pytest.fixture(scope="module")
def port():
    board = SoftwareBoard([mitchell.operator(name) for name in NAMES])
    with PseudoTerminal(board) as terminal:
        yield terminal.port


def test_operators_of_a_board_are_called_like_models(port):
    with mitchell.host.connect(port) as board:
        np.testing.assert_array_equal([8, 2973696], board.operator("mul-u16-mitchell")([3, 1000], [3, 3000]))


def test_identify_shows_what_the_board_says(run, port):
    status, out, _ = run("host", port, "identify")
    cells = sheet(out)
    assert 0 == status
    assert [f"{NAMES[0]}, 4 stages"] == cells["operators"]
    assert ["12 MHz"] == cells["clock of the operators"]
    assert ["1000000 baud"] == cells["line"]
    answer = json.loads(run("host", port, "identify", "--json")[1])
    assert dict.fromkeys(NAMES, 4) == answer["operators"]
    assert answer["counters"]["accepted"] > 0
    assert 0 == answer["counters"]["crc"]


def test_run_writes_numbers_as_eval_does(run, port):
    status, out, _ = run("host", port, "run", "div-s8-mitchell-f2", "-1", "3", "0x7f", "0b10")
    assert 0 == status
    rows = [[cell.strip() for cell in line.strip("│").split("│")] for line in out.splitlines() if "│" in line]
    for n, d, q in rows:
        assert sheet(run("eval", "div-s8-mitchell-f2", n, d)[1])["q"] == [q]
    assert [["-1", "3"], ["127", "2"]] == [row[:2] for row in rows]
    answer = json.loads(run("host", port, "run", "mul-bf16-mitchell", "-1.5", "0.1", "inf", "2", "--json")[1])
    assert {
        "operator": "mul-bf16-mitchell",
        "results": [
            {"operands": {"a": -1.5, "b": 0.10009765625}, "result": -0.1376953125},
            {"operands": {"a": "inf", "b": 2.0}, "result": "inf"},
        ],
    } == answer
    answer = json.loads(run("host", port, "run", "mul-bf16-mitchell", "--bits", "0x3fc0", "0x4000", "--json")[1])
    assert 3.0 == answer["results"][0]["result"]


def test_selftest_passes_and_shows_its_rate(run, port):
    status, out, _ = run("host", port, "selftest", "--operator", NAMES[0], "--operator", NAMES[2], "--vectors", "700")
    cells = sheet(out)
    assert 0 == status
    assert ["700", "0"] == cells[NAMES[0]][:2]
    assert int(cells[NAMES[2]][2]) > 0
    assert "passed" in cells
    answer = json.loads(run("host", port, "selftest", "--vectors", "10", "--seed", "4", "--json")[1])
    assert list(NAMES) == [each["operator"] for each in answer]
    assert all(each["passed"] and each["seed"] == 4 for each in answer)


def test_selftest_fails_where_a_result_differs(run):
    board = SoftwareBoard([mitchell.operator("mul-u8-mbm")], identification={"operators": {"mul-u8-mitchell": 4}})
    with PseudoTerminal(board) as terminal:
        status, out, _ = run("host", terminal.port, "selftest", "--vectors", "300")
        answer = json.loads(run("host", terminal.port, "selftest", "--vectors", "300", "--json")[1])
    assert 1 == status
    assert "FAILED" in sheet(out)
    first = answer[0]["mismatches"][0]
    a, b = first["operands"]
    assert int(mitchell.operator("mul-u8-mbm")(a, b)) == first["got"]
    assert int(mitchell.operator("mul-u8-mitchell")(a, b)) == first["expected"]
    assert f"{a:#x} x {b:#x}: got {first['got']:#x}, the model says {first['expected']:#x}" in out


def test_bench_shows_rates_beside_the_line(run, port):
    arguments = ("host", port, "bench", "--operator", NAMES[0], "--seconds", "0.001")
    status, out, _ = run(*arguments)
    assert 0 == status
    assert ["25000", "100000", "100000"] == sheet(out)["the line"]
    (answer,) = json.loads(run(*arguments, "--json")[1])
    assert [1, 10, 100, 1000, 10_000] == [each["batch"] for each in answer["throughputs"]]


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("run", "mul-u8-mitchell", "1", "2"), 2, "has no operator 'mul-u8-mitchell': it has mul-u16-mitchell, "),
        (("run", "mul-u16-mitchell", "1", "2", "3"), 2, "takes operands in 2s, a and b, not 3"),
        (("run", "mul-u16-mitchell", "1", "x"), 2, "'x' is not an integer"),
        (("run", "mul-u16-mitchell", "1", "65536"), 2, "b 65536 is outside format u16"),
        (("identify", "--baud", "0"), 2, "0 is not in the range x>=1"),
        (("identify", "--baud", "9600"), 1, "was built for 1000000 baud: connect with that"),
        (("selftest", "--vectors", "0"), 2, "'0' is neither a number from 1 up nor 'all'"),
    ],
)
def test_bad_input_is_one_line(run, port, arguments, status, message):
    found, out, error = run("host", port, *arguments)
    assert (status, "") == (found, out)
    assert message in error
    assert 1 == len(error.splitlines())


def test_a_port_that_is_not_there_is_one_line(run):
    status, out, error = run("host", "/dev/ttyNONE", "identify")
    assert (1, "") == (status, out)
    assert error.startswith("error: there is no port /dev/ttyNONE; the ports there are: ")


def test_the_extra_is_named_where_pyserial_is_missing_and_only_where_it_is_needed():
    program = """
import sys
sys.modules["serial"] = None
import mitchell
try:
    mitchell.host.connect("/dev/null")
except ModuleNotFoundError as error:
    print(error)
from mitchell.cli import main
sys.argv = ["mitchell", "host", "/dev/null", "identify"]
main()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "a serial port needs pyserial, which is not installed: run  pip install 'mitchell[host]'\n" == done.stdout
    assert "error: host needs serial, which is not installed: run  pip install 'mitchell[host]'\n" == done.stderr
    assert 2 == done.returncode
