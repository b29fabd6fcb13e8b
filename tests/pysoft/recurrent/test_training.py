"""A few steps of gradient descent, all of it in Mitchell's arithmetic: the first of some bits is to be remembered."""

import numpy as np
import pytest
from guarded import GuardedArithmetic, guarded
from recurrent_networks import ours, random_weights

from pysoft.arithmetic import Arithmetic
from pysoft.derivatives import ExactDerivative, StraightThrough
from pysoft.recurrent import Architecture, backward

BATCH, TIME, HIDDEN, RATE = 32, 6, 8, -3  # the rate is 2^-3
STEPS = {"elman": 40, "lstm": 200, "gru": 120}


def descend(derivative, cell, seed=0):
    """The loss at every step."""
    arithmetic = derivative.arithmetic
    architecture = Architecture(cell, 1, HIDDEN)
    weights = {**random_weights(architecture, seed, scale=0.35), "readout": np.full((HIDDEN, 1), 0.25, np.float32)}
    bits = np.random.default_rng(seed).choice(np.float32([-1, 1]), (BATCH, TIME, 1))
    losses = []
    for _ in range(STEPS[cell]):
        network = ours(arithmetic, architecture, weights)
        trace = network.trace(arithmetic, guarded(bits))
        last = trace.outputs[:, -1]  # [b, t, h] -> [b, h]
        error = arithmetic.cast(arithmetic.matmul(last, weights["readout"])) - bits[:, 0]  # [b, h] -> [b, 1]
        losses.append(float(np.ldexp(arithmetic.sum(arithmetic.square(error), axis=0), -5)[0]))  # mean of 32
        of_last, of_readout = derivative.matmul(last, weights["readout"], np.ldexp(error, 1 - 5))
        outputs = np.zeros_like(trace.outputs)
        outputs[:, -1] = of_last
        gradients = backward(derivative, network, trace, outputs).weights | {"readout": of_readout}
        weights = {name: np.asarray(each - np.ldexp(gradients[name], RATE)) for name, each in weights.items()}
    return losses


@pytest.mark.parametrize("cell", ["elman", "lstm", "gru"])
@pytest.mark.parametrize("rule", [StraightThrough, ExactDerivative])
def test_gradient_descent_without_a_multiplication_learns_to_remember(cell, rule):
    losses = descend(rule(GuardedArithmetic.of_family("mitchell", threads=1)), cell)
    assert losses[-1] < losses[0] / 6


def test_gradient_descent_goes_the_same_way_in_exact_arithmetic():
    losses = descend(StraightThrough(Arithmetic()), "lstm")
    assert losses[-1] < losses[0] / 6
