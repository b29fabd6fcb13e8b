import numpy as np
import pytest

from formal import optimum
from formal.optimum import has_optimum, prove_optimum
from formal.real import real
from pysoft.operator import Operator

NAMES = {"mul-u16-tuned-minimax": (0.0688575, 0.0688575), "div-u16-tuned-minimax": (0.0748032, 0.0695970)}


@pytest.mark.parametrize("name", NAMES)
def test_prove_optimum_finds_the_constant_and_its_worst_error(name):
    part = prove_optimum(Operator.from_name(name))
    assert part.result == "proved"
    constant, worst = (float(text.split(" = ")[1]) for text in part.note.split("; ")[0].split(", "))
    assert (constant, worst) == pytest.approx(NAMES[name], abs=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_no_constant_on_a_grid_is_better(name):
    x1, x2 = np.meshgrid(*[np.linspace(0, 1, 257)] * 2)
    divide = name.startswith("div")

    def worst(c):
        s = x1 - x2 - c if divide else x1 + x2 + c
        K = np.floor(s)
        exact = (1 + x1) / (1 + x2) if divide else (1 + x1) * (1 + x2)
        return np.abs(2**K * (1 + s - K) / exact - 1).max()

    constants = np.linspace(0, 0.2, 401)
    best = min(constants, key=worst)
    constant, least = NAMES[name]
    assert abs(best - constant) < 1e-3
    assert abs(worst(best) - least) < 1e-3


@pytest.mark.parametrize("name", NAMES)
def test_prove_optimum_refutes_another_formula(monkeypatch, name):
    monkeypatch.setattr(optimum, "real", lambda value: real(value * 101 / 100))
    assert prove_optimum(Operator.from_name(name)).result == "refuted"


def test_has_optimum_is_of_one_constant_for_the_smallest_worst_error():
    names = ["mul-u8-tuned-minimax", "div-f16-tuned-minimax", "mul-u8-tuned-mred", "mul-u8-tuned-minimax-m4"]
    names += ["mul-u8-mitchell", "mul-u8-drum-k4", "sqrt-f16-tuned-minimax"]
    assert [has_optimum(Operator.from_name(name)) for name in names] == [True, True, False, False, False, False, False]
