import sys

import pytest

from mitchell.cli import main


@pytest.fixture
def run(monkeypatch, capsys):
    """Run ``mitchell`` with arguments in this process; gives (status, standard output, standard error)."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["mitchell", *arguments])
        with pytest.raises(SystemExit) as exit_:
            main()
        captured = capsys.readouterr()
        return exit_.value.code, captured.out, captured.err

    return run
