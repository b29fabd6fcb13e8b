"""``mitchell sim-board``, here for the build that it shares with the other tests of simulated boards."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from boards.link.device import connect
from mitchell.cli.verb_sim_board import command

MITCHELL = Path(sys.executable).with_name("mitchell")


@pytest.fixture
def sim_board(program, operators, top, cache):
    """Starts the verb, and gives it with the port that it names in its first line."""
    started = []

    def sim_board(*options):
        names = [f"--operator={operator.name}" for operator in operators]
        verb = subprocess.Popen(
            [MITCHELL, "sim-board", "icebreaker", *names, f"--baud={top.baud}", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"MITCHELL_CACHE": str(cache.parent)},
            # A shell that starts the tests in the background ignores Ctrl-C for them, and so for what they start.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        started.append(verb)
        return verb, verb.stdout.readline()

    yield sim_board
    for verb in started:
        verb.kill()
        verb.communicate()


def test_board_lives_until_interrupted(sim_board, tmp_path, top):
    link = tmp_path / "board"
    link.symlink_to("/dev/pts/0")  # as one that was killed leaves it
    verb, line = sim_board(f"--link={link}")
    assert line == f"icebreaker with {', '.join(top.identification.operators)} at {link}, 3000000 baud\n"
    assert f"mitchell host {link} identify --baud 3000000" in verb.stdout.readline()
    with connect(str(link), baud=top.baud) as device:
        assert device.echo(b"hello") == b"hello"
        sent = device.statistics.bytes_sent
    verb.send_signal(signal.SIGINT)
    out, err = verb.communicate()
    assert (verb.returncode, err) == (0, "")
    assert f"to the board  {sent} bytes, 0 dropped; 0 bits flipped (0.0000 %)" in out
    assert not link.is_symlink()


def test_terminated_board_leaves_nothing_behind(sim_board, tmp_path):
    link = tmp_path / "board"
    verb, line = sim_board(f"--link={link}", "--json")
    assert json.loads(line) == {"port": str(link), "baud": 3_000_000}
    verb.terminate()
    assert verb.communicate() == ("", "")
    assert verb.returncode == 143
    assert list(tmp_path.iterdir()) == []


def test_link_that_exists_is_left_alone(tmp_path):
    mine, link = tmp_path / "mine", tmp_path / "link"
    mine.write_text("mine")
    link.symlink_to(mine)
    for path in (mine, link):
        done = CliRunner().invoke(command, ["icebreaker", f"--link={path}"])
        assert done.exit_code == 2
        assert f"--link: there is a {path} already, which is no link to a terminal" in done.output
        assert path.read_text() == "mine"
