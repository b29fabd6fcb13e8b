"""Every ``console`` block of the documents is run, and prints what the document says."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def commands():
    """(document, command, expected output) of every ``$ mitchell ...`` line in a console block."""
    for document in DOCUMENTS:
        for block in re.findall(r"^```console\n(.*?)^```", document.read_text(), flags=re.DOTALL | re.MULTILINE):
            for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                command, _, output = part.partition("\n")
                yield pytest.param(command, output, id=f"{document.name}: {command}")


@pytest.mark.parametrize(("command", "output"), list(commands()))
def test_console_block_prints_what_the_document_says(command, output, tmp_path):
    program, *arguments = shlex.split(command)
    assert program == "mitchell", "console blocks run mitchell; use another language tag for anything else"
    path = Path(sys.executable).parent / program
    done = subprocess.run([path, *arguments], capture_output=True, text=True, cwd=tmp_path, check=False)
    squeeze = lambda text: [line.rstrip() for line in text.strip().splitlines()]  # noqa: E731
    assert squeeze(output) == squeeze(done.stdout + done.stderr)


def test_every_document_is_read():
    assert {"README.md", "architecture.md"} <= {document.name for document in DOCUMENTS}


def test_verilog_example_prints_what_the_document_says(tmp_path):
    text = (ROOT / "docs" / "verilog.md").read_text()
    (example,) = re.findall(r"^```verilog\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
    (output,) = re.findall(r"^```text\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
    (tmp_path / "example.v").write_text(example)
    for command in re.findall(r"^mitchell (generate .*)$", text, flags=re.MULTILINE):
        path = Path(sys.executable).parent / "mitchell"
        subprocess.run([path, *shlex.split(command)], check=True, cwd=tmp_path, capture_output=True)
    files = [str(file) for file in tmp_path.glob("*.v")]
    subprocess.run(["iverilog", "-g2005", "-o", "example", *files], check=True, cwd=tmp_path)
    done = subprocess.run(["vvp", "example"], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert output == "".join(line for line in done.stdout.splitlines(keepends=True) if "$finish" not in line)


def test_cut_points_in_the_architecture_are_those_of_the_circuit():
    from rtl.logarithmic import CUTS

    text = (ROOT / "docs" / "architecture.md").read_text()
    rows = re.findall(r"^\| (\d) \| (.*?) \|$", text, flags=re.MULTILINE)
    assert {stages: live for stages, live in CUTS.items() if stages} == {int(n): tuple(l.split(", ")) for n, l in rows}
