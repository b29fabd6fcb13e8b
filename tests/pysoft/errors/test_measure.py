import dataclasses
import json
from fractions import Fraction
from math import isclose, sqrt

import numpy as np
import pytest

from pysoft.bound import Bound
from pysoft.errors import MAX_EXHAUSTIVE_WIDTH, ErrorPair, measure
from pysoft.errors import measure as measure_function
from pysoft.families.mitchell import MITCHELL
from pysoft.operator import Operator


def brute_force(operator):
    """Every figure from its definition, pair by pair, in fractions."""
    unit = Fraction(1, 2**operator.fraction_bits)
    absolute, relative, losses, undefined = [], [], [], 0
    values = operator.format.values().tolist()
    for a in values:
        for b in values:
            if operator.operation == "div" and b == 0:
                undefined += 1
                continue
            exact = Fraction(a * b) if operator.operation == "mul" else Fraction(a, b)
            error = int(operator([a], [b])[0]) * unit - exact
            absolute.append(abs(error))
            losses.append((error if exact < 0 else -error) / unit)
            if exact:
                relative.append(error / exact)
    largest = max(abs(v) for v in values)
    mean = sum(absolute) / len(absolute)
    bias = sum(relative) / len(relative)
    return {
        "pairs": len(absolute),
        "zero_pairs": len(absolute) - len(relative),
        "undefined_pairs": undefined,
        "wce": max(absolute),
        "worst_below": min(relative),
        "worst_above": max(relative),
        "worst_loss": max(losses),
        "error_rate": sum(error != 0 for error in absolute) / len(absolute),
        "med": mean,
        "nmed": mean / (largest if operator.operation == "div" else largest**2),
        "mred_with_zeros": sum(map(abs, relative)) / len(absolute),
        "mred_without_zeros": sum(map(abs, relative)) / len(relative),
        "bias": bias,
        "std": sqrt(sum((error - bias) ** 2 for error in relative) / len(relative)),
        "rms": sqrt(sum(error**2 for error in absolute) / len(absolute)),
    }


@pytest.mark.parametrize(
    "name", ["mul-{}-mitchell", "mul-{}-exact", "div-{}-mitchell", "div-{}-exact-f3", "div-{}-mitchell-f32"]
)
@pytest.mark.parametrize("form", [f"{sign}{width}" for sign in "us" for width in range(2, 6)])
def test_figures_equal_their_definitions(name, form):
    metrics = measure(Operator.from_name(name.format(form)))
    for figure, expected in brute_force(metrics.operator).items():
        measured = getattr(metrics, figure)
        if isinstance(measured, float):  # a sum of float64: equal but for its last digits
            assert isclose(measured, expected, rel_tol=1e-13, abs_tol=1e-15), figure
        else:
            assert measured == expected, figure


@pytest.mark.parametrize("family", ["mitchell", "exact"])
@pytest.mark.parametrize("operation", ["mul", "div"])
@pytest.mark.parametrize("sign", "us")
@pytest.mark.parametrize("width", range(2, 9))
def test_measured_is_within_proved_for_every_pair(width, sign, operation, family):
    metrics = measure(Operator.from_name(f"{operation}-{sign}{width}-{family}"))
    bound = metrics.operator.bound
    assert metrics.within_bound is True
    assert metrics.worst_above <= bound.upper
    assert metrics.worst_loss <= 1 if operation == "div" else metrics.worst_below >= bound.lower
    assert metrics.pairs + metrics.undefined_pairs == 4**width
    assert metrics.undefined_pairs == (2**width if operation == "div" else 0)


@pytest.mark.parametrize("form", ["u2", "u3", "u8", "s3", "s4", "s8"])
def test_product_bound_is_attained_at_3_by_3(form):
    metrics = measure(Operator.from_name(f"mul-{form}-mitchell"))
    assert metrics.worst_below == Fraction(-1, 9)
    assert ErrorPair.at(metrics.operator, 3, 3) == ErrorPair((3, 3), Fraction(8), Fraction(9))
    assert metrics.worst_above == 0


@pytest.mark.parametrize("form", ["u4", "u8", "s5", "s8"])
def test_quotient_bound_is_attained_at_8_by_3(form):
    metrics = measure(Operator.from_name(f"div-{form}-mitchell"))
    assert metrics.worst_above == Fraction(1, 8)
    pair = ErrorPair.at(metrics.operator, 8, 3)
    assert (pair.result, pair.exact, pair.relative_error) == (3, Fraction(8, 3), Fraction(1, 8))


def test_published_figures_of_the_8_bit_multiplier():
    # Kim et al., IEEE TC 2019, and Yin et al., IEEE T-SUSC 2021; pairs with a zero count as zero error.
    metrics = measure(Operator.from_name("mul-u8-mitchell"))
    assert f"{100 * metrics.mred_with_zeros:.2f}" == "3.76"
    assert f"{100 * metrics.nmed:.3f}" == "0.933"
    assert metrics.wce == 4096
    assert f"{100 * float(metrics.peak):.3f}" == "11.111"
    assert abs(metrics.wce_pair.error) == 4096
    assert (metrics.exhaustive, metrics.samples, metrics.seed) == (True, None, None)


def test_published_figures_of_the_16_bit_multiplier_from_a_sample():
    metrics = measure(Operator.from_name("mul-u16-mitchell"), samples=1_000_000, seed=1962)
    assert f"{100 * metrics.mred_with_zeros:.2f}" == "3.85"
    assert f"{100 * metrics.nmed:.2f}" == "0.93"
    assert metrics.wce <= 268_435_456
    assert metrics.within_bound


@pytest.mark.parametrize("name", ["mul-u8-mitchell", "div-s8-mitchell-f4"])
def test_sample_agrees_with_all_pairs(name):
    operator = Operator.from_name(name)
    every, sample = measure(operator), measure(operator, samples=200_000, seed=7)
    assert (sample.exhaustive, sample.samples, sample.seed) == (False, 200_000, 7)
    assert sample.pairs + sample.undefined_pairs == 200_000
    for figure in ("error_rate", "med", "nmed", "mred_with_zeros", "mred_without_zeros", "rms", "std"):
        assert abs(getattr(sample, figure) / getattr(every, figure) - 1) < 0.02, figure
    assert sample.wce <= every.wce
    assert every.worst_below <= sample.worst_below <= sample.worst_above <= every.worst_above


def test_sample_depends_on_its_seed_alone():
    operator = Operator.from_name("div-u16-mitchell")
    first = measure(operator, samples=1000, seed=3)
    assert first == measure(operator, samples=1000, seed=3)
    assert first != measure(operator, samples=1000, seed=4)


@pytest.mark.parametrize("name", ["mul-u32-mitchell", "mul-s32-mitchell", "div-u32-mitchell-f32", "div-s32-exact-f32"])
def test_widest_operators_do_not_overflow(name):
    metrics = measure(Operator.from_name(name), samples=20_000)
    assert metrics.within_bound is True
    assert 0 < metrics.rms <= float(metrics.wce)
    assert metrics.peak <= Fraction(1, 8)
    assert (metrics.worst_loss < 1) == name.startswith("div")


@pytest.mark.parametrize("chunk", [1, 100, 2**16])
def test_figures_do_not_depend_on_the_chunks(chunk, monkeypatch):
    operator = Operator.from_name("div-s5-mitchell-f1")
    expected = [measure(operator), measure(operator, samples=500)]
    monkeypatch.setitem(measure_function.__globals__, "_CHUNK", chunk)
    for metrics, other in zip([measure(operator), measure(operator, samples=500)], expected, strict=True):
        for field in dataclasses.fields(metrics):
            value, other_value = getattr(metrics, field.name), getattr(other, field.name)
            assert isclose(value, other_value, rel_tol=1e-13) if isinstance(value, float) else value == other_value


def test_violated_bound_is_reported(monkeypatch):
    operator = Operator.from_name("mul-u8-mitchell")
    quotient = Operator.from_name("div-u8-mitchell")
    hair = Fraction(1, 10**9)

    def prove(operator, lower, upper, truncation):
        bound = Bound(Fraction(lower), Fraction(upper), Fraction(truncation), "nowhere", "nobody")
        wrong = dataclasses.replace(MITCHELL.operations[operator.operation], bound=lambda width, **parameters: bound)
        monkeypatch.setitem(MITCHELL.operations, operator.operation, wrong)
        return measure(operator).within_bound

    assert prove(operator, Fraction(-1, 9), 0, 0) is True
    assert prove(operator, Fraction(-1, 9) + hair, 0, 0) is False
    assert prove(operator, Fraction(-1, 9), -hair, 0) is False
    assert prove(quotient, 0, Fraction(1, 8), 1) is True
    assert prove(quotient, 0, Fraction(1, 8) - hair, 1) is False
    assert prove(quotient, 0, Fraction(1, 8), Fraction(254, 255)) is True
    assert prove(quotient, 0, Fraction(1, 8), Fraction(254, 255) - hair) is False


def test_unproved_operator_has_no_verdict(monkeypatch):
    unproved = dataclasses.replace(MITCHELL.operations["mul"], bound=lambda width: None)
    monkeypatch.setitem(MITCHELL.operations, "mul", unproved)
    metrics = measure(Operator.from_name("mul-u4-mitchell"))
    assert metrics.within_bound is None
    assert metrics.to_dict()["bound"] is None


def test_progress_ends_at_the_total():
    calls = []
    measure(Operator.from_name("mul-u9-mitchell"), progress=lambda *call: calls.append(call))
    assert [done for done, _, _ in calls] == sorted({done for done, _, _ in calls})
    assert calls[-1] == (2**18, 2**18, "errors of mul-u9-mitchell")
    assert {call[1:] for call in calls} == {calls[-1][1:]}


def test_wide_operator_without_samples_is_refused_with_advice():
    assert MAX_EXHAUSTIVE_WIDTH == 12
    with pytest.raises(ValueError, match=r"mul-u13-mitchell is 13 bits wide.*at most 12 bits.*--samples N"):
        measure(Operator.from_name("mul-u13-mitchell"))


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"samples": 0}, ValueError, "samples must be 1 or more, not 0"),
        ({"samples": -5}, ValueError, "samples must be 1 or more, not -5"),
        ({"samples": 1.5}, TypeError, "samples must be an integer, not 1.5"),
        ({"samples": True}, TypeError, "samples must be an integer, not True"),
        ({"samples": "10"}, TypeError, "samples must be an integer, not '10'"),
        ({"seed": -1}, ValueError, "seed must be 0 or more, not -1"),
        ({"samples": 3, "seed": None}, TypeError, "seed must be an integer, not None"),
    ],
)
def test_wrong_option_is_refused(options, error, message):
    with pytest.raises(error, match=f"^{message}$"):
        measure(Operator.from_name("mul-u4-exact"), **options)


def test_name_in_place_of_an_operator_is_refused():
    with pytest.raises(TypeError, match="operator must be an Operator, not 'mul-u8-exact'"):
        measure("mul-u8-exact")


def test_sample_without_any_nonzero_exact_value_is_refused():
    operator = Operator.from_name("div-u2-exact")
    seeds = [
        seed for seed in range(50) if 0 in np.random.default_rng(seed).integers(0, 3, (1, 2), np.uint64, endpoint=True)
    ]
    assert seeds
    for seed in seeds:
        with pytest.raises(ValueError, match="no pair of operands of div-u2-exact had an exact value other than zero"):
            measure(operator, samples=1, seed=seed)


def test_to_dict_is_json_with_the_operator_by_name():
    metrics = measure(Operator.from_name("div-s4-mitchell-f1"))
    plain = json.loads(json.dumps(metrics.to_dict()))
    assert plain["operator"] == "div-s4-mitchell-f1"
    assert plain["bound"] == "e - 1/2 <= r <= 9/8 e"
    assert plain["within_bound"] is True
    assert plain["pairs"] == 240
    assert Fraction(plain["above_pair"]["relative_error"]) == metrics.worst_above
    assert set(plain) >= {field.name for field in dataclasses.fields(metrics)}


def test_pair_without_exact_value_is_refused():
    with pytest.raises(ZeroDivisionError, match=r"div-u8-mitchell has no exact value for \(3, 0\)"):
        ErrorPair.at(Operator.from_name("div-u8-mitchell"), 3, 0)


def test_pair_whose_exact_value_is_zero_has_no_relative_error():
    pair = ErrorPair.at(Operator.from_name("mul-u8-mitchell"), 0, 3)
    assert pair.error == 0
    assert pair.to_dict()["relative_error"] is None
    with pytest.raises(ZeroDivisionError):
        _ = pair.relative_error
