import json
import math
from dataclasses import replace

import numpy as np
import pytest
import tokenizers
import torch
import transformers
from png_file import png_chunks
from rounding import rounding_limit

from experiments.gpt2 import ATTENTIONS, FOLDER, measure_gpt2
from experiments.pictures.gpt2 import plot_gpt2
from pysoft.arithmetic import Arithmetic
from pysoft.language.block import block_shapes
from pysoft.language.evaluate import kl_divergence, perplexity
from pysoft.language.generate import generate
from pysoft.language.gpt2 import GPT2
from pysoft.language.tokenizer import read_tokenizer
from pysoft.named_arithmetic import named_arithmetic
from pysoft.weights import write_weights

TEXT = "a product is one addition, a quotient one subtraction, and the rest is finding the leading one."
ALPHABET = sorted(set(TEXT))
SIZES = {"vocab_size": len(ALPHABET), "n_positions": 24, "n_embd": 16, "n_layer": 2, "n_head": 2}
TWO = {name: ATTENTIONS[name] for name in ("softmax", "elu-plus-one")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("models") / "small"
    place.mkdir()
    random = np.random.default_rng(6)
    shapes = {f"h.{i}.{name}": shape for i in range(2) for name, shape in block_shapes(16, 64).items()}
    shapes |= {"wte.weight": (len(ALPHABET), 16), "wpe.weight": (24, 16), "ln_f.weight": (16,), "ln_f.bias": (16,)}
    tensors = {
        name: (0.3 * random.standard_normal(shape) + ("ln" in name and "weight" in name)).astype(np.float16)
        for name, shape in shapes.items()
    }
    write_weights(place / "model.safetensors", tensors, {})
    (place / "config.json").write_text(json.dumps({"model_type": "gpt2", **SIZES}))
    backend = tokenizers.Tokenizer(tokenizers.models.WordLevel({c: i for i, c in enumerate(ALPHABET)}, unk_token=" "))
    backend.pre_tokenizer = tokenizers.pre_tokenizers.Split(tokenizers.Regex("."), "isolated")
    backend.decoder = tokenizers.decoders.Fuse()
    backend.save(str(place / "tokenizer.json"))
    return place


@pytest.fixture(scope="module")
def result(folder):
    names = ("f32-exact", "f32-mitchell", "bf16-mitchell")
    arithmetics = {name: named_arithmetic(name) for name in names}
    return measure_gpt2(arithmetics, folder=folder, text=TEXT, attentions=TWO, prompts=2)


def of(result, arithmetic, attention):
    (found,) = (each for each in result.deviations if (each.arithmetic, each.attention) == (arithmetic, attention))
    return found


def test_every_arithmetic_is_measured_with_every_attention(result):
    pairs = [(each.arithmetic, each.attention) for each in result.deviations]
    names = ["f32-exact", "f32-mitchell", "bf16-mitchell"]
    assert [(name, attention) for attention in TWO for name in names] == pairs
    assert ("small", len(TEXT), len(TEXT) - 1, 24, 12) == (
        result.model, result.tokens, result.scored, result.window, result.stride,
    )  # fmt: skip
    assert (2, 12, 12) == (result.prompts, result.prompt, result.count)


def test_the_reference_is_at_no_distance_from_itself(result):
    reference = result.deviations[0]
    assert (0, 0, 0, 1, 12) == (
        reference.kl_mean, reference.kl_max, reference.kl_of_arithmetic, reference.top1, reference.prefix,
    )  # fmt: skip
    assert (0.0,) * 101 == reference.kl_percentiles
    assert (
        0 == of(result, "f32-exact", "elu-plus-one").kl_of_arithmetic < of(result, "f32-exact", "elu-plus-one").kl_mean
    )


@pytest.mark.parametrize("attention", TWO)
@pytest.mark.parametrize("name", ["f32-mitchell", "bf16-mitchell"])
def test_figures_are_those_of_the_models_by_themselves(result, folder, name, attention):
    """One arithmetic after the other, without a model whose weights were rounded beforehand."""
    tokens = read_tokenizer(folder).encode(TEXT)
    exact, model = GPT2.read(folder), GPT2.read(folder, attention=TWO[attention])
    arithmetic, figures = named_arithmetic(name), of(result, name, attention)
    assert perplexity(arithmetic, model, tokens) == figures.perplexity

    kl, own, same = [], [], []
    for start in range(0, len(tokens) - 12, 12):
        seen, first = tokens[start : start + 24], 11 if start else 0  # of the rows that no window before has scored
        p, q, r = (
            each.logits(by, seen)[first:-1]
            for each, by in ((exact, Arithmetic()), (model, arithmetic), (model, Arithmetic()))
        )
        kl.append(kl_divergence(p, q))
        own.append(kl_divergence(r, q))
        same.append(p.argmax(-1) == q.argmax(-1))
    kl, own, same = map(np.concatenate, (kl, own, same))
    assert result.scored == kl.size
    assert (kl.mean(), kl.max(), own.mean(), same.mean()) == (
        figures.kl_mean, figures.kl_max, figures.kl_of_arithmetic, figures.top1,
    )  # fmt: skip
    assert (kl.min(), kl.max()) == (figures.kl_percentiles[0], figures.kl_percentiles[-1])

    agreed = []
    for start in range(0, 84, 83):  # 95 tokens: the first 12 and the last
        a = generate(Arithmetic(), exact, tokens[start : start + 12], count=12).tokens
        b = generate(arithmetic, model, tokens[start : start + 12], count=12).tokens
        agreed.append(next((i for i in range(12) if a[i] != b[i]), 12))
    assert figures.prefix == np.mean(agreed)
    assert figures.tokens_per_second > 0


def test_results_are_plain_data(result):
    data = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert 6 == len(data["deviations"])
    assert result.deviations[1].kl_mean == data["deviations"][1]["kl_mean"]
    assert list(result.deviations[1].kl_percentiles) == data["deviations"][1]["kl_percentiles"]


def test_progress_counts_to_the_end(folder):
    told = []
    arithmetics = {"f32-exact": Arithmetic(), "f32-mitchell": Arithmetic.of_family("mitchell")}
    measure_gpt2(
        arithmetics, folder=folder, text=TEXT[:40], attentions=TWO, count=2, progress=lambda *step: told.append(step)
    )
    total = 4 * 3 + 4  # windows at 0, 12 and 24, and a continuation
    assert [(done, total) for done in range(total + 1)] == [step[:2] for step in told]
    assert ("softmax on f32-exact", "softmax on f32-mitchell", "") == (told[0][2], told[1][2], told[-1][2])


class Broken:
    """An attention that is nothing but NaN."""

    length = 0

    def memory(self):
        return self

    def extend(self, arithmetic, q, k, v):
        return np.full_like(v, np.nan)


@pytest.mark.parametrize("name", ["f32-mitchell", "s8-mitchell"])
def test_a_model_that_breaks_down_has_no_figures_and_stops_nothing(folder, tmp_path, name):
    """On s8 the next sum of products refuses NaN; on f32 it goes on to the logits."""
    arithmetics = {"f32-exact": Arithmetic(), name: named_arithmetic(name)}
    attentions = {"softmax": ATTENTIONS["softmax"], "broken": Broken()}
    result = measure_gpt2(arithmetics, folder=folder, text=TEXT, attentions=attentions)
    for each in ("f32-exact", name):
        broken = of(result, each, "broken")
        assert math.isnan(broken.perplexity)
        assert math.isnan(broken.kl_mean)
        assert (0, 0) == (broken.top1, broken.prefix)
    assert math.isfinite(of(result, name, "softmax").kl_mean)
    data = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert data["deviations"][-1]["kl_mean"] is None
    plot_gpt2(result, tmp_path / "broken.png")


@pytest.mark.parametrize("count", [1, 6])
def test_the_picture_is_drawn(result, tmp_path, count):
    path = plot_gpt2(replace(result, deviations=result.deviations[:count]), tmp_path / "gpt2.png")
    kinds = [kind for kind, _ in png_chunks(path.read_bytes())]
    assert (b"IHDR", b"IEND") == (kinds[0], kinds[-1])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"arithmetics": {}}, "an arithmetic and an attention or more"),
        ({"attentions": {}}, "an arithmetic and an attention or more"),
        ({"text": "a"}, "2 tokens or more"),
        ({"window": 25}, "window must be n_positions = 24 at most, not 25"),
        ({"window": 8, "stride": 8}, "stride must be"),
        ({"count": 0}, "count and prompts must be 1 or more, not 0 and 8"),
        ({"prompts": 0}, "count and prompts must be 1 or more, not 64 and 0"),
    ],
)
def test_other_arguments_are_refused(folder, options, message):
    arguments = {"arithmetics": {"f32-exact": Arithmetic()}, "folder": folder, "text": TEXT, **options}
    with pytest.raises(ValueError, match=message):
        measure_gpt2(arguments.pop("arithmetics"), **arguments)


def test_the_stored_model_is_the_one_that_transformers_reads():
    torch.set_num_threads(1)
    text = "If the object is a class, the attribute is looked up in its base classes."
    tokens = read_tokenizer(FOLDER).encode(text)
    assert transformers.PreTrainedTokenizerFast.from_pretrained(FOLDER)(text)["input_ids"] == tokens.tolist()
    theirs = transformers.GPT2LMHeadModel.from_pretrained(FOLDER, attn_implementation="eager", dtype=torch.float32)
    with torch.no_grad():
        single, reference = (
            theirs.to(dtype)(torch.tensor(tokens[None])).logits[0].double().numpy()
            for dtype in (torch.float32, torch.double)
        )
    ours = GPT2.read(FOLDER).logits(Arithmetic(), tokens)
    assert np.abs(ours - reference).max() <= rounding_limit(reference, single)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"config\.json"):
        measure_gpt2({"f32-exact": Arithmetic()}, folder=tmp_path)
