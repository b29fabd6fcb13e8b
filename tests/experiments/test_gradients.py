import json

import numpy as np
import piecewise
import pytest
import torch
from png_file import png_chunks
from recurrent_networks import ours, plain_network, torch_network

from experiments.arithmetics import arithmetics
from experiments.gradients import PARTS, GradientLine, measure_gradients
from experiments.pictures.gradients import plot_gradients
from experiments.recurrent_settings import SETTINGS, Setting, initial_weights
from pysoft.named_arithmetic import named_arithmetic
from pysoft.recurrent import CELLS, Architecture

SMALL = {"hidden": 12, "inputs": 3, "steps": 30, "seeds": 2}


@pytest.fixture(scope="module")
def decay():
    settings = [each for each in SETTINGS if each.name in ("elman, gain 1", "lstm, forget bias 1", "gru")]
    return measure_gradients(arithmetics(["f32-mitchell", "s8-mitchell"], threads=1), settings=settings, **SMALL)


DISTANCES = (1, 2, 5, 12, 30)


def torch_norms(setting, state, seed):
    """Spectral norms of Jacobians at these distances, by autograd in float64."""
    architecture = Architecture(setting.cell, SMALL["inputs"], SMALL["hidden"])
    cell = torch_network(architecture, initial_weights(architecture, setting, seed), torch.float64)
    x = np.random.default_rng((seed, 1)).standard_normal((1, 20 + SMALL["steps"], SMALL["inputs"])).astype(np.float32)
    x, states = torch.tensor(x, dtype=torch.float64), [None]
    for t in range(x.shape[1]):
        before = states[-1]
        _, after = cell(x[:, t : t + 1], before)
        states.append(after)
    norms = []
    for distance in DISTANCES:
        begin = states[-1 - distance]
        parts = [part.detach() for part in (begin if isinstance(begin, tuple) else (begin,))]

        def end(part, parts=parts, distance=distance):
            given = [*parts]
            given[state] = part
            _, final = cell(x[:, -distance:], tuple(given) if len(given) > 1 else given[0])
            return (final[state] if isinstance(final, tuple) else final)[0, 0]

        jacobian = torch.autograd.functional.jacobian(end, parts[state])[:, 0, 0]
        norms.append(float(torch.linalg.matrix_norm(jacobian, 2)))
    return norms


@pytest.mark.parametrize("name", ["elman, gain 1", "lstm, forget bias 1", "gru"])
def test_norms_of_the_reference_are_those_of_autograd(decay, name):
    setting = next(each for each in SETTINGS if each.name == name)
    for state in range(CELLS[setting.cell].states):
        line = decay.line(name, "hc"[state], "f32-exact", "true")
        for seed in range(SMALL["seeds"]):
            ours_ = np.array(line.norms[seed])[list(DISTANCES)]
            # 30 steps, each of a few roundings of 2^-24
            np.testing.assert_allclose(ours_, torch_norms(setting, state, seed), rtol=2e-5)


def test_norms_of_exact_derivatives_are_those_of_autograd_over_straight_pieces(decay):
    setting = next(each for each in SETTINGS if each.name == "elman, gain 1")
    architecture = Architecture(setting.cell, SMALL["inputs"], SMALL["hidden"])
    mitchell, weights = named_arithmetic("f32-mitchell", threads=1), initial_weights(architecture, setting, 0)
    x = np.random.default_rng((0, 1)).standard_normal((1, 20 + SMALL["steps"], SMALL["inputs"])).astype(np.float32)
    hidden = ours(mitchell, architecture, weights).run(mitchell, x)[0][0]  # [t, h]
    tensors = {name: torch.tensor(each, dtype=torch.float64) for name, each in weights.items()}
    for distance in (1, 2, 5, 10):

        def end(h, distance=distance):
            inputs = torch.tensor(x[:, -distance:], dtype=torch.float64)
            return plain_network(piecewise.Mitchell("f32"), architecture, tensors, inputs, [h])[1][0][0, 0]

        begin = torch.tensor(hidden[None, None, -1 - distance], dtype=torch.float64)  # [h] -> [1, 1, h]
        jacobian = torch.autograd.functional.jacobian(end, begin)[:, 0, 0]
        norm = decay.line("elman, gain 1", "h", "f32-mitchell", "exact").norms[0][distance]
        assert norm == pytest.approx(float(torch.linalg.matrix_norm(jacobian, 2)), rel=1e-5)  # float32 sums


def test_lines_are_of_each_rule_that_there_is(decay):
    found = {(line.setting, line.state, line.arithmetic, line.rule) for line in decay.lines}
    places = [("elman, gain 1", "h"), ("lstm, forget bias 1", "h"), ("lstm, forget bias 1", "c"), ("gru", "h")]
    rules = [("f32-exact", "true")]
    rules += [("f32-mitchell", rule) for rule in ("true", "straight", "exact")]
    rules += [("s8-mitchell", rule) for rule in ("true", "straight")]  # rounding to 8 bits has no derivative
    assert found == {(*place, *rule) for place in places for rule in rules}
    assert all(len(line.norms) == 2 and len(line.norms[0]) == 31 for line in decay.lines)
    with pytest.raises(KeyError):
        decay.line("gru", "c", "f32-exact", "true")


def test_mitchells_products_shrink_straight_through_gradients_and_its_slopes_make_exact_ones_grow():
    settings = [each for each in SETTINGS if each.name == "elman, gain 1"]
    decay = measure_gradients(
        arithmetics(["f32-mitchell"], threads=1), settings=settings, hidden=48, inputs=8, steps=40, seeds=2
    )
    true, straight, exact = (
        decay.line("elman, gain 1", "h", "f32-mitchell", rule).rate for rule in ("true", "straight", "exact")
    )
    assert 0.92 < straight / true < 0.97
    assert 1.04 < exact / true < 1.15


def test_products_alone_have_the_factors_that_are_predicted():
    """Through sums: the mean of Mitchell's product; and between the mean and the root mean square of its slopes."""
    settings = [each for each in SETTINGS if each.name == "elman, gain 1"]
    decay = measure_gradients(
        arithmetics(["f32-mitchell"], threads=1), settings=settings, rules=PARTS, inputs=8, steps=40, seeds=2
    )
    true, straight, exact = (decay.line("elman, gain 1", "h", "f32-mitchell", rule).rate for rule in PARTS)
    assert straight / true == pytest.approx(1 - 0.0385, abs=0.004)
    assert 1 < exact / true < 1.0389


def test_rate_is_the_factor_of_a_step():
    falling = tuple(0.9**distance for distance in range(40))
    steep = tuple(0.01**distance for distance in range(40))
    line = GradientLine("a", "h", "b", "true", (falling, steep, (1.0, *(0.0,) * 39)))
    assert line.rates[0] == pytest.approx(0.9)
    assert line.rates[1] == pytest.approx(0.01)
    assert np.isnan(line.rates[2])
    assert GradientLine("a", "h", "b", "true", (falling, falling)).spread == pytest.approx(0)


def test_result_is_plain_data_and_a_table(decay):
    data = json.loads(json.dumps(decay.to_dict()))
    assert data["reference"] == "f32-exact"
    assert data["lines"][0]["rate"] == decay.lines[0].rate
    heading, rows = decay.table()
    assert heading[:3] == ("setting", "state", "f32-exact, true")
    assert len(heading) == 8
    assert [row[:2] for row in rows] == [
        ("elman, gain 1", "h"),
        ("lstm, forget bias 1", "h"),
        ("lstm, forget bias 1", "c"),
        ("gru", "h"),
    ]
    assert all(len(row) == 8 for row in rows)


def test_picture_is_written(decay, tmp_path):
    path = plot_gradients(decay, tmp_path / "g.png")
    assert b"IDAT" in {kind for kind, _ in png_chunks(path.read_bytes())}


def test_progress_is_told():
    told = []
    measure_gradients(
        arithmetics([]),
        settings=[Setting("a", "gru"), Setting("b", "elman")],
        hidden=4,
        inputs=2,
        steps=20,
        seeds=1,
        progress=lambda *each: told.append(each),
    )
    assert told == [(0, 2, "a on f32-exact"), (1, 2, "b on f32-exact"), (2, 2, "")]


@pytest.mark.parametrize("wrong", [{"hidden": 0}, {"inputs": 0}, {"seeds": 0}, {"steps": 19}])
def test_sizes_that_make_no_measurement_are_refused(wrong):
    with pytest.raises(ValueError, match="steps 20 or more"):
        measure_gradients(arithmetics([]), **{**SMALL, **wrong})


def test_no_arithmetic_is_refused():
    with pytest.raises(ValueError, match="the reference"):
        measure_gradients({})
