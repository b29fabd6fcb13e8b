import numpy as np
import pytest

from experiments.recurrent_settings import SETTINGS, initial_weights
from pysoft.recurrent import Architecture


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_initial_weights_are_as_the_setting_says(setting):
    architecture = Architecture(setting.cell, 3, 16)
    weights = initial_weights(architecture, setting, seed=1)
    assert {name: array.shape for name, array in weights.items()} == architecture.tensors
    assert np.abs(weights["weight_ih_l0"]).max() <= 0.25
    recurrent = weights["weight_hh_l0"].reshape(-1, 16, 16).astype(np.float64)
    if setting.gain is None:
        assert 0.2 < np.abs(recurrent).max() <= 0.25
    else:
        for matrix in recurrent:
            np.testing.assert_allclose(matrix @ matrix.T, setting.gain**2 * np.eye(16), atol=1e-6)
    if setting.memory is not None:
        bias = weights["bias_ih_l0"] + weights["bias_hh_l0"]
        assert np.array_equal(np.full(16, setting.memory, np.float32), bias[16:32])
        assert not np.array_equal(bias[:16], bias[16:32])
