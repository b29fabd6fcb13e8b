from fractions import Fraction

import numpy as np
import pytest

from experiments.ngram import ngram_bits


def probability(training, context, character, alphabet):
    """The definition, by looking at the training text."""
    behind = [training[i] for i in range(len(context), len(training)) if training[i - len(context) : i] == context]
    shorter = probability(training, context[1:], character, alphabet) if context else Fraction(1, alphabet)
    if not behind:
        return shorter
    return Fraction(behind.count(character) + len(set(behind)) * shorter, len(behind) + len(set(behind)))


@pytest.mark.parametrize("order", [1, 2, 3, 5])
def test_bits_are_those_of_the_definition(order):
    training, text = "abracadabra abba cadabra", "dabbadabra x"
    bits = ngram_bits(training, text, order=order, alphabet=9)
    for i, character in enumerate(text):
        expected = probability(training, text[max(0, i - order + 1) : i], character, 9)
        assert 2.0 ** -bits[i] == pytest.approx(float(expected), rel=1e-12)


@pytest.mark.parametrize("order", [1, 3])
def test_probabilities_come_to_one(order):
    characters = "abcd e"
    for context in ("ab", "zz", ""):
        bits = [ngram_bits("abcabdabe", context + c, order=order, alphabet=6)[-1] for c in characters]
        assert np.exp2(-np.array(bits)).sum() == pytest.approx(1, rel=1e-12)


def test_nothing_was_counted():
    assert [3, 3] == ngram_bits("", "ab", order=4, alphabet=8).tolist()


@pytest.mark.parametrize("sizes", [{"order": 0, "alphabet": 3}, {"order": 1, "alphabet": 0}])
def test_sizes_are_one_or_more(sizes):
    with pytest.raises(ValueError, match=f"must be 1 or more, not {sizes['order']} and {sizes['alphabet']}"):
        ngram_bits("a", "a", **sizes)
