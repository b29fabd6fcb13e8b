import dataclasses
import json

import numpy as np
import pytest
import torch

import training.charlm
from experiments.arithmetics import arithmetics
from experiments.character_models import CHARACTER_MODELS
from experiments.text import ALPHABET, Corpus, encode, python_reference
from pysoft.language.tokenizer import read_tokenizer
from training.charlm import RECIPES, SEED, bits_per_character, train
from training.loop import reproducible
from training.publish import write_tokenizer

SMALL = {
    "gru": {"embedding": 8, "hidden": 16},
    "linear": RECIPES["linear"].config | {"n_embd": 16, "n_layer": 1, "n_head": 2},
    "gpt2": RECIPES["gpt2"].config | {"n_embd": 16, "n_layer": 1, "n_head": 2},
}


def small(name):
    return dataclasses.replace(RECIPES[name], config=SMALL[name], steps=30, batch=2, dropout=0.1)


@pytest.fixture(scope="module")
def corpus():
    whole = python_reference()
    return Corpus(whole.training[:4000], whole.validation[:300], whole.test[:400], whole.python)


@pytest.mark.parametrize("name", RECIPES)
def test_networks_learn_the_same_each_time(name, corpus):
    first, second = (train(small(name), corpus) for _ in range(2))
    assert not first.training
    for a, b in zip(first.parameters(), second.parameters(), strict=True):
        assert torch.equal(a, b)
    reproducible(SEED)
    untrained = RECIPES[name].network(SMALL[name], 0.0)
    before, after = (bits_per_character(network, encode(corpus.test)) for network in (untrained, first))
    assert after < before - 0.05


def test_test_text_has_no_say(corpus):
    blind = dataclasses.replace(corpus, test="", validation=corpus.validation[::-1])
    other = dataclasses.replace(corpus, training=corpus.training[::-1])
    a, b, c = (train(small("gru"), text).head.weight for text in (corpus, blind, other))
    assert torch.equal(a, b)
    assert not torch.equal(a, c)


@pytest.mark.parametrize("name", RECIPES)
def test_files_are_what_was_trained(name, corpus, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr("experiments.trained.WEIGHTS", tmp_path)
    monkeypatch.setattr("sys.argv", ["charlm", name])
    monkeypatch.setitem(RECIPES, name, small(name))
    monkeypatch.setattr(training.charlm, "python_reference", lambda: corpus)
    monkeypatch.setattr(training.charlm, "measure", lambda name: {"bits": len(CHARACTER_MODELS.read(name).weights)})
    training.charlm.main()
    network = train(small(name), corpus)
    model = CHARACTER_MODELS.read(name)
    assert set(network.state_dict()) == set(model.weights)
    for key, tensor in network.state_dict().items():
        assert np.array_equal(tensor.numpy().astype(np.float16), model.weights[key])
    metadata = model.weights.metadata
    assert SMALL[name] == json.loads(metadata["config"])
    assert {"bits": len(model.weights)} == json.loads(metadata["test"])
    assert (f"python -m training.charlm {name}", "1", corpus.hash, corpus.python, torch.__version__) == tuple(
        metadata[fact] for fact in ("command", "seed", "text", "python", "torch")
    )
    assert '"bits"' in capsys.readouterr().out
    expected = (
        {"model.safetensors", "config.json", "tokenizer.json"} if name == "gpt2" else {f"charlm-{name}.safetensors"}
    )
    assert expected == {path.name for path in tmp_path.rglob("*") if path.is_file()}


def test_a_token_is_a_character(tmp_path):
    write_tokenizer(tmp_path, ALPHABET)
    text = "def f(x):\n\n  return “x”\t" + "".join(ALPHABET[1:])
    assert np.array_equal(encode(text), read_tokenizer(tmp_path).encode(text))


def test_figures_are_of_all_characters_and_of_a_few(monkeypatch):
    asked = []

    class Result:
        def __init__(self, characters):
            self.characters = characters
            self.figures = [type("Figures", (), {"bits": 2.0, "right": characters // 2})]

    def told(given, *, models, characters):
        asked.append((list(given), models, characters))
        return Result(characters)

    monkeypatch.setattr(training.charlm, "measure_characters", told)
    every = (len(python_reference().test) - 65) // 64 * 64
    expected = {str(n): {"bits": 2.0, "right": n // 2} for n in (every, 2048)}
    assert expected == training.charlm.measure("gru")
    assert [(list(arithmetics([])), ["gru"], n) for n in (every, 2048)] == asked
