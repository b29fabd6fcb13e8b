"""Putting finished files where the user wants them, whole."""

import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

__all__ = ["deliver"]


def deliver(files: Iterable[Path], folder: Path) -> None:
    """Copy ``files`` into ``folder``, which is made if need be: each appears under its name only when it is complete."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".part-") as part:
        copies = [Path(shutil.copy(file, part)) for file in files]
        for copy in copies:
            os.replace(copy, folder / copy.name)
