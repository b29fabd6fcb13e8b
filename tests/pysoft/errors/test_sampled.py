import dataclasses
from fractions import Fraction

import numpy as np
import pytest

import pysoft.errors.sampled
from pysoft.errors import measure
from pysoft.errors.sampled import allocation, strata
from pysoft.formats import format_from_name
from pysoft.operator import Operator


@pytest.mark.parametrize("form", ["u2", "u5", "s2", "s5"])
@pytest.mark.parametrize("samples", [1, 16, 40, 10**6])
def test_strata_hold_every_pair_of_nonzero_operands_once(form, samples):
    form = format_from_name(form)
    found = []
    for stratum in strata(form, samples):
        a, b = stratum.operands(np.arange(stratum.size, dtype=np.uint64), form.dtype)
        found += zip(a.tolist(), b.tolist(), strict=True)
    values = [value for value in form.values().tolist() if value]
    assert [(a, b) for a in values for b in values] == sorted(found)


@pytest.mark.parametrize(("form", "cells"), [("u16", 16), ("s16", 15), ("u32", 32)])
def test_strata_are_pairs_of_characteristics_if_the_sample_is_large_enough(form, cells):
    form = format_from_name(form)
    assert cells**2 == len(strata(form, 4 * cells**2)) == len(strata(form, 10**7))
    assert (cells - 1) ** 2 == len(strata(form, 4 * cells**2 - 1))
    for stratum in strata(form, 10**7):
        last = np.array([0, stratum.size - 1], dtype=np.uint64)
        for operands in stratum.operands(last, form.dtype):
            lengths = {int(abs(int(value))).bit_length() for value in operands}
            assert len(lengths - {form.width if form.signed else 0}) == 1  # -2^(N-1) has one bit more


@pytest.mark.parametrize("samples", [1, 3, 4, 1000, 123457])
def test_half_of_the_sample_is_shared_out_by_size_and_half_equally(samples):
    layers = strata(format_from_name("u16"), samples)
    given = allocation(layers, samples)
    everything = sum(stratum.size for stratum in layers)
    assert samples == sum(given)
    for stratum, pairs in zip(layers[1:], given[1:], strict=True):
        assert abs(pairs - samples * (Fraction(stratum.size, everything) + Fraction(1, len(layers))) / 2) < 2
    assert len(layers) == 1 or min(given) >= 2


@pytest.mark.parametrize("name", ["mul-u8-mitchell", "div-s8-mitchell-f4", "mul-s8-mbm", "mul-u9-dralm-t4"])
def test_sample_that_holds_every_pair_has_the_figures_of_all(name):
    operator = Operator.from_name(name)
    every, sample = measure(operator), measure(operator, samples=10**8)
    assert every.pairs - every.zero_pairs == sample.pairs
    assert sample.mred_interval == sample.bias_interval == 0
    same = dataclasses.replace(
        sample,
        **{
            field: getattr(every, field)
            for field in ("exhaustive", "samples", "seed", "pairs", "zero_pairs", "undefined_pairs", "distribution")
        },
        **dict.fromkeys(("mred_interval", "bias_interval")),
        large=every.large,
        wce_pair=every.wce_pair,
        loss_pair=every.loss_pair,
    )
    for field in dataclasses.fields(every):
        expected, measured = getattr(every, field.name), getattr(same, field.name)
        if isinstance(expected, float):  # a row here is a stratum: other ranges, other roundings of the last digits
            assert measured == pytest.approx(expected, rel=1e-13, abs=1e-18), field.name
        else:
            assert expected == measured, field.name
    if not operator.format.signed:
        assert every.large == sample.large
    if operator.operation == "mul":  # the relative error of a quotient has another last digit here
        assert every.distribution.bins == sample.distribution.bins


@pytest.mark.parametrize("name", ["div-s11-mitchell-f4", "mul-u12-realm-m8"])
def test_interval_holds_the_true_mean_as_often_as_it_says(name):
    operator = Operator.from_name(name)
    every = measure(operator)
    samples = [measure(operator, samples=3000, seed=seed) for seed in range(40)]
    for figure, interval in (("mred_without_zeros", "mred_interval"), ("bias", "bias_interval")):
        hits = [abs(getattr(s, figure) - getattr(every, figure)) <= getattr(s, interval) for s in samples]
        assert sum(hits) >= 33, figure  # 38 expected, with a standard deviation of 1.4
    assert all(s.zero_share == every.zero_share and s.within_bound == every.within_bound for s in samples)
    assert all(every.worst_below <= s.worst_below <= s.worst_above <= every.worst_above for s in samples)
    for figure in ("error_rate", "med", "nmed", "mred_with_zeros", "rms", "std"):
        mean = sum(getattr(s, figure) for s in samples) / len(samples)
        assert mean == pytest.approx(getattr(every, figure), rel=0.03), figure  # med has a long tail
    mean = sum(s.large.mred for s in samples) / len(samples)
    assert mean == pytest.approx(every.large.mred, rel=0.01)


def test_sample_of_wide_operands_finds_the_peak_among_the_small_ones():
    metrics = measure(Operator.from_name("mul-u32-mitchell"), samples=20_000)
    assert (metrics.worst_below, metrics.below_pair.operands) == (Fraction(-1, 9), (3, 3))
    assert metrics.large.worst_below > Fraction(-1, 9)
    assert metrics.pairs <= metrics.samples == 20_000
    assert abs(metrics.mred_without_zeros - 0.03848799) <= 1.5 * metrics.mred_interval  # theory, uniform mantissas


def test_sample_depends_on_its_size_and_seed_alone():
    operator = Operator.from_name("div-u16-mitchell")
    first = measure(operator, samples=1000, seed=3)
    assert first == measure(operator, samples=1000, seed=3, threads=2, engine="numpy")
    assert first != measure(operator, samples=1000, seed=4)
    assert first != measure(operator, samples=1001, seed=3)
    assert (first.exhaustive, first.samples, first.seed) == (False, 1000, 3)


@pytest.mark.parametrize("name", ["mul-u32-mitchell", "mul-s32-mitchell", "div-u32-mitchell-f32", "div-s32-exact-f32"])
def test_widest_operators_do_not_overflow(name):
    metrics = measure(Operator.from_name(name), samples=20_000)
    assert metrics.within_bound is True
    assert 0 < metrics.rms <= float(metrics.wce)
    assert metrics.worst_above <= Fraction(1, 8)
    assert (metrics.worst_loss < 1) == name.startswith("div")


@pytest.mark.parametrize("samples", [1, 2, 3, 15])
def test_smallest_samples_are_taken(samples):
    metrics = measure(Operator.from_name("mul-u16-mitchell"), samples=samples)
    assert samples == metrics.pairs
    assert (metrics.mred_interval is None) == (samples == 1)


def test_chunks_of_a_large_stratum_change_nothing_but_last_digits(monkeypatch):
    operator = Operator.from_name("mul-u24-mitchell")
    expected = measure(operator, samples=5000)
    monkeypatch.setattr(pysoft.errors.sampled, "ROW_PAIRS", 100)
    metrics = measure(operator, samples=5000)
    assert (expected.wce, expected.below_pair, expected.pairs) == (metrics.wce, metrics.below_pair, metrics.pairs)
    assert metrics.mred_without_zeros == pytest.approx(expected.mred_without_zeros, rel=1e-14)


def test_progress_ends_at_the_pairs_that_are_looked_at():
    calls = []
    metrics = measure(Operator.from_name("mul-u6-mitchell"), samples=900, progress=lambda *call: calls.append(call))
    assert calls[-1] == (metrics.pairs, metrics.pairs, "errors of mul-u6-mitchell")
    assert metrics.pairs < 900
