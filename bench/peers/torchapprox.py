"""TorchApprox, https://github.com/etrommer/torch-approx: ``approx(a, b, lut)`` of its operators, on the CPU.

Its threads share out the matrices of a batch, so that one product is the work of one. Its layers hand over weights that
lie transposed, which spares the kernel a copy; so do we.
"""

import importlib.util
from types import ModuleType

import numpy as np
from speed.options import Options

from .cache import build_folder
from .peer import Absent, Call, Peer, byte_table, imported

__all__ = ["load"]

NAME = "TorchApprox"
BACKEND = "src/torchapprox/operators/backend.py"


def load(options: Options) -> list[Peer]:
    torch = imported("torch", NAME)
    build_folder()
    backend = _backend(options)

    def sums(a: np.ndarray, b: np.ndarray) -> Call:
        lut, x = torch.from_numpy(byte_table()), torch.from_numpy(a)[None]
        y = torch.from_numpy(np.ascontiguousarray(b.T)).T
        return lambda: backend.approx(x, y, lut)[0].numpy()

    return [Peer(NAME, byte_sums=sums)]


def _backend(options: Options) -> ModuleType:
    """From the folder the user names, of which this one file is enough, or as installed."""
    try:
        if options.torchapprox is None:
            return importlib.import_module("torchapprox.operators.backend")
        spec = importlib.util.spec_from_file_location("torchapprox_backend", options.torchapprox / BACKEND)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    except (ImportError, OSError, RuntimeError) as error:
        raise Absent(NAME, _reason(options, error)) from None
    return module


def _reason(options: Options, error: Exception) -> str:
    if options.torchapprox is None:
        return "skipped, as it is not installed and --torchapprox names no folder of its sources"
    return f"skipped, as it cannot be built from {options.torchapprox}: {str(error).splitlines()[0]}"
