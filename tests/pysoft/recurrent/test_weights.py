"""Weights by PyTorch's names: from a state dict, from a safetensors file, under a prefix; and what is refused."""

import numpy as np
import pytest
import torch
from recurrent_networks import ARCHITECTURES, numbers, ours, random_weights, torch_network

from pysoft.named_arithmetic import named_arithmetic
from pysoft.recurrent import CELLS, Architecture, Elman, RecurrentNetwork
from pysoft.weights import Weights, WeightsError, read_weights, write_weights

ARCHITECTURE = Architecture("lstm", 3, 5, layers=2, bidirectional=True)


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=str)
def test_names_and_shapes_are_those_of_torch(architecture):
    network = torch_network(architecture, random_weights(architecture), torch.float32)
    state = network.state_dict()
    assert list(architecture.tensors) == list(state)
    assert architecture.tensors == {name: tuple(tensor.shape) for name, tensor in state.items()}


@pytest.mark.parametrize("prefix", ["", "encoder.rnn."])
def test_weights_of_a_file_are_those_in_memory(tmp_path, prefix):
    arithmetic, tensors = named_arithmetic("bf16-mitchell"), random_weights(ARCHITECTURE)
    others = {"decoder.weight_ih_l9": np.zeros(1, np.float32)} if prefix else {"head": np.zeros(1, np.float32)}
    write_weights(tmp_path / "w.safetensors", {**{prefix + name: each for name, each in tensors.items()}, **others}, {})
    read = RecurrentNetwork.load(arithmetic, ARCHITECTURE, read_weights(tmp_path / "w.safetensors"), prefix=prefix)
    x = arithmetic.cast(numbers(2, 3, 3))
    assert np.array_equal(read.run(arithmetic, x)[0], ours(arithmetic, ARCHITECTURE, tensors).run(arithmetic, x)[0])


def test_narrow_weights_are_read_in_a_wider_format():
    arithmetic = named_arithmetic("f32-mitchell")
    tensors = {name: each.astype(np.float16) for name, each in random_weights(ARCHITECTURE).items()}
    layer = ours(arithmetic, ARCHITECTURE, tensors).layers[1][1]
    assert layer.weight_ih.dtype == np.float32
    assert np.array_equal(tensors["weight_ih_l1_reverse"], layer.weight_ih)


@pytest.mark.parametrize("name", ARCHITECTURE.tensors)
def test_a_tensor_that_cannot_be_used_is_named(name):
    tensors = random_weights(ARCHITECTURE)
    bad = {
        "missing": None,
        "shape": tensors[name][:-1],
        "float64": tensors[name].astype(np.float64),
        "nan": np.where(tensors[name] == tensors[name].max(), np.float32("nan"), tensors[name]),
    }
    for word, tensor in bad.items():
        changed = {**tensors, name: tensor} if tensor is not None else {k: v for k, v in tensors.items() if k != name}
        with pytest.raises(WeightsError, match=rf"tensor {name} .*{word}"):
            ours(named_arithmetic("f32-mitchell"), ARCHITECTURE, changed)


@pytest.mark.parametrize("name", ["weight_ih_l2", "bias_hh_l2_reverse", "weight_hr_l0"])
def test_a_tensor_without_a_place_is_named(name):
    tensors = {**random_weights(ARCHITECTURE), name: np.zeros(1, np.float32)}
    with pytest.raises(WeightsError, match=f"tensor {name} of the weights has no place"):
        ours(named_arithmetic("f32-mitchell"), ARCHITECTURE, tensors)


def test_a_tensor_under_a_prefix_is_named_with_it():
    with pytest.raises(WeightsError, match=r"tensor rnn\.weight_ih_l0 is missing"):
        RecurrentNetwork.load(named_arithmetic("f32-mitchell"), ARCHITECTURE, Weights({}), prefix="rnn.")


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (("rnn", 3, 5), ValueError, "elman, elman-relu, lstm, gru"),
        (("gru", 0, 5), ValueError, "input_size must be 1 or more"),
        (("gru", 3, -1), ValueError, "hidden_size must be 1 or more"),
        (("gru", 3, 5, 0), ValueError, "layers must be 1 or more"),
        (("gru", 3.0, 5), TypeError, "input_size must be an int"),
    ],
)
def test_architectures_that_there_are_not_are_refused(arguments, error, words):
    with pytest.raises(error, match=words):
        Architecture(*arguments)


def test_cells_are_told_apart():
    assert CELLS["elman"] != CELLS["elman-relu"]
    with pytest.raises(ValueError, match="tanh or relu"):
        Elman("sigmoid")
