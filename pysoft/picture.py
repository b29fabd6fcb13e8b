"""What every picture shares: the check of its path, one look, and a file that is whole and the same every time."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .files import writing_whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["PICTURE_SUFFIXES", "check_picture", "picture"]

PICTURE_SUFFIXES = (".png", ".svg", ".pdf")
_RESOLUTION = 200  # dots an inch
# Nothing that changes from day to day or from machine to machine.
_METADATA: dict[str, dict[str, Any]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
_LOOK: dict[str, Any] = {
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.labelsize": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e4e4e4",
    "grid.linewidth": 0.6,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "pdf.fonttype": 42,  # TrueType, which journals ask for
    "svg.hashsalt": "mitchell",  # element ids that do not change
}


def check_picture(path: str | Path) -> Path:
    """``path``, if a picture can be written there; worth a call before hours of work.

    Parameters
    ----------
    path : path-like
        Ends in ``.png``, ``.svg`` or ``.pdf``.

    Raises
    ------
    ModuleNotFoundError
        If matplotlib (the extra ``plot``) is not installed.
    ValueError
        If ``path`` ends in something else.
    OSError
        FileNotFoundError where its folder is missing, IsADirectoryError where it is a folder.
    """
    path = Path(path)
    if path.suffix.lower() not in PICTURE_SUFFIXES:
        raise ValueError(f"a picture must end in {', '.join(PICTURE_SUFFIXES)}, not {path.name!r}")
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder, not a file that a picture could be written to")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"folder {path.parent} of the picture does not exist")
    importlib.import_module("matplotlib")
    return path


@contextmanager
def picture(path: str | Path, width: float, height: float) -> Iterator["Figure"]:
    """A figure of ``width`` x ``height`` inches to draw on, which is written to ``path`` if the body succeeds.

    The settings of the user's matplotlib have no say in it, and an existing file is replaced, never left half-written.

    Raises
    ------
    ModuleNotFoundError, ValueError, OSError
        As :func:`check_picture`, before anything is drawn.
    """
    path = check_picture(path)
    import matplotlib
    from matplotlib.figure import Figure  # without pyplot: no window, no global state

    kind = path.suffix.lower().removeprefix(".")
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_LOOK)
        figure = Figure(figsize=(width, height), layout="constrained")
        yield figure
        with writing_whole(path) as partial:
            figure.savefig(partial, format=kind, dpi=_RESOLUTION, metadata=_METADATA[kind])
