"""Texts kept under a key, which is a hash of everything that they depend on."""

import hashlib
import shutil
import zlib
from collections.abc import Mapping
from pathlib import Path

from pysoft.files import write_whole

__all__ = ["Store"]

_DIGEST = hashlib.sha256().digest_size


class Store:
    """Texts by key and name, one file for each.

    A file appears whole, by renaming, so any number of processes may read and write at once, and each may be killed at
    any moment. It begins with a digest of key, name and content: what is cut short, damaged or in the wrong place is
    as good as absent.

    Parameters
    ----------
    folder : pathlib.Path
        Made when something is written.
    """

    def __init__(self, folder: Path):
        self.folder = folder

    def read(self, key: str, name: str) -> str | None:
        """The text, None if it is not there or not as it was written."""
        try:
            content = self._path(key, name).read_bytes()
        except (FileNotFoundError, IsADirectoryError):
            return None
        digest, packed = content[:_DIGEST], content[_DIGEST:]
        return zlib.decompress(packed).decode() if digest == _digest(key, name, packed) else None

    def write(self, key: str, texts: Mapping[str, str]) -> None:
        """Keep ``texts``, by name, under ``key``; what was there under these names is replaced.

        Raises
        ------
        OSError
            If the folder cannot be written to.
        """
        for name, text in texts.items():
            packed = zlib.compress(text.encode())
            path = self._path(key, name)
            if path.is_dir():  # damage like any other, but a file cannot be renamed to it
                shutil.rmtree(path)
            write_whole(path, _digest(key, name, packed) + packed)

    def _path(self, key: str, name: str) -> Path:
        return self.folder / key[:2] / key / name


def _digest(key: str, name: str, packed: bytes) -> bytes:
    return hashlib.sha256(f"{key}/{name}\n".encode() + packed).digest()
