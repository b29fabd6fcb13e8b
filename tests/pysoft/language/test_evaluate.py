import math

import numpy as np
import pytest
import torch

from pysoft.arithmetic import Arithmetic
from pysoft.language.evaluate import (
    cross_entropy,
    greedy_agreement,
    kl_divergence,
    perplexity,
    perplexity_of,
    same_top,
    windows,
)
from pysoft.language.generate import generate
from pysoft.language.gpt2 import GPT2

EXACT = Arithmetic()
RANDOM = np.random.default_rng(1)
A, B = (4 * RANDOM.standard_normal((2, 9, 31))).astype(np.float32)
TARGETS = RANDOM.integers(0, 31, 9)
TOKENS = RANDOM.integers(0, 97, 75)


def test_cross_entropy_is_torchs():
    expected = torch.nn.functional.cross_entropy(torch.tensor(A).double(), torch.tensor(TARGETS), reduction="none")
    assert np.allclose(expected.numpy(), cross_entropy(A, TARGETS), rtol=1e-14, atol=1e-14)


def test_divergence_is_torchs():
    log_p, log_q = (torch.tensor(x).double().log_softmax(-1) for x in (A, B))
    expected = torch.nn.functional.kl_div(log_q, log_p, reduction="none", log_target=True).sum(-1)
    assert np.allclose(expected.numpy(), kl_divergence(A, B), rtol=1e-13, atol=1e-14)
    assert (kl_divergence(A, B) != kl_divergence(B, A)).all()


def test_a_distribution_is_at_no_distance_from_itself():
    assert 0 == np.abs(kl_divergence(A, A)).max()
    assert np.abs(kl_divergence(A, A + np.float32(8))).max() < 1e-6


def test_large_logits_and_probabilities_of_zero_are_no_trouble():
    a, b = np.float32([[3e38, 0], [0, -np.inf]]), np.float32([[3e38, 0], [0, 0]])
    assert [0, math.log(2)] == kl_divergence(a, b).tolist()
    assert [math.inf] == kl_divergence(b[1:], a[1:]).tolist()
    assert [3e38] == cross_entropy(np.array([[3e38, 0]]), [1]).tolist()


def test_the_same_top_is_that_of_argmax():
    assert np.array_equal(A.argmax(-1) == B.argmax(-1), same_top(A, B))
    assert [True, False] == same_top(np.float32([[1, 1], [0, 1]]), np.float32([[2, 1], [2, 1]])).tolist()
    a, b = np.float32([[1, 0]]), np.float32([[np.nan, 0]])
    assert [[False], [False], [False]] == [same_top(*pair).tolist() for pair in ((a, b), (b, a), (b, b))]


@pytest.mark.parametrize("arithmetic", [EXACT, Arithmetic.of_family("mitchell")])
@pytest.mark.parametrize("changed", [0, 1, 7, 11, None])
def test_a_greedy_continuation_agrees_up_to_the_first_other_token(saved, arithmetic, changed):
    model = GPT2.read(saved.folder)
    expected = list(generate(arithmetic, model, TOKENS[:9], count=12).tokens)
    if changed is not None:
        expected[changed] = (expected[changed] + 1) % 97
    assert (12 if changed is None else changed) == greedy_agreement(arithmetic, model, TOKENS[:9], expected)


@pytest.mark.parametrize("length", range(2, 20))
@pytest.mark.parametrize(("window", "stride"), [(2, 1), (5, 1), (5, 2), (5, 4), (30, 15)])
def test_windows_score_each_token_but_the_first_once(length, window, stride):
    scored = []
    for each in windows(length, window=window, stride=stride):
        assert 0 <= each.start < each.scored < each.stop <= min(length, each.start + window)
        assert each.rows.stop - each.rows.start == each.stop - each.scored
        assert each.scored == 1 or each.scored - each.start >= window - stride
        scored += range(each.scored, each.stop)
    assert list(range(1, length)) == scored


@pytest.mark.parametrize(
    ("length", "window", "stride", "message"),
    [
        (1, 4, 2, "2 tokens or more to predict one, not 1"),
        (9, 1, 1, "window must be 2 or more, not 1"),
        (9, 4, 4, r"stride must be 1 \.\. 3, below the window, not 4"),
        (9, 4, 0, r"stride must be 1 \.\. 3, below the window, not 0"),
    ],
)
def test_other_windows_are_refused(length, window, stride, message):
    with pytest.raises(ValueError, match=message):
        list(windows(length, window=window, stride=stride))


def test_perplexity_of_one_window_is_theirs(saved):
    """By the loss that transformers gives."""
    labels = torch.tensor(TOKENS[None, :32])
    loss = saved.model.double()(labels, labels=labels).loss.item()
    assert math.isclose(math.exp(loss), perplexity(EXACT, GPT2.read(saved.folder), TOKENS[:32]), rel_tol=1e-5)


def test_perplexity_of_windows_is_that_of_each_token_in_its_own_window(saved):
    """Token by token, the window worked out from the rule: stride 6, the first 16 tokens in the first window."""
    losses = []
    for token in range(1, 75):
        start = 0 if token < 16 else 6 * ((token - 16) // 6 + 1)
        logits = saved.logits(TOKENS[None, start:token])[0, -1]
        losses.append(np.log(np.exp(logits - logits[TOKENS[token]]).sum()))
    ours = perplexity(EXACT, GPT2.read(saved.folder), TOKENS, window=16, stride=6)
    assert math.isclose(math.exp(np.mean(losses)), ours, rel_tol=1e-5)


def test_the_window_is_the_context_and_the_stride_half_of_it(saved):
    model = GPT2.read(saved.folder)
    assert perplexity(EXACT, model, TOKENS, window=32, stride=16) == perplexity(EXACT, model, TOKENS)
    assert perplexity(EXACT, model, TOKENS, window=32, stride=9) != perplexity(EXACT, model, TOKENS)


def test_perplexity_beyond_float64_is_infinity():
    assert math.inf == perplexity_of(np.array([800.0]))
    assert math.isfinite(perplexity_of(np.array([709.0])))
    assert math.isnan(perplexity_of(np.array([np.nan])))


@pytest.mark.parametrize(
    ("tokens", "options", "message"),
    [
        ([[1, 2]], {}, r"tokens must have shape \(n,\), not \(1, 2\)"),
        ([1, 2], {"window": 33}, "window must be n_positions = 32 at most, not 33"),
        ([1], {}, "2 tokens or more"),
    ],
)
def test_other_arguments_are_refused(saved, tokens, options, message):
    with pytest.raises(ValueError, match=message):
        perplexity(EXACT, GPT2.read(saved.folder), tokens, **options)
