"""Sums of products against sgemm and sgemv, which are NumPy's ``@``."""

from collections.abc import Callable
from functools import partial

import numpy as np

from pysoft.arithmetic import Arithmetic
from pysoft.float_formats import FLOAT_FORMATS
from pysoft.kernels import compiled, extension
from pysoft.matmul import MatrixProduct
from pysoft.operator import Operator
from pysoft.threads import thread_count

from .contest import Case, Contender, Skipped
from .machine import AVX2_CORES, openblas_core
from .operands import SPREADS, matrices, numbers, spread
from .options import Options

__all__ = [
    "avx2_cases",
    "family_cases",
    "has_tables",
    "row_cases",
    "size_cases",
    "spread_cases",
    "sum_of_products",
    "thread_cases",
]

F32 = FLOAT_FORMATS["f32"]
SIDE = 512  # of matrices, where another thing than their size is looked at
FAMILIES = (
    *("mitchell", "lmul", "gh", "tuned-minimax", "tuned-minimax-m4", "tuned-minimax-m16"),
    *("mbm", "realm-m4", "realm-m16", "exact"),
)
NARROW = (
    *("bf16-mitchell", "bf16-tuned-minimax-m4", "bf16-exact", "f16-mitchell", "f16-tuned-minimax-m4", "f16-exact"),
    *("s8-mitchell", "s8-realm-m8", "s8-exact", "u8-mitchell", "u8-realm-m8"),
    *("f8e4m3-mitchell", "f8e4m3-exact", "f8e5m2-mitchell", "f8e5m2-exact"),
)
SPREAD_FAMILIES = ("mitchell", "tuned-minimax", "tuned-minimax-m16", "realm-m4", "exact")
ROW_FAMILIES = ("mitchell", "tuned-minimax-m4", "exact")
VOCABULARY = (768, 50257)  # the last layer of GPT-2: its width, and its tokens
THREAD_SIZES = (512, 1024)
OTHER_ORDER = "the sums of @ are in another order"


def sum_of_products(name: str, a: np.ndarray, b: np.ndarray, **options: int) -> Callable[[], np.ndarray]:
    return partial(MatrixProduct(Operator.from_name(name), **{"threads": 1, **options}), a, b)


def has_tables() -> bool:
    return extension("_sums") is not None


def size_cases(options: Options) -> list[Case | Skipped]:
    """Square matrices of every size, on every vector unit."""

    def contenders(n: int) -> list[Contender]:
        a, b = matrices(options.rng(), F32, n)
        levels = compiled("_arithmetic").levels()
        units = [_on_unit(level, unit, a, b) for level, unit in enumerate(levels)]
        exact = Contender(f"exact, {levels[0]}", sum_of_products("mul-f32-exact", a, b), note=OTHER_ORDER)
        return [Contender("sgemm", partial(np.matmul, a, b)), *units, exact]

    return [Case(f"{n}", n**3, partial(contenders, n)) for n in options.sizes]


def avx2_cases(options: Options) -> list[Case | Skipped]:
    """Likewise on AVX2 alone; in a process whose OpenBLAS is held to it, too."""

    def contenders(n: int) -> list[Contender]:
        a, b = matrices(options.rng(), F32, n)
        exact = Contender("exact, avx2", sum_of_products("mul-f32-exact", a, b, level=level), note=OTHER_ORDER)
        return [Contender("sgemm, avx2", partial(np.matmul, a, b)), _on_unit(level, "avx2", a, b), exact]

    if "avx2" not in compiled("_arithmetic").levels():
        return [Skipped("AVX2", "skipped, as this machine or build has none")]
    if openblas_core() not in AVX2_CORES:
        return [Skipped("AVX2", f"skipped, as NumPy's library cannot be held to it: it runs for {openblas_core()}")]
    level = compiled("_arithmetic").levels().index("avx2")
    return [Case(f"{n}", n**3, partial(contenders, n)) for n in options.sizes]


def family_cases(options: Options) -> list[Case | Skipped]:
    """Every kind of family in f32, and the narrower formats; sgemm is that of float32 for all."""
    formats = [name for name in NARROW if has_tables() or not _is_byte(name)]

    def contenders() -> list[Contender]:
        found = []
        for name in (*(f"f32-{family}" for family in FAMILIES), *formats):
            operator = Operator.from_name(f"mul-{name}")
            a, b = matrices(options.rng(), operator.format, SIDE)
            found.append(Contender(operator.name, sum_of_products(operator.name, a, b)))
        a, b = matrices(options.rng(), F32, SIDE)
        return [Contender("sgemm", partial(np.matmul, a, b)), *found]

    cases: list[Case | Skipped] = [Case(f"{SIDE}", SIDE**3, contenders)]
    if not has_tables():
        cases.append(Skipped("8-bit formats", "skipped, as pysoft.kernels._sums is not built"))
    return cases


def row_cases(options: Options) -> list[Case | Skipped]:
    """One row and one column by the public object, whose checks of the operands are a part of the price.

    A transposed matrix is one whose columns are close together in memory, as PyTorch has the weights of a layer.
    """

    def contenders(kind: str, k: int, n: int) -> list[Contender]:
        rng = options.rng()
        x = numbers(rng, F32, k)
        matrix = numbers(rng, F32, k, n) if kind == "row" else numbers(rng, F32, n, k)
        operands = {"row": (x, matrix), "turned": (x, matrix.T), "column": (matrix, x)}[kind]
        arithmetics = [(family, Arithmetic(f"mul-f32-{family}", threads=1)) for family in ROW_FAMILIES]
        ours = [Contender(family, partial(arithmetic.matmul, *operands)) for family, arithmetic in arithmetics]
        return [Contender("sgemv", partial(np.matmul, *operands)), *ours]

    names = {"row": "1x{k} by {k}x{n}", "turned": "1x{k} by {n}x{k} transposed", "column": "{n}x{k} by {k}x1"}
    shapes = [(512, 512), (768, 2304)]
    cases = [(kind, *shape) for kind in names for shape in (shapes if kind != "turned" else [*shapes, VOCABULARY])]
    return [Case(names[kind].format(k=k, n=n), k * n, partial(contenders, kind, k, n)) for kind, k, n in cases]


def thread_cases(options: Options) -> list[Case | Skipped]:
    """The same product by one thread, two, and one for each CPU."""

    def contenders(n: int) -> list[Contender]:
        a, b = matrices(options.rng(), F32, n)
        return [
            Contender(_threads(count), sum_of_products("mul-f32-mitchell", a, b, threads=count), bits="mitchell")
            for count in sorted({1, 2, thread_count()})
        ]

    return [Case(f"{n}", n**3, partial(contenders, n)) for n in THREAD_SIZES]


def spread_cases(options: Options) -> list[Case | Skipped]:
    """Numbers that leave the limits within which the fastest loops are exact; sgemm has the same numbers."""

    def contenders(kind: str) -> list[Contender]:
        a, b = spread(options.rng(), kind, SIDE)
        ours = [Contender(family, sum_of_products(f"mul-f32-{family}", a, b)) for family in SPREAD_FAMILIES]
        return [Contender("sgemm", partial(np.matmul, a, b)), *ours]

    return [Case(kind, SIDE**3, partial(contenders, kind)) for kind in SPREADS]


def _on_unit(level: int, unit: str, a: np.ndarray, b: np.ndarray) -> Contender:
    return Contender(f"mitchell, {unit}", sum_of_products("mul-f32-mitchell", a, b, level=level), bits="mitchell")


def _is_byte(name: str) -> bool:
    return Operator.from_name(f"mul-{name}").format.width == 8


def _threads(count: int) -> str:
    return f"{count} thread" if count == 1 else f"{count} threads"
