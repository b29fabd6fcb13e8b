"""Files that are whole or not there at all."""

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["deliver", "write_whole", "writing_whole"]


@contextmanager
def writing_whole(path: Path) -> Iterator[Path]:
    """A temporary path beside ``path``, which is renamed to it if the body succeeds and removed if it fails.

    Missing parent folders are made. The temporary name keeps the suffix, for writers that go by it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)  # mkstemp makes it private
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_whole(path: Path, content: str | bytes) -> None:
    """Write ``content`` to ``path``, so that no reader ever sees a part of it.

    Raises
    ------
    OSError
        If the file cannot be written; an older file is then left as it was.
    """
    with writing_whole(path) as temporary:
        temporary.write_bytes(content.encode() if isinstance(content, str) else content)


def deliver(files: Iterable[Path], folder: Path) -> None:
    """Copy ``files`` into ``folder``, made if need be; each appears under its name only when it is complete."""
    for file in files:
        with writing_whole(folder / file.name) as temporary:
            shutil.copyfile(file, temporary)
