"""Errors of integers of one operand, against their definitions in decimals of 60 digits."""

import dataclasses
import json
from decimal import Decimal, localcontext
from fractions import Fraction
from math import isclose, isqrt

import numpy as np
import pytest

import pysoft.errors.findings
import pysoft.errors.sampled
from pysoft.bound import Bound
from pysoft.errors import ErrorPair, measure, needs_samples
from pysoft.errors.deviation import deviation
from pysoft.errors.sampled import strata
from pysoft.families import FAMILIES
from pysoft.formats import format_from_name
from pysoft.operator import Operator

OPERATIONS = ("square", "reciprocal", "sqrt", "rsqrt")
EQUAL = Decimal(10) ** -50


def exact_decimal(operation, a):
    a = Decimal(a)
    return {"square": lambda: a * a, "reciprocal": lambda: 1 / a, "sqrt": a.sqrt, "rsqrt": lambda: 1 / a.sqrt()}[
        operation
    ]()


def named(operation, width, family, f):
    return Operator.from_name(f"{operation}-u{width}-{family}" + ("" if operation == "square" else f"-f{f}"))


def moments(errors, mred):
    mean = sum(errors) / len(errors)
    std = (sum((error - mean) ** 2 for error in errors) / len(errors)).sqrt()
    return {mred: sum(map(abs, errors)) / len(errors), "bias": mean, "std": std}


def worst(badness):
    """The first operand whose badness is largest, of a dictionary."""
    largest = max(badness.values())
    return (next(a for a, value in badness.items() if abs(value - largest) < EQUAL),)


def brute_force(operator, large_from):
    unit = Decimal(1) / 2**operator.fraction_bits
    first = 1 if operator.operation.startswith("r") else 0  # no reciprocal of 0
    operands = range(first, 2**operator.format.width)
    exact = {a: exact_decimal(operator.operation, a) for a in operands}
    error = {a: int(operator(a)) * unit - exact[a] for a in operands}
    relative = {a: error[a] / exact[a] for a in operands if a}
    large = {a: e for a, e in relative.items() if a >= large_from}
    count = len(error)
    figures = {
        "pairs": count,
        "zero_pairs": 1 - first,
        "undefined_pairs": first,
        "zero_share": Decimal(1 - first) / count,
        "error_rate": Decimal(sum(abs(e) > EQUAL for e in error.values())) / count,
        "med": sum(map(abs, error.values())) / count,
        "nmed": sum(map(abs, error.values())) / count / max(exact.values()),
        "rms": (sum(e * e for e in error.values()) / count).sqrt(),
        "mred_with_zeros": sum(map(abs, relative.values())) / count,
        "wce": max(map(abs, error.values())),
        "worst_loss": max(-e for e in error.values()) / unit,
        "worst_below": min(relative.values()),
        "worst_above": max(relative.values()),
        **moments(list(relative.values()), "mred_without_zeros"),
    }
    pairs = {
        "wce": worst({a: abs(e) for a, e in error.items()}),
        "loss": worst({a: -e for a, e in error.items()}),
        "below": worst({a: -e for a, e in relative.items()}),
        "above": worst(relative),
    }
    return figures, pairs, moments(list(large.values()), "mred") if large else {}, large


@pytest.mark.parametrize("family", ["mitchell", "exact"])
@pytest.mark.parametrize("f", [0, 3, 32])
@pytest.mark.parametrize("width", [2, 3, 6, 7])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_figures_equal_their_definitions(operation, width, f, family, monkeypatch):
    monkeypatch.setattr(pysoft.errors.findings, "LARGE", 4)
    monkeypatch.setitem(measure.__globals__, "LARGE", 4)
    metrics = measure(named(operation, width, family, f))
    with localcontext() as context:
        context.prec = 60
        figures, pairs, of_large, large = brute_force(metrics.operator, 4)
    for figure, value in figures.items():
        assert isclose(float(getattr(metrics, figure)), float(value), rel_tol=1e-13, abs_tol=1e-18), figure
    assert pairs == {kind: getattr(metrics, f"{kind}_pair").operands for kind in pairs}
    assert (metrics.correctly_rounded, metrics.exhaustive, metrics.within_bound) == (None, True, True)
    assert (metrics.large is None) == (not large)
    for figure, value in of_large.items():
        assert isclose(getattr(metrics.large, figure), float(value), rel_tol=1e-13, abs_tol=1e-18), figure
    if large:
        assert metrics.large.pairs == len(large)
        assert metrics.large.below_pair.operands == worst({a: -e for a, e in large.items()})


@pytest.mark.parametrize("operation", OPERATIONS)
def test_large_operands_have_8_bits(operation):
    assert measure(named(operation, 7, "mitchell", 9)).large is None
    large = measure(named(operation, 8, "mitchell", 9)).large
    assert large.pairs == 128
    assert large.below_pair.operands[0] >= 128


@pytest.mark.parametrize(("operation", "peak"), [("square", "11.11"), ("reciprocal", "12.50"), ("sqrt", "6.07")])
def test_peaks_of_16_bits_are_those_of_theory(operation, peak):
    metrics = measure(named(operation, 16, "mitchell", 16))
    found = metrics.large.worst_below if operation == "square" else metrics.worst_above
    assert f"{100 * abs(float(found)):.2f}" == peak
    assert metrics.within_bound is True


def test_17_bits_need_samples():
    assert not needs_samples(Operator.from_name("sqrt-u16-mitchell"))
    with pytest.raises(
        ValueError, match=r"^sqrt-u17-mitchell is 17 bits wide, and all operands are measured up to 16: say"
    ):
        measure(Operator.from_name("sqrt-u17-mitchell"))


# Samples


@pytest.mark.parametrize("samples", [1, 3, 9, 40, 10**6])
@pytest.mark.parametrize("form", ["u2", "u5"])
def test_strata_hold_every_operand_but_zero_once(form, samples):
    form = format_from_name(form)
    found = []
    for stratum in strata(form, samples, 1):
        (a,) = stratum.operands(np.arange(stratum.size, dtype=np.uint64), form.dtype)
        found += a.tolist()
    assert sorted(found) == list(range(1, 2**form.width))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_sample_that_holds_every_operand_has_the_figures_of_all(operation):
    operator = named(operation, 9, "mitchell", 11)
    every, sample = measure(operator), measure(operator, samples=10**5)
    for field in dataclasses.fields(every):
        if field.name in ("exhaustive", "samples", "seed", "pairs", "zero_pairs", "undefined_pairs", "distribution"):
            continue
        expected, measured = getattr(every, field.name), getattr(sample, field.name)
        if field.name in ("mred_interval", "bias_interval"):
            assert (expected, measured) == (None, 0.0)
        elif field.name in ("wce_pair", "loss_pair"):  # of a sample, not zero
            assert (expected.error, measured.operands > (0,)) == (measured.error, True)
        elif isinstance(expected, float):
            assert measured == pytest.approx(expected, rel=1e-13), field.name
        elif field.name != "large":
            assert expected == measured, field.name
    assert every.large.mred == pytest.approx(sample.large.mred, rel=1e-13)
    assert every.large.below_pair == sample.large.below_pair


@pytest.mark.parametrize("name", ["sqrt-u12-mitchell-f4", "rsqrt-u14-mitchell-f20", "square-u13-mitchell"])
def test_interval_holds_the_true_mean_as_often_as_it_says(name):
    operator = Operator.from_name(name)
    every = measure(operator)
    samples = [measure(operator, samples=900, seed=seed) for seed in range(40)]
    for figure, interval in (("mred_without_zeros", "mred_interval"), ("bias", "bias_interval")):
        hits = [abs(getattr(s, figure) - getattr(every, figure)) <= getattr(s, interval) for s in samples]
        assert sum(hits) >= 33, figure  # 38 expected, with a standard deviation of 1.4
    assert all(s.zero_share == every.zero_share and s.within_bound for s in samples)
    assert all(every.worst_below <= s.worst_below <= s.worst_above <= every.worst_above for s in samples)
    for figure in ("error_rate", "med", "nmed", "mred_with_zeros", "rms", "std"):
        mean = sum(getattr(s, figure) for s in samples) / len(samples)
        assert mean == pytest.approx(getattr(every, figure), rel=0.03), figure


@pytest.mark.parametrize("operation", OPERATIONS)
def test_widest_operators_do_not_overflow(operation):
    metrics = measure(named(operation, 32, "mitchell", 32), samples=20_000)
    assert metrics.within_bound is True
    assert 0 < metrics.rms <= float(metrics.wce)
    assert metrics.pairs <= 20_000
    assert metrics == measure(metrics.operator, samples=20_000)
    assert (metrics.worst_loss < 1) == (operation != "square")


# Details


@pytest.mark.parametrize("f", [0, 7, 32])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_deviation_is_right_to_its_last_digits(operation, f):
    operator = named(operation, 32, "exact", f)
    a = np.unique(np.concatenate([2 ** np.arange(32), 2 ** np.arange(1, 33) - 1, np.arange(1, 40) ** 4, [3**20]]))
    a = a[a < 2**32].astype(np.uint64)
    with localcontext() as context:
        context.prec = 60
        for off in (-1, 0, 1, 2, 1000):
            result = (
                np.maximum(operator(a).astype(np.int64), -off) + off if operation != "square" else operator(a)
            ).astype(np.uint64)
            found = deviation(operator, a, result=result)
            for x, r, error, exact in zip(
                a.tolist(), result.tolist(), found.error.tolist(), found.exact.tolist(), strict=True
            ):
                e = exact_decimal(operation, x) * (1 if operation == "square" else 2**f)
                assert abs(Decimal(error) - (r - e)) <= abs(r - e) * Decimal(2) ** -49 + EQUAL, (x, r)
                assert abs(Decimal(exact) - e) <= e * Decimal(2) ** -51


def test_pairs_of_roots_are_exact_to_128_bits():
    pair = ErrorPair.at(Operator.from_name("sqrt-u8-mitchell-f2"), 2)
    assert (pair.operands, pair.result) == ((2,), Fraction(3, 2))
    scale = 1 << 127
    assert Fraction(isqrt(2 * scale * scale), scale) == pair.exact
    with pytest.raises(ZeroDivisionError, match=r"rsqrt-u8-mitchell-f2 has no exact value for \(0\)"):
        ErrorPair.at(Operator.from_name("rsqrt-u8-mitchell-f2"), 0)


def broken(monkeypatch, operation, **changes):
    mitchell = FAMILIES["mitchell"]
    monkeypatch.setitem(mitchell.operations, operation, dataclasses.replace(mitchell.operations[operation], **changes))


@pytest.mark.parametrize("hair", [Fraction(1, 10**9), Fraction(1, 10**30)])
@pytest.mark.parametrize("options", [{}, {"samples": 10**5}])
def test_bound_that_is_violated_by_a_hair_is_reported(monkeypatch, options, hair):
    operator = Operator.from_name("reciprocal-u8-mitchell-f8")

    def verdict(lower, upper, truncation):
        bound = Bound(Fraction(lower), upper, truncation, "nowhere", "nobody")
        broken(monkeypatch, "reciprocal", bound=lambda width, f: bound)
        return measure(operator, **options).within_bound

    results = {a: Fraction(int(operator(a)), 256) for a in range(1, 256)}
    for lower in (0, Fraction(-1, 100)):
        needed = max((1 + lower) * Fraction(1, a) - r for a, r in results.items())
        upper = max(r * a - 1 for a, r in results.items())
        assert verdict(lower, upper, needed) is True
        assert verdict(lower, upper - hair, needed) is False
        assert verdict(lower, upper, needed - hair) is False


def test_square_of_zero_must_be_zero(monkeypatch):
    broken(monkeypatch, "square", core=lambda a, width: a * a + np.uint64(1))
    with pytest.raises(ArithmeticError, match="square-u4-mitchell does not give zero where its exact value is zero"):
        measure(Operator.from_name("square-u4-mitchell"))


def test_to_dict_is_json():
    metrics = measure(Operator.from_name("rsqrt-u9-mitchell-f4"))
    plain = json.loads(json.dumps(metrics.to_dict()))
    assert plain["below_pair"]["operands"] == list(metrics.below_pair.operands)
    assert Fraction(plain["above_pair"]["relative_error"]) == metrics.worst_above
    assert plain["correctly_rounded"] is None
    assert plain["wce"] == float(metrics.wce) > 0


def test_progress_ends_at_the_operands_that_are_looked_at():
    calls = []
    measure(Operator.from_name("sqrt-u10-mitchell"), progress=lambda *call: calls.append(call))
    assert calls == [(1024, 1024, "errors of sqrt-u10-mitchell")]
