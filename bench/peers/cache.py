"""Where the kernels of others are compiled to, once for all runs."""

import os
from pathlib import Path

__all__ = ["build_folder"]


def build_folder() -> Path:
    """Also the one that PyTorch puts extensions into, unless the user has set another."""
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mitchell-bench"
    root.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("TORCH_EXTENSIONS_DIR", str(root / "torch"))
    return root
