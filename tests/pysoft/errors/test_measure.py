import dataclasses
import json
from fractions import Fraction
from math import isclose, sqrt

import numpy as np
import pytest

from pysoft.errors import MAX_EXHAUSTIVE_WIDTH, ErrorPair, measure
from pysoft.families import FAMILIES
from pysoft.operator import Operator

MITCHELL = FAMILIES["mitchell"]


def brute_force(operator, large_from=128):
    """Every figure from its definition, pair by pair, in fractions."""
    unit = Fraction(1, 2**operator.fraction_bits)
    values = operator.format.values()
    results = operator(values[:, None], values[None, :]).tolist()
    absolute, relative, large, undefined = [], [], [], 0
    worst = {}  # by kind: how bad, the first such pair
    for row, a in enumerate(values.tolist()):
        for column, b in enumerate(values.tolist()):
            if operator.operation == "div" and b == 0:
                undefined += 1
                continue
            exact = Fraction(a * b) if operator.operation == "mul" else Fraction(a, b)
            error = abs(results[row][column]) * unit - abs(exact)
            absolute.append(abs(error))
            badness = {"wce": abs(error), "loss": -error}
            if exact:
                ratio = error / abs(exact)
                relative.append(ratio)
                badness |= {"below": -ratio, "above": ratio}
                if min(abs(a), abs(b)) >= large_from:
                    large.append(ratio)
                    badness |= {"large below": -ratio, "large above": ratio}
            for kind, value in badness.items():
                if kind not in worst or value > worst[kind][0]:
                    worst[kind] = value, (a, b)
    largest = max(abs(v) for v in values.tolist())
    mean = sum(absolute) / len(absolute)
    figures = {
        "pairs": len(absolute),
        "zero_pairs": len(absolute) - len(relative),
        "undefined_pairs": undefined,
        "zero_share": 1 - len(relative) / len(absolute),
        "wce": max(absolute),
        "worst_below": min(relative),
        "worst_above": max(relative),
        "peak": max(map(abs, relative)),
        "worst_loss": worst["loss"][0] / unit,
        "error_rate": sum(error != 0 for error in absolute) / len(absolute),
        "med": mean,
        "nmed": mean / (largest if operator.operation == "div" else largest**2),
        "mred_with_zeros": sum(map(abs, relative)) / len(absolute),
        "rms": sqrt(sum(error**2 for error in absolute) / len(absolute)),
        **moments(relative, "mred_without_zeros"),
    }
    return figures, {kind: pair for kind, (_, pair) in worst.items()}, moments(large, "mred") if large else None


def moments(relative, mred):
    bias = sum(relative) / len(relative)
    variance = sum((error - bias) ** 2 for error in relative) / len(relative)
    return {mred: sum(map(abs, relative)) / len(relative), "bias": bias, "std": sqrt(variance)}


def check_figures(expected, measured):
    for figure, value in expected.items():
        found = getattr(measured, figure)
        if isinstance(found, float):  # a mean of float64: equal but for its last digits
            assert isclose(found, value, rel_tol=1e-13, abs_tol=1e-15), figure
        else:
            assert value == found, figure


def check_all(metrics, large_from=128):
    figures, worst, large = brute_force(metrics.operator, large_from)
    check_figures(figures, metrics)
    assert worst["wce"] == metrics.wce_pair.operands
    assert worst["loss"] == metrics.loss_pair.operands
    assert worst["below"] == metrics.below_pair.operands
    assert worst["above"] == metrics.above_pair.operands
    assert (large is None) == (metrics.large is None)
    if large:
        check_figures(large, metrics.large)
        assert worst["large below"] == metrics.large.below_pair.operands
        assert worst["large above"] == metrics.large.above_pair.operands


@pytest.mark.parametrize(
    "name",
    [
        *("mul-{}-mitchell", "mul-{}-exact", "mul-{}-almloa-m1", "mul-{}-mbm", "mul-{}-mitchw-w2"),
        *("div-{}-mitchell", "div-{}-exact-f3", "div-{}-mitchell-f32", "div-{}-tuned-f2-zerobias"),
    ],
)
@pytest.mark.parametrize("form", [f"{sign}{width}" for sign in "us" for width in range(2, 6)])
def test_figures_equal_their_definitions(name, form):
    check_all(measure(Operator.from_name(name.format(form))))


@pytest.mark.parametrize("name", ["mul-u5-dralm-t4", "mul-s5-almsoa-m2", "div-s6-mitchell-f2", "div-u5-exact"])
def test_figures_of_large_operands_equal_their_definitions(name, monkeypatch):
    monkeypatch.setattr("pysoft.errors.exhaustive.LARGE", 4)
    monkeypatch.setitem(measure.__globals__, "LARGE", 4)
    check_all(measure(Operator.from_name(name)), large_from=4)


@pytest.mark.parametrize("sign", "us")
def test_large_operands_need_8_bits(sign):
    bits = 8 if sign == "u" else 9  # -128 is the only one of s8, and left out
    assert measure(Operator.from_name(f"mul-{sign}{bits - 1}-mitchell")).large is None
    large = measure(Operator.from_name(f"mul-{sign}{bits}-mitchell")).large
    assert (128**2 if sign == "u" else (2 * 128 + 1) ** 2) == large.pairs


@pytest.mark.parametrize("engine", ["numpy", "auto"])
def test_gross_errors_are_summed_up(engine, monkeypatch):
    def all_ones(a, b, width):
        return np.where((a == 0) | (b == 0), np.uint64(0), np.uint64(4**width - 1))

    gross = dataclasses.replace(MITCHELL.operations["mul"], core=all_ones, scheme=None)
    monkeypatch.setitem(MITCHELL.operations, "mul", gross)
    metrics = measure(Operator.from_name("mul-u5-mitchell"), engine=engine)
    assert metrics.worst_above == 1022
    check_all(metrics)


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


# Kim et al., IEEE TC 2019; Yin et al., IEEE T-SUSC 2021; Liu et al., IEEE TCAS-I 2018; pairs with a zero count as zero
# error. MRED and peak in percent, NMED in units of 1e-2.
PUBLISHED_8_BITS = {
    "mitchell": {"mred": "3.76", "nmed": "0.933", "wce": 4096, "peak": "11.111"},
    "mitchw-w4": {"mred": "10.26", "peak": "23.53"},
    "mitchw-w5": {"mred": "6.57", "peak": "17.25"},
    "mitchw-w6": {"mred": "4.79", "peak": "13.83"},
    "mitchw-w7": {"mred": "4.02", "peak": "12.03"},
    "dralm-t5": {"mred": "4.32", "wce": 5888, "peak": "18.75"},
    "dralm-t6": {"mred": "2.91", "wce": 4225, "peak": "11.58"},
    "dralm-t7": {"mred": "2.74", "wce": 3969, "peak": "11.11"},
    "almsoa-m6": {"mred": "11.16"},
    "almsoa-m7": {"mred": "23.28"},
}


@pytest.mark.parametrize("family", PUBLISHED_8_BITS)
def test_published_figures_of_8_bits(family):
    metrics = measure(Operator.from_name(f"mul-u8-{family}"))
    measured = {"mred": metrics.mred_with_zeros, "nmed": metrics.nmed, "peak": float(metrics.peak), "wce": metrics.wce}
    for figure, printed in PUBLISHED_8_BITS[family].items():
        if figure == "wce":
            assert printed == measured[figure]
        else:
            assert printed == f"{100 * measured[figure]:.{len(printed.partition('.')[2])}f}", figure


def test_percentiles_and_spread_of_a_known_distribution():
    # 4 bits, from the definition: magnitudes of 225 relative errors, sorted.
    metrics = measure(Operator.from_name("mul-u4-mitchell"))
    values = np.arange(1, 16)
    exact = np.outer(values, values)
    errors = np.sort(np.abs((metrics.operator(values[:, None], values) - exact.astype(float)) / exact).ravel())
    for percent, magnitude in metrics.percentiles.items():
        expected = errors[int(np.ceil(percent / 100 * errors.size)) - 1]
        assert expected <= magnitude <= expected * (1 + 2**-8)
    assert list(metrics.percentiles) == [50, 90, 99, 99.9]
    assert metrics.percentiles[99.9] == float(metrics.peak)


def test_result_of_zero_operand_must_be_zero(monkeypatch):
    one_too_many = dataclasses.replace(MITCHELL.operations["mul"], core=lambda a, b, width: a * b + 1, scheme=None)
    monkeypatch.setitem(MITCHELL.operations, "mul", one_too_many)
    with pytest.raises(ArithmeticError, match="mul-u4-mitchell does not give zero where its exact value is zero"):
        measure(Operator.from_name("mul-u4-mitchell"))


@pytest.mark.parametrize("name", ["mul-u9-mitchell", "mul-s9-mitchell", "div-s11-mitchell-f3"])
@pytest.mark.parametrize("threads", [1, 2])
def test_progress_ends_at_the_total(name, threads):
    operator = Operator.from_name(name)
    calls = []
    measure(operator, progress=lambda *call: calls.append(call), threads=threads)
    total = 4**operator.format.width
    assert [done for done, _, _ in calls] == sorted({done for done, _, _ in calls})
    assert calls[-1] == (total, total, f"errors of {name}")
    assert {call[1:] for call in calls} == {calls[-1][1:]}


def test_wide_operator_without_samples_is_refused_with_advice():
    assert MAX_EXHAUSTIVE_WIDTH == 16
    with pytest.raises(ValueError, match=r"mul-u17-mitchell is 17 bits wide.* measured up to 16: .*--samples 1000000"):
        measure(Operator.from_name("mul-u17-mitchell"))


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
        ({"threads": 0}, ValueError, "threads must be 1 or more, not 0"),
        ({"threads": 1.0}, TypeError, "threads must be an integer, not 1.0"),
        ({"engine": "c"}, ValueError, "engine must be one of auto, compiled, numpy, not 'c'"),
        ({"engine": None}, ValueError, "engine must be one of auto, compiled, numpy, not None"),
    ],
)
def test_wrong_option_is_refused(options, error, message):
    with pytest.raises(error, match=f"^{message}$"):
        measure(Operator.from_name("mul-u4-exact"), **options)


def test_name_in_place_of_an_operator_is_refused():
    with pytest.raises(TypeError, match="operator must be an Operator, not 'mul-u8-exact'"):
        measure("mul-u8-exact")


@pytest.mark.parametrize("wanted", ["0", "two", "-1", "1.5"])
def test_wrong_number_of_threads_in_the_environment_is_refused(wanted, monkeypatch):
    monkeypatch.setenv("MITCHELL_NUM_THREADS", wanted)
    with pytest.raises(ValueError, match=f"MITCHELL_NUM_THREADS must be an integer, 1 or more, not '{wanted}'"):
        measure(Operator.from_name("mul-u4-exact"))
    assert measure(Operator.from_name("mul-u4-exact"), threads=1).wce == 0


@pytest.mark.parametrize("options", [{}, {"samples": 50}])
def test_to_dict_is_json_with_the_operator_by_name(options):
    metrics = measure(Operator.from_name("div-s9-mitchell-f1"), **options)
    plain = json.loads(json.dumps(metrics.to_dict()))
    assert plain["operator"] == "div-s9-mitchell-f1"
    assert plain["bound"] == "e - 1/2 <= r <= 9/8 e"
    assert plain["within_bound"] is True
    assert plain["pairs"] == metrics.pairs
    assert Fraction(plain["above_pair"]["relative_error"]) == metrics.worst_above
    assert plain["large"]["worst_below"] == float(metrics.large.worst_below)
    assert plain["percentiles"]["99.9"] == metrics.percentiles[99.9]
    assert set(plain) >= {field.name for field in dataclasses.fields(metrics)}
    assert set(plain["large"]) >= {field.name for field in dataclasses.fields(metrics.large)}
