"""Mutants of a netlist of gates: in each, one pin of one gate is broken."""

import shlex
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rtl.tools import run_yosys

from .gates import FUNCTIONS, INPUTS, GateNetlist, Net

__all__ = ["MODES", "Mutant", "draw_mutants"]

# What Yosys calls it: what becomes of a value, and how it is told.
MODES = {
    "const0": (lambda value: value & ~value, "always 0"),
    "const1": (lambda value: value | ~value, "always 1"),
    "inv": (lambda value: ~value, "inverted"),
}
ALL = 1 << 30  # more than there are: Yosys lists none twice


@dataclass(frozen=True)
class Mutant:
    """One broken pin.

    Parameters
    ----------
    netlist : GateNetlist
        What it is a mutant of.
    place : int
        Index of the gate.
    pin : str
        One of :data:`~formal.gates.INPUTS` that the gate has, or ``Y``.
    mode : str
        One of :data:`MODES`.
    """

    netlist: GateNetlist = field(repr=False)
    place: int
    pin: str
    mode: str

    def __str__(self) -> str:
        gate = self.netlist.gates[self.place]
        kind = "output" if self.pin == "Y" else "input"
        return f"{kind} {self.pin} of {gate.kind} {gate.name} {MODES[self.mode][1]}"

    def changes(self, values: Mapping[Net, Any]) -> dict[Net, Any]:
        """The nets that depend on the broken pin, with their values in the mutant.

        Parameters
        ----------
        values : mapping
            Those of the whole netlist, from :meth:`~formal.gates.GateNetlist.evaluate`.
        """
        gate, break_ = self.netlist.gates[self.place], MODES[self.mode][0]
        inputs = [values[net] for net in gate.inputs]
        if self.pin == "Y":
            changed = {gate.output: break_(values[gate.output])}
        else:
            broken = INPUTS.index(self.pin)
            inputs[broken] = break_(inputs[broken])
            changed = {gate.output: FUNCTIONS[gate.kind](*inputs)}
        for gate in self.netlist.gates[self.place + 1 :]:
            if not changed.keys().isdisjoint(gate.inputs):
                inputs = [changed[net] if net in changed else values[net] for net in gate.inputs]
                changed[gate.output] = FUNCTIONS[gate.kind](*inputs)
        return changed


def draw_mutants(netlist: GateNetlist, count: int | str, seed: int) -> tuple[Mutant, ...]:
    """Mutants from Yosys' ``mutate``, which spreads them over gates and nets.

    Parameters
    ----------
    netlist : GateNetlist
    count : int or str
        How many, at least 1; or ``all``: every pin of every gate in every mode. If there are fewer, all.
    seed : int
        Of the choice, at least 0.

    Raises
    ------
    ValueError
        If ``count`` or ``seed`` is out of its range.
    rtl.tools.MissingToolError
        If Yosys is not installed.
    """
    if count != "all" and (not isinstance(count, int) or isinstance(count, bool) or count < 1):
        raise ValueError(f"mutants must be a number from 1 up, or 'all', not {count!r}")
    if seed < 0:
        raise ValueError(f"the seed of the mutants must be at least 0, not {seed}")
    number = ALL if count == "all" else count
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "top.json").write_text(netlist.source)
        run_yosys(f"read_json top.json\nmutate -list {number} -seed {seed} -o list\n", folder=Path(folder))
        commands = [shlex.split(line)[1:] for line in Path(folder, "list").read_text().splitlines()]
    places = {gate.name: place for place, gate in enumerate(netlist.gates)}
    mutants = []
    for words in commands:
        options = dict(zip(words[::2], words[1::2], strict=True))
        mutants.append(Mutant(netlist, places[options["-cell"]], options["-port"], options["-mode"]))
    return tuple(mutants)
