"""Where what took long to make is kept for the next time."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

__all__ = ["content_key", "default_cache", "publish"]


def default_cache(room: str) -> Path:
    """Folder ``room`` in ``$MITCHELL_CACHE``, or in ``mitchell`` in ``$XDG_CACHE_HOME`` or ``~/.cache``."""
    if chosen := os.environ.get("MITCHELL_CACHE"):
        return Path(chosen) / room
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mitchell" / room


def content_key(parts: Iterable[str]) -> str:
    """A name for whatever is made of ``parts``: 32 hexadecimal digits."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def publish(files: Iterable[Path], final: Path) -> None:
    """Copy ``files`` into the folder ``final``, which appears all at once; whoever comes second leaves it alone."""
    with tempfile.TemporaryDirectory(dir=final.parent, prefix="building-") as name:
        staging = Path(name, "done")
        staging.mkdir()
        for file in files:
            shutil.copy(file, staging)
        try:
            staging.rename(final)
        except OSError:
            if not final.exists():
                raise
