"""The compiled part, the NumPy one, any number of threads and any chunks: the same figures bit for bit."""

import dataclasses
import sys
import warnings

import numpy as np
import pytest

import pysoft.errors.engine
import pysoft.errors.exhaustive
import pysoft.kernels
from pysoft.errors import measure
from pysoft.errors.distribution import BINS
from pysoft.errors.engine import Engine, compiled_engine, disagreement, numpy_engine
from pysoft.errors.tally import ROW_FIELDS, Limits
from pysoft.families import FAMILIES
from pysoft.kernels import extension
from pysoft.operator import Operator

needs_extension = pytest.mark.skipif(extension("_errors") is None, reason="the compiled part is not there")


def catalogue(form, fraction_bits=(0, 5)):
    """Every configuration of every family, of two integers."""
    for family in FAMILIES.values():
        for operation in family.operations.keys() & {"mul", "div"}:
            implementation = family.operations[operation]
            for f in fraction_bits if operation == "div" else (None,):
                name = f"{operation}-{form}-exact" + (f"-f{f}" if f is not None else "")
                exact = Operator.from_name(name)
                for configuration in implementation.configurations_at(exact.format.width):
                    yield exact.with_family(family.name, **configuration)


@needs_extension
@pytest.mark.parametrize("form", ["u8", "s8", "u5"])
def test_compiled_figures_are_those_of_numpy_for_every_family(form):
    for operator in catalogue(form):
        assert measure(operator, engine="numpy") == measure(operator, engine="compiled"), operator


@needs_extension
@pytest.mark.parametrize(("form", "fraction_bits"), [("u16", (32,)), ("s12", (0, 4))])
def test_compiled_results_and_sums_are_those_of_numpy_at_corners_and_random_pairs(form, fraction_bits):
    for operator in catalogue(form, fraction_bits):
        assert disagreement(operator, compiled_engine(operator), numpy_engine(operator), seed=8) is None, operator


@needs_extension
@pytest.mark.parametrize("name", ["mul-u9-mitchell", "div-s9-mitchell-f3", "mul-u10-realm-m8-t2"])
def test_figures_depend_neither_on_threads_nor_on_chunks(name, monkeypatch):
    operator = Operator.from_name(name)
    expected = measure(operator, threads=1)
    assert expected == measure(operator, threads=3)
    monkeypatch.setattr(pysoft.errors.exhaustive, "_JOB_PAIRS", 3000)
    monkeypatch.setattr(pysoft.errors.exhaustive, "ROW_PAIRS", 1500)
    monkeypatch.setattr(pysoft.errors.exhaustive, "_FOLDED", 100)
    assert expected == measure(operator, threads=2)
    assert expected == measure(operator, engine="numpy", threads=2)
    monkeypatch.setenv("MITCHELL_NUM_THREADS", "4")
    assert expected == measure(operator)


def rows_of_all_kinds():
    """First operands, second operands and results whose errors are nothing, tiny, ordinary, large and gross."""
    rng = np.random.default_rng(11)
    a, b = np.arange(40000.0, 40012.0), np.arange(20001.0, 23001.0)
    scale = np.array([0, 0, 1e-8, 1e-8, 1e-3, 0.1, 0.1, 3, 100, 1e4, 0.1, 1e7])[:, None]
    return a, b, np.clip(1 + scale * rng.uniform(-1, 1, (12, 3000)), 0, None)


@needs_extension
@pytest.mark.parametrize("level", range(len(extension("_errors").levels()) if extension("_errors") else 0))
@pytest.mark.parametrize("name", ["mul-u32-mitchell", "div-u32-mitchell", "div-u32-mitchell-f32"])
@pytest.mark.parametrize("limits", [Limits(), Limits(9e8, -0.11)])
def test_compiled_tally_is_that_of_numpy_on_every_vector_unit(name, level, limits):
    operator = Operator.from_name(name)
    a, b, factor = rows_of_all_kinds()
    a = a * 2.0**operator.fraction_bits
    results = np.floor(factor * (a[:, None] / b if operator.operation == "div" else a[:, None] * b))
    tallied = []
    for engine in (numpy_engine(operator), compiled_engine(operator, level=level)):
        counts = np.zeros(2 * BINS, dtype=np.int64)
        tallied.append((engine.tally(a, b, 1 / b, results, limits, counts), counts))
    for field, expected, measured in zip(ROW_FIELDS, tallied[0][0].T, tallied[1][0].T, strict=True):
        assert np.array_equal(expected, measured), field
    assert np.array_equal(tallied[0][1], tallied[1][1])
    assert tallied[0][1].sum() == results.size
    if limits == Limits() and name != "div-u32-mitchell":  # without fraction bits all errors are large
        assert set(range(5)) == set(tallied[0][0][:, ROW_FIELDS.index("relative_tier")])


@needs_extension
def test_compiled_loops_that_differ_from_the_model_are_refused(monkeypatch):
    operator = Operator.from_name("mul-u8-mitchell")

    class OneOff:
        def __init__(self, results):
            self.first, self.second, self._fill = results.first, results.second, results.fill
            self.commutes = results.commutes

        def fill(self, first, second, results):
            self._fill(first, second, results)
            results[-1, -1] += 1

    results_of = pysoft.errors.engine.results_of
    monkeypatch.setattr(
        pysoft.errors.engine, "results_of", lambda *args, **options: OneOff(results_of(*args, **options))
    )
    with pytest.raises(RuntimeError, match=r"differs from the model of mul-u8-mitchell: \d+ x \d+ gives \d+\.0, not"):
        measure(operator)
    assert measure(operator, engine="numpy").within_bound


@needs_extension
def test_sums_that_differ_are_noticed():
    operator = Operator.from_name("mul-u8-mitchell")
    reference = numpy_engine(operator)
    assert disagreement(operator, reference, reference) is None

    def one_off(*arguments):
        rows = reference.tally(*arguments)
        rows[3, ROW_FIELDS.index("below_low")] += 2.0**-71
        return rows

    difference = disagreement(operator, Engine(reference.results, one_off), reference)
    assert difference == "sums of errors are not equal"


@needs_extension
def test_worst_error_that_the_model_does_not_have_is_noticed(monkeypatch):
    engine = numpy_engine(Operator.from_name("mul-u8-mitchell"))

    def too_bad(*arguments):
        rows = engine.tally(*arguments)
        rows[:, ROW_FIELDS.index("relative_lowest")] *= 1.01
        return rows

    monkeypatch.setitem(measure.__globals__, "engine_for", lambda *_: Engine(engine.results, too_bad))
    with pytest.raises(RuntimeError, match="the model of mul-u8-mitchell does not have the worst errors"):
        measure(Operator.from_name("mul-u8-mitchell"))


class TestWithoutExtension:
    @pytest.fixture(autouse=True)
    def no_extension(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "pysoft.kernels._errors", None)
        monkeypatch.delattr(pysoft.kernels, "_errors", raising=False)
        self.forget()
        yield
        self.forget()

    @staticmethod
    def forget():
        extension.cache_clear()
        pysoft.kernels._warn.cache_clear()

    def test_warning_comes_once_and_figures_are_the_same(self):
        operator = Operator.from_name("mul-s7-mitchell")
        with pytest.warns(RuntimeWarning, match="installed without its compiled part.*same results"):
            metrics = measure(operator)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert metrics == measure(operator)
        assert metrics == measure(operator, engine="numpy")

    def test_numpy_does_not_miss_it(self):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert measure(Operator.from_name("mul-u4-mitchell"), engine="numpy").peak

    def test_compiled_engine_is_refused(self):
        with (
            pytest.warns(RuntimeWarning, match="compiled part"),
            pytest.raises(ValueError, match="installed without its compiled part"),
        ):
            measure(Operator.from_name("mul-u4-mitchell"), engine="compiled")


def test_family_without_any_loop_is_measured_by_its_model(monkeypatch):
    mitchell = FAMILIES["mitchell"]
    other = dataclasses.replace(mitchell.operations["mul"], scheme=None)
    expected = measure(Operator.from_name("mul-u8-mitchell"))
    monkeypatch.setitem(mitchell.operations, "mul", other)
    assert expected == measure(Operator.from_name("mul-u8-mitchell"))
