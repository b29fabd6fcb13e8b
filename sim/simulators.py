"""The simulators: where they are, which version they have, and how they are called."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pysoft
from rtl.tools import ToolError, run_tool
from rtl.verilator import RUNTIME, find_verilator, require_program

__all__ = ["SIMULATORS", "Simulator", "simulator_from_name"]

ROOT = Path(pysoft.__file__).parent.parent
LOG_TAIL = 3000


@dataclass(frozen=True)
class Simulator:
    """One simulator.

    Parameters
    ----------
    name : str
        As cocotb calls it.
    build_args : tuple of str
        Added to its build command.
    waves_suffix : str
        Format of the waveforms that it writes.
    runtime : str
        Pattern of the object files that are the same for every design, empty if there are none.
    find : callable
        Its version and the environment variables that it needs; raises MissingToolError.
    """

    name: str
    build_args: tuple[str, ...]
    waves_suffix: str
    runtime: str
    find: Callable[[], tuple[str, dict[str, str]]]

    @property
    def version(self) -> str:
        """Its version; raises MissingToolError, with how to install it, if it is missing."""
        return self.find()[0]

    def executable(self, top: str) -> str:
        """Name of the file that a build of the module ``top`` leaves."""
        return "sim.vvp" if self.name == "icarus" else top

    def call(self, method: str, **options: Any) -> str:
        """What the simulator said when cocotb's runner did ``method`` (``build`` or ``test``) with ``options``.

        Raises
        ------
        MissingToolError
            If it is not installed.
        ToolError
            If it failed; the message holds the end of what it said.
        """
        job = json.dumps({"simulator": self.name, "method": method, "options": options}, default=str)
        # -P: a folder `sim` where the user happens to stand must not be taken for ours. A session of its own: whatever
        # ends this program, the simulator and all that it started are ended with it.
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "sim.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=_clean_environment() | self.find()[1],
            start_new_session=True,
        )
        try:
            output, _ = child.communicate(job)
        except BaseException:
            os.killpg(child.pid, signal.SIGKILL)
            child.communicate()
            raise
        if child.returncode:
            raise ToolError(f"{self.name} failed:\n{output.strip()[-LOG_TAIL:]}")
        return output


def simulator_from_name(name: str) -> Simulator:
    """The simulator called ``name``; ValueError if there is none."""
    if name not in SIMULATORS:
        raise ValueError(f"unknown simulator {name!r}: the simulators are {', '.join(SIMULATORS)}")
    return SIMULATORS[name]


def _clean_environment() -> dict[str, str]:
    """Ours without what would steer cocotb, and with a Python path on which the child finds the project."""
    steering = ("COCOTB_", "GPI_", "PYGPI_", "PYTEST_", "VERILATOR_")
    names = ("WAVES", "GUI", "LIBPYTHON_LOC")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(steering) and k not in names}
    path = [str(ROOT), *(entry for entry in sys.path if entry)]
    return kept | {"PYTHONPATH": os.pathsep.join(path), "PYTHONWARNINGS": ""}


@cache
def _find_icarus() -> tuple[str, dict[str, str]]:
    for program in ("iverilog", "vvp"):
        require_program(program, "install Icarus Verilog, on Debian and Ubuntu with  apt-get install iverilog")
    return run_tool("iverilog", "-V").split("version ", 1)[1].split()[0], {}


SIMULATORS = {
    simulator.name: simulator
    for simulator in (
        # One file of C++, however large: several share a precompiled header, which the wheel's makefile cannot include.
        # cocotb asks to see every signal; the benches see ports, and a netlist is built four times as fast with these.
        Simulator(
            "verilator",
            ("--output-split", "0", "--no-public-flat-rw", "--public-depth", "1"),
            ".vcd",
            RUNTIME,
            find_verilator,
        ),
        # cocotb asks for SystemVerilog; the files are Verilog-2005.
        Simulator("icarus", ("-g2005",), ".fst", "", _find_icarus),
    )
}
