"""Operands of every kind: those that the fast loops are made for, and those that make them lose."""

import numpy as np

from pysoft.float_formats import FloatFormat
from pysoft.formats import Format

__all__ = ["SPREADS", "matrices", "numbers", "spread"]

ZEROS = 0.3


def numbers(rng: np.random.Generator, form: Format, *shape: int) -> np.ndarray:
    """Of floats a normal distribution, of integers all alike."""
    if isinstance(form, FloatFormat):
        return rng.standard_normal(shape, dtype=np.float32).astype(form.dtype)
    return rng.integers(form.minimum, form.maximum, shape, dtype=form.dtype, endpoint=True)


def matrices(rng: np.random.Generator, form: Format, n: int) -> tuple[np.ndarray, np.ndarray]:
    return numbers(rng, form, n, n), numbers(rng, form, n, n)


def spread(rng: np.random.Generator, kind: str, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Two matrices of float32, n x n, of one of ``SPREADS``."""
    exponents, zeros, nan = SPREADS[kind]
    factors = []
    for which in "ab":
        x = rng.standard_normal((n, n), dtype=np.float32)
        if exponents:
            x = np.copysign(np.exp2(rng.uniform(*exponents, (n, n))).astype(np.float32), x)
        if which in zeros:
            x[rng.random((n, n)) < ZEROS] = 0
        if which in nan:
            x[n // 2, n // 2] = np.nan
        factors.append(x)
    return factors[0], factors[1]


SPREADS = {  # exponents of both factors, which of them has zeros, which a NaN
    "normal numbers": (None, "", ""),
    "30 % zeros in a": (None, "a", ""),
    "30 % zeros in b": (None, "b", ""),
    "30 % zeros in both": (None, "ab", ""),
    "2^-40 .. 2^40": ((-40, 40), "", ""),
    "some underflow": ((-90, -40), "", ""),
    "some overflow": ((40, 90), "", ""),
    "one NaN in a": (None, "", "a"),
}
