import numpy as np
import pytest
import torch
from guarded import GuardedArithmetic, guarded
from transformers.generation.logits_process import TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper

from pysoft.arithmetic import Arithmetic
from pysoft.language.sampling import Greedy, Sampling

EXACT, MITCHELL = Arithmetic(), Arithmetic.of_family("mitchell")
RANDOM = np.random.default_rng(8)


def random_logits(n=211, spread=3.0):
    return (spread * RANDOM.standard_normal(n)).astype(np.float32)


def warped(logits, *warpers):
    scores = torch.from_numpy(logits.astype(np.float64))[None]
    for warper in warpers:
        scores = warper(None, scores)
    return scores[0].softmax(-1).numpy()


@pytest.mark.parametrize("k", [1, 2, 50, 210, 211, 1000])
def test_top_k_keeps_what_theirs_keeps(k):
    for _ in range(10):
        logits = random_logits()
        theirs = warped(logits, TopKLogitsWarper(k))
        tokens, probabilities = Sampling(top_k=k).distribution(EXACT, logits)
        assert set(np.flatnonzero(theirs)) == set(tokens)
        assert np.abs(theirs[tokens] - probabilities).max() < 1e-6


@pytest.mark.parametrize("p", [0.01, 0.3, 0.5, 0.9, 0.99, 0.999])
def test_top_p_keeps_what_theirs_keeps(p):
    for _ in range(10):
        logits = random_logits()
        theirs = warped(logits, TopPLogitsWarper(p))
        tokens, probabilities = Sampling(top_p=p).distribution(EXACT, logits)
        assert set(np.flatnonzero(theirs)) == set(tokens)
        assert np.abs(warped(logits)[tokens] - probabilities).max() < 1e-6


@pytest.mark.parametrize(("temperature", "k", "p"), [(0.5, 20, 0.9), (2.0, 100, 0.5), (1.5, 3, 0.2), (0.1, 50, 0.999)])
def test_all_together_keep_what_theirs_keep(temperature, k, p):
    for _ in range(10):
        logits = random_logits()
        theirs = warped(logits, TemperatureLogitsWarper(temperature), TopKLogitsWarper(k), TopPLogitsWarper(p))
        tokens, _ = Sampling(temperature, k, p).distribution(EXACT, logits)
        assert set(np.flatnonzero(theirs)) == set(tokens)


def test_temperature_is_theirs():
    logits = random_logits()
    tokens, probabilities = Sampling(temperature=0.7).distribution(EXACT, logits)
    assert np.abs(warped(logits, TemperatureLogitsWarper(0.7))[tokens] - probabilities).max() < 1e-6


def test_the_most_probable_is_first_and_of_equal_ones_the_first():
    logits = RANDOM.integers(0, 9, 300).astype(np.float32)
    tokens, _ = Sampling().distribution(EXACT, logits)
    assert sorted(range(300), key=lambda token: (-logits[token], token)) == tokens.tolist()


@pytest.mark.parametrize("arithmetic", [EXACT, MITCHELL, Arithmetic.of_family("mitchell", "bf16")])
def test_one_token_is_greedy(arithmetic):
    generator = np.random.default_rng(0)
    for logits in (random_logits(), np.float32([2, 5, 5, 1, 5]), np.zeros(7, np.float32)):
        best = Greedy().choose(arithmetic, logits, generator)
        assert logits.argmax() == best
        for one in (Sampling(top_k=1), Sampling(0.3, top_k=1, top_p=0.5), Sampling(top_p=1e-6)):
            assert best == one.choose(arithmetic, logits, generator)


def test_at_least_one_token_stays_where_one_is_all_but_certain():
    logits = np.float32([0, 200, 0])
    tokens, probabilities = Sampling(top_p=0.5).distribution(EXACT, logits)
    assert ([1], [1.0]) == (tokens.tolist(), probabilities.tolist())


def test_top_p_of_one_keeps_even_what_has_no_probability():
    tokens, probabilities = Sampling(top_p=1.0).distribution(EXACT, np.float32([0, 200, -np.inf]))
    assert ([1, 0, 2], [1, 0, 0]) == (tokens.tolist(), probabilities.tolist())
    assert 1 == Sampling().choose(EXACT, np.float32([0, 200, -np.inf]), np.random.default_rng(0))


def test_the_nucleus_ends_where_it_is_enough():
    """Probabilities 1/4, 1/4, 1/4, 1/4, all exact."""
    for p, expected in ((0.25, 1), (0.26, 2), (0.5, 2), (0.74, 3), (0.75, 3), (0.76, 4)):
        tokens, probabilities = Sampling(top_p=p).distribution(EXACT, np.zeros(4, np.float32))
        assert list(range(expected)) == tokens.tolist()
        assert [0.25] * expected == probabilities.tolist()


def test_the_nucleus_is_a_part_of_the_sum_that_there_is():
    """By Mitchell these probabilities come to 1.0779: the first two, 0.5267, are above a half, but not half of them."""
    logits = np.float32([1.375, 0.875, 0.875, 0.75, 0.75])
    total = np.add.accumulate(Sampling().distribution(MITCHELL, logits)[1].astype(np.float64))
    assert 0.5 < total[1] < total[-1] / 2 < total[2]
    assert [0, 1, 2] == Sampling(top_p=0.5).distribution(MITCHELL, logits)[0].tolist()


@pytest.mark.parametrize("arithmetic", [EXACT, MITCHELL, Arithmetic.of_family("mitchell", "bf16")])
def test_tokens_come_as_often_as_their_probabilities_say(arithmetic):
    logits, choice, generator = (
        np.float32([0.3, 1.5, -np.inf, 0.9, -1]),
        Sampling(temperature=1.3),
        np.random.default_rng(4),
    )
    tokens, probabilities = choice.distribution(arithmetic, logits)
    drawn = [choice.choose(arithmetic, logits, generator) for _ in range(4000)]
    shares = probabilities.astype(np.float64) / probabilities.astype(np.float64).sum()
    counts = np.bincount(drawn, minlength=5)[tokens]
    assert 4000 == counts.sum()
    expected = 4000 * shares
    assert (np.abs(counts - expected) <= 4 * np.sqrt(expected)).all()
    assert 0 == counts[tokens == 2]


def test_the_same_seed_draws_the_same_tokens():
    logits = random_logits()
    a, b, c = ([Sampling().choose(EXACT, logits, g) for _ in range(50)] for g in map(np.random.default_rng, (1, 1, 2)))
    assert a == b != c


class Drawn:
    """A generator of one number."""

    def __init__(self, number):
        self.number = number

    def uniform(self, low, high):
        assert low == 0 <= self.number <= high
        return self.number


def test_a_draw_rounded_up_to_the_sum_is_a_token_that_has_a_probability():
    assert 0 == Sampling().choose(EXACT, np.float32([9, -300, -np.inf]), Drawn(1.0))


def test_a_token_is_drawn_from_the_sum_before_it_to_its_own():
    draws = (0.0, 0.24, 0.25, 0.49, 0.5, 0.75, 0.99)
    zeros = np.zeros(4, np.float32)  # a quarter each
    assert [0, 0, 1, 1, 2, 3, 3] == [Sampling().choose(EXACT, zeros, Drawn(each)) for each in draws]


@pytest.mark.parametrize("choice", [Greedy(), Sampling(top_k=2)])
@pytest.mark.parametrize(
    ("logits", "message"),
    [
        ([[1.0]], r"logits must have shape \(vocab_size,\), not \(1, 1\)"),
        ([], r"logits must have shape \(vocab_size,\), not \(0,\)"),
        ([1, np.nan, 2], "the largest is nan"),
        ([1, np.inf, 2], "the largest is inf"),
        ([-np.inf, -np.inf], "the largest is -inf"),
    ],
)
def test_logits_without_a_most_probable_one_are_refused(choice, logits, message):
    with pytest.raises(ValueError, match=message):
        choice.choose(EXACT, np.array(logits, np.float32), np.random.default_rng(0))


@pytest.mark.parametrize(
    ("options", "kind", "message"),
    [
        ({"temperature": 0}, ValueError, "temperature must be above 0 and finite, not 0"),
        ({"temperature": np.nan}, ValueError, "temperature must be above 0 and finite, not nan"),
        ({"top_k": 0}, ValueError, "top_k must be 1 or more, not 0"),
        ({"top_k": 2.0}, TypeError, "top_k must be an integer or None, not 2.0"),
        ({"top_p": 0}, ValueError, "top_p must be above 0 and 1 at most, not 0"),
        ({"top_p": 1.1}, ValueError, "top_p must be above 0 and 1 at most, not 1.1"),
    ],
)
def test_parameters_out_of_range_are_refused(options, kind, message):
    with pytest.raises(kind, match=message):
        Sampling(**options)


@pytest.mark.parametrize("form", ["f32", "bf16"])
def test_probabilities_are_the_arithmetics_alone(form):
    choice, logits = Sampling(0.7, 20, 0.8), random_logits()
    plain, strict = Arithmetic.of_family("mitchell", form), GuardedArithmetic.of_family("mitchell", form)
    for a, b in zip(choice.distribution(plain, logits), choice.distribution(strict, guarded(logits)), strict=True):
        assert np.array_equal(a, b)
    draws = (choice.choose(each, logits, np.random.default_rng(3)) for each in (plain, strict))
    assert 1 == len(set(draws))
