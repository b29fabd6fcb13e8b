"""Files that are whole or not there at all."""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["check_folder", "deliver", "write_whole", "writing_whole"]


def check_folder(folder: Path) -> None:
    """Raise unless files can be written into ``folder``, of which nothing need be there; nothing is left behind.

    Raises
    ------
    OSError
        With the reason, and the folder's name.
    """
    target = folder.resolve()
    try:
        nearest = next(path for path in (target, *target.parents) if path.exists())
        tempfile.TemporaryFile(dir=nearest).close()
    except OSError as error:
        reason = f"nothing can be written there ({error.strerror}): choose another folder with -o"
        raise OSError(error.errno, reason, str(folder)) from None


@contextmanager
def writing_whole(path: Path) -> Iterator[Path]:
    """A temporary path beside ``path``, which is renamed to it if the body succeeds and removed if it fails.

    Missing parent folders are made, a symbolic link is followed, and an older file passes on its mode. The temporary
    name keeps the suffix, for writers that go by it. What is no regular file, such as ``/dev/null``, is written to as
    it is.

    Raises
    ------
    OSError
        If nothing can be written there; the message names ``path``.
    """
    target = path.resolve()
    if target.exists() and not target.is_file():
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, "is a folder, not a file to write to", str(path))
        yield path
        return
    umask = os.umask(0)
    os.umask(umask)
    mode = target.stat().st_mode if target.exists() else 0o666 & ~umask
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{target.stem}-", suffix=target.suffix, dir=target.parent)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None  # not the temporary name
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(mode)  # mkstemp makes it private
        temporary.replace(target)
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
