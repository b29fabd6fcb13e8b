import numpy as np
import pytest
import torch
from rounding import rounding_limit

from pysoft.attention.linear import LinearAttention
from pysoft.attention.projection import orthogonal_directions
from pysoft.attention.random_features import FavorPlus, TrigonometricFeatures
from pysoft.attention.softmax import SoftmaxAttention
from pysoft.attention.turns import cosine_of_turns
from pysoft.named_arithmetic import named_arithmetic

EXACT = named_arithmetic("f32-exact", threads=1)
MAPS = [FavorPlus, TrigonometricFeatures]


def tokens(n, d, scale, seed=0):
    return np.random.default_rng(seed).normal(0, scale, (n, d)).astype(np.float32)


def whole(keys):
    """Features with their exponents, float64."""
    return np.ldexp(keys.features.astype(np.float64), keys.exponents[..., None])


def formula(feature_map, x):
    """The features as the papers have them, of tensors."""
    pairs = isinstance(feature_map, TrigonometricFeatures)
    rows = orthogonal_directions(feature_map.features // (1 + pairs), x.shape[-1], feature_map.seed)
    x = x / x.shape[-1] ** 0.25
    wx, norm = x @ torch.tensor(rows, dtype=x.dtype).T, (x * x).sum(-1, keepdim=True) / 2
    if pairs:
        return torch.exp(norm) * torch.cat([torch.cos(wx), torch.sin(wx)], dim=-1)
    return torch.exp(wx - norm)


@pytest.mark.parametrize("feature_map", [FavorPlus(20, 3), TrigonometricFeatures(20, 3)], ids=repr)
@pytest.mark.parametrize("d", [3, 16])
@pytest.mark.parametrize("scale", [0.1, 1, 2])
def test_features_round_like_those_of_torch(feature_map, d, scale):
    for token in tokens(30, d, scale):  # each by itself: the limit goes by the largest
        ours = whole(feature_map.keys(EXACT, token[None]))
        reference, single = (
            formula(feature_map, torch.from_numpy(token[None]).to(t)).numpy() for t in (torch.float64, torch.float32)
        )
        assert np.abs(ours - reference).max() <= rounding_limit(reference, single, places=16)


@pytest.mark.parametrize("make", MAPS)
def test_the_mean_over_redraws_is_the_kernel(make):
    q, k = tokens(1, 8, 0.5, 1), tokens(1, 8, 0.5, 2)
    kernel = np.exp((q.astype(float) @ k.T.astype(float)).item() / np.sqrt(8))
    maps = [make(16).redraw(seed) for seed in range(400)]
    terms = 16 if make is FavorPlus else 8  # a cosine and a sine are one
    estimates = [(whole(each.keys(EXACT, q)) * whole(each.keys(EXACT, k))).sum() / terms for each in maps]
    deviation = np.std(estimates) / np.sqrt(len(estimates))
    assert abs(np.mean(estimates) - kernel) < 4 * deviation < 0.15 * kernel


def test_directions_are_orthogonal_in_blocks_and_as_long_as_random_ones():
    rows = orthogonal_directions(2000, 16, 5)
    for block in rows.reshape(-1, 16, 16):
        gram = block @ block.T
        assert np.abs(gram - np.diag(np.diagonal(gram))).max() < 1e-12 * gram.max()
    squares = (rows**2).sum(axis=1)
    assert abs(squares.mean() - 16) < 4 * np.sqrt(2 * 16 / 2000)  # chi^2 with 16 degrees of freedom
    assert 0.8 < squares.var() / 32 < 1.2
    assert np.abs(rows.mean(axis=0)).max() < 4 / np.sqrt(2000)


@pytest.mark.parametrize("make", MAPS)
def test_seeds_draw_directions(make):
    k = tokens(3, 4, 1)
    first, again, other = (make(8, seed).keys(EXACT, k).features for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert make(8, 2) == make(8, 1).redraw(2)


@pytest.mark.parametrize("name", ["f32-exact", "f32-mitchell", "bf16-mitchell"])
@pytest.mark.parametrize("scale", [0, 1e-20, 1, 30, 1000])
def test_positive_features_are_below_2_and_the_largest_1_or_more(name, scale):
    arithmetic = named_arithmetic(name, threads=1)
    features, exponents = FavorPlus(32).keys(arithmetic, arithmetic.cast(tokens(50, 8, scale)))
    features = features.astype(np.float32)
    assert (features >= 0).all()
    assert (features <= 2).all()
    assert (features.max(axis=-1) >= 1).all()
    assert (np.abs(exponents) <= 1 << 29).all()


@pytest.mark.parametrize("make", MAPS)
def test_queries_differ_from_keys_by_a_power_of_two_of_each(make):
    x = tokens(20, 8, 2)
    ratio = whole(make(8).keys(EXACT, x)) / make(8).queries(EXACT, x)
    if make is FavorPlus:
        assert (np.frexp(ratio)[0] == 0.5).all()
    np.testing.assert_allclose(np.broadcast_to(ratio[:, :1], ratio.shape), ratio, rtol=1e-6)


@pytest.mark.parametrize("make", MAPS)
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_finite_gives_nan_and_no_warning(make, bad):
    keys = make(4).keys(EXACT, np.float32([[1, bad], [1, 2]]))
    assert np.isnan(keys.features[0]).any()
    assert np.isfinite(keys.features[1]).all()


def test_more_features_come_closer_to_softmax():
    q, k, v = (tokens(40, 8, scale, seed) for seed, scale in enumerate((0.4, 0.4, 1)))
    expected = SoftmaxAttention()(EXACT, q, k, v)
    few, many = (
        np.mean([np.linalg.norm(LinearAttention(FavorPlus(m, seed))(EXACT, q, k, v) - expected) for seed in range(8)])
        for m in (16, 1024)
    )
    assert 5 < few / many < 13  # 8 = sqrt(1024 / 16)


def test_cosines_are_right_within_a_place_or_two():
    turns = np.linspace(-9, 9, 40001).astype(np.float32)
    error = np.abs(cosine_of_turns(EXACT, turns) - np.cos(2 * np.pi * turns.astype(np.float64)))
    assert error.max() < 3 * np.finfo(np.float32).eps
    assert np.array_equal([1, 0, -1, 0, 1], cosine_of_turns(EXACT, np.float32([0, 0.25, -0.5, 7.75, 3])))


@pytest.mark.parametrize("make", MAPS)
@pytest.mark.parametrize("arguments", [(0,), (-2,), (4, -1)])
def test_parameters_out_of_range_are_refused(make, arguments):
    with pytest.raises(ValueError, match=r"1 feature or more|seed must be 0"):
        make(*arguments)


def test_a_cosine_without_a_sine_is_refused():
    with pytest.raises(ValueError, match="even, not 5"):
        TrigonometricFeatures(5)
