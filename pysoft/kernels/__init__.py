"""Compiled fast paths: the same bits as the models, only faster. Without them NumPy does the same work.

The extension is built with the package where there is a C compiler. :func:`extension` gives it, and warns once if it
is not there.
"""

import functools
import warnings
from types import ModuleType

__all__ = ["compiled", "extension"]


@functools.cache
def extension() -> ModuleType | None:
    """The compiled loops (see ``_errors.pyi``), or None.

    Warns
    -----
    RuntimeWarning
        Once, if the package was installed without a C compiler.
    """
    try:
        from . import _errors
    except ImportError:
        warnings.warn(
            "mitchell was installed without its compiled part: error measurements run in NumPy, with the same figures"
            " but several times slower; install a C compiler and then mitchell again",
            RuntimeWarning,
            stacklevel=2,
        )
        return None
    return _errors


def compiled() -> ModuleType:
    """The compiled loops.

    Raises
    ------
    ValueError
        If they are not there.
    """
    module = extension()
    if module is None:
        raise ValueError("mitchell was installed without its compiled part")
    return module
