import json

import pytest
import transformers

from pysoft.language.config import GPT2Config

SETTINGS = {"model_type": "gpt2", "vocab_size": 11, "n_positions": 5, "n_embd": 6, "n_layer": 2, "n_head": 3}


def test_config_is_read_as_transformers_writes_it(tmp_path):
    theirs = transformers.GPT2Config(
        vocab_size=30000, n_positions=7, n_embd=2560, n_layer=32, n_head=32, n_inner=100, layer_norm_epsilon=1e-6
    )
    theirs.save_pretrained(tmp_path)
    ours = GPT2Config.read(tmp_path)
    assert GPT2Config(30000, 7, 2560, 32, 32, 100, 1e-6) == ours
    assert 100 == ours.inner


def test_what_is_not_given_is_as_in_the_first_model():
    config = GPT2Config.of(SETTINGS)
    assert (24, 1e-5, True) == (config.inner, config.layer_norm_epsilon, config.tie_word_embeddings)


def test_harmless_settings_are_passed_over():
    assert GPT2Config.of(SETTINGS) == GPT2Config.of({**SETTINGS, "reorder_and_upcast_attn": True, "resid_pdrop": 0.1})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"model_type": "llama"}, "model_type must be 'gpt2', not 'llama'"),
        ({"model_type": None}, "model_type must be 'gpt2', not None"),
        ({"activation_function": "relu"}, "activation_function must be gelu_new or gelu_pytorch_tanh, not 'relu'"),
        ({"scale_attn_weights": False}, "scale_attn_weights must be true, not false"),
        ({"scale_attn_by_inverse_layer_idx": True}, "scale_attn_by_inverse_layer_idx must be false, not true"),
        ({"add_cross_attention": True}, "add_cross_attention must be false, not true"),
        ({"n_head": 4}, "n_embd must be a multiple of n_head, and 6 is none of 4"),
        ({"n_layer": 0}, "n_layer must be 1 or more, not 0"),
        ({"n_inner": -1}, "n_inner must be 1 or more, not -1"),
        ({"n_embd": 6.0}, "n_embd must be an integer, not 6.0"),
        ({"vocab_size": True}, "vocab_size must be an integer, not True"),
        ({"layer_norm_epsilon": 0}, "layer_norm_epsilon must be above 0 and finite, not 0"),
        ({"layer_norm_epsilon": "small"}, "layer_norm_epsilon must be a number, not 'small'"),
        ({"tie_word_embeddings": None}, "tie_word_embeddings must be true or false, not None"),
    ],
)
def test_other_architectures_are_refused_with_the_file(tmp_path, change, message):
    path = tmp_path / "config.json"
    path.write_text(json.dumps(SETTINGS | change))
    with pytest.raises(ValueError, match=r"config\.json") as error:
        GPT2Config.read(tmp_path)
    assert f"{path}: {message}" == str(error.value)


def test_missing_sizes_are_named():
    with pytest.raises(ValueError, match=r"^n_positions, n_head must be given$"):
        GPT2Config.of({name: size for name, size in SETTINGS.items() if name not in ("n_positions", "n_head")})


@pytest.mark.parametrize("content", ["{", "[]", b"\xff".decode("latin-1")])
def test_a_file_that_is_no_json_object_is_named(tmp_path, content):
    (tmp_path / "config.json").write_text(content, encoding="latin-1")
    with pytest.raises(ValueError, match=r"config\.json: "):
        GPT2Config.read(tmp_path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"config\.json is missing"):
        GPT2Config.read(tmp_path)
