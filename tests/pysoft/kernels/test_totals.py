"""Sums along lines, in order, against NumPy's running sums."""

import importlib

import numpy as np
import pytest

from pysoft.kernels import lines
from pysoft.kernels.lines import totals_of

by_dtype = pytest.mark.parametrize("dtype", [np.float32, np.float64])


def running(x):
    """From 0 on, number by number."""
    total = np.zeros((*x.shape[:-1], 1), x.dtype)
    with np.errstate(over="ignore", invalid="ignore"):
        for n in range(x.shape[-1]):
            total = total + x[..., n : n + 1]
    return np.where(np.isnan(total), x.dtype.type(np.nan), total)


def same(expected, got):
    assert (expected.shape, expected.dtype) == (got.shape, got.dtype)
    assert expected.tobytes() == got.tobytes()


@pytest.fixture(params=["compiled", "in NumPy"])
def way(request, monkeypatch):
    if request.param == "compiled":
        pytest.importorskip("pysoft.kernels._arithmetic", reason="the compiled part is not there")
    else:
        monkeypatch.setattr(lines, "extension", lambda name: None)


@by_dtype
@pytest.mark.usefixtures("way")
@pytest.mark.parametrize(
    "shape", [(0, 5), (5, 0), (0, 0), (1, 1), (7, 33), (8, 33), (9, 33), (23, 1), (2, 3, 41), (6,)], ids=str
)
def test_sums_are_in_order(shape, dtype):
    x = (np.random.default_rng(1).normal(size=shape) * 2.0 ** np.random.default_rng(2).integers(-30, 30, shape)).astype(
        dtype
    )
    same(running(x), totals_of(x))


@by_dtype
@pytest.mark.usefixtures("way")
def test_lines_in_any_layout(dtype):
    x = np.random.default_rng(3).normal(size=(6, 50, 20)).astype(dtype)
    memory = np.empty(x.nbytes + 1, np.uint8)[1:]
    memory[:] = x.view(np.uint8).ravel()
    for view in (x.T, x[:, ::-2], x[..., ::3], x.swapaxes(0, 1), np.broadcast_to(x[:1], x.shape), memory.view(dtype)):
        same(running(view), totals_of(view))


@by_dtype
@pytest.mark.usefixtures("way")
def test_special_sums(dtype):
    big, tiny = np.finfo(dtype).max, np.finfo(dtype).smallest_subnormal
    rows = [
        [np.inf, 1],
        [np.inf, -np.inf],
        [-np.nan, 1],
        [-0.0, -0.0],
        [big, big],
        [tiny, tiny],
        [tiny, -tiny],
        [1e-30, 1],
    ]
    x = np.array(rows, dtype)
    with np.errstate(over="ignore", invalid="ignore"):
        same(running(x), totals_of(x))
    assert totals_of(x)[2, 0].tobytes() == dtype(np.nan).tobytes()


def test_what_is_refused():
    module = pytest.importorskip("pysoft.kernels._arithmetic", reason="the compiled part is not there")
    x = np.zeros((3, 4), np.float32)
    for totals in (np.zeros((2, 1), np.float32), np.zeros((3, 2), np.float32), np.zeros((3, 2), np.float32)[:, :1]):
        with pytest.raises(ValueError, match=r"shapes \(rows, columns\) and \(rows, 1\), the latter contiguous"):
            module.totals(False, x, totals)
    with pytest.raises(ValueError, match="array 0 must have 2 dimensions of 8-byte items"):
        module.totals(True, x, np.zeros((3, 1)))
    with pytest.raises(ValueError, match="array 1 must have 2 dimensions of 4-byte items"):
        module.totals(False, x, np.zeros(3, np.float32))
    with pytest.raises((ValueError, BufferError), match="read-only"):
        module.totals(False, x, np.broadcast_to(np.float32(0), (3, 1)))


def test_the_function_is_that_of_the_module():
    assert importlib.import_module("pysoft.kernels.lines").totals_of is totals_of
