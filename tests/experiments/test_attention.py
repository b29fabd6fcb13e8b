import json
import math

import numpy as np
import pytest
import torch
from png_file import png_chunks
from torch.nn.functional import elu, scaled_dot_product_attention

from experiments.arithmetics import arithmetics
from experiments.attention import FEATURES, ORDERS, measure_attention
from experiments.pictures.attention import plot_attention

NAMES = ["f32-mitchell", "s8-mitchell"]
SIZES = {"lengths": (6, 72), "scales": (0.5, 1.0), "repeats": 3}


@pytest.fixture(scope="module")
def result():
    return measure_attention(arithmetics(NAMES, threads=1), **SIZES)


def of(result, **keys):
    """The figures of these keys, by arithmetic."""
    found = [each for each in result.kernels if all(getattr(each, name) == key for name, key in keys.items())]
    figures = {each.arithmetic: each for each in found}
    assert len(found) == len(figures) > 0
    return figures


def drawn(length, scale, repeat):
    q, k, v = torch.tensor(np.random.default_rng(repeat).standard_normal((3, length, 16)).astype(np.float32)).double()
    return scale * q, scale * k, v


def kernels(q, k, v):
    """By float64, softmax, Taylor of order 4, and elu + 1."""
    t = q @ k.T / 4
    taylor = sum(t**i / math.factorial(i) for i in range(5))
    linear = (elu(q) + 1) @ (elu(k) + 1).T
    return {
        "softmax": scaled_dot_product_attention(q, k, v),
        "taylor": taylor / taylor.sum(-1, keepdim=True) @ v,
        "elu-plus-one": linear / linear.sum(-1, keepdim=True) @ v,
    }


@pytest.mark.parametrize(("kernel", "size"), [("taylor", 4), ("elu-plus-one", 0)])
@pytest.mark.parametrize("scale", [0.5, 1.0])
def test_kernel_errors_are_those_of_torch_in_float64(result, kernel, size, scale):
    errors, peaks = [], []
    for repeat in range(3):
        outputs = kernels(*drawn(72, scale, repeat))
        difference = outputs[kernel] - outputs["softmax"]
        errors.append((difference.norm() / outputs["softmax"].norm()).item())
        peaks.append((difference.abs().max() / outputs["softmax"].abs().max()).item())
    for figures in of(result, kernel=kernel, size=size, length=72, scale=scale).values():
        assert figures.kernel_error == pytest.approx(np.median(errors), abs=1e-6)
        assert figures.kernel_peak == pytest.approx(np.median(peaks), abs=1e-6)


def test_every_place_has_every_kernel_on_every_arithmetic(result):
    count = 3 + len(ORDERS) + 2 * len(FEATURES)
    assert 3 * 4 * count == len(result.kernels)
    assert 3 * 2 * 3 == len(result.forms)
    assert {72} == {each.length for each in result.forms}


def test_the_reference_has_no_arithmetic_error_and_softmax_no_kernel_error(result):
    for each in result.kernels:
        if each.arithmetic == "f32-exact":
            assert (0, each.kernel_error) == (each.arithmetic_error, each.total_error)
        else:
            assert each.arithmetic_error > 0.001
        if each.kernel == "softmax":
            assert (0, each.arithmetic_error) == (each.kernel_error, each.total_error)


def test_larger_kernels_come_closer_to_softmax(result):
    for kernel, sizes in (("taylor", ORDERS), ("favor-plus", FEATURES), ("trigonometric", FEATURES)):
        first, *_, last = (of(result, kernel=kernel, size=m, length=72, scale=0.5)["f32-exact"] for m in sizes)
        assert last.kernel_error < first.kernel_error / 2


def test_only_signed_features_give_negative_weights(result):
    signed = {each.kernel for each in result.kernels if each.negative_weights}
    assert signed == {"trigonometric"}
    assert all(each.negative_sums == 0 for each in result.kernels if each.kernel not in {"trigonometric"})


def test_forms_differ_by_rounding_on_the_reference_and_by_more_elsewhere(result):
    for each in result.forms:
        low, high = (0, 2e-6) if each.arithmetic == "f32-exact" else (1e-4, 0.2)
        assert low <= each.chunked <= high
        assert low <= each.recurrent <= high


def test_denominators_that_vanish_are_counted():
    eight_bits = measure_attention(arithmetics(["s8-mitchell"], threads=1), lengths=(48,), scales=(3.0,), repeats=1)
    vanished = [each for each in eight_bits.kernels if each.zero_sums]
    assert {"s8-mitchell"} == {each.arithmetic for each in vanished}
    assert all(0 < each.zero_sums < 1 and math.isfinite(each.total_error) for each in vanished)


def test_progress_tells_of_every_place():
    told = []
    measure_attention(
        arithmetics([], threads=1),
        lengths=(3,),
        scales=(0.5, 1.0),
        repeats=1,
        progress=lambda *report: told.append(report),
    )
    assert [(0, 2, "3 tokens, scale 0.5"), (1, 2, "3 tokens, scale 1.0"), (2, 2, "")] == told


def test_result_is_plain_data(result):
    plain = json.loads(json.dumps(result.to_dict()))
    assert ["f32-exact", 16, 3, 0] == [plain[name] for name in ("reference", "width", "repeats", "seed")]
    assert plain["kernels"][1]["arithmetic_error"] == result.kernels[1].arithmetic_error


@pytest.mark.parametrize(
    "options", [{"lengths": ()}, {"lengths": (0,)}, {"scales": (-1.0,)}, {"repeats": 0}, {"width": 0}]
)
def test_nothing_to_measure_is_refused(options):
    with pytest.raises(ValueError, match="above 0"):
        measure_attention(arithmetics([], threads=1), **options)


def test_picture_is_whole(result, tmp_path):
    path = plot_attention(result, tmp_path / "attention.png")
    assert b"IEND" == [kind for kind, _ in png_chunks(path.read_bytes())][-1]
