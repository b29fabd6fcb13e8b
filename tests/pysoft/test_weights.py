import json

import ml_dtypes
import numpy as np
import pytest

from pysoft.weights import Weights, WeightsError, read_weights, write_weights

TENSORS = {
    "h.0.w": np.arange(6, dtype=np.float32).reshape(2, 3),
    "h.0.b": np.float16([0.5, -1]),
    "h.1.w": np.array([[1.5]], ml_dtypes.bfloat16),
    "mask": np.ones(3, bool),
}


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "model.safetensors"
    write_weights(path, TENSORS, {"seed": "3"})
    return path


def test_tensors_come_back_bit_for_bit(file):
    for weights in (read_weights(file), read_weights(file.parent)):
        assert set(TENSORS) == set(weights)
        assert {"seed": "3"} == weights.metadata
        for name, tensor in TENSORS.items():
            if name != "mask":
                assert tensor.dtype == weights[name].dtype
                assert np.array_equal(tensor, weights.tensor(name, tensor.shape))


def test_tensors_in_another_order_of_memory_are_written_as_they_look(tmp_path):
    path, tensor = tmp_path / "t.safetensors", TENSORS["h.0.w"].T
    write_weights(path, {"t": tensor}, {})
    assert np.array_equal(tensor, read_weights(path).tensor("t", (3, 2)))


def test_tensors_are_mapped_and_read_only(file):
    tensor = read_weights(file)["h.0.w"]
    assert not tensor.flags.writeable
    assert not tensor.flags.owndata


def test_a_prefix_is_taken_off(file):
    weights = read_weights(file).under("h.0.")
    assert {"w", "b"} == set(weights)
    with pytest.raises(WeightsError, match=r"tensor c is missing in .*model\.safetensors under h\.0\."):
        weights.tensor("c", ())


def test_other_writers_files_are_read(file, tmp_path):
    import torch
    from safetensors.torch import save_file

    path = tmp_path / "torch.safetensors"
    save_file({"a": torch.arange(4.0).reshape(2, 2), "b": torch.ones(3, dtype=torch.bfloat16)}, path)
    weights = read_weights(path)
    assert [[0, 1], [2, 3]] == weights.tensor("a", (2, 2)).tolist()
    assert np.array_equal(np.ones(3, ml_dtypes.bfloat16), weights.tensor("b", (3,)))


@pytest.mark.parametrize(
    ("name", "shape", "message"),
    [
        ("h.0.x", (2, 3), r"tensor h\.0\.x is missing in .*model\.safetensors"),
        ("h.0.w", (3, 2), r"tensor h\.0\.w of .* has the shape \(2, 3\), not \(3, 2\)"),
        ("mask", (3,), r"tensor mask of .* is of bool; weights are float32, float16, bfloat16"),
    ],
)
def test_wrong_tensors_are_named(file, name, shape, message):
    with pytest.raises(WeightsError, match=message):
        read_weights(file).tensor(name, shape)


def test_tensors_of_a_dtype_without_a_numpy_type_are_named(tmp_path):
    import torch
    from safetensors.torch import save_file

    save_file({"w": torch.ones(3).to(torch.float8_e4m3fn)}, tmp_path / "model.safetensors")
    with pytest.raises(WeightsError, match=r"tensor w of .* is of F8_E4M3; there are F32"):
        read_weights(tmp_path)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("dtype", [np.float32, np.float16, ml_dtypes.bfloat16])
def test_what_is_no_finite_number_is_found(bad, dtype):
    tensor = np.zeros((2, 3), dtype)
    tensor[1, 2] = bad
    with pytest.raises(WeightsError, match=rf"tensor w of the weights is {bad} at \(1, 2\)"):
        Weights({"w": tensor}).tensor("w", (2, 3))


def test_nan_is_found_behind_the_first_block():
    tensor = np.zeros((1 << 22) + 5, np.float16)
    tensor[-1] = np.nan
    with pytest.raises(WeightsError, match=rf"at \({len(tensor) - 1},\)"):
        Weights({"w": tensor}).tensor("w", tensor.shape)


@pytest.mark.parametrize("left", [0, 4, 20, -1, -20])
def test_truncated_files_are_refused_by_name(file, left):
    whole = file.read_bytes()
    file.write_bytes(whole[:left])
    tensor = r"tensor \S+ is cut off: " if left < 0 else ""
    with pytest.raises(WeightsError, match=rf"^{tensor}.*model\.safetensors is no whole safetensors file"):
        read_weights(file)


@pytest.mark.parametrize("content", [b"\xff" * 64, b"hello, this is no tensor at all", b"\x02" + bytes(7) + b"{]"])
def test_other_files_are_refused(tmp_path, content):
    path = tmp_path / "other.safetensors"
    path.write_bytes(content)
    with pytest.raises(WeightsError, match="no whole safetensors file"):
        read_weights(path)


def test_missing_files_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"neither model\.safetensors nor model\.safetensors\.index\.json"):
        read_weights(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"none\.safetensors"):
        read_weights(tmp_path / "none.safetensors")


def shards(folder, weight_map):
    write_weights(folder / "one.safetensors", {"a": np.ones(2, np.float32)}, {})
    write_weights(folder / "two.safetensors", {"b": np.zeros(3, np.float32)}, {})
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": weight_map}))
    return folder


def test_shards_are_put_together(tmp_path):
    weights = read_weights(shards(tmp_path, {"a": "one.safetensors", "b": "two.safetensors"}))
    assert ([1, 1], [0, 0, 0]) == (weights.tensor("a", (2,)).tolist(), weights.tensor("b", (3,)).tolist())


def test_missing_shards_and_tensors_of_shards_are_named(tmp_path):
    with pytest.raises(WeightsError, match=r"tensor c is in three\.safetensors, which is missing"):
        read_weights(shards(tmp_path, {"a": "one.safetensors", "c": "three.safetensors"}))
    with pytest.raises(WeightsError, match=r"tensor c is missing in .*one\.safetensors"):
        read_weights(shards(tmp_path, {"c": "one.safetensors"}))


def test_a_broken_index_is_refused(tmp_path):
    for content in ("{", "[]", "{}", '{"weight_map": 3}'):
        (tmp_path / "model.safetensors.index.json").write_text(content)
        with pytest.raises(WeightsError, match="is no index of shards"):
            read_weights(tmp_path)


def test_a_file_that_cannot_be_written_leaves_the_older_one(file):
    before = file.read_bytes()
    with pytest.raises(Exception, match=r"."):
        write_weights(file, {"a": np.array(["text"])}, {})
    assert before == file.read_bytes()
    assert [file] == list(file.parent.iterdir())
