from itertools import pairwise

import numpy as np
import pytest

from pysoft.errors import Distribution, measure
from pysoft.errors.distribution import BINS
from pysoft.errors.tally import ROW_FIELDS, Sums, Tiers, summary
from pysoft.operator import Operator

OPERATOR = Operator.from_name("mul-u8-mitchell")


def distribution_of(relative):
    counts = np.zeros(2 * BINS, dtype=np.int64)
    relative = np.array(relative, dtype=float)[None]
    summary(Tiers.of(OPERATOR), relative, relative, relative, counts)
    return Distribution.of(counts)


def test_bins_are_ordered_as_the_errors_are():
    errors = [-1e3, -1.0, -0.25, -1e-3, -1e-12, 0.0, 1e-12, 1e-3, 0.25, 0.2501, 0.2511, 1.0]
    distribution = distribution_of(errors)
    assert distribution == distribution_of(errors[::-1])
    assert list(distribution.bins) == sorted(distribution.bins)
    assert distribution.weights == (1, 1, 1, 1, 1, 2, 1, 2, 1, 1)  # 0 and 1e-12; 0.25 and 0.2501


@pytest.mark.parametrize("error", [2.0**-32, 3e-8, 0.1, 1 / 9, 0.5, 1 - 2**-53, 1.0, 63.9])
@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("per_octave", [1, 8, 256])
def test_bar_of_an_error_holds_it(error, sign, per_octave):
    ((low, high, share),) = distribution_of([sign * error]).bars(per_octave)
    assert share == 1
    assert low < high
    assert low <= sign * error <= high
    assert abs(high - low) <= error / per_octave * (1 + 1e-12)


def test_percentile_is_reached_and_at_most_one_bin_too_large():
    rng = np.random.default_rng(5)
    errors = np.sort(np.abs(rng.standard_normal(5000))) / 10
    distribution = distribution_of(errors * rng.choice([-1, 1], errors.size))
    for share in (0.001, 0.5, 0.9, 0.99, 0.999, 1):
        expected = errors[int(np.ceil(share * errors.size)) - 1]
        assert expected <= distribution.percentile(share) <= expected * (1 + 2**-8)


def test_no_error_is_no_percentile():
    assert distribution_of([0.0, 0.0, 1e-11]).percentile(1) == 0


def test_cumulative_rises_to_one():
    points = distribution_of([-0.5, 0.25, 0.25, 0.0]).cumulative()
    assert [share for _, share in points] == [0.25, 0.75, 1]
    assert points[0][0] == 0
    assert all(low[0] < high[0] for low, high in pairwise(points))


def test_bars_of_an_operator_sum_up_to_one_and_keep_to_its_peaks():
    metrics = measure(Operator.from_name("mul-u8-mbm"))
    bars = metrics.distribution.bars()
    assert sum(share for _, _, share in bars) == pytest.approx(1, abs=1e-12)
    assert bars[0][0] <= metrics.worst_below <= bars[0][1]
    assert bars[-1][0] <= metrics.worst_above <= bars[-1][1]
    assert all(low[1] <= high[0] for low, high in pairwise(bars))
    assert {"bars": [list(bar) for bar in bars]} == metrics.distribution.to_dict()


@pytest.mark.parametrize("per_octave", [0, 3, 512, -8])
def test_wrong_number_of_bars_is_refused(per_octave):
    with pytest.raises(ValueError, match=f"per_octave must be a power of two from 1 to 256, not {per_octave}"):
        distribution_of([0.5]).bars(per_octave)


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_wrong_share_is_refused(share):
    with pytest.raises(ValueError, match=rf"share must be 0\.\.1, not {share}"):
        distribution_of([0.5]).percentile(share)


@pytest.mark.parametrize("field", ["highest", "relative_highest"])
def test_error_beyond_all_ranges_is_refused(field):
    zero = np.zeros((1, 1))
    rows = summary(Tiers.of(OPERATOR), zero, zero, zero, np.zeros(2 * BINS, dtype=np.int64))
    rows[0, ROW_FIELDS.index(field)] = 2.0**33
    with pytest.raises(OverflowError, match=r"error of 2\^\d\d or more cannot be summed up"):
        Sums(OPERATOR).add(rows, 1)
