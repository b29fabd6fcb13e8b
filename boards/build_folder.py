"""The folder of a build: what a build put there goes when the next one comes, what others put there stays."""

import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from pysoft.files import deliver, write_whole

__all__ = ["REPORT", "files_below", "fill_folder"]

REPORT = "report.json"  # its ``files`` are what a build has put there


def files_below(folder: Path) -> tuple[str, ...]:
    """Names of all files in ``folder``, relative to it."""
    return tuple(sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()))


def fill_folder(folder: Path, work: Path, report: str) -> None:
    """Put all files below ``work`` into ``folder``, and the report of them, in the place of an older build.

    Files of the older build that this one does not have are removed: those that its report names, and no others. Each
    file appears complete, and the report last.

    Raises
    ------
    OSError
        If nothing can be written there.
    """
    names = files_below(work)
    _remove(folder, set(_files_of_report(folder)) - set(names))
    for name in names:
        deliver([work / name], Path(folder, name).parent)
    write_whole(folder / REPORT, report)


def _files_of_report(folder: Path) -> list[str]:
    """What the report in ``folder`` names, none if it is not there or no report of a build."""
    try:
        return [str(name) for name in json.loads((folder / REPORT).read_text())["files"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _remove(folder: Path, names: Iterable[str]) -> None:
    """Remove files of ``folder``, and folders in it that are empty then."""
    for name in names:
        path = folder / name
        if path.is_file() and not {"..", "/"} & set(Path(name).parts):  # a report may be anyone's: stay in the folder
            path.unlink()
            with suppress(OSError):  # other files are in it
                path.parent.rmdir()
