"""From the Verilog of a board to a program that is the board."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from rtl.cache import content_key, publish
from rtl.tools import ToolError
from rtl.verilator import RUNTIME, find_verilator, take_runtime

from .platform import TOP

__all__ = ["build_program"]

SOURCES = [Path(__file__).with_name(name) for name in ("harness.cpp", "serial_line.h")]
PROGRAM = "simulated_board"
OPTIONS = (
    *("--cc", "--exe", "--build", "--prefix", "Model", "--top-module", TOP, "-o", PROGRAM),
    # One file of C++: several share a precompiled header, which the wheel's makefile cannot include.
    *("--output-split", "0"),
    # What the harness does not set begins at random; assertions and lint are for designs in the making.
    *("-O3", "--x-assign", "unique", "--x-initial", "unique", "--no-assert", "-Wno-lint"),
    *("-MAKEFLAGS", "OPT_FAST=-O2 OPT_GLOBAL=-O0"),  # no clock cycle needs Verilator's library
)


def build_program(verilog: str, *, cache: Path) -> Path:
    """The compiled simulation of ``verilog``, whose module ``TOP`` has the ports of a board.

    Parameters
    ----------
    verilog : str
    cache : pathlib.Path
        Folder of builds, made if missing. They are named after everything that goes into them and appear complete, so
        two processes may build the same at once and either may be interrupted.

    Raises
    ------
    MissingToolError
        If Verilator, or what it needs, is not installed.
    ToolError
        If the build fails; the message holds the end of the log.
    """
    version, environment = find_verilator()
    final = cache / content_key([version, *OPTIONS, *(source.read_text() for source in SOURCES), verilog])
    if final.exists():
        return final / PROGRAM
    cache.mkdir(parents=True, exist_ok=True)
    runtime = cache / f"runtime-{content_key([version, *OPTIONS])}"
    # Not compiled in the cache: make cannot do so if there is a space in the path.
    with tempfile.TemporaryDirectory(prefix="mitchell-build-") as name:
        work = Path(name)
        (work / "board.v").write_text(verilog)
        for source in SOURCES:
            shutil.copy(source, work)
        take_runtime(runtime, work)
        command = ["verilator", *OPTIONS, "--Mdir", ".", "board.v", SOURCES[0].name]
        done = subprocess.run(
            command, cwd=work, env=os.environ | environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise ToolError(f"verilator failed:\n{(done.stdout + done.stderr).strip()[-3000:]}")
        publish([work / PROGRAM], final)
        publish(work.glob(RUNTIME), runtime)
    return final / PROGRAM
