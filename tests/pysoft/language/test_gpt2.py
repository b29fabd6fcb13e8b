import json
import shutil

import numpy as np
import pytest
import torch
from guarded import GuardedArithmetic
from rounding import rounding_limit
from safetensors.numpy import load_file, save_file

from pysoft.arithmetic import Arithmetic
from pysoft.attention.elu import EluPlusOne
from pysoft.attention.linear import LinearAttention
from pysoft.attention.taylor import TaylorAttention
from pysoft.language.gpt2 import GPT2
from pysoft.named_arithmetic import named_arithmetic
from pysoft.weights import WeightsError

EXACT, MITCHELL = Arithmetic(), Arithmetic.of_family("mitchell")
TOKENS = np.random.default_rng(2).integers(0, 97, (3, 20))


def assert_theirs(saved, ours, tokens):
    reference, single = saved.logits(tokens), saved.logits(tokens, torch.float32)
    assert np.abs(ours - reference).max() <= rounding_limit(reference, single)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"n_embd": 8, "n_head": 1, "n_layer": 1},
        {"n_embd": 40, "n_head": 8, "n_layer": 4, "n_inner": 24, "vocab_size": 131},
        {"layer_norm_epsilon": 1e-2, "activation_function": "gelu_pytorch_tanh"},
        {"tie_word_embeddings": False},
        {"shard": "20KB"},
        {"body_only": True},
    ],
)
def test_logits_are_theirs(save_gpt2, changes):
    saved = save_gpt2(**changes)
    files = list(saved.folder.glob("*.safetensors"))
    assert ("shard" in changes) == (len(files) > 1)
    model = GPT2.read(saved.folder)
    assert ("transformer.wte.weight" in model.weights) != ("body_only" in changes)
    assert_theirs(saved, model.logits(EXACT, TOKENS), TOKENS)


def test_a_head_of_its_own_is_used_wherever_there_is_one(save_gpt2, tmp_path):
    """Also if the configuration says that it need not be there."""
    saved = save_gpt2(tie_word_embeddings=False)
    shutil.copytree(saved.folder, tmp_path, dirs_exist_ok=True)
    settings = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(settings | {"tie_word_embeddings": True}))
    assert_theirs(saved, GPT2.read(tmp_path).logits(EXACT, TOKENS), TOKENS)


def test_next_logits_are_the_last(saved):
    model = GPT2.read(saved.folder)
    logits = model.logits(MITCHELL, TOKENS)
    assert (3, 20, 97) == logits.shape
    assert np.array_equal(logits[:, -1], model.next_logits(MITCHELL, TOKENS))
    assert np.array_equal(logits[1], model.logits(MITCHELL, TOKENS[1]))


@pytest.mark.parametrize("name", ["f32-exact", "f32-mitchell", "bf16-mitchell", "f32-tuned-minimax-m16"])
def test_tokens_one_by_one_give_the_bits_of_all_at_once(saved, name):
    model, arithmetic = GPT2.read(saved.folder), named_arithmetic(name)
    memory = model.memory()
    parts = [model.logits(arithmetic, TOKENS[:, i:j], memory) for i, j in ((0, 1), (1, 2), (2, 9), (9, 10), (10, 20))]
    assert [20, 20] == [own.length for own in memory]
    assert np.array_equal(model.logits(arithmetic, TOKENS), np.concatenate(parts, axis=1))


def test_a_token_is_not_seen_by_those_before(saved):
    model = GPT2.read(saved.folder)
    other = TOKENS[0].copy()
    other[12] = (other[12] + 1) % 97
    a, b = (model.logits(EXACT, tokens) for tokens in (TOKENS[0], other))
    assert np.array_equal(a[:12], b[:12])
    assert not np.any(np.all(a[12:] == b[12:], axis=-1))


def test_bf16_is_as_near_as_theirs_in_bf16(save_gpt2):
    saved = save_gpt2(dtype=torch.bfloat16)
    reference, theirs = saved.logits(TOKENS), saved.logits(TOKENS, torch.bfloat16)
    model = GPT2.read(saved.folder)
    assert "bfloat16" == model.weights["transformer.wpe.weight"].dtype
    ours = model.logits(Arithmetic(format="bf16"), TOKENS)
    assert np.float32 == ours.dtype
    assert np.abs(ours - reference).max() <= 1.5 * np.abs(theirs - reference).max()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_weights_of_another_dtype_are_rounded_where_they_are_used(save_gpt2, dtype):
    saved = save_gpt2(dtype=dtype)
    model = GPT2.read(saved.folder)
    assert_theirs(saved, model.logits(EXACT, TOKENS), TOKENS)
    for arithmetic in (EXACT, Arithmetic.of_family("mitchell", "bf16")):
        rounded = model.rounded(arithmetic)
        assert {arithmetic.format.dtype} == {array.dtype for array in rounded.weights.values()}
        assert np.array_equal(model.logits(arithmetic, TOKENS), rounded.logits(arithmetic, TOKENS))


def test_weights_beyond_a_format_are_refused_as_they_are_rounded(saved, tmp_path):
    shutil.copytree(saved.folder, tmp_path, dirs_exist_ok=True)
    tensors = load_file(tmp_path / "model.safetensors")
    tensors["transformer.ln_f.bias"][5] = 1e5
    save_file(tensors, tmp_path / "model.safetensors")
    with pytest.raises(WeightsError, match=r"ln_f\.bias .* in f16 .*inf at \(5,\)"):
        GPT2.read(tmp_path).rounded(Arithmetic(format="f16"))


def test_masks_that_older_files_have_are_passed_over(saved, tmp_path):
    shutil.copytree(saved.folder, tmp_path, dirs_exist_ok=True)
    tensors = load_file(tmp_path / "model.safetensors")
    tensors["transformer.h.0.attn.bias"] = np.tri(32, dtype=bool)[None, None]
    tensors["transformer.h.0.attn.masked_bias"] = np.array(-np.inf, np.float32)
    save_file(tensors, tmp_path / "model.safetensors")
    model, arithmetic = GPT2.read(tmp_path), Arithmetic(format="bf16")
    logits = GPT2.read(saved.folder).logits(arithmetic, TOKENS)
    assert np.array_equal(logits, model.logits(arithmetic, TOKENS))
    rounded = model.rounded(arithmetic)
    assert np.array_equal(logits, rounded.logits(arithmetic, TOKENS))
    assert "transformer.h.0.attn.bias" in set(model.weights) - set(rounded.weights)


def test_mitchell_is_near_but_not_the_same(saved):
    model = GPT2.read(saved.folder)
    exact, approximate = model.logits(EXACT, TOKENS), model.logits(MITCHELL, TOKENS)
    assert np.abs(exact - approximate).max() > 0.01
    assert np.corrcoef(exact.ravel(), approximate.ravel())[0, 1] > 0.9


@pytest.mark.parametrize("form", ["f32", "bf16"])
def test_the_model_multiplies_by_the_arithmetic_alone(saved, form):
    model = GPT2.read(saved.folder)
    plain, strict = Arithmetic.of_family("mitchell", form), GuardedArithmetic.of_family("mitchell", form)
    assert np.array_equal(model.logits(plain, TOKENS), model.logits(strict, TOKENS))


@pytest.mark.parametrize("name", ["s8-mitchell", "f8e4m3-mitchell", "f8e4m3-exact"])
def test_narrow_products_give_finite_logits(saved, name):
    logits = GPT2.read(saved.folder).logits(named_arithmetic(name), TOKENS)
    exact = GPT2.read(saved.folder).logits(EXACT, TOKENS)
    assert np.corrcoef(exact.ravel(), logits.ravel())[0, 1] > 0.8


class Mean:
    """An attention to all tokens alike."""

    def __call__(self, arithmetic, q, k, v):
        raise NotImplementedError

    def memory(self):
        return MeanMemory()


class MeanMemory:
    length = 0

    def extend(self, arithmetic, q, k, v):
        self.length += q.shape[-2]
        total = np.add.accumulate(v, axis=-2)
        return arithmetic.divide(total, arithmetic.cast(np.arange(1.0, 1 + q.shape[-2])[:, None]))


def test_any_attention_takes_the_same_weights(saved):
    """Without queries every key counts alike, as in softmax."""
    model = GPT2.read(saved.folder, attention=Mean())
    tensors = dict(model.weights)
    for i in range(2):
        name = f"transformer.h.{i}.attn.c_attn"
        tensors[f"{name}.weight"], tensors[f"{name}.bias"] = map(
            np.copy, (tensors[f"{name}.weight"], tensors[f"{name}.bias"])
        )
        tensors[f"{name}.weight"][:, :24] = 0
        tensors[f"{name}.bias"][:24] = 0
    softmax = GPT2(model.config, type(model.weights)(tensors))
    assert np.allclose(softmax.logits(EXACT, TOKENS), model.logits(EXACT, TOKENS), rtol=0, atol=2e-5)


@pytest.mark.parametrize("attention", [TaylorAttention(2), LinearAttention(EluPlusOne(), chunk=4)])
@pytest.mark.parametrize("form", ["f32", "bf16"])
def test_other_attentions_remember_the_tokens_before_too(saved, attention, form):
    arithmetic = Arithmetic.of_family("mitchell", form)
    model = GPT2.read(saved.folder, attention=attention)
    memory, whole = model.memory(), model.logits(arithmetic, TOKENS)
    parts = [model.logits(arithmetic, TOKENS[:, i:j], memory) for i, j in ((0, 1), (1, 7), (7, 20))]
    assert np.array_equal(whole, np.concatenate(parts, axis=1))
    assert np.array_equal(whole[:, 0], GPT2.read(saved.folder).logits(arithmetic, TOKENS)[:, 0])  # which sees itself
    assert not np.array_equal(whole, GPT2.read(saved.folder).logits(arithmetic, TOKENS))


@pytest.mark.parametrize(
    ("tokens", "kind", "message"),
    [
        ([], ValueError, r"tokens must have shape \(\.\.\., n\) with n of 1 or more, not \(0,\)"),
        (3, ValueError, r"tokens must have shape"),
        ([1.0], TypeError, "tokens must be integers, not float64"),
        ([0, 97], ValueError, r"tokens must be 0 \.\. 96 \(vocab_size\), not 0 \.\. 97"),
        ([-1, 4], ValueError, r"tokens must be 0 \.\. 96 \(vocab_size\), not -1 \.\. 4"),
        ([5] * 33, ValueError, r"a context has 32 tokens at most \(n_positions\), not 33"),
    ],
)
def test_other_tokens_are_refused(saved, tokens, kind, message):
    model = GPT2.read(saved.folder)
    for method in (model.logits, model.next_logits):
        with pytest.raises(kind, match=message):
            method(EXACT, tokens)


def test_a_context_that_becomes_too_long_is_refused_and_left_as_it_was(saved):
    model, memory = GPT2.read(saved.folder), None
    memory = model.memory()
    model.logits(EXACT, [1] * 30, memory)
    with pytest.raises(ValueError, match="32 tokens at most"):
        model.logits(EXACT, [1] * 3, memory)
    assert (2, 97) == model.logits(EXACT, [1] * 2, memory).shape


def test_a_memory_of_another_depth_is_refused(saved):
    model = GPT2.read(saved.folder)
    with pytest.raises(ValueError, match="memory must be that of 2 blocks, not of 1"):
        model.logits(EXACT, [1], model.memory()[:1])
