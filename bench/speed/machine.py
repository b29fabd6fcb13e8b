"""What the figures were taken on."""

import ctypes
import datetime
import os
import platform
from pathlib import Path

import numpy as np

from pysoft.kernels import compiled, extension

__all__ = ["AVX2_CORES", "describe", "openblas_core"]

AVX2_CORES = ("Haswell", "Zen")  # OpenBLAS's names of its kernels for AVX2
CORE_NAMES = ("scipy_openblas_get_corename64_", "scipy_openblas_get_corename", "openblas_get_corename")


def describe(seed: int) -> dict:
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    tables = extension("_sums")
    return {
        "cpu": _cpu(),
        "cpus": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "os": platform.platform(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "blas": f"{blas['name']} {blas['version']}",
        "blas_core": openblas_core(),
        "environment": {name: value for name, value in os.environ.items() if name.startswith("OPENBLAS_")},
        "levels": list(compiled("_arithmetic").levels()),
        "table_levels": list(tables.levels()) if tables else [],
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "seed": seed,
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    }


def openblas_core() -> str:
    """The processor that NumPy's OpenBLAS has chosen its kernels for, as it calls it, or ``unknown``."""
    maps = Path("/proc/self/maps")
    lines = maps.read_text().splitlines() if maps.exists() else []
    for path in {line.split(maxsplit=5)[-1] for line in lines if "openblas" in line}:
        library = ctypes.CDLL(path)
        for name in CORE_NAMES:
            if hasattr(library, name):
                function = getattr(library, name)
                function.restype = ctypes.c_char_p
                return function().decode()
    return "unknown"


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())
