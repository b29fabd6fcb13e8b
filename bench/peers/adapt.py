"""AdaPT, https://github.com/dimdano/adapt: its kernels of a linear and of a convolutional layer, by table.

It has no package: its layers compile the kernels, with the table as a header file. So do we, by the same flags, from
the folder that the user names. A product of matrices is a convolution by 1 x 1: a is the weights, and every column of b
a pixel.
"""

from pathlib import Path
from types import ModuleType

import numpy as np
from speed.options import Options

from pysoft.files import write_whole

from .cache import build_folder
from .peer import BYTES, Absent, Call, Peer, byte_table, imported

__all__ = ["load"]

NAME = "AdaPT"
KERNELS = "adapt/cpu-kernels"


def load(options: Options) -> list[Peer]:
    torch = imported("torch", NAME)
    if options.adapt is None:
        raise Absent(NAME, "skipped, as --adapt names no folder of its sources")
    folder = options.adapt / KERNELS
    if not folder.is_dir():
        raise Absent(NAME, f"skipped, as there is no {folder}")

    try:
        linear, convolution = (_kernel(folder / f"axx_{name}.cpp") for name in ("linear", "conv2d"))
    except (ImportError, OSError, RuntimeError) as error:
        raise Absent(NAME, f"skipped, as it cannot be built: {str(error).splitlines()[0]}") from None

    def linear_sums(a: np.ndarray, b: np.ndarray) -> Call:
        x, weights = torch.from_numpy(a), torch.from_numpy(np.ascontiguousarray(b.T))
        return lambda: linear.forward(x, weights).numpy()

    def convolution_sums(a: np.ndarray, b: np.ndarray) -> Call:
        pixels, weights = torch.from_numpy(b)[None, :, None, :], torch.from_numpy(a)[:, :, None, None]
        return lambda: convolution.forward(pixels, weights, [1, 1], [1, 1], [0, 0])[0, :, 0].numpy()

    return [Peer("AdaPT, linear", byte_sums=linear_sums), Peer("AdaPT, convolution", byte_sums=convolution_sums)]


def _kernel(source: Path) -> ModuleType:
    from torch.utils.cpp_extension import load as compile_extension

    root, operator = build_folder(), BYTES.replace("-", "_")
    rows = ",\n".join("{" + ", ".join(map(str, row)) + "}" for row in byte_table().tolist())
    text = f"#include <stdint.h>\nconst int16_t lut [256][256] = {{{rows}}};\n"
    header = root / "axx_mults" / f"{operator}.h"
    if not header.exists() or header.read_text() != text:  # a newer header would compile it again
        write_whole(header, text)
    return compile_extension(
        name=f"{source.stem}_{operator}",
        sources=[str(source)],
        extra_cflags=[f"-DAXX_MULT={operator}", "-march=native", "-fopenmp", "-O3"],
        extra_ldflags=["-lgomp"],
        extra_include_paths=[str(root)],
    )
