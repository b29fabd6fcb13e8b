import json
import re

import numpy as np
import pytest

from experiments.character_models import CHARACTER_MODELS
from experiments.charlm import measure_characters
from experiments.digit_models import DIGIT_MODELS
from experiments.digits import measure_digits
from experiments.pictures.charlm import plot_characters
from experiments.pictures.digits import plot_digits
from experiments.trained import WEIGHTS, TrainedModels, best
from pysoft.arithmetic import Arithmetic
from pysoft.weights import Weights, WeightsError, read_weights

MODELS = [(models, name) for models in (DIGIT_MODELS, CHARACTER_MODELS) for name in models]


@pytest.fixture(params=MODELS, ids=lambda pair: pair[0][pair[1]].stem)
def place(request):
    return request.param


def changed(weights, *, drop=(), metadata=None, **tensors):
    kept = {name: tensor for name, tensor in weights.items() if name not in drop}
    return Weights({**kept, **tensors}, weights.source, weights.metadata if metadata is None else metadata)


def test_all_weights_are_less_than_two_megabytes():
    assert sum(path.stat().st_size for path in WEIGHTS.rglob("*") if path.is_file()) < 2_000_000


def test_every_file_says_how_it_was_made(place):
    models, name = place
    metadata = read_weights(models[name]).metadata
    task = "digits" if models is DIGIT_MODELS else "charlm"
    assert f"python -m training.{task} {name}" == metadata["command"]
    assert {"seed", "python", "torch", "config", "test"} <= set(metadata)
    assert task == "digits" or len(metadata["text"]) == 16


def test_every_tensor_is_asked_for(place):
    models, name = place
    weights = read_weights(models[name])
    for tensor in weights:
        own = re.escape(tensor.removeprefix("transformer."))
        with pytest.raises(WeightsError, match=rf"^tensor (transformer\.)?{own} is missing in "):
            models.of(name, changed(weights, drop=[tensor]))
        with pytest.raises(WeightsError, match=rf"^tensor {re.escape(tensor)} of .* has the shape"):
            models.of(name, changed(weights, **{tensor: weights[tensor][..., :-1]}))


def test_a_number_that_is_none_is_named(place):
    models, name = place
    weights = read_weights(models[name])
    tensor = next(iter(weights))
    spoilt = np.array(weights[tensor])
    spoilt[-1] = np.nan
    with pytest.raises(WeightsError, match=r"tensor .* of .* is nan at "):
        models.of(name, changed(weights, **{tensor: spoilt}))


def test_a_file_that_is_cut_off_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("experiments.trained.WEIGHTS", tmp_path)
    whole = (WEIGHTS / "digits-gru.safetensors").read_bytes()
    (tmp_path / "digits-gru.safetensors").write_bytes(whole[:-100])
    with pytest.raises(WeightsError, match=r"tensor .* is cut off: .*digits-gru\.safetensors is no whole"):
        DIGIT_MODELS.read("gru")


def test_a_missing_file_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("experiments.trained.WEIGHTS", tmp_path)
    with pytest.raises(FileNotFoundError, match="digits-linear"):
        DIGIT_MODELS.read("linear")


@pytest.mark.parametrize("metadata", [{}, {"config": "none"}, {"config": "{}"}, {"config": "[]"}])
def test_sizes_are_asked_for(metadata):
    weights = read_weights(DIGIT_MODELS["gru"])
    with pytest.raises(WeightsError, match=r"the metadata of .*digits-gru\.safetensors have no sizes of a digit model"):
        DIGIT_MODELS.of("gru", changed(weights, metadata=metadata))


def test_an_unknown_name_is_answered_with_those_that_there_are():
    with pytest.raises(ValueError, match="a character model is one of gru, linear, gpt2, not 'bert'"):
        CHARACTER_MODELS.read("bert")


def test_models_are_a_mapping_to_places():
    models = TrainedModels("a model", {"one": ("one.safetensors", lambda sizes, weights: None)})
    assert {"one": WEIGHTS / "one.safetensors"} == dict(models)
    assert json.loads(read_weights(DIGIT_MODELS["gru"]).metadata["config"]) == {"hidden": 64}


class Lost(Arithmetic):
    """Numbers leave it."""

    def matmul(self, a, b):
        raise ValueError("an operand of a sum of products is infinite")


def test_logits_are_nan_where_numbers_leave_the_arithmetic():
    model, images = DIGIT_MODELS.read("gru"), np.zeros((3, 8, 8), np.float32)
    reference = model.measured(Arithmetic(), images, None)
    assert np.array_equal(model.logits(Arithmetic(), images), reference)
    lost = model.measured(Lost(), images, reference)
    assert reference.shape == lost.shape
    assert np.isnan(lost).all()
    with pytest.raises(ValueError, match="an operand of a sum of products is infinite"):
        model.measured(Lost(), images, None)


def test_figures_of_what_is_lost_are_none():
    arithmetics = {"exact": Arithmetic(), "lost": Lost()}
    digits = measure_digits(arithmetics, models=["gru"], images=50).to_dict()["figures"][1]
    assert (0, 50, None) == tuple(digits[name] for name in ("right", "changed", "drift"))
    characters = measure_characters(arithmetics, models=["gru"], characters=128).to_dict()["figures"][1]
    assert (None, None, None, None, 0, 0) == tuple(
        characters[name] for name in ("bits", "above", "divergence", "perplexity", "agreement", "right")
    )


def test_result_without_numbers_is_drawn(tmp_path):
    arithmetics = {"exact": Arithmetic(), "lost": Lost()}
    plot_digits(measure_digits(arithmetics, models=["gru"], images=50), tmp_path / "digits.png")
    plot_characters(measure_characters(arithmetics, models=["gru"], characters=128), tmp_path / "charlm.png")


def test_best_is_the_first_of_the_largest():
    assert [2, 0, -1] == best(np.array([[0, 1, 3], [2, 2, -np.inf], [0, np.nan, 5]])).tolist()
