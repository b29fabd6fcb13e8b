import hashlib

import numpy as np
import pytest

from experiments.text import ALPHABET, UNKNOWN, Corpus, decode, encode, python_reference, split


def part_of(name):
    return {0: "test", 7: "validation"}.get(int(hashlib.sha256(name.encode()).hexdigest()[:2], 16) & 15, "training")


@pytest.fixture(scope="module")
def corpus():
    return python_reference()


def runs(text):
    words = text.split()
    return {tuple(words[i : i + 8]) for i in range(len(words) - 7)}


def test_alphabet_is_printable_ascii_a_line_end_and_one_for_the_rest():
    assert 97 == len(ALPHABET) == len(set(ALPHABET))
    assert {character for character in map(chr, range(128)) if character.isprintable()} | {"\n", UNKNOWN} == set(
        ALPHABET
    )


def test_text_becomes_numbers_and_text_again():
    text = "def f(x):\n    return x ~ é\t“’"
    numbers = encode(text)
    assert np.uint8 == numbers.dtype
    assert [ALPHABET.index(c) if c in ALPHABET else 0 for c in text] == numbers.tolist()
    assert f"def f(x):\n    return x ~ {UNKNOWN}{UNKNOWN}{UNKNOWN}{UNKNOWN}" == decode(numbers)
    assert (0,) == encode("").shape


def test_topics_are_held_out_by_their_names(corpus):
    from pydoc_data.topics import topics

    for name, text in topics.items():
        paragraphs = [paragraph for paragraph in text.strip("\n").split("\n\n") if len(paragraph.split()) > 30]
        if part_of(name) == "test":
            assert not any(paragraph in corpus.training + corpus.validation for paragraph in paragraphs)
    assert "for_stmt" in corpus.test
    assert "while_stmt" in corpus.validation
    assert "try_stmt" in corpus.training


def test_no_eight_words_of_held_out_text_are_in_the_training_text(corpus):
    held_out = {part: set().union(*map(runs, getattr(corpus, part).split("\n\n"))) for part in ("validation", "test")}
    training = set().union(*map(runs, corpus.training.split("\n\n")))
    assert len(training) > 20_000
    assert len(held_out["test"]) > 1000
    assert set() == training & held_out["test"] == training & held_out["validation"]
    assert set() == held_out["test"] & held_out["validation"]


def test_shared_paragraphs_stay_where_they_are_held_out():
    long = "one two three four five six seven eight nine"
    names = {part_of(name): name for name in ("for", "while", "if")}
    assert {"test", "validation", "training"} == set(names)
    topics = {
        names["training"]: f"More than {long}.\n\nOther.\n   \nother.\n\nOther.",
        names["test"]: f"\n{long}\n\nAlone.\n",
        names["validation"]: f"Alone.\n\n\n\nonce {long}\n\n   indented\n   text",
    }
    expected = {"test": f"{long}\n\nAlone.", "validation": "   indented\n   text", "training": "Other.\n\nother."}
    assert expected == split(topics) == split(dict(reversed(topics.items())))


def test_topics_are_in_the_order_of_their_names():
    first, second = sorted(name for name in ("compound", "try", "types", "else") if part_of(name) == "training")[:2]
    topics = {first: "Once.\n\nTwice.", second: "Twice.\n\nThrice."}
    for given in (topics, dict(reversed(topics.items()))):
        assert {"test": "", "validation": "", "training": "Once.\n\nTwice.\n\nThrice."} == split(given)


def test_hash_tells_texts_apart():
    hashes = {Corpus(*parts, python=python).hash for parts in ("abc", "abd", "acb") for python in ("3.11", "3.12")}
    assert 3 == len(hashes)
    assert {16} == set(map(len, hashes))
