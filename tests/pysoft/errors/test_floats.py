"""Errors of floats, against their definitions in fractions and in decimals of 60 digits."""

import dataclasses
import json
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import product
from math import isclose, log2, sqrt

import numpy as np
import pytest

import pysoft.errors.floats
from pysoft.bound import Bound
from pysoft.errors import measure, needs_samples
from pysoft.errors.floats import relative_error
from pysoft.families import FAMILIES
from pysoft.float_formats import FLOAT_FORMATS
from pysoft.operator import Operator

DIGITS = 60
NARROW = [
    Operator(operation, FLOAT_FORMATS[form], family.name, configuration).name
    for family in FAMILIES.values()
    for operation, implementation in family.floats.items()
    for form in ("f8e4m3", "f8e5m2")
    for configuration in implementation.configurations_at(FLOAT_FORMATS[form].precision)
]


def exact_decimal(operation, operands):
    a, b = (Decimal(operand) for operand in (*operands, 1.0)[:2])
    return {
        "mul": lambda: a * b,
        "div": lambda: a / b,
        "square": lambda: a * a,
        "reciprocal": lambda: 1 / a,
        "sqrt": a.sqrt,
        "rsqrt": lambda: 1 / a.sqrt(),
    }[operation]()


def significands(operator):
    bits = operator.format.fraction_bits
    return [1 + i / 2**bits for i in range(2**bits)] + [
        2 + i / 2 ** (bits - 1) for i in range(2**bits) if "sqrt" in operator.operation
    ]


def brute_force(operator):
    """Figures from their definitions, and the operands that are worst below and above."""
    bits = operator.format.fraction_bits
    numbers = [Decimal(2) ** e * (1 + Decimal(i) / 2**bits) for e in range(-3, 4) for i in range(2**bits)]
    errors, rounded, pairs = [], 0, list(product(significands(operator), repeat=len(operator.operands)))
    with localcontext() as context:
        context.prec = DIGITS
        for pair in pairs:
            exact = exact_decimal(operator.operation, pair)
            result = Decimal(float(operator(*pair)))
            distance, _, nearest = min((abs(n - exact), i % 2, n) for i, n in enumerate(numbers))  # a tie: the even one
            rounded += result == nearest
            errors.append((result - exact) / exact)
            assert abs(result - exact) >= distance
        mean = sum(errors) / len(errors)
        figures = {
            "pairs": len(pairs),
            "error_rate": sum(abs(error) > Decimal(10) ** (5 - DIGITS) for error in errors) / len(errors),
            "correctly_rounded": rounded / len(pairs),
            "mred_with_zeros": float(sum(map(abs, errors)) / len(errors)),
            "mred_without_zeros": float(sum(map(abs, errors)) / len(errors)),
            "bias": float(mean),
            "std": float((sum((error - mean) ** 2 for error in errors) / len(errors)).sqrt()),
        }
        equal = Decimal(10) ** (5 - DIGITS)
        first = [
            next(p for p, e in zip(pairs, errors, strict=True) if abs(e - end) < equal) for end in extremes(errors)
        ]
        return figures, first, [float(end) for end in extremes(errors)]


def extremes(errors):
    return min(errors), max(errors)


@pytest.mark.parametrize("name", NARROW)
def test_figures_of_8_bits_equal_their_definitions(name):
    metrics = measure(Operator.from_name(name))
    figures, pairs, ends = brute_force(metrics.operator)
    for figure, expected in figures.items():
        assert isclose(getattr(metrics, figure), expected, rel_tol=1e-13, abs_tol=1e-16), figure
    assert pairs == [metrics.below_pair.operands, metrics.above_pair.operands]
    assert ends == [float(metrics.worst_below), float(metrics.worst_above)]
    assert metrics.within_bound is True
    assert (metrics.exhaustive, metrics.large, metrics.zero_pairs, metrics.zero_share) == (True, None, 0, 0.0)
    assert not any((metrics.med, metrics.nmed, metrics.rms, metrics.wce, metrics.worst_loss))


def test_offset_of_lmul_makes_products_of_3_bits_worse():
    assert f"{100 * measure(Operator.from_name('mul-f8e4m3-lmul')).mred_without_zeros:.2f}" == "5.24"
    assert f"{100 * measure(Operator.from_name('mul-f8e4m3-mitchell')).mred_without_zeros:.2f}" == "3.78"


MEAN = {"mul": -0.03848799, "div": 0.04101803, "reciprocal": 1 / 12}  # of uniform fractions, theory
PEAK = {"mul": "11.11", "div": "12.50", "square": "11.11", "reciprocal": "12.50", "sqrt": "6.07", "rsqrt": "8.87"}


@pytest.mark.parametrize("operation", PEAK)
def test_figures_of_f16_are_near_those_of_uniform_fractions(operation):
    metrics = measure(Operator.from_name(f"{operation}-f16-mitchell"))
    assert PEAK[operation] == f"{100 * float(metrics.peak):.2f}"
    if mean := MEAN.get(operation):
        assert abs(metrics.bias - mean) < 2**-14
    assert metrics.within_bound is True


@pytest.mark.parametrize("name", ["rsqrt-f32-mitchell", "reciprocal-f32-gh"])
def test_f32_of_one_operand_is_measured_as_a_whole(name):
    metrics = measure(Operator.from_name(name))
    assert metrics.pairs == 2 ** (24 if name.startswith("rsqrt") else 23)
    assert metrics.exhaustive
    assert metrics.within_bound is True
    if name.startswith("rsqrt"):
        assert PEAK["rsqrt"] == f"{100 * float(metrics.peak):.2f}"
        assert abs(metrics.above_pair.operands[0] - 8 / 3) < 2**-21


@pytest.mark.parametrize("name", ["mul-bf16-mbm", "sqrt-f16-gh"])
def test_whole_run_is_that_of_any_order(name, monkeypatch):
    operator = Operator.from_name(name)
    metrics = measure(operator)
    monkeypatch.setattr(pysoft.errors.floats, "ROW_PAIRS", 333)
    again = measure(operator)
    for field in dataclasses.fields(metrics):
        expected, measured = getattr(metrics, field.name), getattr(again, field.name)
        if isinstance(expected, float):  # rows have ranges of their own, and round the last digits by them
            assert isclose(expected, measured, rel_tol=1e-14), field.name
        else:
            assert expected == measured, field.name
    assert again == measure(operator, threads=2, engine="numpy")


@pytest.mark.parametrize(("name", "needed"), [("mul-f32-exact", True), ("div-f32-gh", True), ("mul-f16-exact", False)])
def test_pairs_of_f32_need_samples(name, needed):
    operator = Operator.from_name(name)
    assert needed == needs_samples(operator)
    if needed:
        with pytest.raises(ValueError, match=f"^{name} has 2\\^46 pairs of fractions, .*--samples 1000000$"):
            measure(operator)


@pytest.mark.parametrize("name", ["mul-bf16-lmul", "div-f16-mitchell", "rsqrt-f16-gh"])
def test_interval_holds_the_true_mean_as_often_as_it_says(name):
    operator = Operator.from_name(name)
    every = measure(operator)
    samples = [measure(operator, samples=2000, seed=seed) for seed in range(40)]
    for figure, interval in (("mred_without_zeros", "mred_interval"), ("bias", "bias_interval")):
        hits = [abs(getattr(s, figure) - getattr(every, figure)) <= getattr(s, interval) for s in samples]
        assert sum(hits) >= 33, figure  # 38 expected, with a standard deviation of 1.4
        width = sum(getattr(s, interval) for s in samples) / len(samples)
        assert width < 5 * abs(every.std) / sqrt(2000), figure
    assert all(s.within_bound for s in samples)
    assert all(every.worst_below <= s.worst_below <= s.worst_above <= every.worst_above for s in samples)


def test_sample_finds_the_corners_and_counts_them_for_nothing_else():
    operator = Operator.from_name("mul-f32-mitchell")
    metrics = measure(operator, samples=20_000, seed=3)
    assert (metrics.worst_below, metrics.below_pair.operands) == (Fraction(-1, 9), (1.5, 1.5))
    assert (metrics.worst_above, metrics.above_pair.operands) == (0, (1.0, 1.0))
    assert metrics.pairs == metrics.samples == 20_000
    assert sum(metrics.distribution.weights) == 20_000
    assert abs(metrics.mred_without_zeros - 0.03848799) <= 1.5 * metrics.mred_interval
    assert metrics == measure(operator, samples=20_000, seed=3)
    assert metrics != measure(operator, samples=20_000, seed=4)


def test_single_sample_has_no_interval():
    metrics = measure(Operator.from_name("div-f32-mitchell"), samples=1)
    assert (metrics.pairs, metrics.mred_interval, metrics.bias_interval) == (1, None, None)


@pytest.mark.parametrize("operation", ["mul", "div", "square", "reciprocal", "sqrt", "rsqrt"])
def test_relative_error_of_24_bits_is_right_to_its_last_digits(operation):
    rng = np.random.default_rng(7)
    a, b = (rng.integers(2**23, 2**24, 300) / 2.0**23 for _ in range(2))
    a = a * (1 + (np.arange(a.size) % 2) * ("sqrt" in operation))
    operands = (a, b)[: 2 if operation in ("mul", "div") else 1]
    with localcontext() as context:
        context.prec = DIGITS
        exact = [exact_decimal(operation, pair) for pair in zip(*(o.tolist() for o in operands), strict=True)]
        near = np.array([float(np.float32(float(e))) for e in exact])  # then errors are small
        for result in (near, near * 1.125, np.floor(near * 2**12) / 2**12):
            result = result.astype(np.float32).astype(np.float64)
            found = relative_error(operation, operands, result)
            for value, r, e in zip(found.tolist(), result.tolist(), exact, strict=True):
                expected = (Decimal(r) - e) / e
                assert abs(Decimal(value) - expected) <= abs(expected) * Decimal(2) ** -50


def test_no_result_but_the_exact_one_has_no_error():
    a, r = np.array([4.0, 2.25, 1.0 + 2**-23]), np.array([2.0, 1.5, 1.0])
    assert (relative_error("sqrt", (a,), r) == 0).tolist() == [True, True, False]
    # (1 - 2^-24)^2 (1 + 2^-23) is 1 - 2^-48 (3 - 2^-23), and beyond float64 for its last bits.
    nearly, a = np.array([1 - 2**-24]), np.array([1 + 2**-23])
    expected = Fraction(1 - 2**-24) ** 2 * Fraction(1 + 2**-23) - 1
    (found,) = relative_error("rsqrt", (a,), nearly).tolist()
    assert abs(Fraction(found) - expected / 2) < abs(expected) * Fraction(1, 1 << 45)
    assert log2(-found) < -47


def broken(monkeypatch, operation, **changes):
    mitchell = FAMILIES["mitchell"]
    monkeypatch.setitem(mitchell.floats, operation, dataclasses.replace(mitchell.floats[operation], **changes))


@pytest.mark.parametrize("hair", [Fraction(1, 10**9), Fraction(1, 10**30)])
@pytest.mark.parametrize(("name", "options"), [("mul-bf16-mitchell", {}), ("mul-f32-mitchell", {"samples": 1000})])
def test_bound_that_is_violated_by_a_hair_is_reported(monkeypatch, name, options, hair):
    def verdict(lower, upper):
        bound = Bound(Fraction(lower), Fraction(upper), Fraction(0), "nowhere", "nobody")
        broken(monkeypatch, "mul", bound=lambda width: bound)
        return measure(Operator.from_name(name), **options).within_bound

    assert verdict(Fraction(-1, 9), 0) is True
    assert verdict(Fraction(-1, 9) + hair, 0) is False
    assert verdict(Fraction(-1, 9), -hair) is False


def test_root_bound_that_is_violated_by_a_hair_is_reported(monkeypatch):
    operator = Operator.from_name("sqrt-bf16-mitchell")
    true = operator.bound
    assert measure(operator).within_bound is True
    hair = Fraction(1, 10**30)
    for bound in (
        dataclasses.replace(true, upper=true.upper - hair),
        dataclasses.replace(true, lower=true.lower + hair),
    ):
        broken(monkeypatch, "sqrt", bound=lambda width, bound=bound: bound)
        assert measure(operator).within_bound is False


def test_unproved_operator_has_no_verdict(monkeypatch):
    broken(monkeypatch, "mul", bound=lambda width: None)
    assert measure(Operator.from_name("mul-f8e4m3-mitchell")).within_bound is None


def test_result_that_is_no_number_is_refused(monkeypatch):
    broken(monkeypatch, "square", core=lambda L, width: L + (1000 << width - 1))
    with pytest.raises(ArithmeticError, match="square-bf16-mitchell gives infinity or NaN for normal operands"):
        measure(Operator.from_name("square-bf16-mitchell"))


@pytest.mark.parametrize(("name", "options"), [("rsqrt-bf16-gh", {}), ("div-f32-mitchell", {"samples": 50})])
def test_to_dict_is_json(name, options):
    metrics = measure(Operator.from_name(name), **options)
    plain = json.loads(json.dumps(metrics.to_dict()))
    assert plain["below_pair"]["operands"] == list(metrics.below_pair.operands)
    assert Fraction(plain["above_pair"]["relative_error"]) == metrics.worst_above
    assert plain["correctly_rounded"] == metrics.correctly_rounded
    assert all(plain[figure] is None for figure in ("med", "nmed", "rms", "wce", "wce_pair", "worst_loss", "large"))
    assert set(plain) >= {field.name for field in dataclasses.fields(metrics)}


def test_progress_ends_at_the_pairs_that_are_looked_at():
    calls = []
    measure(Operator.from_name("mul-f16-mitchell"), progress=lambda *call: calls.append(call))
    assert calls[-1] == (2**20, 2**20, "errors of mul-f16-mitchell")
    assert len(calls) == 16
