"""The command line in this process, and what it drew taken apart."""

import sys

import pytest

from mitchell.cli import main


def run_mitchell(monkeypatch, capsys, *arguments):
    """Run ``mitchell`` with ``arguments``: (status, standard output, standard error)."""
    monkeypatch.setattr(sys, "argv", ["mitchell", *arguments])
    with pytest.raises(SystemExit) as exit_:
        main()
    captured = capsys.readouterr()
    return exit_.value.code, captured.out, captured.err


def sheet(out):
    """Cells of a drawn table by their title; of two rows with one title, such as ``at``, the first."""
    found = {}
    for line in out.splitlines():
        if line.startswith("│"):
            title, *cells = (cell.strip() for cell in line.strip("│").split("│"))
            found.setdefault(title, cells)
    return found
