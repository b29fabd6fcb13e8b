"""Builds of simulations, kept for the next time."""

import importlib.metadata
import importlib.util
import tempfile
from pathlib import Path

from rtl.cache import content_key, publish
from rtl.tools import MissingToolError
from rtl.verilator import take_runtime

from .simulators import Simulator

__all__ = ["TIMESCALE", "WAVES", "build"]

TIMESCALE = ("1ns", "1ns")
WAVES = "waves.fst"  # where Icarus records, in the folder of the run

DUMP = """\
module mitchell_dump;
  initial begin
    $dumpfile("{file}");
    $dumpvars(0, {top});
  end
endmodule
"""


def build(simulator: Simulator, verilog: str, top: str, *, waves: bool, cache: Path) -> tuple[Path, bool]:
    """The folder with the compiled simulation of ``verilog``, and whether it was there already.

    Folders are named after everything that goes into them. They appear complete, by renaming, so two processes may
    build the same at once and either may be interrupted.

    Parameters
    ----------
    simulator : Simulator
    verilog : str
        Text of the design.
    top : str
        Its top module.
    waves : bool
        Whether it can record waveforms.
    cache : pathlib.Path
        Folder of all builds; made if missing.

    Raises
    ------
    MissingToolError
        If the simulator, or what it needs, is not installed.
    ToolError
        If the build fails; the message holds the end of the log.
    """
    found = importlib.util.find_spec("cocotb")
    if found is None:
        raise MissingToolError("cocotb is not installed: run  pip install 'mitchell[sim]'")
    cocotb = found.origin  # its libraries are linked by absolute path
    flavour = [simulator.name, simulator.version, importlib.metadata.version("cocotb"), cocotb, *simulator.build_args]
    flavour += [*TIMESCALE, "waves" if waves else "no waves"]
    final = cache / content_key([*flavour, top, DUMP, verilog])
    if final.exists():
        return final, True
    cache.mkdir(parents=True, exist_ok=True)
    runtime = cache / f"runtime-{content_key(flavour)}"
    # Not compiled in the cache: make cannot do so if there is a space in the path.
    with tempfile.TemporaryDirectory(prefix="mitchell-build-") as name:
        work = Path(name)
        take_runtime(runtime, work)
        _compile(simulator, verilog, top, waves, work)
        publish([work / simulator.executable(top)], final)
        if simulator.runtime:
            publish(work.glob(simulator.runtime), runtime)
    return final, False


def _compile(simulator: Simulator, verilog: str, top: str, waves: bool, work: Path) -> None:
    source = work / "design.v"
    source.write_text(verilog)
    options = {"sources": [source], "hdl_toplevel": top, "build_dir": work, "timescale": TIMESCALE, "waves": waves}
    options["build_args"] = list(simulator.build_args)
    if waves and simulator.name == "icarus":
        # cocotb's own dump module is SystemVerilog, and has the path of the build in it.
        dump = work / "dump.v"
        dump.write_text(DUMP.format(file=WAVES, top=top))
        options["sources"] += [dump]
        options["build_args"] += ["-s", "mitchell_dump"]
        options["waves"] = False
    simulator.call("build", **options)
