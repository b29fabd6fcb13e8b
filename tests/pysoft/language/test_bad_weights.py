"""Folders that are not right: one error each, which says what is wrong where."""

import json
import shutil

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from pysoft.language.gpt2 import GPT2
from pysoft.weights import WeightsError

WHOLE = "model.safetensors"


@pytest.fixture
def folder(saved, tmp_path):
    shutil.copytree(saved.folder, tmp_path, dirs_exist_ok=True)
    GPT2.read(tmp_path)
    return tmp_path


def change(folder, function):
    tensors = load_file(folder / WHOLE)
    function(tensors)
    save_file(tensors, folder / WHOLE)


@pytest.mark.parametrize(
    "name",
    ["wte.weight", "wpe.weight", "h.1.ln_2.bias", "h.0.attn.c_attn.weight", "h.1.mlp.c_proj.bias", "ln_f.weight"],
)
def test_a_missing_tensor_is_named(folder, name):
    change(folder, lambda tensors: tensors.pop(f"transformer.{name}"))
    with pytest.raises(WeightsError, match=rf"tensor (transformer\.)?{name} is missing in .*{WHOLE}$"):
        GPT2.read(folder)


def test_a_missing_head_is_named_if_it_is_not_the_embeddings(folder):
    settings = json.loads((folder / "config.json").read_text()) | {"tie_word_embeddings": False}
    (folder / "config.json").write_text(json.dumps(settings))
    with pytest.raises(WeightsError, match=rf"tensor lm_head\.weight is missing in .*{WHOLE}"):
        GPT2.read(folder)


def test_a_wrong_shape_is_named(folder):
    change(folder, lambda tensors: tensors.update({"transformer.ln_f.bias": np.zeros(25, np.float32)}))
    with pytest.raises(WeightsError, match=r"tensor transformer\.ln_f\.bias of .* has the shape \(25,\), not \(24,\)"):
        GPT2.read(folder)


@pytest.mark.parametrize(
    ("size", "value", "message"),
    [
        ("vocab_size", 98, r"tensor transformer\.wte\.weight of .* has the shape \(97, 24\), not \(98, 24\)"),
        ("n_positions", 16, r"tensor transformer\.wpe\.weight of .* has the shape \(32, 24\), not \(16, 24\)"),
        ("n_embd", 27, r"tensor transformer\.wte\.weight of .* has the shape \(97, 24\), not \(97, 27\)"),
        ("n_layer", 3, r"tensor transformer\.h\.2\.ln_1\.weight is missing in "),
        (
            "n_inner",
            100,
            r"tensor transformer\.h\.0\.mlp\.c_fc\.weight of .* has the shape \(24, 96\), not \(24, 100\)",
        ),
    ],
)
def test_a_config_that_does_not_fit_the_weights_is_seen_at_the_first_tensor(folder, size, value, message):
    settings = json.loads((folder / "config.json").read_text()) | {size: value}
    (folder / "config.json").write_text(json.dumps(settings))
    with pytest.raises(WeightsError, match=message):
        GPT2.read(folder)


def test_fewer_layers_than_the_weights_have_are_refused(folder):
    settings = json.loads((folder / "config.json").read_text()) | {"n_layer": 1}
    (folder / "config.json").write_text(json.dumps(settings))
    with pytest.raises(WeightsError, match=r"n_layer is 1, and .* has tensor transformer\.h\.1\."):
        GPT2.read(folder)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_number_that_is_none_is_named_with_its_place(folder, bad):
    def spoil(tensors):
        tensors["transformer.h.1.attn.c_proj.weight"][3, 7] = bad

    change(folder, spoil)
    with pytest.raises(
        WeightsError, match=rf"tensor transformer\.h\.1\.attn\.c_proj\.weight of .* is {bad} at \(3, 7\)"
    ):
        GPT2.read(folder)


def test_another_dtype_is_named(folder):
    change(folder, lambda tensors: tensors.update({"transformer.ln_f.bias": np.zeros(24, np.int32)}))
    with pytest.raises(WeightsError, match=r"tensor transformer\.ln_f\.bias of .*model\.safetensors is of int32"):
        GPT2.read(folder)


def test_a_truncated_file_is_named(folder):
    path = folder / WHOLE
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(WeightsError, match=r"tensor transformer\.\S+ is cut off: .*model\.safetensors"):
        GPT2.read(folder)


def test_a_missing_shard_is_named(save_gpt2, tmp_path):
    shutil.copytree(save_gpt2(shard="20KB").folder, tmp_path, dirs_exist_ok=True)
    shard = sorted(tmp_path.glob("*.safetensors"))[2]
    shard.unlink()
    with pytest.raises(WeightsError, match=f"tensor transformer.* is in {shard.name}, which is missing"):
        GPT2.read(tmp_path)


@pytest.mark.parametrize("name", ["config.json", WHOLE])
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    with pytest.raises(FileNotFoundError, match=name):
        GPT2.read(folder)


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        GPT2.read(tmp_path / "nowhere")
