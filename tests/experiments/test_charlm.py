import json

import numpy as np
import pytest
import torch
from guarded import GuardedArithmetic, plain_array
from png_file import png_chunks
from rounding import assert_rounds_like
from transformers import GPT2LMHeadModel, PreTrainedTokenizerFast

from experiments.arithmetics import arithmetics
from experiments.character_models import CHARACTER_MODELS, stretches
from experiments.charlm import measure_characters
from experiments.ngram import ngram_bits
from experiments.pictures.charlm import plot_characters
from experiments.text import ALPHABET, UNKNOWN, encode, python_reference
from pysoft.arithmetic import Arithmetic
from pysoft.language.gpt2 import GPT2
from pysoft.language.tokenizer import read_tokenizer
from pysoft.named_arithmetic import named_arithmetic
from training.charlm import FEW, RECIPES

SENTENCE = "The following methods can be defined to implement numeric objects.\n" * 2  # longer than a stretch


@pytest.fixture(scope="module", params=CHARACTER_MODELS)
def model(request):
    return CHARACTER_MODELS.read(request.param)


@pytest.fixture(scope="module")
def corpus():
    return python_reference()


@pytest.fixture(scope="module")
def characters():
    return np.stack([encode(SENTENCE[start : start + 128]) for start in (0, 3)])


def in_torch(model, dtype):
    network = RECIPES[model.name].network(json.loads(model.weights.metadata["config"]), 0.0).eval()
    network.load_state_dict({name: torch.from_numpy(np.array(tensor)) for name, tensor in model.weights.items()})
    return network.to(dtype)


def test_logits_are_those_of_torch_but_for_rounding(model, characters):
    logits = model.logits(Arithmetic(), characters)
    assert (2, 128, 97) == logits.shape
    numbers = torch.from_numpy(characters).long()
    assert_rounds_like(lambda kind: in_torch(model, kind.dtype)(numbers), logits, np.zeros(1, np.float32))


def test_recipe_is_that_of_the_file(model):
    assert RECIPES[model.name].config == json.loads(model.weights.metadata["config"])


def test_characters_are_foretold_as_the_file_says(model, corpus):
    metadata = model.weights.metadata
    if corpus.hash != metadata["text"]:
        pytest.skip(f"figures are those of the language reference of Python {metadata['python']}")
    said = json.loads(metadata["test"])[str(FEW)]
    figures = measure_characters(arithmetics([]), models=[model.name], characters=FEW).figures[0]
    assert said == {"bits": pytest.approx(figures.bits, rel=1e-12), "right": figures.right}


def test_every_model_is_better_than_counting(corpus):
    result = measure_characters(arithmetics([]), characters=512)
    assert result.baselines["5-grams"] < result.baselines["frequencies"]
    for figures in result.figures:
        assert figures.bits < result.baselines["5-grams"]


@pytest.mark.parametrize("form", ["f32", "bf16"])
def test_nothing_is_multiplied_beside_the_arithmetic(model, characters, form):
    mitchell = GuardedArithmetic.of_family("mitchell", form)
    logits = plain_array(model.logits(mitchell, characters[:1, :70]))
    assert np.array_equal(model.logits(named_arithmetic(f"{form}-mitchell"), characters[:1, :70]), logits)


def test_what_comes_later_has_no_say(model, characters):
    mitchell = named_arithmetic("f32-mitchell")
    longer = model.logits(mitchell, characters[:1, :90])[:, :40]
    assert np.array_equal(model.logits(mitchell, characters[:1, :40]), longer)


def test_transformers_loads_the_folder_as_it_is(characters):
    folder = CHARACTER_MODELS["gpt2"]
    theirs, loading = GPT2LMHeadModel.from_pretrained(folder, dtype=torch.float32, output_loading_info=True)
    assert not any(loading.values())
    logits = GPT2.read(folder).logits(Arithmetic(), characters)
    assert np.array_equal(CHARACTER_MODELS.read("gpt2").logits(Arithmetic(), characters), logits)
    numbers = torch.from_numpy(characters).long()
    assert_rounds_like(lambda kind: theirs.to(kind.dtype)(numbers).logits, logits, np.zeros(1, np.float32))


def test_tokenizers_know_the_alphabet():
    folder = CHARACTER_MODELS["gpt2"]
    text = "x = [1, 2]\n\n  # “é”\t" + "".join(ALPHABET[1:])
    expected = encode(text).tolist()
    assert expected == read_tokenizer(folder).encode(text).tolist()
    theirs = PreTrainedTokenizerFast.from_pretrained(folder)
    assert expected == theirs(text)["input_ids"]
    readable = "".join(c if c in ALPHABET else UNKNOWN for c in text)
    assert readable == theirs.decode(expected) == read_tokenizer(folder).decode(expected)
    assert 97 == len(theirs)


def test_stretches_foretell_each_character_once():
    text = np.arange(1000)
    inputs, targets = stretches(text)
    assert np.arange(65, 65 + targets.size).tolist() == targets.ravel().tolist()
    assert 1000 - 64 < targets[-1, -1] + 1 <= 1000
    for stretch, behind in zip(inputs, targets, strict=True):
        assert np.arange(behind[0] - 65, behind[-1]).tolist() == stretch.tolist()
    assert (1, 128) == stretches(text[:129])[0].shape
    with pytest.raises(ValueError, match="more than 128 characters, not 128"):
        stretches(text[:128])


def test_figures_are_those_counted_by_hand(corpus):
    told = []
    result = measure_characters(
        arithmetics(["f32-lmul"]), models=["gru"], characters=1100, progress=lambda *report: told.append(report)
    )
    first = [(done, 34, "gru on f32-exact") for done in (0, 16)] + [(17, 34, "gru on f32-lmul")]
    assert [*first, (33, 34, "gru on f32-lmul"), (34, 34, "")] == told
    inputs, targets = stretches(encode(corpus.test))
    chosen = [round(i * (len(inputs) - 1) / 16) for i in range(17)]
    model, distributions = CHARACTER_MODELS.read("gru"), {}
    for name in ("f32-exact", "f32-lmul"):
        logits = model.logits(named_arithmetic(name), inputs[chosen])[:, -64:].astype(np.float64)
        distributions[name] = torch.softmax(torch.from_numpy(logits), -1).numpy()
    exact = distributions["f32-exact"]
    costs = {}
    for figures, (name, p) in zip(result.figures, distributions.items(), strict=True):
        costs[name] = -np.log2([[p[s, i, targets[chosen[s], i]] for i in range(64)] for s in range(17)])
        more = costs[name] - costs["f32-exact"]
        assert ("gru", name) == (figures.model, figures.arithmetic)
        assert figures.bits == pytest.approx(costs[name].mean(), rel=1e-9)
        assert figures.bits_error == pytest.approx(np.std(costs[name].mean(1), ddof=1) / 17**0.5, rel=1e-9)
        assert figures.above == pytest.approx(more.mean(), rel=1e-6)
        assert figures.above_error == pytest.approx(np.std(more.mean(1), ddof=1) / 17**0.5, rel=1e-6)
        assert figures.divergence == pytest.approx((exact * np.log2(exact / p)).sum(-1).mean(), rel=1e-6)
        assert figures.agreement == (p.argmax(-1) == exact.argmax(-1)).mean()
        assert figures.right == (p.argmax(-1) == targets[chosen]).sum()
        assert figures.perplexity == pytest.approx(2**figures.bits)
    assert 17 * 64 == result.characters
    counted = stretches(ngram_bits(corpus.training, corpus.test, order=1, alphabet=97))[1][chosen]
    assert result.baselines["frequencies"] == pytest.approx(counted.mean(), rel=1e-12)


def test_result_is_plain_data(corpus):
    result = measure_characters(arithmetics(["f32-mitchell"]), models=["gru"], characters=128)
    data = json.loads(json.dumps(result.to_dict()))
    assert (corpus.python, corpus.hash, 128, "f32-exact") == tuple(
        data[name] for name in ("python", "text", "characters", "reference")
    )
    assert [figures.perplexity for figures in result.figures] == [figures["perplexity"] for figures in data["figures"]]
    assert [0.0, 0.0, 1.0] == [data["figures"][0][name] for name in ("above", "divergence", "agreement")]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"characters": 127}, r"characters must be from 128 to \d+, not 127"),
        ({"characters": 10**6}, r"characters must be from 128 to \d+, not 1000000"),
        ({"models": ["bert"]}, "a character model is one of gru, linear, gpt2, not 'bert'"),
        ({"models": []}, "a model or more"),
        ({"arithmetics": {}}, "an arithmetic or more"),
    ],
)
def test_wrong_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        measure_characters(**{"arithmetics": {"exact": Arithmetic()}, **arguments})


def test_picture_is_whole(tmp_path):
    result = measure_characters(arithmetics(["f32-mitchell"]), models=["gru", "linear"], characters=128)
    path = plot_characters(result, tmp_path / "charlm.png")
    assert b"IEND" == [kind for kind, _ in png_chunks(path.read_bytes())][-1]
