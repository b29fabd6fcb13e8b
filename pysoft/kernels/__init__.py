"""Compiled fast paths: the same bits as the models, only faster. Without them NumPy does the same work.

The extensions are built with the package where there is a C compiler. :func:`extension` gives one of them, and warns
once if they are not there:

    _errors       results of all pairs of integers, and what their errors come to
    _arithmetic   results and sums of products of floats
    _sums         sums of products of 8-bit numbers, by table
"""

import functools
import importlib
import warnings
from pathlib import Path
from types import ModuleType

__all__ = ["compiled", "extension"]


@functools.cache
def extension(name: str) -> ModuleType | None:
    """A compiled part (see the ``.pyi`` file of its name), or None.

    Warns
    -----
    RuntimeWarning
        Once, if the package was installed without a C compiler.
    """
    try:
        return importlib.import_module(f".{name}", __name__)
    except ImportError:
        _warn()
        return None


@functools.cache
def _warn() -> None:
    warnings.warn(
        f"mitchell was installed without its compiled part in {Path(__file__).parents[2]}: all of it runs in NumPy,"
        " with the same results but hundreds of times slower; install a C compiler and then mitchell again, or leave"
        " this folder if it is a copy of the sources and not what was installed",
        RuntimeWarning,
        stacklevel=3,
    )


def compiled(name: str) -> ModuleType:
    """A compiled part.

    Raises
    ------
    ValueError
        If it is not there.
    """
    module = extension(name)
    if module is None:
        raise ValueError("mitchell was installed without its compiled part")
    return module
