"""From an operator to the text that Yosys reads, and to a hash of it without making the text again."""

import functools
import importlib.metadata
from pathlib import Path

from amaranth.back import rtlil

import pysoft
import rtl
from pysoft.operator import Operator
from rtl.cache import content_key
from rtl.core import cut_points
from rtl.verilog import FlatTop

from .harness import Harness
from .store import Store

__all__ = ["Design"]


class Design:
    """An operator with its registers, in its harness.

    Parameters
    ----------
    operator : Operator
    stages : int
        0 to 5.
    """

    def __init__(self, operator: Operator, stages: int):
        self.operator = operator
        self.stages = stages

    @functools.cached_property
    def text(self) -> str:
        """RTLIL of the module ``top``; takes from a tenth of a second to some seconds."""
        harness = Harness(FlatTop(self.operator, stages=self.stages), has_reset=self.stages > 0)
        return rtlil.convert(harness, name="top", emit_src=False)

    def key(self, store: Store) -> str:
        """Hash of ``text``, from the store if no source has changed since it was stored.

        So unchanged sources cost nothing, and changed ones that give the same text find its results again.
        """
        cuts = cut_points(self.operator)[1].get(self.stages, ())  # which bench/cuts.py sets
        of = (self.operator.name, str(self.stages), *cuts, importlib.metadata.version("amaranth"), _SOURCES)
        known = content_key(["design", *of])
        key = store.read(known, "design")
        if key is None:
            key = content_key([self.text])
            if _sources() == _SOURCES:  # else they were edited since they were imported
                store.write(known, {"design": key})
        return key


def _sources() -> str:
    """Hash of all source files that a design depends on."""
    folders = [Path(pysoft.__file__).parent, Path(rtl.__file__).parent, Path(__file__).parent]
    files = [file for folder in folders for file in sorted(folder.rglob("*.py"))]
    return content_key(file.read_text() for file in files)


_SOURCES = _sources()
