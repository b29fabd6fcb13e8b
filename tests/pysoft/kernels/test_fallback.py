"""Without the compiled part: one warning, and the same bits."""

import importlib
import subprocess
import sys
import warnings

import numpy as np
import pytest
from float_values import random_numbers, words

from pysoft import activation, elementwise, exponential, kernels
from pysoft.arithmetic import Arithmetic
from pysoft.float_formats import FloatFormat
from pysoft.kernels import compiled, extension, lines, sums

NAMES = [(form, family) for form in ("f32", "f16", "bf16") for family in ("exact", "mitchell", "tuned-minimax")]
NAMES += [("f8e4m3", "mitchell"), ("f8e5m2", "lmul"), ("u8", "mitchell"), ("s8", "exact"), ("u12", "mitchell")]
WARNING = "mitchell was installed without its compiled part"
PARTS = ("_arithmetic", "_errors", "_sums")


@pytest.fixture
def without(monkeypatch):
    """As if nothing had been compiled, and nothing been asked for yet."""

    def missing(name, package=None):
        if name.startswith("._"):
            raise ModuleNotFoundError(f"No module named {package}{name}")
        return importlib.import_module(name, package)

    with monkeypatch.context() as patch:
        patch.setattr(kernels, "importlib", type("Importlib", (), {"import_module": staticmethod(missing)}))
        extension.cache_clear()
        kernels._warn.cache_clear()
        yield
    extension.cache_clear()
    kernels._warn.cache_clear()


def results(form, family):
    """Bits of whatever an arithmetic computes."""
    arithmetic = Arithmetic.of_family(family, form, threads=2)
    number_format, rng = arithmetic.format, np.random.default_rng(1)
    shapes = (7, 5), (5, 9), (5,), (7, 5)
    if not isinstance(number_format, FloatFormat):
        a, b, x, y = (rng.integers(number_format.minimum, number_format.maximum, shape) for shape in shapes)
        yield from (
            arithmetic.multiply(a, y),
            arithmetic.divide(a, y),
            arithmetic.matmul(a, b),
            arithmetic.matvec(a, x),
        )
        return
    for style in ("about one", "finite", "any"):
        a, b, x, y = (random_numbers(number_format, shape, style, rng) for shape in shapes)
        for function in (arithmetic.multiply, arithmetic.divide, arithmetic.outer, arithmetic.sum_of_products):
            yield words(function(a, y))
        for name in (
            "square",
            "reciprocal",
            "sqrt",
            "rsqrt",
            "exp2",
            "exp",
            "log2",
            "log",
            "sigmoid",
            "tanh",
            "softmax",
        ):
            yield words(getattr(arithmetic, name)(a))
        yield from (words(arithmetic.matmul(a, b)), words(arithmetic.matvec(a, x)), words(arithmetic.matmul(x, b)))


@pytest.mark.parametrize(("form", "family"), NAMES)
def test_the_bits_are_the_same(monkeypatch, form, family):
    expected = list(results(form, family))
    for module in (kernels, elementwise, exponential, activation, lines, sums):
        monkeypatch.setattr(module, "extension", lambda name: None)
    got = list(results(form, family))
    assert len(expected) == len(got)
    assert all(map(np.array_equal, expected, got))


@pytest.mark.usefixtures("without")
def test_there_is_one_warning_whatever_is_used():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for form, family in (("f32", "mitchell"), ("u8", "exact"), ("f8e5m2", "exact")):
            list(results(form, family))
        assert [extension(name) for name in PARTS] == [None] * 3
    assert [warning.category for warning in caught] == [RuntimeWarning]


@pytest.mark.usefixtures("without")
def test_the_warning_is_of_who_asks_and_says_what_to_do():
    with pytest.warns(
        RuntimeWarning, match=f"^{WARNING} in .*: all of it runs in NumPy, .*; install a C compiler"
    ) as caught:
        assert extension("_sums") is None
    assert caught[0].filename == __file__
    with pytest.raises(ValueError, match=r"^mitchell was installed without its compiled part$"):
        compiled("_errors")


@pytest.mark.parametrize("name", PARTS)
def test_what_is_there_is_found_without_a_warning(name):
    module = pytest.importorskip(f"pysoft.kernels.{name}", reason="the compiled part is not there")
    assert extension(name) is compiled(name) is module


def test_a_new_process_that_cannot_import_them():
    code = """
import sys, warnings
for name in ("_arithmetic", "_errors", "_sums"):
    sys.modules["pysoft.kernels." + name] = None
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    from mitchell import Arithmetic
    assert not caught
    arithmetic = Arithmetic.of_family("mitchell")
    print(arithmetic.matmul([[1.5, 3.0]], [[1.5], [3.0]]).item(), arithmetic.multiply(1.5, 3.0).item())
    print(Arithmetic(multiply="mul-s8-mitchell").matmul([[3, -5]], [[3], [100]]).item())
print(*(f"{warning.category.__name__}: {str(warning.message)[:48]}" for warning in caught))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["10.0 4.0", "-456", f"RuntimeWarning: {WARNING}"]
