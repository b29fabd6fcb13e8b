import json

import numpy as np
import pytest
import torch
from guarded import GuardedArithmetic, guarded, plain_array
from png_file import png_chunks
from rounding import assert_rounds_like

from experiments.arithmetics import arithmetics
from experiments.digit_images import digit_images
from experiments.digit_models import DIGIT_MODELS
from experiments.digits import DigitFigures, measure_digits
from experiments.pictures.digits import plot_digits
from pysoft.arithmetic import Arithmetic
from pysoft.named_arithmetic import named_arithmetic
from training.digits import NETWORKS


@pytest.fixture(params=DIGIT_MODELS)
def model(request):
    return DIGIT_MODELS.read(request.param)


@pytest.fixture(scope="module")
def images():
    return digit_images()


def in_torch(model, dtype):
    network = NETWORKS[model.name](json.loads(model.weights.metadata["config"])).eval()
    network.load_state_dict({name: torch.from_numpy(np.array(tensor)) for name, tensor in model.weights.items()})
    return network.to(dtype)


def test_every_third_image_of_each_digit_is_held_out(images):
    from sklearn.datasets import load_digits

    data = load_digits()
    seen = dict.fromkeys(range(10), 0)
    training, test = iter(images.training), iter(images.test)
    for image, digit in zip(data.images, data.target, strict=True):
        seen[digit] += 1
        assert np.array_equal(next(training if seen[digit] % 3 else test) * 16, image)
    assert [] == [*training, *test]
    assert np.array_equal(np.sort(data.target), np.sort(np.concatenate((images.training_digits, images.test_digits))))


def test_logits_are_those_of_torch_but_for_rounding(model, images):
    logits = model.logits(Arithmetic(), images.test[:100])
    assert (100, 10) == logits.shape
    assert_rounds_like(lambda pixels: in_torch(model, pixels.dtype)(pixels), logits, images.test[:100])


def test_test_images_are_read_as_the_file_says(model, images):
    said = json.loads(model.weights.metadata["test"])
    figures = measure_digits(arithmetics([]), models=[model.name]).figures[0]
    assert said == {"images": figures.images, "right": figures.right}
    assert len(images.test) == figures.images
    assert figures.accuracy > 0.97


def test_weights_are_float16(model):
    assert {np.dtype(np.float16)} == {tensor.dtype for tensor in model.weights.values()}


@pytest.mark.parametrize("form", ["f32", "bf16"])
def test_nothing_is_multiplied_beside_the_arithmetic(model, images, form):
    mitchell = GuardedArithmetic.of_family("mitchell", form)
    logits = plain_array(model.logits(mitchell, guarded(images.test[:5])))
    assert np.array_equal(model.logits(named_arithmetic(f"{form}-mitchell"), images.test[:5]), logits)


def test_figures_are_those_counted_by_hand(images):
    names = ["f32-exact", "f32-lmul"]
    told = []
    result = measure_digits(
        arithmetics(["f32-lmul"]), models=["linear"], images=500, progress=lambda *report: told.append(report)
    )
    assert [(0, 2, "linear on f32-exact"), (1, 2, "linear on f32-lmul"), (2, 2, "")] == told
    model = DIGIT_MODELS.read("linear")
    exact, lmul = (model.logits(named_arithmetic(name), images.test[:500]).astype(float) for name in names)
    counted = [dict.fromkeys(("right", "lost", "won", "changed"), 0) for _ in names]
    drift = [0.0, 0.0]
    for number, digit in enumerate(images.test_digits[:500]):
        reads = [logits[number].argmax() for logits in (exact, lmul)]
        for count, read in zip(counted, reads, strict=True):
            count["right"] += read == digit
            count["lost"] += reads[0] == digit != read
            count["won"] += reads[0] != digit == read
            count["changed"] += read != reads[0]
        drift[1] += np.sqrt(((lmul[number] - exact[number]) ** 2).sum() / (exact[number] ** 2).sum()) / 500
    for figures, name, count, mean in zip(result.figures, names, counted, drift, strict=True):
        assert figures == DigitFigures("linear", name, 500, **count, drift=figures.drift)
        assert figures.drift == pytest.approx(mean, rel=1e-12)
    assert counted[1]["changed"] > 0


def test_result_is_plain_data():
    result = measure_digits(arithmetics([]), models=["gru"], images=4)
    expected = {"model": "gru", "arithmetic": "f32-exact", "images": 4, "right": 4, "lost": 0, "won": 0, "changed": 0}
    figures = expected | {"drift": 0.0, "accuracy": 1.0, "accuracy_error": 0.0}
    assert {"reference": "f32-exact", "figures": [figures]} == json.loads(json.dumps(result.to_dict()))


def test_standard_error_is_that_of_a_share():
    assert 0.02 == DigitFigures("gru", "f32-exact", 400, right=320, lost=0, won=0, changed=0, drift=0.0).accuracy_error


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"images": 0}, "images must be from 1 to 596, not 0"),
        ({"images": 597}, "images must be from 1 to 596, not 597"),
        ({"models": ["lstm"]}, "a digit model is one of gru, linear, not 'lstm'"),
        ({"models": []}, "a model or more"),
        ({"arithmetics": {}}, "an arithmetic or more"),
    ],
)
def test_wrong_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        measure_digits(**{"arithmetics": {"exact": Arithmetic()}, **arguments})


def test_picture_is_whole(tmp_path):
    result = measure_digits(arithmetics(["f32-mitchell"]), images=30)
    path = plot_digits(result, tmp_path / "digits.png")
    assert b"IEND" == [kind for kind, _ in png_chunks(path.read_bytes())][-1]
