import numpy as np
import pytest

from pysoft.attention.heads import merge_heads, split_heads


@pytest.mark.parametrize("lead", [(), (2,), (2, 3)])
def test_heads_are_neighbouring_features(lead):
    x = np.random.default_rng(0).standard_normal((*lead, 5, 12))
    parts = split_heads(x, 4)
    assert (*lead, 4, 5, 3) == parts.shape
    for head in range(4):
        assert np.array_equal(x[..., 3 * head : 3 * head + 3], parts[..., head, :, :])
    assert np.array_equal(x, merge_heads(parts))


@pytest.mark.parametrize(("shape", "heads"), [((5, 12), 5), ((5, 12), 0), ((12,), 3)])
def test_features_that_are_no_multiple_are_refused(shape, heads):
    with pytest.raises(ValueError, match="multiple"):
        split_heads(np.zeros(shape), heads)


def test_merging_needs_an_axis_of_heads():
    with pytest.raises(ValueError, match="heads"):
        merge_heads(np.zeros((5, 12)))
